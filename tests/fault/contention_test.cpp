// Processes that want one file for themselves: one has it, the others are told so at once, all get their
// turn, and the sum is exact.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "fault/small_archive.hpp"
#include "open_or_make.hpp"

namespace crmcore::fault {
namespace {

constexpr int kProcesses = 6;
constexpr int kTurns = 15;
constexpr int kTriesMax = 60'000;

// Opens the file when nobody has it; anything but LOCKED is a failure.
Database open_in_turn(const std::string& path) {
  for (int i = 0; i < kTriesMax; ++i) {
    try {
      OpenOptions options;
      options.access = Access::exclusive;
      options.busy_timeout_ms = 0;
      return open_or_make(path, options);
    } catch (const Error& error) {
      if (error.code() != Code::locked) throw;
    }
    ::usleep(1000);
  }
  ::_exit(3);  // starved
}

[[noreturn]] void take_turns(const std::string& path, int process) {
  try {
    for (int i = 0; i < kTurns; ++i) {
      const Database database = open_in_turn(path);
      Connection connection = connect(database);
      const std::int64_t before = integer(connection, "SELECT coalesce(sum(amount), 0) FROM ledger_entry");
      post(connection, entry("C0", fmt::format("P{}-{}", process, i), 1));
      if (integer(connection, "SELECT sum(amount) FROM ledger_entry") != before + 1) ::_exit(2);
    }
    ::_exit(0);
  } catch (...) {
    ::_exit(1);
  }
}

TEST_CASE("six processes have a file for themselves by turns") {
  const Folder folder;
  const std::string path = folder / "shared.crm";
  {
    const Database database = open_or_make(path);
    Connection connection = connect(database);
    put_customer(connection, "C0");
  }
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    if (child == 0) take_turns(path, process);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  const Database database = open_or_make(path);
  Connection connection = connect(database);
  CHECK(integer(connection, "SELECT sum(amount) FROM ledger_entry") == kProcesses * kTurns);
  CHECK(integer(connection, "SELECT revenue FROM ledger_month") == kProcesses * kTurns);
  CHECK(is_verified(connection));
}

}  // namespace
}  // namespace crmcore::fault
