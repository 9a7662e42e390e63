// What is known of all customers in memory, in blocks of ids that never change: made from the rows at the
// first use, and shared by all connections of the file. A later use brings it up to what it reads: the
// journal tells since when, and blocks of customers that were put are read anew. So loading and putting
// customers cost nothing, and nothing is stored that could be wrong. Who reads something else than what was
// committed last (an open transaction, an older snapshot) has blocks of its own for the call.
// tests/engine/search_test.cpp compares with all rows after each step of random lives.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "storage/sqlite/connection.hpp"

namespace crmcore::engine {

using BlockTick = std::function<void(std::int64_t done, std::int64_t total)>;

// The last change that `db`, which is within a read transaction, sees.
std::int64_t last_change_of(sqlite::Connection& db);
// The blocks with customers of whom something is told since; all of them where nothing is known, or there is
// more to read in the journal than customers.
struct BlocksToRead {
  std::set<std::int64_t> blocks;
  bool are_all = false;
};
BlocksToRead blocks_to_read(sqlite::Connection& db, std::optional<std::int64_t> since);

// The lock is held for no longer than it takes to copy a pointer: the host is asked while blocks are read,
// and may not come back.
template <class Index>
class FileBlocks {
 public:
  using Read = std::function<typename Index::Block(std::int64_t block)>;

  // As `db`, which is within a read transaction, sees them, and made with what `basis` numbers beside the
  // rows. `is_own`: within an open write transaction. From any thread.
  std::shared_ptr<const Index> of(sqlite::Connection& db, bool is_own, std::int64_t basis, const Read& read,
                                  const BlockTick& tick) {
    const std::int64_t seq = last_change_of(db);
    std::shared_ptr<const Index> known;
    std::int64_t since = 0;
    {
      const std::lock_guard lock(mutex_);
      known = index_;
      since = seq_;
      if (basis != basis_) known = nullptr;
    }
    const bool is_older = known != nullptr && seq < since;
    if (known != nullptr && since == seq && !is_own) return known;
    const bool is_anew = known == nullptr || is_own || is_older;
    const BlocksToRead stale = blocks_to_read(db, is_anew ? std::nullopt : std::optional(since));
    auto index = std::make_shared<Index>();
    if (!stale.are_all) *index = *known;
    std::int64_t done = 0;
    for (const std::int64_t block : stale.blocks) {
      index->set(block, read(block));
      tick(++done, static_cast<std::int64_t>(stale.blocks.size()));
    }
    if (!is_own && !is_older) {
      const std::lock_guard lock(mutex_);
      if (index_ == nullptr || seq_ < seq || (seq_ == seq && basis_ != basis)) {
        index_ = index;
        seq_ = seq;
        basis_ = basis;
      }
    }
    return index;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const Index> index_;  // none: nobody has asked yet
  std::int64_t seq_ = 0;                // the last change that is in it
  std::int64_t basis_ = 0;
};

}  // namespace crmcore::engine
