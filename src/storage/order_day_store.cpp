#include "storage/order_day_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kAddOrderDay{
    "INSERT INTO order_day (customer_id, source_id, document, day) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (customer_id, source_id, document, day) DO NOTHING"};
constexpr Sql kRemoveOrderDays{
    "DELETE FROM order_day WHERE customer_id = ?1 AND source_id = ?2 AND document = ?3"};
constexpr Sql kClearOrderDays{"DELETE FROM order_day WHERE customer_id BETWEEN ?1 AND ?2"};
constexpr Sql kOrderDays{
    "SELECT customer_id, source_id, document, day FROM order_day WHERE customer_id BETWEEN ?1 AND ?2 "
    "ORDER BY customer_id, source_id, document, day"};

}  // namespace

void OrderDayStore::add(CustomerId customer, SourceId source, std::string_view document, Date day) {
  db_.use(kAddOrderDay).bind(1, customer).bind(2, source).bind(3, document).bind(4, day).run();
}

void OrderDayStore::remove(CustomerId customer, SourceId source, std::string_view document) {
  db_.use(kRemoveOrderDays).bind(1, customer).bind(2, source).bind(3, document).run();
}

void OrderDayStore::clear(const BlockRange& blocks) {
  db_.use(kClearOrderDays).bind(1, blocks.first_customer()).bind(2, blocks.last_customer()).run();
}

void OrderDayStore::clear(CustomerId customer) {
  db_.use(kClearOrderDays).bind(1, customer).bind(2, customer).run();
}

void OrderDayStore::each(const BlockRange& blocks, const std::function<void(const OrderDayRow&)>& visit) {
  auto rows = db_.use(kOrderDays);
  rows.bind(1, blocks.first_customer()).bind(2, blocks.last_customer());
  OrderDayRow row;
  while (rows.step()) {
    row.customer = rows.id<CustomerId>(0);
    row.source = rows.id<SourceId>(1);
    row.document.assign(rows.text(2));
    row.day = rows.date(3);
    visit(row);
  }
}

}  // namespace crmcore::storage
