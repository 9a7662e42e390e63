#include "storage/sqlite/file_lock.hpp"

#include <array>
#include <doctest/doctest.h>
#include <memory>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/idle_child.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

constexpr std::uint64_t kName = 1234567;

// Another process, made before this one opens anything: it opens files when it is told to.
class Other {
 public:
  Other() {
    REQUIRE(::pipe(asked_) == 0);
    REQUIRE(::pipe(answered_) == 0);
    child_ = ::fork();
    if (child_ == 0) answer();
    ::close(asked_[0]);
    ::close(answered_[1]);
  }
  ~Other() {
    ::close(asked_[1]);
    ::close(answered_[0]);
    ::waitpid(child_, nullptr, 0);
  }
  Other(const Other&) = delete;
  Other& operator=(const Other&) = delete;

  // What opening the file comes to; it stays open until the next question.
  Code open(const std::string& path, FileAccess access, std::uint64_t name = kName) {
    Question question{access, name, {}};
    REQUIRE(path.size() < question.path.size());
    path.copy(question.path.data(), path.size());
    return ask(question);
  }
  void close() { ask({FileAccess::shared, 0, {}}); }
  // What opening it for a moment comes to.
  Code code_of(const std::string& path, FileAccess access, std::uint64_t name = kName) {
    const Code code = open(path, access, name);
    close();
    return code;
  }

 private:
  struct Question {
    FileAccess access;
    std::uint64_t name;
    std::array<char, 256> path;
  };

  Code ask(const Question& question) {
    Code code{};
    REQUIRE(::write(asked_[1], &question, sizeof question) == sizeof question);
    REQUIRE(::read(answered_[0], &code, sizeof code) == sizeof code);
    return code;
  }

  [[noreturn]] void answer() {
    ::close(asked_[1]);
    ::close(answered_[0]);
    std::optional<FileLock> lock;
    for (Question question{}; ::read(asked_[0], &question, sizeof question) == sizeof question;) {
      lock.reset();
      const Code code = outcome_of([&] {
                          const std::string path = question.path.data();
                          if (!path.empty()) lock.emplace(path, question.access, question.name, false);
                        }).code;
      if (::write(answered_[1], &code, sizeof code) != sizeof code) ::_exit(1);
    }
    ::_exit(0);
  }

  int asked_[2] = {};
  int answered_[2] = {};
  pid_t child_ = 0;
};

TEST_CASE("one process opens a file once, whatever its name") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  const auto code_here = [&](const std::string& name) {
    return outcome_of([&] { FileLock lock(name, FileAccess::shared, kName, false); }).code;
  };
  CHECK(code_here(path) == Code::not_found);
  auto lock = std::make_unique<FileLock>(path, FileAccess::shared, kName, true);
  CHECK(std::filesystem::file_size(path) == 0);
  CHECK(code_here(path) == Code::locked);
  std::filesystem::create_hard_link(path, folder / "y.crm");
  CHECK(code_here(folder / "y.crm") == Code::unsupported);
  // One name is left, and it is not the one that the file was opened by.
  std::filesystem::remove(path);
  CHECK(code_here(folder / "y.crm") == Code::locked);
  lock.reset();
  CHECK(code_here(folder / "y.crm") == Code::ok);
}

TEST_CASE("what goes together, and what does not") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  write_bytes(path, "");
  constexpr auto kShared = FileAccess::shared;
  constexpr auto kOnly = FileAccess::only_write;
  constexpr auto kExclusive = FileAccess::exclusive;
  constexpr auto kRead = FileAccess::read;
  constexpr auto kStill = FileAccess::still;
  constexpr std::array kAll = {kShared, kOnly, kExclusive, kRead, kStill};
  const auto goes = [&](FileAccess one, FileAccess two) {
    const auto is = [&](FileAccess a, FileAccess b) {
      return (one == a && two == b) || (one == b && two == a);
    };
    return is(kShared, kShared) || is(kShared, kRead) || is(kOnly, kRead) || is(kRead, kRead) ||
           is(kRead, kStill) || is(kStill, kStill);
  };
  Other first;
  Other second;
  for (const FileAccess one : kAll) {
    for (const FileAccess two : kAll) {
      CAPTURE(static_cast<int>(one));
      CAPTURE(static_cast<int>(two));
      REQUIRE(first.open(path, one) == Code::ok);
      CHECK(second.code_of(path, two) == (goes(one, two) ? Code::ok : Code::locked));
      first.close();
      CHECK(second.code_of(path, two) == Code::ok);
    }
  }
}

TEST_CASE("who came by another name is refused, by whichever of the two") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  write_bytes(path, "");
  Other first;
  Other second;
  for (const std::uint64_t name : {std::uint64_t{0}, kName, ~std::uint64_t{0}}) {
    CAPTURE(name);
    REQUIRE(first.open(path, FileAccess::shared, name) == Code::ok);
    CHECK(second.code_of(path, FileAccess::shared, name) == Code::ok);
    for (const std::uint64_t other : {std::uint64_t{1}, kName - 1, kName + 1, ~std::uint64_t{0} - 1}) {
      CAPTURE(other);
      CHECK(second.code_of(path, FileAccess::shared, other) == Code::locked);
      CHECK(second.code_of(path, FileAccess::read, other) == Code::locked);
    }
    first.close();
  }
}

TEST_CASE("who is alone knows it, and who writes besides") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  Other other;
  const FileLock lock(path, FileAccess::shared, kName, true);
  CHECK(lock.is_alone());
  REQUIRE(other.open(path, FileAccess::read) == Code::ok);
  CHECK_FALSE(lock.is_alone());
  CHECK_FALSE(lock.is_written_by_others());
  REQUIRE(other.open(path, FileAccess::shared) == Code::ok);
  CHECK(lock.is_written_by_others());
  other.close();
  CHECK(lock.is_alone());
}

TEST_CASE("a child of fork() has nothing of its parent's lock, and may not open what was open") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  Other other;
  auto lock = std::make_unique<FileLock>(path, FileAccess::exclusive, kName, true);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto code_here = [&] {
      return outcome_of([&] { FileLock second(path, FileAccess::shared, kName, false); }).code;
    };
    const bool is_refused = code_here() == Code::forked;
    lock.reset();
    ::_exit(is_refused && code_here() == Code::forked ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(other.code_of(path, FileAccess::shared) == Code::locked);
  const IdleChild idle;
  lock.reset();
  CHECK(other.code_of(path, FileAccess::exclusive) == Code::ok);
}

TEST_CASE("a file that was deleted, replaced or cut while it was open is told before a commit") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  write_bytes(path, "some bytes");
  FileLock lock(path, FileAccess::shared, kName, false);
  CHECK_NOTHROW(lock.require_in_place());
  write_bytes(path, "some more bytes");
  CHECK_NOTHROW(lock.require_in_place());
  write_bytes(path, "some bytes");
  CHECK(outcome_of([&] { lock.require_in_place(); }).code == Code::corrupt);
  std::filesystem::rename(path, folder / "y.crm");
  CHECK(outcome_of([&] { lock.require_in_place(); }).code == Code::io);
  write_bytes(path, "some quite other bytes");
  const Outcome replaced = outcome_of([&] { lock.require_in_place(); });
  CHECK(replaced.code == Code::io);
  CHECK(replaced.message.find("replaced") != std::string::npos);
  std::filesystem::rename(folder / "y.crm", path);
  write_bytes(path, "some more bytes");
  CHECK_NOTHROW(lock.require_in_place());
}

}  // namespace
}  // namespace crmcore::sqlite
