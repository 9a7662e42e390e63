#include <doctest/doctest.h>
#include <fcntl.h>
#include <memory>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/idle_child.hpp"
#include "storage/sqlite/lock_file.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

// A child that holds the lock until it is told to end. It leaves by _exit or by a signal, never through
// the test runner.
class Holder {
 public:
  explicit Holder(const std::string& path) {
    int ready[2] = {};
    REQUIRE(::pipe(ready) == 0);
    REQUIRE(::pipe(end_) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(end_[1]);
      hold(path, ready[1]);
    }
    ::close(ready[1]);
    ::close(end_[0]);
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK(byte == 'y');
    ::close(ready[0]);
  }
  ~Holder() { wait(); }

  void finish() {
    ::close(end_[1]);
    wait();
  }
  void kill() {
    ::kill(child_, SIGKILL);
    wait();
  }
  pid_t child() const { return child_; }

 private:
  [[noreturn]] void hold(const std::string& path, int ready) const {
    try {
      const LockFile lock(path);
      if (::write(ready, "y", 1) != 1) ::_exit(2);
      char byte = 0;
      if (::read(end_[0], &byte, 1) < 0) ::_exit(2);
    } catch (...) {
      if (::write(ready, "n", 1) != 1) ::_exit(2);
      ::_exit(1);
    }
    ::_exit(0);
  }

  void wait() {
    if (child_ > 0) ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

  int end_[2] = {};
  pid_t child_ = 0;
};

TEST_CASE("a second owner is refused with the first one's process id, and let in afterwards") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  Holder holder(path);
  const Outcome outcome = outcome_of([&] { LockFile lock(path); });
  CHECK(outcome.code == Code::locked);
  CHECK(outcome.message.find(std::to_string(holder.child())) != std::string::npos);
  holder.finish();
  CHECK_FALSE(LockFile(path).previous_owner_died());
}

TEST_CASE("the lock of a killed owner is free, and its death is known") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  Holder holder(path);
  holder.kill();
  CHECK(LockFile(path).previous_owner_died());
  CHECK_FALSE(LockFile(path).previous_owner_died());
}

TEST_CASE("the same process is refused too, and a refusal frees nothing") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  const LockFile first(path);
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = outcome_of([&] { LockFile second(path); });
    CHECK(outcome.code == Code::locked);
    CHECK(outcome.message.find("this one") != std::string::npos);
  }
}

TEST_CASE("a forked child neither frees its parent's lock nor keeps it") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  auto lock = std::make_unique<LockFile>(path);
  const pid_t child = ::fork();
  if (child == 0) {
    lock.reset();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  CHECK(outcome_of([&] { LockFile second(path); }).code == Code::locked);

  const IdleChild idle;
  lock.reset();
  CHECK(outcome_of([&] { LockFile second(path); }).code == Code::ok);
}

TEST_CASE("the lock file is the owner's alone, stays, and is no link") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  { const LockFile lock(path); }
  struct stat status = {};
  REQUIRE(::stat((path + ".lock").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600);
  std::filesystem::create_symlink(folder / "target", folder / "y.crm.lock");
  CHECK(outcome_of([&] { LockFile lock(folder / "y.crm"); }).code == Code::not_a_database);
  CHECK_FALSE(std::filesystem::exists(folder / "target"));
  CHECK(outcome_of([&] { LockFile lock(folder / "missing/x.crm"); }).code == Code::io);
}

TEST_CASE("what is no lock file is left as it is") {
  const Folder folder;
  for (const std::string& bytes : {std::string("notes"), std::string("12"), std::string("12\nmore\n"),
                                   std::string("\n"), std::string(100, '1')}) {
    CAPTURE(bytes);
    write_bytes(folder / "x.crm.lock", bytes);
    CHECK(outcome_of([&] { LockFile lock(folder / "x.crm"); }).code == Code::not_a_database);
    CHECK(read_bytes(folder / "x.crm.lock") == bytes);
  }
  write_bytes(folder / "x.crm.lock", "12\n");
  CHECK(LockFile(folder / "x.crm").previous_owner_died());
}

}  // namespace
}  // namespace crmcore::sqlite
