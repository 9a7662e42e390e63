#include "storage/detail_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kDetailsOf{
    "SELECT customer_id, kind, key, use, label, place, text, number, amount, observed_day, until_day, "
    "source, "
    "confidence FROM customer_detail_row WHERE customer_id = ?1 ORDER BY kind, key"};
constexpr Sql kPutDetail{
    "INSERT INTO customer_detail_row (customer_id, kind, key, use, label, place, text, number, "
    "amount, observed_day, until_day, source, confidence) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (customer_id, kind, key) "
    "DO UPDATE SET use = excluded.use, label = excluded.label, place = excluded.place, text = excluded.text, "
    "number = excluded.number, amount = excluded.amount, observed_day = excluded.observed_day, "
    "until_day = excluded.until_day, source = excluded.source, confidence = excluded.confidence"};
constexpr Sql kRemoveDetail{
    "DELETE FROM customer_detail_row WHERE customer_id = ?1 AND kind = ?2 AND key = ?3"};
constexpr Sql kAliasesOf{
    "SELECT customer_id, label FROM customer_detail_row WHERE customer_id BETWEEN ?1 AND ?2 AND kind = 0 "
    "ORDER BY customer_id, key"};
constexpr Sql kLinkAbove{
    "SELECT number FROM customer_detail_row WHERE customer_id = ?1 AND kind = 7 AND key = ?2"};
constexpr Sql kLinkedTo{
    "SELECT customer_id FROM customer_detail_row WHERE kind = 7 AND number = ?1 AND use = ?2 "
    "ORDER BY customer_id"};

}  // namespace

const Sql kScannedDetails{
    "SELECT customer_id, kind, key, use, label, place, text, number, amount, observed_day, until_day, "
    "source, "
    "confidence FROM customer_detail_row WHERE customer_id BETWEEN ?1 AND ?2 ORDER BY customer_id, kind, "
    "key"};

Detail read_detail(const sqlite::Statement& row) {
  Detail detail;
  detail.kind = row.enum_at<DetailKind>(1);
  detail.key = row.string(2);
  detail.use = row.string(3);
  detail.label = row.string(4);
  detail.place = row.string(5);
  detail.text = row.string(6);
  detail.number = row.integer(7);
  detail.amount = row.maybe_integer(8);
  detail.observed = row.date(9);
  detail.until = row.maybe_date(10);
  detail.source = row.string(11);
  if (!row.is_null(12)) detail.confidence = row.enum_at<Confidence>(12);
  return detail;
}

std::vector<Detail> DetailStore::of(CustomerId customer) {
  auto row = db_.use(kDetailsOf);
  row.bind(1, customer);
  std::vector<Detail> details;
  while (row.step()) details.push_back(read_detail(row));
  return details;
}

void DetailStore::put(CustomerId customer, const Detail& detail) {
  auto row = db_.use(kPutDetail);
  row.bind(1, customer).bind(2, detail.kind).bind(3, detail.key).bind(4, detail.use).bind(5, detail.label);
  row.bind(6, detail.place).bind(7, detail.text).bind(8, detail.number).bind(9, detail.amount);
  row.bind(10, detail.observed).bind(11, detail.until).bind(12, detail.source).bind(13, detail.confidence);
  row.run();
}

void DetailStore::remove(CustomerId customer, const Detail& detail) {
  db_.use(kRemoveDetail).bind(1, customer).bind(2, detail.kind).bind(3, detail.key).run();
}

void DetailStore::aliases(CustomerId first, CustomerId last,
                          const std::function<void(CustomerId, std::string_view)>& visit) {
  auto row = db_.use(kAliasesOf);
  row.bind(1, first).bind(2, last);
  while (row.step()) visit(row.id<CustomerId>(0), row.text(1));
}

CustomerId DetailStore::linked(CustomerId customer, std::string_view use) {
  auto row = db_.use(kLinkAbove);
  row.bind(1, customer).bind(2, use);
  return row.step() ? row.id<CustomerId>(0) : CustomerId{};
}

void DetailStore::linked_to(CustomerId other, std::string_view use,
                            const std::function<void(CustomerId)>& visit) {
  std::vector<CustomerId> found;
  {
    auto row = db_.use(kLinkedTo);
    row.bind(1, other).bind(2, use);
    while (row.step()) found.push_back(row.id<CustomerId>(0));
  }
  for (const CustomerId customer : found) visit(customer);
}

}  // namespace crmcore::storage
