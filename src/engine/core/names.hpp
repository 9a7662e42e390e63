// The names of all customers in memory, to be searched.
//
// Made from the rows at the first search, and shared by all connections of the file. A later one brings it up
// to what it reads: the journal tells since when, and blocks of customers that were put are read anew. So
// loading and putting customers cost nothing, and nothing is stored that could be wrong. Who reads something
// else than what was committed last (an open transaction, an older snapshot) has names of its own for the
// call. tests/engine/search_test.cpp compares with all rows after each step of random lives.
#pragma once

#include <cstdint>
#include <functional>
#include <shared_mutex>

#include "archive/name_index.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::engine {

class FileNames {
 public:
  using Use = std::function<void(const archive::NameIndex&)>;
  using Tick = std::function<void(std::int64_t done, std::int64_t total)>;

  // Calls `use` with the names as `db` sees them, which is within a read transaction. `is_own`: within an
  // open write transaction.
  void with(sqlite::Connection& db, bool is_own, const Tick& tick, const Use& use);

 private:
  // To what is told up to this change.
  void bring_up(sqlite::Connection& db, std::int64_t seq, const Tick& tick);

  std::shared_mutex mutex_;
  archive::NameIndex index_;
  std::int64_t seq_ = -1;  // the last change that is in it; -1: there is nothing yet
};

}  // namespace crmcore::engine
