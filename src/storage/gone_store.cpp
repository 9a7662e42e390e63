#include "storage/gone_store.hpp"

#include <algorithm>

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kGoneCustomers{
    "SELECT customer_id, into_id, owner_id, change_seq FROM customer_gone ORDER BY customer_id"};
constexpr Sql kFindGone{
    "SELECT customer_id, into_id, owner_id, change_seq FROM customer_gone WHERE customer_id = ?1"};
constexpr Sql kAnybodyGone{"SELECT 1 FROM customer_gone LIMIT 1"};
constexpr Sql kOwnedBy{"SELECT customer_id FROM customer_gone WHERE owner_id = ?1 ORDER BY customer_id"};
constexpr Sql kFindMerged{
    "SELECT g.customer_id, g.into_id, g.owner_id, g.change_seq FROM customer_row c "
    "JOIN customer_gone g ON g.customer_id = c.id WHERE c.code = ?1 AND c.gone = 1"};
constexpr Sql kInsertGone{
    "INSERT INTO customer_gone (customer_id, into_id, owner_id, change_seq) "
    "VALUES (?1, nullif(?2, 0), nullif(?2, 0), ?3)"};
constexpr Sql kRemoveGone{"DELETE FROM customer_gone WHERE customer_id = ?1"};
constexpr Sql kPassOn{"UPDATE customer_gone SET owner_id = ?2 WHERE owner_id = ?1"};
constexpr Sql kPassBack{
    "WITH RECURSIVE merged (id) AS (SELECT customer_id FROM customer_gone WHERE into_id = ?1 "
    "UNION SELECT g.customer_id FROM merged JOIN customer_gone g ON g.into_id = merged.id) "
    "UPDATE customer_gone SET owner_id = ?1 WHERE customer_id IN (SELECT id FROM merged)"};
constexpr Sql kSetGone{"UPDATE customer_row SET gone = ?2 WHERE id = ?1"};
constexpr Sql kRemoveClasses{"DELETE FROM customer_class_row WHERE customer_id = ?1"};
constexpr Sql kInsertClasses{"INSERT INTO customer_class_row (customer_id) VALUES (?1)"};
constexpr Sql kMoveCodes{"UPDATE customer_past_code SET customer_id = ?2 WHERE customer_id = ?1"};
constexpr Sql kRemoveCodes{"DELETE FROM customer_past_code WHERE customer_id = ?1"};
constexpr Sql kAddOwnCode{
    "INSERT INTO customer_past_code (code, customer_id) SELECT code, ?2 FROM customer_row WHERE id = ?1"};
constexpr Sql kRemoveOwnCode{
    "DELETE FROM customer_past_code WHERE code = (SELECT code FROM customer_row WHERE id = ?1)"};
constexpr Sql kGiveCode{"UPDATE customer_past_code SET customer_id = ?2 WHERE code = ?1"};

GoneRow read_gone(const sqlite::Statement& row) {
  return {row.id<CustomerId>(0), row.id<CustomerId>(1), row.id<CustomerId>(2), row.integer(3)};
}

}  // namespace

GoneCustomers::GoneCustomers(sqlite::Connection& db) {
  for (auto row = db.use(kGoneCustomers); row.step();) rows_.push_back(read_gone(row));
}

std::vector<GoneRow>::const_iterator GoneCustomers::from(CustomerId first) const noexcept {
  return std::lower_bound(rows_.begin(), rows_.end(), first,
                          [](const GoneRow& row, CustomerId id) { return row.customer < id; });
}

const GoneRow* GoneCustomers::find(CustomerId customer) const noexcept {
  const auto at = from(customer);
  return at == rows_.end() || at->customer != customer ? nullptr : &*at;
}

OwnerLookup::OwnerLookup(sqlite::Connection& db) : db_(db), is_anybody_gone_(db.use(kAnybodyGone).step()) {}

CustomerId OwnerLookup::owner_of(CustomerId customer) {
  if (!is_anybody_gone_) return customer;
  const auto row = GoneStore(db_).find(customer);
  return row ? row->owner : customer;
}

std::optional<GoneRow> GoneStore::find(CustomerId customer) {
  auto row = db_.use(kFindGone);
  if (!row.bind(1, customer).step()) return std::nullopt;
  return read_gone(row);
}

std::optional<GoneRow> GoneStore::find_merged(std::string_view key) {
  auto row = db_.use(kFindMerged);
  if (!row.bind(1, key).step()) return std::nullopt;
  return read_gone(row);
}

std::vector<CustomerId> GoneStore::merged_into(CustomerId owner) {
  std::vector<CustomerId> merged;
  auto row = db_.use(kOwnedBy);
  row.bind(1, owner);
  while (row.step()) merged.push_back(row.id<CustomerId>(0));
  return merged;
}

void GoneStore::remove(CustomerId customer, CustomerId into, std::int64_t change_seq) {
  db_.use(kRemoveClasses).bind(1, customer).run();
  db_.use(kSetGone).bind(1, customer).bind(2, into ? Gone::merged : Gone::withdrawn).run();
  if (into) {
    db_.use(kMoveCodes).bind(1, customer).bind(2, into).run();
    db_.use(kAddOwnCode).bind(1, customer).bind(2, into).run();
    db_.use(kPassOn).bind(1, customer).bind(2, into).run();
  } else {
    db_.use(kRemoveCodes).bind(1, customer).run();
  }
  db_.use(kInsertGone).bind(1, customer).bind(2, into.value).bind(3, change_seq).run();
}

void GoneStore::restore(CustomerId customer, const std::vector<std::string>& codes) {
  db_.use(kRemoveGone).bind(1, customer).run();
  db_.use(kPassBack).bind(1, customer).run();
  db_.use(kRemoveOwnCode).bind(1, customer).run();
  for (const std::string& code : codes) db_.use(kGiveCode).bind(1, code).bind(2, customer).run();
  db_.use(kSetGone).bind(1, customer).bind(2, Gone::no).run();
  db_.use(kInsertClasses).bind(1, customer).run();
}

}  // namespace crmcore::storage
