#include "engine/core/names.hpp"

#include "storage/customer_store.hpp"

namespace crmcore::engine {
namespace {

using archive::NameBlock;

NameBlock read_block(sqlite::Connection& db, std::int64_t block) {
  NameBlock read;
  const CustomerId first{block * NameBlock::kCustomers};
  storage::CustomerStore(db).names(
      first, CustomerId{first.value + NameBlock::kCustomers - 1}, [&](const storage::CustomerNames& names) {
        read.add(static_cast<std::size_t>(names.id.value - first.value), names.name, names.short_name);
      });
  return read;
}

}  // namespace

std::shared_ptr<const archive::NameIndex> names_of(FileNames& names, sqlite::Connection& db, bool is_own,
                                                   const BlockTick& tick) {
  return names.of(
      db, is_own, 0, [&](std::int64_t block) { return read_block(db, block); }, tick);
}

}  // namespace crmcore::engine
