// What a Connection holds; for the files of this folder.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <sqlite3.h>
#include <string>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/host_query.hpp"
#include "storage/sqlite/public_query.hpp"
#include "storage/sqlite/statement_cache.hpp"

namespace crmcore::sqlite {

struct Connection::State {
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  // Throws Error(io) after a write whose outcome the file system left open: the page cache can no longer
  // be trusted, so the file has to be closed and opened again.
  void require_trusted() const;
  // Rolls back what is_left_open tells of; before anything else is run. Throws Error.
  void end_left_open() {
    if (is_left_open) roll_back_left_open();
  }
  void roll_back_left_open();

  Date today() const noexcept { return zone.day_of(clock ? clock->now() : Clock().now()); }

  sqlite3* db = nullptr;
  bool is_abandoned = false;  // statements are finalized in any order, and what holds them stays
  Role role = Role::writer;
  Access access = Access::write;
  std::string path;
  StatementCache cache;
  PublicQueryGuard guard;

  std::int64_t busy_timeout_us = 0;
  std::int64_t waited_us = 0;  // of the lock that is being waited for
  std::uint64_t jitter = 1;    // state of a generator, seeded per connection
  std::function<bool()> stop;
  std::atomic<bool> is_interrupted = false;  // while waiting for a lock
  bool wait_was_stopped = false;             // the last wait ended by stop() or interrupt()
  std::int64_t query_memory_bytes = 0;       // of one of the host's queries
  const Clock* clock = nullptr;              // whose day is today
  Zone zone;                                 // there
  HostQuery* running = nullptr;              // the query of the host that SQLite works for now

  std::atomic<int> wal_pages = 0;  // after the last commit
  bool must_reopen = false;
  bool has_committed = false;  // set by SQLite when a write transaction is in the log
  bool is_left_open = false;   // a transaction ended, but there was no memory to tell SQLite
};

// Runs a script; throws Error.
void run_script(sqlite3* db, const char* script);

}  // namespace crmcore::sqlite
