#include "storage/subject_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kStandingsBetween{
    "SELECT customer_id, status, first_entry_day FROM customer_standing "
    "WHERE customer_id BETWEEN ?1 AND ?2 ORDER BY customer_id"};
constexpr Sql kClassesBetween{
    "SELECT customer_id, class_1, class_2, class_3, class_4, class_5, class_6, class_7, class_8, class_9, "
    "class_10, "
    "class_11, class_12 FROM customer_class_row WHERE customer_id BETWEEN ?1 AND ?2 ORDER BY customer_id"};
constexpr Sql kNumbersBetween{
    "SELECT customer_id, attribute_id, number, observed_day FROM customer_attribute_row "
    "WHERE customer_id BETWEEN ?1 AND ?2 AND number IS NOT NULL ORDER BY customer_id, attribute_id"};
constexpr Sql kBegunBetween{
    "SELECT customer_id, first_entry_day FROM customer_standing "
    "WHERE first_entry_day >= ?1 AND first_entry_day < ?2 ORDER BY customer_id"};
constexpr Sql kObservedBetween{
    "SELECT customer_id FROM customer_attribute_row WHERE observed_day >= ?1 AND observed_day < ?2 "
    "ORDER BY customer_id, attribute_id"};

}  // namespace

void SubjectStore::standings(CustomerId first, CustomerId last,
                             const std::function<void(const SubjectStandingRow&)>& visit) {
  auto rows = db_.use(kStandingsBetween);
  rows.bind(1, first).bind(2, last);
  while (rows.step()) {
    visit({rows.id<CustomerId>(0), rows.enum_at<CustomerStatus>(1), rows.maybe_date(2)});
  }
}

void SubjectStore::classes(CustomerId first, CustomerId last,
                           const std::function<void(CustomerId, const ClassRow&)>& visit) {
  auto rows = db_.use(kClassesBetween);
  rows.bind(1, first).bind(2, last);
  while (rows.step()) {
    ClassRow nodes;
    for (std::size_t slot = 0; slot < kClassSlots; ++slot) {
      nodes[slot] = rows.id<NodeId>(static_cast<int>(slot) + 1);
    }
    visit(rows.id<CustomerId>(0), nodes);
  }
}

void SubjectStore::attributes(CustomerId first, CustomerId last,
                              const std::function<void(const SubjectAttributeRow&)>& visit) {
  auto rows = db_.use(kNumbersBetween);
  rows.bind(1, first).bind(2, last);
  while (rows.step()) {
    visit({rows.id<CustomerId>(0), rows.id<AttributeId>(1), rows.integer(2), rows.date(3)});
  }
}

void SubjectStore::begun(const DateRange& days, const std::function<void(CustomerId, Date)>& visit) {
  auto rows = db_.use(kBegunBetween);
  rows.bind(1, days.from).bind(2, days.to);
  while (rows.step()) visit(rows.id<CustomerId>(0), rows.date(1));
}

void SubjectStore::observed(const DateRange& days, const std::function<void(CustomerId)>& visit) {
  auto rows = db_.use(kObservedBetween);
  rows.bind(1, days.from).bind(2, days.to);
  while (rows.step()) visit(rows.id<CustomerId>(0));
}

}  // namespace crmcore::storage
