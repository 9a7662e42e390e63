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
#include <memory>
#include <mutex>

#include "archive/name_index.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::engine {

// The lock is held for no longer than it takes to copy a pointer: the host is asked while names are read, and
// may not come back.
class FileNames {
 public:
  using Tick = std::function<void(std::int64_t done, std::int64_t total)>;

  // As `db`, which is within a read transaction, sees them. `is_own`: within an open write transaction. From
  // any thread.
  std::shared_ptr<const archive::NameIndex> of(sqlite::Connection& db, bool is_own, const Tick& tick);

 private:
  std::mutex mutex_;
  std::shared_ptr<const archive::NameIndex> index_;  // none: nobody has asked yet
  std::int64_t seq_ = 0;                             // the last change that is in it
};

}  // namespace crmcore::engine
