#include "engine/core/file_blocks.hpp"

#include "archive/name_index.hpp"
#include "storage/customer_store.hpp"
#include "storage/journal_store.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kBlockCustomers = archive::NameBlock::kCustomers;

}  // namespace

std::int64_t last_change_of(sqlite::Connection& db) {
  return storage::JournalStore(db).last_link().change_last;
}

BlocksToRead blocks_to_read(sqlite::Connection& db, std::optional<std::int64_t> since) {
  BlocksToRead stale;
  const CustomerId last = storage::CustomerStore(db).last_id();
  stale.are_all = !since || last_change_of(db) - *since > last.value;
  if (stale.are_all) {
    for (std::int64_t block = 0; block <= last.value / kBlockCustomers; ++block) stale.blocks.insert(block);
    return stale;
  }
  storage::ChangeScan changes(db, *since);
  while (changes.next()) {
    const storage::ChangeRow& change = changes.change();
    const std::int64_t customer = change.subject.customer().value;
    if (customer == 0) continue;
    const std::int64_t end = change.is_run() ? customer + change.count - 1 : customer;
    for (std::int64_t block = customer / kBlockCustomers; block <= end / kBlockCustomers; ++block)
      stale.blocks.insert(block);
  }
  return stale;
}

}  // namespace crmcore::engine
