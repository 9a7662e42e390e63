#include "storage/comparison_scan.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kComparedKinds{
    "SELECT c.id, c.kind, CASE CAST(?3 AS INTEGER) WHEN 1 THEN k.class_1 WHEN 2 THEN k.class_2 WHEN 3 THEN "
    "k.class_3 "
    "WHEN 4 THEN k.class_4 WHEN 5 THEN k.class_5 WHEN 6 THEN k.class_6 WHEN 7 THEN k.class_7 WHEN 8 THEN "
    "k.class_8 "
    "WHEN 9 THEN k.class_9 WHEN 10 THEN k.class_10 WHEN 11 THEN k.class_11 WHEN 12 THEN k.class_12 ELSE 0 "
    "END "
    "FROM customer_row c JOIN customer_class_row k ON k.customer_id = c.id "
    "WHERE c.id BETWEEN ?1 AND ?2 ORDER BY c.id"};
constexpr Sql kComparedContacts{
    "SELECT customer_id, phone, email FROM contact_row WHERE customer_id BETWEEN ?1 AND ?2 "
    "AND (phone <> '' OR email <> '') ORDER BY customer_id, contact_no"};
constexpr Sql kComparedIdentifiers{
    "SELECT customer_id, kind, key FROM customer_identifier_row WHERE customer_id BETWEEN ?1 AND ?2 "
    "ORDER BY customer_id, kind"};
constexpr Sql kComparedCodes{"SELECT id, code FROM customer_row WHERE id BETWEEN ?1 AND ?2 ORDER BY id"};

}  // namespace

void visit_kinds(sqlite::Connection& db, CustomerId first, CustomerId last, int slot,
                 const std::function<void(CustomerId, CustomerKind, NodeId)>& visit) {
  auto row = db.use(kComparedKinds);
  row.bind(1, first).bind(2, last).bind(3, slot);
  while (row.step()) visit(row.id<CustomerId>(0), row.enum_at<CustomerKind>(1), row.id<NodeId>(2));
}

void visit_contact_marks(sqlite::Connection& db, CustomerId first, CustomerId last,
                         const std::function<void(CustomerId, std::string_view, std::string_view)>& visit) {
  auto row = db.use(kComparedContacts);
  row.bind(1, first).bind(2, last);
  while (row.step()) visit(row.id<CustomerId>(0), row.text(1), row.text(2));
}

void visit_identifiers(sqlite::Connection& db, CustomerId first, CustomerId last,
                       const std::function<void(CustomerId, IdentifierKind, std::string_view)>& visit) {
  auto row = db.use(kComparedIdentifiers);
  row.bind(1, first).bind(2, last);
  while (row.step()) visit(row.id<CustomerId>(0), row.enum_at<IdentifierKind>(1), row.text(2));
}

void visit_codes(sqlite::Connection& db, CustomerId first, CustomerId last,
                 const std::function<void(CustomerId, std::string_view)>& visit) {
  auto row = db.use(kComparedCodes);
  row.bind(1, first).bind(2, last);
  while (row.step()) visit(row.id<CustomerId>(0), row.text(1));
}

}  // namespace crmcore::storage
