#include "storage/subject_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kStandings{
    "SELECT customer_id, status, first_entry_day FROM customer_standing "
    "WHERE customer_id BETWEEN ?1 AND ?2 ORDER BY customer_id"};
constexpr Sql kClasses{
    "SELECT customer_id, class_1, class_2, class_3, class_4, class_5, class_6, class_7, class_8, class_9, "
    "class_10, "
    "class_11, class_12 FROM customer_class_row WHERE customer_id BETWEEN ?1 AND ?2 ORDER BY customer_id"};
constexpr Sql kAttributes{
    "SELECT customer_id, attribute_id, number, observed_day FROM customer_attribute_row "
    "WHERE customer_id BETWEEN ?1 AND ?2 AND number IS NOT NULL ORDER BY customer_id, attribute_id"};
constexpr Sql kObserved{
    "SELECT customer_id FROM customer_attribute_row WHERE observed_day >= ?1 AND observed_day < ?2 "
    "ORDER BY customer_id, attribute_id"};

}  // namespace

void SubjectStore::standings(CustomerId first, CustomerId last,
                             const std::function<void(const SubjectStandingRow&)>& visit) {
  auto rows = db_.use(kStandings);
  rows.bind(1, first.value).bind(2, last.value);
  while (rows.step()) {
    SubjectStandingRow row{CustomerId{rows.integer(0)}, static_cast<std::int32_t>(rows.integer(1)),
                           std::nullopt};
    if (!rows.is_null(2)) row.first_entry = Date{static_cast<std::int32_t>(rows.integer(2))};
    visit(row);
  }
}

void SubjectStore::classes(CustomerId first, CustomerId last,
                           const std::function<void(CustomerId, const ClassRow&)>& visit) {
  auto rows = db_.use(kClasses);
  rows.bind(1, first.value).bind(2, last.value);
  while (rows.step()) {
    ClassRow nodes;
    for (std::size_t slot = 0; slot < kClassSlots; ++slot) {
      nodes[slot] = NodeId{rows.integer(static_cast<int>(slot) + 1)};
    }
    visit(CustomerId{rows.integer(0)}, nodes);
  }
}

void SubjectStore::attributes(CustomerId first, CustomerId last,
                              const std::function<void(const SubjectAttributeRow&)>& visit) {
  auto rows = db_.use(kAttributes);
  rows.bind(1, first.value).bind(2, last.value);
  while (rows.step()) {
    visit({CustomerId{rows.integer(0)}, AttributeId{rows.integer(1)}, rows.integer(2),
           Date{static_cast<std::int32_t>(rows.integer(3))}});
  }
}

void SubjectStore::observed(const DateRange& days, const std::function<void(CustomerId)>& visit) {
  auto rows = db_.use(kObserved);
  rows.bind(1, days.from.days).bind(2, days.to.days);
  while (rows.step()) visit(CustomerId{rows.integer(0)});
}

}  // namespace crmcore::storage
