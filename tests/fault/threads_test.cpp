// Threads on one database: every snapshot balances, nobody's write is lost, the change sequence has no gap.
#include <atomic>
#include <chrono>
#include <doctest/doctest.h>
#include <thread>
#include <vector>

#include "effort.hpp"
#include "fault/small_archive.hpp"
#include "open_or_make.hpp"

namespace crmcore::fault {
namespace {

constexpr int kWriters = 4;
constexpr int kReaders = 4;
constexpr std::int64_t kCustomers = 16;

struct Tally {
  std::atomic<bool> is_over{false};
  std::atomic<std::int64_t> posted{0};
  std::atomic<std::int64_t> read{0};
  std::atomic<int> failures{0};
};

// Posts a revenue and a cost of the same amount in one transaction, so that every snapshot balances.
void write(const Database& database, int thread, Tally& tally) {
  Connection connection = connect(database);
  for (int i = 0; !tally.is_over; ++i) {
    const std::string customer = fmt::format("C{}", (thread + i) % kCustomers);
    const std::string document = fmt::format("T{}-{}", thread, i);
    const bool is_rolled_back = i % 7 == 6;
    connection.begin();
    post(connection, entry(customer, document, i + 1));
    post(connection, entry(customer, document, i + 1, R"(,"line":2,"kind":"cost")"));
    if (is_rolled_back) {
      connection.rollback();
    } else {
      connection.commit();
      tally.posted += i + 1;
    }
  }
}

void read(const Database& database, int thread, Tally& tally) {
  Connection connection = connect(database);
  constexpr std::string_view kBalances[] = {
      "SELECT sum(CASE kind WHEN 'revenue' THEN amount ELSE -amount END) FROM ledger_entry",
      "SELECT sum(revenue - cost) FROM ledger_month",
      "SELECT count(*) - max(seq) FROM change_log",
  };
  for (int i = thread; !tally.is_over; ++i) {
    if (integer(connection, kBalances[i % 3]) != 0) ++tally.failures;
    if (i % 16 == 15 && !is_verified(connection)) ++tally.failures;
    ++tally.read;
  }
}

template <class Work>
void guarded(Tally& tally, Work work) {
  try {
    work();
  } catch (const std::exception&) {
    ++tally.failures;
    tally.is_over = true;
  }
}

TEST_CASE("eight threads read and write one database") {
  const Folder folder;
  OpenOptions options;
  options.durability = Durability::relaxed;  // more turns a second
  options.busy_timeout_ms = 60'000;
  const Database database = open_or_make(folder / "threads.crm", options);
  Connection connection = connect(database);
  for (int i = 0; i < kCustomers; ++i) put_customer(connection, fmt::format("C{}", i));

  Tally tally;
  std::vector<std::thread> threads;
  for (int i = 0; i < kWriters; ++i) {
    threads.emplace_back([&, i] { guarded(tally, [&] { write(database, i, tally); }); });
  }
  for (int i = 0; i < kReaders; ++i) {
    threads.emplace_back([&, i] { guarded(tally, [&] { read(database, i, tally); }); });
  }
  std::this_thread::sleep_for(std::chrono::seconds(testing::number_from("CRMCORE_THREAD_SECONDS", 2)));
  tally.is_over = true;
  for (std::thread& thread : threads) thread.join();

  CHECK(tally.failures == 0);
  CHECK(integer(connection, "SELECT sum(revenue) FROM ledger_month") == tally.posted);
  CHECK(integer(connection, "SELECT sum(amount) FROM ledger_entry WHERE kind = 'cost'") == tally.posted);
  CHECK(integer(connection, "SELECT count(*) - max(seq) FROM change_log") == 0);
  CHECK(is_verified(connection));
  CHECK(tally.posted > 0);
  CHECK(tally.read > 0);
  MESSAGE(integer(connection, "SELECT count(*) FROM ledger_entry")
          << " entries, " << tally.read.load() << " reads");
}

// A thread interrupts another one's connection again and again: each call is whole or nothing.
TEST_CASE("interrupts from another thread leave calls whole or undone") {
  const Folder folder;
  const Database database = open_or_make(folder / "interrupted.crm");
  Connection connection = connect(database);
  std::atomic<bool> is_over{false};
  std::thread interrupter([&] {
    while (!is_over) {
      connection.interrupt();
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  });
  std::int64_t done = 0;
  std::int64_t cancelled = 0;
  for (int i = 0; i < 100; ++i) {
    try {
      connection.call(
          "archive.put",
          fmt::format(R"({{"customers":[{{"code":"A{}","name":"x"}},{{"code":"B{}","name":"y"}}]}})", i, i));
      ++done;
    } catch (const Error& error) {
      CHECK(error.code() == Code::cancelled);
      ++cancelled;
    }
  }
  is_over = true;
  interrupter.join();
  CHECK(integer(connection, "SELECT count(*) FROM customer") == 2 * done);
  CHECK(is_verified(connection));
  MESSAGE(done << " done, " << cancelled << " cancelled");
}

}  // namespace
}  // namespace crmcore::fault
