// A process is killed while it writes: what it acknowledged is found, what is found is whole, and what is
// delivered again counts once.
#include <algorithm>
#include <cstdlib>
#include <doctest/doctest.h>
#include <random>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "effort.hpp"
#include "fault/small_archive.hpp"
#include "open_or_make.hpp"

namespace crmcore::fault {
namespace {

constexpr int kRoundsPerFile = 20;

int rounds() {
  return testing::number_from("CRMCORE_KILLS", testing::effort(200));
}

// One delivery: a customer and two entries that sum to nothing, in one transaction.
void deliver(Connection& connection, std::int64_t number) {
  const std::string code = fmt::format("K{}", number);
  const std::string document = fmt::format("doc-{}", number);
  connection.begin();
  put_customer(connection, code);
  post(connection,
       entry(code, document, number) + "," + entry(code, document, number, R"(,"line":2,"kind":"reversal")"));
  connection.commit();
}

[[noreturn]] void deliver_until_killed(const std::string& path, std::int64_t first, int acknowledge) {
  try {
    const Database database = open_or_make(path);
    Connection connection = connect(database);
    for (std::int64_t number = first;; ++number) {
      deliver(connection, number);
      if (::write(acknowledge, &number, sizeof number) != sizeof number) ::_exit(2);
    }
  } catch (...) {
    ::_exit(1);
  }
}

// Lets a child deliver, kills it at a random moment, and gives the last number that it acknowledged.
std::int64_t last_acknowledged(const std::string& path, std::int64_t first, std::mt19937& random) {
  int ends[2] = {};
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    deliver_until_killed(path, first, ends[1]);
  }
  ::close(ends[1]);
  std::int64_t last = first - 1;
  const auto wanted = static_cast<std::int64_t>(random() % 6);
  while (last - first + 1 < wanted && ::read(ends[0], &last, sizeof last) == sizeof last) {
  }
  ::usleep(static_cast<useconds_t>(random() % 2000));
  ::kill(child, SIGKILL);
  for (std::int64_t more = 0; ::read(ends[0], &more, sizeof more) == sizeof more;) last = more;
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  return last;
}

TEST_CASE("what a killed process acknowledged is there, whole, and counts once") {
  std::mt19937 random(20240701);  // the recorded seed
  const int count = rounds();
  std::int64_t unacknowledged = 0;
  for (int round = 0; round < count;) {
    const Folder folder;
    const std::string path = folder / "killed.crm";
    std::int64_t next = 1;
    for (int i = 0; i < kRoundsPerFile && round < count; ++i, ++round) {
      CAPTURE(round);
      const std::int64_t last = last_acknowledged(path, next, random);
      const Database database = open_or_make(path);
      Connection connection = connect(database);
      const std::int64_t found = integer(connection, "SELECT count(*) FROM customer");
      // Deliveries come one after the other: at most one was under way.
      CHECK(found >= last);
      CHECK(found <= last + 1);
      unacknowledged += found - last;
      CHECK(integer(connection, "SELECT max(CAST(substr(code, 2) AS INTEGER)) FROM customer") == found);
      CHECK(integer(connection, "SELECT count(*) FROM ledger_entry") == 2 * found);
      CHECK(is_verified(connection));
      for (std::int64_t number = std::max<std::int64_t>(1, last - 2); number <= last + 1; ++number) {
        deliver(connection, number);
      }
      CHECK(integer(connection, "SELECT count(*) FROM ledger_entry") == 2 * (last + 1));
      CHECK(integer(connection, "SELECT sum(revenue - reversal_own) FROM ledger_month") == 0);
      next = last + 2;
    }
  }
  MESSAGE(count << " kills; " << unacknowledged << " deliveries were applied without an acknowledgement");
}

[[noreturn]] void back_up_until_killed(const std::string& path, const std::string& copy) {
  try {
    connect(open_or_make(path)).backup(copy);
    for (;;) ::pause();
  } catch (...) {
    ::_exit(1);
  }
}

TEST_CASE("a killed backup leaves nothing at its name, or all of it") {
  constexpr int kCustomers = 300;
  std::mt19937 random(20240703);
  const Folder folder;
  const std::string path = folder / "source.crm";
  const std::string copy = folder / "copy.crm";
  {
    Connection connection = connect(open_or_make(path));
    fill(connection, kCustomers);
  }
  int whole = 0;
  for (int round = 0; round < rounds() / 4; ++round) {
    CAPTURE(round);
    std::filesystem::remove(copy + ".unfinished");
    const pid_t child = ::fork();
    if (child == 0) back_up_until_killed(path, copy);
    // The first one is let to its end, the others are killed while they copy or verify.
    const std::string awaited = round == 0 ? copy : copy + ".unfinished";
    const auto is_there = [&] { return std::filesystem::exists(copy) || std::filesystem::exists(awaited); };
    for (int tries = 0; tries < 600'000 && !is_there(); ++tries) ::usleep(100);
    REQUIRE(is_there());
    ::usleep(static_cast<useconds_t>(random() % (round % 2 == 0 ? 3'000 : 60'000)));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    if (!std::filesystem::exists(copy)) continue;
    ++whole;
    OpenOptions options;
    options.create = false;  // a part with its journal would be emptied and made anew
    Connection reader = connect(Database::open(copy, options));
    CHECK(integer(reader, "SELECT count(*) FROM customer") == kCustomers);
    CHECK(is_verified(reader));
    std::filesystem::remove(copy);
  }
  CHECK(whole > 0);
  MESSAGE(whole << " copies were whole before the kill");
  connect(open_or_make(path)).backup(copy);  // what was left by others is no hindrance
  for (const auto& file : std::filesystem::directory_iterator(folder.path()))
    CHECK(file.path().string().find(".unfinished") == std::string::npos);
}

TEST_CASE("a file whose maker was killed is made by the next one") {
  std::mt19937 random(20240702);
  const Folder folder;
  const std::string path = folder / "born.crm";
  for (int round = rounds(); round > 0; --round) {
    CAPTURE(round);
    for (const char* suffix : {"", "-journal", "-wal", "-shm", ".lock"})
      std::filesystem::remove(path + suffix);
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        const Database database = open_or_make(path);
        for (;;) ::pause();
      } catch (...) {
        ::_exit(1);
      }
    }
    ::usleep(static_cast<useconds_t>(random() % 8000));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    const Database database = open_or_make(path);
    Connection connection = connect(database);
    put_customer(connection, "C1");
    CHECK(is_verified(connection));
  }
}

}  // namespace
}  // namespace crmcore::fault
