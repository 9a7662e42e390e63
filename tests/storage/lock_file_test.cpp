// Processes of its own try what a lock file promises.
#include "storage/sqlite/lock_file.hpp"

#include <doctest/doctest.h>
#include <functional>
#include <memory>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "storage/idle_child.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

constexpr std::int32_t kSoonMs = 20;
constexpr std::int64_t kLateUs = 10'000'000;

const auto kNever = [] { return false; };

// A process that calls `first` and then waits until it is let go.
class Holder {
 public:
  explicit Holder(const std::function<void()>& first) {
    int ready[2] = {};
    REQUIRE(::pipe(ready) == 0);
    REQUIRE(::pipe(end_) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(end_[1]);
      try {
        first();
      } catch (...) {
        ::_exit(1);
      }
      char byte = 'y';
      if (::write(ready[1], &byte, 1) != 1) ::_exit(2);
      ::_exit(::read(end_[0], &byte, 1) == 0 ? 0 : 3);
    }
    ::close(ready[1]);
    ::close(end_[0]);
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    ::close(ready[0]);
  }
  ~Holder() {
    ::close(end_[1]);
    if (child_ > 0) ::waitpid(child_, nullptr, 0);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  void kill() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

 private:
  int end_[2] = {};
  pid_t child_ = 0;
};

// What a process of its own comes to when it wants the file.
Code code_elsewhere(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(static_cast<int>(outcome_of([&] { LockFile lock(path, kSoonMs); }).code));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return static_cast<Code>(WEXITSTATUS(status));
}

TEST_CASE("one opens at a time, and the turn of a killed one is free") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  std::unique_ptr<LockFile> held;
  Holder holder([&] { held = std::make_unique<LockFile>(path, 0); });
  const Outcome outcome = outcome_of([&] { LockFile lock(path, kSoonMs); });
  CHECK(outcome.code == Code::locked);
  CHECK(outcome.message.find("x.crm.lock") != std::string::npos);
  holder.kill();
  LockFile lock(path, kSoonMs);
  CHECK(code_elsewhere(path) == Code::locked);
  lock.end_turn();
  CHECK(code_elsewhere(path) == Code::ok);
  CHECK(lock.take_turn(0));
  CHECK(code_elsewhere(path) == Code::locked);
}

TEST_CASE("a second copy of the library in this process is refused, and frees nothing") {
  const Folder folder;
  LockFile first(folder / "x.crm", 0);
  first.end_turn();
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = outcome_of([&] { LockFile second(folder / "x.crm", 0); });
    CHECK(outcome.code == Code::locked);
    CHECK(outcome.message.find("this one") != std::string::npos);
  }
}

TEST_CASE("a child of fork() keeps nothing of what its parent held") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  auto lock = std::make_unique<LockFile>(path, 0);
  REQUIRE(lock->take_write_turn(0, kNever) == Waited::done);
  const IdleChild idle([&] { lock.reset(); });
  CHECK(code_elsewhere(path) == Code::locked);
  lock.reset();
  LockFile next(path, 0);
  CHECK(next.take_write_turn(0, kNever) == Waited::done);
}

