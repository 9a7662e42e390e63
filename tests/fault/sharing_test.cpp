// Several processes read and write one archive at once.
#include <algorithm>
#include <chrono>
#include <doctest/doctest.h>
#include <functional>
#include <random>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "effort.hpp"
#include "fault/small_archive.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::fault {
namespace {

using sqlite::outcome_of;

constexpr int kEight = 8;
constexpr int kFour = 4;

// A system's SQLite with the WAL-reset race lets one process write: these tests are of the other kind.
bool may_share() {
  return sqlite::has_wal_reset_fix();
}

// Runs `body` in a process of its own, which ends with what it returns, or 99 when it throws.
pid_t start(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    ::_exit(body());
  } catch (const std::exception& error) {
    ::fprintf(stderr, "%s\n", error.what());
    ::_exit(99);
  }
}

int result_of(pid_t child) {
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

TEST_CASE("eight processes post at once: the sum is exact, the sequence has no gap, nobody starves") {
  if (!may_share()) return;
  const Folder folder;
  const std::string path = folder / "shared.crm";
  {
    Connection connection = connect(open_or_make(path));
    put_customer(connection, "C0");
  }
  int counts[2] = {};
  int go[2] = {};
  REQUIRE(::pipe(counts) == 0);
  REQUIRE(::pipe(go) == 0);
  std::vector<pid_t> children;
  for (int process = 0; process < kEight; ++process) {
    children.push_back(start([&] {
      ::close(go[1]);
      Connection connection = connect(open_or_make(path));
      std::int64_t count = 0;
      // All begin at once, however long it took each to come in.
      if (::write(counts[1], &count, sizeof count) != sizeof count) return 2;
      if (::read(go[0], &count, 1) != 0) return 3;
      const double end = seconds() + testing::number_from("CRMCORE_CONTENTION_SECONDS", 3);
      for (; seconds() < end; ++count)
        post(connection, entry("C0", fmt::format("P{}-{}", process, count), 1));
      return ::write(counts[1], &count, sizeof count) == sizeof count ? 0 : 1;
    }));
  }
  for (int i = 0; i < kEight; ++i) {
    std::int64_t ready = -1;
    REQUIRE(::read(counts[0], &ready, sizeof ready) == sizeof ready);
  }
  ::close(go[1]);
  for (const pid_t child : children) CHECK(result_of(child) == 0);
  ::close(go[0]);
  std::int64_t sum = 0;
  std::int64_t least = INT64_MAX;
  for (int i = 0; i < kEight; ++i) {
    std::int64_t count = 0;
    REQUIRE(::read(counts[0], &count, sizeof count) == sizeof count);
    sum += count;
    least = std::min(least, count);
  }
  ::close(counts[0]);
  ::close(counts[1]);
  MESSAGE(sum << " posts, the slowest made " << least);
  CHECK(least * kEight * 2 >= sum);
  Connection connection = connect(open_or_make(path));
  CHECK(integer(connection, "SELECT sum(amount) FROM ledger_entry") == sum);
  CHECK(integer(connection, "SELECT revenue FROM ledger_month") == sum);
  CHECK(integer(connection, "SELECT count(*) - max(seq) FROM change_log") == 0);
  CHECK(is_verified(connection));
}

TEST_CASE("what a process keeps in memory is not older than what it writes to") {
  if (!may_share()) return;
  const Folder folder;
  const std::string path = folder / "shared.crm";
  int go[2] = {};
  int done[2] = {};
  REQUIRE(::pipe(go) == 0);
  REQUIRE(::pipe(done) == 0);
  {
    Connection connection = connect(open_or_make(path));
    std::string list;
    for (int i = 0; i < 600; ++i) list += fmt::format(R"({}{{"code":"C{}","name":"x"}})", i ? "," : "", i);
    connection.call("archive.put", "{\"customers\":[" + list + "]}");
  }
  const auto post_many = [](Connection& connection, std::string_view document, std::string_view date,
                            int from, int to) {
    std::string list;
    for (int i = from; i < to; ++i) {
      list += fmt::format(R"({}{{"customer":"C{}","date":"{}","document":"{}-{}","amount":1}})",
                          i > from ? "," : "", i, date, document, i);
    }
    post(connection, list);
  };
  // The other process posts in between, to customers whose first day this one knows.
  const pid_t child = start([&] {
    Connection connection = connect(open_or_make(path));
    char byte = 0;
    if (::read(go[0], &byte, 1) != 1) return 1;
    post_many(connection, "early", "2020-01-01", 300, 600);
    connection.call("classification.define_ready_made", "{}");
    return ::write(done[1], &byte, 1) == 1 ? 0 : 2;
  });
  {
    Connection connection = connect(open_or_make(path));
    for (int round = 0; round < 4; ++round)
      post_many(connection, fmt::format("a{}", round), "2024-06-01", 0, 300);
    char byte = 'g';
    REQUIRE(::write(go[1], &byte, 1) == 1);
    REQUIRE(::read(done[0], &byte, 1) == 1);
    post_many(connection, "late", "2024-06-02", 0, 600);
    CHECK(integer(connection, "SELECT count(*) FROM customer WHERE first_entry = '2020-01-01'") == 300);
    CHECK(integer(connection, "SELECT count(*) FROM customer WHERE first_entry = '2024-06-01'") == 300);
    // The axes that the other one defined are known here.
    connection.call("archive.put", R"({"customers":[{"code":"C1","attributes":{"total_assets":5}}]})");
    CHECK(is_verified(connection));
  }
  CHECK(result_of(child) == 0);
  for (const int end : {go[0], go[1], done[0], done[1]}) ::close(end);
}

TEST_CASE("four processes want a manager's last places: one gets each") {
  if (!may_share()) return;
  constexpr int kPlaces = 6;
  const Folder folder;
  const std::string path = folder / "shared.crm";
  {
    Connection connection = connect(open_or_make(path));
    for (int i = 0; i < kFour * kPlaces; ++i) put_customer(connection, fmt::format("C{}", i));
    connection.call("assignment.put_managers",
                    fmt::format(R"({{"managers":[{{"code":"M1","name":"李娜","span":{}}}]}})", kPlaces));
  }
  std::vector<pid_t> children;
  for (int process = 0; process < kFour; ++process) {
    children.push_back(start([&] {
      Connection connection = connect(open_or_make(path));
      int got = 0;
      for (int i = 0; i < kPlaces; ++i) {
        const std::string request = fmt::format(
            R"({{"customer":"C{}","manager":"M1","from":"2024-06-01","reason":"x"}})", process * kPlaces + i);
        const sqlite::Outcome outcome = outcome_of([&] { connection.call("assignment.assign", request); });
        if (outcome.code == Code::ok) ++got;
        if (outcome.code != Code::ok && outcome.code != Code::conflict && outcome.code != Code::limit) {
          ::fprintf(stderr, "%s\n", outcome.message.c_str());
          return 50;
        }
      }
      return got;
    }));
  }
  int sum = 0;
  for (const pid_t child : children) sum += result_of(child);
  CHECK(sum == kPlaces);
  Connection connection = connect(open_or_make(path));
  CHECK(integer(connection, "SELECT count(*) FROM assignment_current") == kPlaces);
  CHECK(is_verified(connection));
}

TEST_CASE("four processes write and are killed, again and again: nothing acknowledged is lost") {
  if (!may_share()) return;
  const int rounds = std::max(2, testing::number_from("CRMCORE_KILLS", testing::effort(200)) / 10);
  std::mt19937 random(20241129);
  const Folder folder;
  const std::string path = folder / "shared.crm";
  connect(open_or_make(path));
  std::vector<std::int64_t> last(kFour, 0);
  int told[2] = {};
  REQUIRE(::pipe(told) == 0);
  struct Acknowledged {
    std::int64_t process;
    std::int64_t number;
  };
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    std::vector<pid_t> children;
    for (int process = 0; process < kFour; ++process) {
      children.push_back(start([&] {
        Connection connection = connect(open_or_make(path));
        for (std::int64_t number = last[static_cast<std::size_t>(process)] + 1;; ++number) {
          put_customer(connection, fmt::format("K{}-{}", process, number));
          const Acknowledged row{process, number};
          if (::write(told[1], &row, sizeof row) != sizeof row) return 1;
        }
      }));
    }
    // One after the other, so that some go on beside the dead.
    std::shuffle(children.begin(), children.end(), random);
    for (const pid_t child : children) {
      ::usleep(static_cast<useconds_t>(random() % 15'000));
      ::kill(child, SIGKILL);
      CHECK(result_of(child) == -SIGKILL);
    }
    Connection connection = connect(open_or_make(path));
    const Acknowledged end{-1, 0};
    REQUIRE(::write(told[1], &end, sizeof end) == sizeof end);
    for (Acknowledged row{}; ::read(told[0], &row, sizeof row) == sizeof row && row.process >= 0;) {
      last[static_cast<std::size_t>(row.process)] = row.number;
    }
    for (int process = 0; process < kFour; ++process) {
      CAPTURE(process);
      std::int64_t& known = last[static_cast<std::size_t>(process)];
      const std::int64_t found =
          integer(connection, fmt::format("SELECT count(*) FROM customer WHERE code LIKE 'K{}-%'", process));
      CHECK(found >= known);
      CHECK(found <= known + 1);
      known = found;
    }
    CHECK(is_verified(connection));
  }
  ::close(told[0]);
  ::close(told[1]);
}

}  // namespace
}  // namespace crmcore::fault
