#include "storage/customer_scan.hpp"

#include "storage/detail_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

// The customer is the first column of each.
constexpr Sql kScannedCustomers{
    "SELECT c.id, c.code, c.name, c.kind, c.short_name, c.since_day, c.version, k.class_1, k.class_2, "
    "k.class_3, k.class_4, k.class_5, k.class_6, k.class_7, k.class_8, k.class_9, k.class_10, k.class_11, "
    "k.class_12, c.gone FROM customer_row c LEFT JOIN customer_class_row k ON k.customer_id = c.id "
    "WHERE c.id BETWEEN ?1 AND ?2 ORDER BY c.id"};
constexpr Sql kScannedAttributes{
    "SELECT customer_id, attribute_id, number, text, observed_day FROM customer_attribute_row "
    "WHERE customer_id BETWEEN ?1 AND ?2 ORDER BY customer_id, attribute_id"};
constexpr Sql kScannedContacts{
    "SELECT customer_id, contact_no, level, name, title, phone, email, channel, do_not_contact "
    "FROM contact_row WHERE customer_id BETWEEN ?1 AND ?2 ORDER BY customer_id, contact_no"};
constexpr Sql kScannedIdentifiers{
    "SELECT customer_id, kind, value, key FROM customer_identifier_row "
    "WHERE customer_id BETWEEN ?1 AND ?2 ORDER BY customer_id, kind"};
constexpr Sql kScannedUpdates{
    "SELECT subject, body FROM change WHERE subject_kind = 1 AND subject BETWEEN ?1 AND ?2 AND kind = 2 "
    "AND kind <> 1 AND subject_kind > 0 ORDER BY subject, seq"};

constexpr Sql kNewsOfCustomers{
    "SELECT subject, seq, kind, body FROM change WHERE subject_kind = 1 AND kind IN (2, 4, 5, 23, 70, 71, "
    "72, 73, 74) "
    "AND kind <> 1 AND subject_kind > 0 ORDER BY subject, seq"};
constexpr Sql kPastCodes{"SELECT code, customer_id FROM customer_past_code ORDER BY code"};
constexpr Sql kPastClassCount{"SELECT count(*) FROM class_past"};
constexpr Sql kContactsGoneCount{"SELECT count(*) FROM contact_gone"};

std::int64_t count_of(sqlite::Connection& db, const Sql& sql) {
  auto row = db.use(sql);
  return row.step() ? row.integer(0) : 0;
}

}  // namespace

CustomerScan::Parts::Parts(sqlite::Connection& db, const Sql& sql, CustomerId first, CustomerId last)
    : rows(db.prepare(sql.text)) {
  rows.bind(1, first).bind(2, last);
  has_row = rows.step();
}

template <class Take>
void CustomerScan::Parts::take_of(CustomerId customer, Take take) {
  for (; has_row && rows.id<CustomerId>(0) <= customer; has_row = rows.step()) {
    if (rows.id<CustomerId>(0) == customer) take(rows);  // else of a customer without a row
  }
}

CustomerScan::CustomerScan(sqlite::Connection& db, CustomerId first, CustomerId last)
    : customers_(db.prepare(kScannedCustomers.text)),
      attributes_(db, kScannedAttributes, first, last),
      contacts_(db, kScannedContacts, first, last),
      identifiers_(db, kScannedIdentifiers, first, last),
      details_(db, kScannedDetails, first, last),
      updates_(db, kScannedUpdates, first, last) {
  customers_.bind(1, first).bind(2, last);
}

bool CustomerScan::next() {
  if (!customers_.step()) return false;
  customer_.row = {customers_.id<CustomerId>(0), customers_.string(1),
                   customers_.string(2),         customers_.enum_at<CustomerKind>(3),
                   customers_.string(4),         customers_.date(5),
                   customers_.integer(6)};
  customer_.is_gone = customers_.integer(19) != 0;
  if (customers_.is_null(7) != customer_.is_gone)
    throw Error(Code::corrupt, "a customer has no row of classes, or one though it is gone");
  for (std::size_t slot = 0; slot < kClassSlots; ++slot)
    customer_.classes[slot] = customers_.id<NodeId>(static_cast<int>(slot) + 7);  // NULL is read as 0
  const CustomerId id = customer_.row.id;
  customer_.attributes.clear();
  attributes_.take_of(id, [&](const sqlite::Statement& row) {
    customer_.attributes.push_back(
        {row.id<AttributeId>(1), row.maybe_integer(2), row.maybe_text(3), row.date(4)});
  });
  customer_.contacts.clear();
  contacts_.take_of(id, [&](const sqlite::Statement& row) {
    customer_.contacts.push_back({row.integer(1), row.enum_at<ContactLevel>(2), row.string(3), row.string(4),
                                  row.string(5), row.string(6), row.enum_at<ContactChannel>(7), row.flag(8)});
  });
  customer_.identifiers.clear();
  identifiers_.take_of(id, [&](const sqlite::Statement& row) {
    customer_.identifiers.push_back({row.enum_at<IdentifierKind>(1), row.string(2), row.string(3)});
  });
  customer_.details.clear();
  details_.take_of(id, [&](const sqlite::Statement& row) { customer_.details.push_back(read_detail(row)); });
  customer_.updates.clear();
  updates_.take_of(id, [&](const sqlite::Statement& row) { customer_.updates.push_back(row.string(1)); });
  return true;
}

void visit_news(sqlite::Connection& db, const std::function<void(const CustomerNews&)>& visit) {
  auto row = db.prepare(kNewsOfCustomers.text);
  while (row.step()) visit({row.id<CustomerId>(0), row.integer(1), row.integer32(2), row.text(3)});
}

void visit_past_codes(sqlite::Connection& db,
                      const std::function<void(std::string_view, CustomerId)>& visit) {
  for (auto row = db.use(kPastCodes); row.step();) visit(row.text(0), row.id<CustomerId>(1));
}

std::int64_t past_class_count(sqlite::Connection& db) {
  return count_of(db, kPastClassCount);
}

std::int64_t contacts_gone_count(sqlite::Connection& db) {
  return count_of(db, kContactsGoneCount);
}

}  // namespace crmcore::storage
