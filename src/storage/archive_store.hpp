// The one row of facts about the whole file.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// The script since which an archive has an identity.
inline constexpr std::int32_t kIdentityScript = 10;
// The script since which it has a time zone; before it was UTC.
inline constexpr std::int32_t kZoneScript = 14;

struct ArchiveRow {
  std::string base_currency;
  int currency_digits = 2;
  std::string time_zone;
  Instant created;
};

class ArchiveStore {
 public:
  explicit ArchiveStore(sqlite::Connection& db) : db_(db) {}

  void create(const ArchiveRow& row);
  ArchiveRow read();
  // Grows with every change of an axis, node or attribute, so that caches can tell that they are old.
  std::int64_t catalog_version();
  void touch_catalog();

  // What this archive has and no other; empty while it has none. 32 hexadecimal digits.
  std::string identity();
  void identify(std::string_view identity);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
