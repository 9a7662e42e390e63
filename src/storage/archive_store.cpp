#include "storage/archive_store.hpp"

#include "crmcore/error.hpp"
#include "crmcore/money.hpp"

#include "base/format.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kCreateArchive{
    "INSERT INTO archive (id, base_currency, currency_digits, time_zone, created_us, catalog_version) "
    "VALUES (1, ?1, ?2, ?3, ?4, 1)"};
constexpr Sql kReadArchive{
    "SELECT base_currency, currency_digits, time_zone, created_us FROM archive WHERE id = 1"};
constexpr Sql kCatalogVersion{"SELECT catalog_version FROM archive WHERE id = 1"};
constexpr Sql kTouchCatalog{"UPDATE archive SET catalog_version = catalog_version + 1 WHERE id = 1"};
constexpr Sql kReadIdentity{"SELECT archive FROM identity WHERE id = 1"};
constexpr Sql kIdentify{"INSERT INTO identity (id, archive) VALUES (1, ?1)"};

}  // namespace

void ArchiveStore::create(const ArchiveRow& row) {
  db_.use(kCreateArchive)
      .bind(1, row.base_currency)
      .bind(2, row.currency_digits)
      .bind(3, row.time_zone)
      .bind(4, row.created.microseconds)
      .run();
}

ArchiveRow ArchiveStore::read() {
  auto row = db_.use(kReadArchive);
  if (!row.step()) throw Error(Code::corrupt, "the file has no archive row");
  const std::int32_t digits = row.integer32(1);
  if (digits < 0 || digits > kMoneyDigitsMax)
    throw Error(Code::corrupt, fmt::format("the file's amounts have {} decimals", digits));
  return {row.string(0), digits, row.string(2), Instant{row.integer(3)}};
}

std::int64_t ArchiveStore::catalog_version() {
  auto row = db_.use(kCatalogVersion);
  return row.step() ? row.integer(0) : 0;
}

void ArchiveStore::touch_catalog() {
  db_.use(kTouchCatalog).run();
}

std::string ArchiveStore::identity() {
  auto row = db_.use(kReadIdentity);
  return row.step() ? row.string(0) : std::string();
}

void ArchiveStore::identify(std::string_view identity) {
  db_.use(kIdentify).bind(1, identity).run();
}

}  // namespace crmcore::storage