TEST_CASE("whoever waits for a turn at a file that was removed comes to the one that is there") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  auto held = std::make_unique<LockFile>(path, 0);
  const pid_t child = ::fork();
  if (child == 0) {
    LockFile lock(path, 10'000);
    ::_exit(LockFile::number_at(path) == lock.number() ? 0 : 1);
  }
  ::usleep(50'000);
  std::filesystem::remove(path + ".lock");
  held.reset();
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("turns to write come in the order of asking") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  LockFile lock(path, 0);
  lock.end_turn();
  REQUIRE(lock.take_write_turn(0, kNever) == Waited::done);
  int order[2] = {};
  REQUIRE(::pipe(order) == 0);
  constexpr int kProcesses = 6;
  std::vector<pid_t> children;
  for (char i = 0; i < kProcesses; ++i) {
    children.push_back(::fork());
    if (children.back() != 0) {
      ::usleep(30'000);  // so that it has asked
      continue;
    }
    LockFile mine(path, 5'000);
    mine.end_turn();
    if (mine.take_write_turn(kLateUs, kNever) != Waited::done) ::_exit(1);
    const bool is_told = ::write(order[1], &i, 1) == 1;
    ::usleep(3'000);
    mine.end_write_turn();
    ::_exit(is_told ? 0 : 2);
  }
  lock.end_write_turn();
  // Who has just written comes after all who wait.
  REQUIRE(lock.take_write_turn(kLateUs, kNever) == Waited::done);
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  for (int i = 0; i < kProcesses; ++i) {
    char which = -1;
    REQUIRE(::read(order[0], &which, 1) == 1);
    CHECK(which == i);
  }
  ::close(order[0]);
  ::close(order[1]);
}

TEST_CASE("a turn to write ends with its process, and waiting for one with the time or when it is told") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  LockFile lock(path, 0);
  lock.end_turn();
  std::unique_ptr<LockFile> other;
  Holder writer([&] {
    other = std::make_unique<LockFile>(path, 5'000);
    other->end_turn();
    if (other->take_write_turn(0, kNever) != Waited::done) ::_exit(1);
  });
  CHECK(lock.take_write_turn(5'000, kNever) == Waited::timed_out);
  int asked = 0;
  CHECK(lock.take_write_turn(kLateUs, [&] { return ++asked == 3; }) == Waited::stopped);
  writer.kill();
  CHECK(lock.take_write_turn(kLateUs, kNever) == Waited::done);
}

TEST_CASE("what was noted is found by the next one, and damage is told from another file") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  LockNote note;
  note.process = 4711;
  note.boot = boot_id();
  note.is_strict = false;
  note.archive = "00112233445566778899aabbccddeeff";
  note.links = 9'007'199'254'740'991;
  note.node.fill(0xa5);
  {
    LockFile lock(path, 0);
    CHECK_FALSE(lock.found().has_value());
    lock.write(note);
  }
  CHECK(boot_id().size() == 36);
  CHECK(LockFile(path, 0).found() == note);
  const std::string whole = read_bytes(path + ".lock");
  CHECK(whole.size() == kLockNoteBytes);
  CHECK(whole.back() == '\n');
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CAPTURE(i);
    std::string cut = whole.substr(0, i);
    CHECK_FALSE(parse_lock_note(cut).has_value());
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = parse_lock_note(changed);
    CHECK((!read || *read == note));  // the blanks at the end say nothing
  }
  write_bytes(path + ".lock", whole.substr(0, 100));
  CHECK_FALSE(LockFile(path, 0).found().has_value());
  CHECK(LockFile(path, 0).is_damaged());
  for (const std::string& bytes : {std::string("notes"), std::string("12\n"), std::string(100, '1')}) {
    CAPTURE(bytes);
    write_bytes(path + ".lock", bytes);
    CHECK(outcome_of([&] { LockFile lock(path, 0); }).code == Code::not_a_database);
    CHECK(read_bytes(path + ".lock") == bytes);
  }
  write_bytes(path + ".lock", std::string(512, '\0'));  // as a file system may leave it
  CHECK_FALSE(LockFile(path, 0).found().has_value());
  CHECK_FALSE(LockFile(path, 0).is_damaged());
}

TEST_CASE("the lock file is its owner's alone, stays, and is no link") {
  const Folder folder;
  { const LockFile lock(folder / "x.crm", 0); }
  struct stat status = {};
  REQUIRE(::stat((folder / "x.crm.lock").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600);
  std::filesystem::create_symlink(folder / "target", folder / "y.crm.lock");
  CHECK(outcome_of([&] { LockFile lock(folder / "y.crm", 0); }).code == Code::not_a_database);
  CHECK_FALSE(std::filesystem::exists(folder / "target"));
  CHECK(outcome_of([&] { LockFile lock(folder / "missing/x.crm", 0); }).code == Code::io);
}

}  // namespace
}  // namespace crmcore::sqlite
