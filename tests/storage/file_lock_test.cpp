#include "storage/sqlite/file_lock.hpp"

#include <doctest/doctest.h>
#include <memory>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/idle_child.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

// What opening the file comes to in a process of its own.
Code code_in_child(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(static_cast<int>(outcome_of([&] { FileLock lock(path, false); }).code));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return static_cast<Code>(WEXITSTATUS(status));
}

TEST_CASE("one file is open once, whatever its name") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  CHECK(outcome_of([&] { FileLock lock(path, false); }).code == Code::not_found);
  auto lock = std::make_unique<FileLock>(path, true);
  CHECK(std::filesystem::file_size(path) == 0);
  CHECK(outcome_of([&] { FileLock second(path, false); }).code == Code::locked);
  CHECK(code_in_child(path) == Code::locked);

  std::filesystem::create_hard_link(path, folder / "y.crm");
  CHECK(outcome_of([&] { FileLock second(folder / "y.crm", false); }).code == Code::unsupported);
  CHECK(code_in_child(folder / "y.crm") == Code::unsupported);
  // One name is left, and it is not the one that the file was opened by.
  std::filesystem::remove(path);
  CHECK(outcome_of([&] { FileLock second(folder / "y.crm", false); }).code == Code::locked);
  CHECK(code_in_child(folder / "y.crm") == Code::locked);
  lock.reset();
  CHECK(code_in_child(folder / "y.crm") == Code::ok);
  CHECK(outcome_of([&] { FileLock second(folder / "y.crm", false); }).code == Code::ok);
}

TEST_CASE("a forked child neither frees its parent's lock nor keeps it") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  auto lock = std::make_unique<FileLock>(path, true);
  const IdleChild idle([&] { lock.reset(); });
  CHECK(code_in_child(path) == Code::locked);
  lock.reset();
  CHECK(code_in_child(path) == Code::ok);
}

TEST_CASE("a file that was deleted, replaced or cut while it was open is told before a commit") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  write_bytes(path, "some bytes");
  FileLock lock(path, false);
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
