#include "engine/core/names.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include "storage/customer_store.hpp"
#include "storage/journal_store.hpp"

namespace crmcore::engine {
namespace {

using archive::NameBlock;
using archive::NameIndex;

// Blocks from `first` to `last`, as the rows have them.
void read_blocks(sqlite::Connection& db, std::int64_t first, std::int64_t last, NameIndex& index) {
  for (std::int64_t block = first; block <= last; ++block) index.block(block) = {};
  const CustomerId from{first * NameBlock::kCustomers};
  const CustomerId to{(last + 1) * NameBlock::kCustomers - 1};
  storage::CustomerStore(db).names(from, to, [&](const storage::CustomerNames& names) {
    index.block(names.id.value / NameBlock::kCustomers)
        .add(static_cast<std::size_t>(names.id.value % NameBlock::kCustomers), names.name, names.short_name);
  });
}

void read_all(sqlite::Connection& db, NameIndex& index, const FileNames::Tick& tick) {
  constexpr std::int64_t kBlocksPerTick = 16;
  index.clear();
  const std::int64_t last = storage::CustomerStore(db).last_id().value / NameBlock::kCustomers;
  for (std::int64_t block = 0; block <= last; block += kBlocksPerTick) {
    read_blocks(db, block, std::min(block + kBlocksPerTick - 1, last), index);
    tick(block, last + 1);
  }
}

}  // namespace

void FileNames::with(sqlite::Connection& db, bool is_own, const Tick& tick, const Use& use) {
  const std::int64_t seq = storage::JournalStore(db).last_link().change_last;
  if (!is_own) {
    {
      const std::shared_lock lock(mutex_);
      if (seq_ == seq) return use(index_);
    }
    const std::unique_lock lock(mutex_);
    if (seq_ < seq) bring_up(db, seq, tick);
    if (seq_ == seq) return use(index_);
  }
  NameIndex own;
  read_all(db, own, tick);
  use(own);
}

void FileNames::bring_up(sqlite::Connection& db, std::int64_t seq, const Tick& tick) {
  const std::int64_t since = seq_;
  seq_ = -1;  // should this fail half-way
  // Where there is more to read in the journal than names, these are read.
  if (since < 0 || seq - since > storage::CustomerStore(db).last_id().value) {
    read_all(db, index_, tick);
  } else {
    std::set<std::int64_t> stale;
    storage::ChangeScan changes(db, since);
    while (changes.next()) {
      const storage::ChangeRow& change = changes.change();
      const std::int64_t customer = change.subject.customer().value;
      if (customer == 0) continue;
      const std::int64_t last = change.is_run() ? customer + change.count - 1 : customer;
      for (std::int64_t block = customer / NameBlock::kCustomers; block <= last / NameBlock::kCustomers;
           ++block)
        stale.insert(block);
    }
    std::int64_t done = 0;
    for (const std::int64_t block : stale) {
      read_blocks(db, block, block, index_);
      tick(++done, std::ssize(stale));
    }
  }
  seq_ = seq;
}

}  // namespace crmcore::engine
