#include "engine/core/names.hpp"

#include <map>
#include <string>
#include <vector>

#include "storage/customer_store.hpp"
#include "storage/detail_store.hpp"

namespace crmcore::engine {
namespace {

using archive::NameBlock;

NameBlock read_block(sqlite::Connection& db, std::int64_t block) {
  NameBlock read;
  const CustomerId first{block * NameBlock::kCustomers};
  const CustomerId last{first.value + NameBlock::kCustomers - 1};
  std::map<CustomerId, std::vector<std::string>> aliases;
  storage::DetailStore(db).aliases(first, last, [&](CustomerId customer, std::string_view alias) {
    aliases[customer].emplace_back(alias);
  });
  std::vector<std::string_view> others;
  storage::CustomerStore(db).names(first, last, [&](const storage::CustomerNames& names) {
    others.clear();
    if (!names.short_name.empty()) others.push_back(names.short_name);
    if (const auto of = aliases.find(names.id); of != aliases.end())
      others.insert(others.end(), of->second.begin(), of->second.end());
    read.add(static_cast<std::size_t>(names.id.value - first.value), names.name, others);
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
