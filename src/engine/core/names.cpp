#include "engine/core/names.hpp"

#include <set>
#include <utility>

#include "storage/customer_store.hpp"
#include "storage/journal_store.hpp"

namespace crmcore::engine {
namespace {

using archive::NameBlock;
using archive::NameIndex;

NameBlock read_block(sqlite::Connection& db, std::int64_t block) {
  NameBlock read;
  const CustomerId first{block * NameBlock::kCustomers};
  storage::CustomerStore(db).names(
      first, CustomerId{first.value + NameBlock::kCustomers - 1}, [&](const storage::CustomerNames& names) {
        read.add(static_cast<std::size_t>(names.id.value - first.value), names.name, names.short_name);
      });
  return read;
}

// The blocks with customers of whom something is told since.
std::set<std::int64_t> stale_blocks(sqlite::Connection& db, std::int64_t since) {
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
  return stale;
}

std::set<std::int64_t> all_blocks(CustomerId last) {
  std::set<std::int64_t> blocks;
  for (std::int64_t block = 0; block <= last.value / NameBlock::kCustomers; ++block) blocks.insert(block);
  return blocks;
}

}  // namespace

std::shared_ptr<const NameIndex> FileNames::of(sqlite::Connection& db, bool is_own, const Tick& tick) {
  const std::int64_t seq = storage::JournalStore(db).last_link().change_last;
  std::shared_ptr<const NameIndex> known;
  std::int64_t since = 0;
  {
    const std::lock_guard lock(mutex_);
    known = index_;
    since = seq_;
  }
  const bool is_older = known != nullptr && seq < since;
  if (known != nullptr && since == seq && !is_own) return known;
  auto index = std::make_shared<NameIndex>();
  const CustomerId last = storage::CustomerStore(db).last_id();
  // Where there is more to read in the journal than names, all of these are read.
  const bool is_anew = known == nullptr || is_own || is_older || seq - since > last.value;
  if (!is_anew) *index = *known;
  const std::set<std::int64_t> stale = is_anew ? all_blocks(last) : stale_blocks(db, since);
  std::int64_t done = 0;
  for (const std::int64_t block : stale) {
    index->set(block, read_block(db, block));
    tick(++done, std::ssize(stale));
  }
  if (!is_own && !is_older) {
    const std::lock_guard lock(mutex_);
    if (index_ == nullptr || seq_ < seq) {
      index_ = index;
      seq_ = seq;
    }
  }
  return index;
}

}  // namespace crmcore::engine
