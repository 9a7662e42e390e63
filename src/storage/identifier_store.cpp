#include "storage/identifier_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kDeclaredKind{"SELECT is_unique FROM identifier_kind_row WHERE kind = ?1"};
constexpr Sql kDeclareKind{
    "INSERT INTO identifier_kind_row (kind, is_unique) VALUES (?1, ?2) "
    "ON CONFLICT (kind) DO UPDATE SET is_unique = excluded.is_unique"};
constexpr Sql kIdentifierOwners{
    "SELECT customer_id FROM customer_identifier_row WHERE kind = ?1 AND key = ?2 ORDER BY customer_id"};
constexpr Sql kSharedIdentifiers{
    "SELECT i.key, i.customer_id, (SELECT min(o.customer_id) FROM customer_identifier_row o WHERE o.kind = "
    "?1 "
    "AND o.key = i.key AND o.customer_id > i.customer_id) AS next FROM customer_identifier_row i "
    "WHERE i.kind = ?1 AND EXISTS (SELECT 1 FROM customer_identifier_row m WHERE m.kind = ?1 AND m.key = "
    "i.key "
    "AND m.customer_id > i.customer_id) ORDER BY i.key, i.customer_id"};
constexpr Sql kIdentifierKindsHeld{"SELECT DISTINCT kind FROM customer_identifier_row ORDER BY kind"};

}  // namespace

std::optional<bool> IdentifierStore::is_unique(IdentifierKind kind) {
  auto row = db_.use(kDeclaredKind);
  row.bind(1, kind);
  return row.step() ? std::optional(row.flag(0)) : std::nullopt;
}

void IdentifierStore::declare(IdentifierKind kind, bool is_unique) {
  db_.use(kDeclareKind).bind(1, kind).bind(2, is_unique).run();
}

void IdentifierStore::owners(IdentifierKind kind, std::string_view key,
                             const std::function<bool(CustomerId)>& visit) {
  auto row = db_.use(kIdentifierOwners);
  row.bind(1, kind).bind(2, key);
  while (row.step() && visit(row.id<CustomerId>(0))) {
  }
}

CustomerId IdentifierStore::owner_beside(CustomerId customer, IdentifierKind kind, std::string_view key) {
  CustomerId other;
  owners(kind, key, [&](CustomerId owner) {
    if (owner != customer) other = owner;
    return owner == customer;
  });
  return other;
}

void IdentifierStore::shared(IdentifierKind kind,
                             const std::function<bool(std::string_view, CustomerId, CustomerId)>& visit) {
  auto row = db_.use(kSharedIdentifiers);
  row.bind(1, kind);
  while (row.step() && visit(row.text(0), row.id<CustomerId>(1), row.id<CustomerId>(2))) {
  }
}

void IdentifierStore::kinds(const std::function<void(IdentifierKind)>& visit) {
  for (auto row = db_.use(kIdentifierKindsHeld); row.step();) visit(row.enum_at<IdentifierKind>(0));
}

}  // namespace crmcore::storage
