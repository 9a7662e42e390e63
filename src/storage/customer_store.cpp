#include "storage/customer_store.hpp"

#include <tuple>
#include <utility>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "storage/sqlite/row_insert.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kLastCustomers{"SELECT id FROM customer_row ORDER BY id DESC LIMIT 2"};
constexpr Sql kLastCustomerKey{"SELECT code FROM customer_row ORDER BY code DESC LIMIT 1"};
constexpr Sql kAnyPastCode{"SELECT 1 FROM customer_past_code LIMIT 1"};
constexpr Sql kPastCode{"SELECT customer_id FROM customer_past_code WHERE code = ?1"};
constexpr Sql kPutPastCode{"INSERT INTO customer_past_code (code, customer_id) VALUES (?1, ?2)"};
constexpr Sql kRemovePastCode{"DELETE FROM customer_past_code WHERE code = ?1"};
constexpr Sql kPastCodesOf{"SELECT code FROM customer_past_code WHERE customer_id = ?1 ORDER BY code"};
constexpr Sql kCustomerIdOf{"SELECT id FROM customer_row WHERE code = ?1 AND gone = 0"};
constexpr Sql kCustomerById{
    "SELECT id, code, name, kind, short_name, since_day, version FROM customer_row WHERE id = ?1"};
constexpr Sql kPresentCustomer{
    "SELECT id, code, name, kind, short_name, since_day, version FROM customer_row "
    "WHERE id = ?1 AND gone = 0"};
constexpr Sql kWholeCustomerById{
    "SELECT c.id, c.code, c.name, c.kind, c.short_name, c.since_day, c.version, s.status, s.first_entry_day "
    "FROM customer_row c LEFT JOIN customer_standing s ON s.customer_id = c.id "
    "WHERE c.id = ?1 AND c.gone = 0"};
constexpr Sql kWholeCustomerByKey{
    "SELECT c.id, c.code, c.name, c.kind, c.short_name, c.since_day, c.version, s.status, s.first_entry_day "
    "FROM customer_row c LEFT JOIN customer_standing s ON s.customer_id = c.id "
    "WHERE c.code = ?1 AND c.gone = 0"};
constexpr Sql kCustomerByKey{
    "SELECT id, code, name, kind, short_name, since_day, version FROM customer_row "
    "WHERE code = ?1 AND gone = 0"};
// SQLite gives the ids, which are dense: a statement of several rows that are given ids keeps a journal of
// every page that it changes.
constexpr sqlite::RowsSql kCustomerRows{"customer_row", "code, name, kind, short_name, since_day, version"};
constexpr sqlite::RowsSql kClassRows{
    "customer_class_row",
    "customer_id, class_1, class_2, class_3, class_4, class_5, class_6, class_7, class_8, class_9, class_10, "
    "class_11, class_12"};
constexpr sqlite::RowsSql kAttributeRows{"customer_attribute_row",
                                         "customer_id, attribute_id, number, text, observed_day"};
constexpr sqlite::RowsSql kContactRows{
    "contact_row", "customer_id, contact_no, level, name, title, phone, email, channel, do_not_contact"};
constexpr Sql kUpdateCustomer{
    "UPDATE customer_row SET name = ?2, kind = ?3, short_name = ?4, since_day = ?5, version = ?6, code = ?7 "
    "WHERE id = ?1"};
constexpr Sql kNames{
    "SELECT id, name, short_name FROM customer_row WHERE id BETWEEN ?1 AND ?2 "
    "AND gone = 0 ORDER BY id"};
constexpr Sql kNamesBehind{
    "SELECT id, code, name FROM customer_row WHERE (name > ?1 OR (name = ?1 AND id > ?2)) AND gone = 0 "
    "ORDER BY id"};
constexpr Sql kStanding{"SELECT status, first_entry_day FROM customer_standing WHERE customer_id = ?1"};
constexpr Sql kPutStanding{
    "INSERT INTO customer_standing (customer_id, status, first_entry_day) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (customer_id) DO UPDATE SET status = excluded.status, "
    "first_entry_day = excluded.first_entry_day"};
constexpr sqlite::RowsSql kStandingRows{"customer_standing", "customer_id, status, first_entry_day"};
constexpr Sql kFirstEntries{
    "SELECT customer_id, status, first_entry_day FROM customer_standing "
    "WHERE first_entry_day IS NOT NULL OR status = 2 ORDER BY customer_id"};
constexpr Sql kClassesOf{
    "SELECT class_1, class_2, class_3, class_4, class_5, class_6, class_7, class_8, class_9, class_10, "
    "class_11, class_12 FROM customer_class_row WHERE customer_id = ?1"};
constexpr Sql kUpdateClasses{
    "UPDATE customer_class_row SET class_1 = ?2, class_2 = ?3, class_3 = ?4, class_4 = ?5, class_5 = ?6, "
    "class_6 = ?7, class_7 = ?8, class_8 = ?9, class_9 = ?10, class_10 = ?11, class_11 = ?12, class_12 = ?13 "
    "WHERE customer_id = ?1"};
constexpr Sql kInsertPastClass{
    "INSERT INTO class_past (customer_id, axis_id, to_day, from_day, node_id) VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr Sql kRemovePastClass{
    "DELETE FROM class_past WHERE customer_id = ?1 AND axis_id = ?2 AND to_day = ?3"};
constexpr Sql kLastClassChange{"SELECT max(to_day) FROM class_past WHERE customer_id = ?1 AND axis_id = ?2"};
constexpr Sql kPastClasses{
    "SELECT axis_id, from_day, to_day, node_id FROM class_past WHERE customer_id = ?1 ORDER BY axis_id, "
    "to_day"};
constexpr Sql kAttributesOf{
    "SELECT attribute_id, number, text, observed_day FROM customer_attribute_row WHERE customer_id = ?1 "
    "ORDER BY attribute_id"};
constexpr Sql kAttributeOf{
    "SELECT attribute_id, number, text, observed_day FROM customer_attribute_row "
    "WHERE customer_id = ?1 AND attribute_id = ?2"};
constexpr Sql kPutCustomerAttribute{
    "INSERT INTO customer_attribute_row (customer_id, attribute_id, number, text, observed_day) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (customer_id, attribute_id) DO UPDATE SET "
    "number = excluded.number, text = excluded.text, observed_day = excluded.observed_day"};
constexpr Sql kRemoveCustomerAttribute{
    "DELETE FROM customer_attribute_row WHERE customer_id = ?1 AND attribute_id = ?2"};
constexpr Sql kContactsOf{
    "SELECT contact_no, level, name, title, phone, email, channel, do_not_contact FROM contact_row "
    "WHERE customer_id = ?1 ORDER BY contact_no"};
constexpr Sql kPutContact{
    "INSERT INTO contact_row (customer_id, contact_no, level, name, title, phone, email, channel, "
    "do_not_contact) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (customer_id, contact_no) DO UPDATE SET "
    "level = excluded.level, name = excluded.name, title = excluded.title, phone = excluded.phone, "
    "email = excluded.email, channel = excluded.channel, do_not_contact = excluded.do_not_contact"};
constexpr Sql kRemoveContact{"DELETE FROM contact_row WHERE customer_id = ?1 AND contact_no = ?2"};
constexpr Sql kContactGone{"SELECT contact_no FROM contact_gone WHERE customer_id = ?1"};
constexpr Sql kPutContactGone{
    "INSERT INTO contact_gone (customer_id, contact_no) VALUES (?1, ?2) ON CONFLICT (customer_id) DO UPDATE "
    "SET contact_no = excluded.contact_no WHERE contact_gone.contact_no < excluded.contact_no"};
constexpr Sql kIdentifiersOf{
    "SELECT kind, value, key FROM customer_identifier_row WHERE customer_id = ?1 ORDER BY kind"};
constexpr Sql kPutIdentifier{
    "INSERT INTO customer_identifier_row (customer_id, kind, value, key) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (customer_id, kind) DO UPDATE SET value = excluded.value, key = excluded.key"};
constexpr Sql kRemoveIdentifier{"DELETE FROM customer_identifier_row WHERE customer_id = ?1 AND kind = ?2"};

std::optional<CustomerRow> read_customer(Statement& row) {
  if (!row.step()) return std::nullopt;
  return CustomerRow{row.id<CustomerId>(0), row.string(1), row.string(2), row.enum_at<CustomerKind>(3),
                     row.string(4),         row.date(5),   row.integer(6)};
}

std::optional<WholeCustomerRow> read_whole(Statement& row) {
  auto customer = read_customer(row);
  if (!customer) return std::nullopt;
  return WholeCustomerRow{std::move(*customer), {row.enum_at<CustomerStatus>(7), row.maybe_date(8)}};
}

AttributeRow read_attribute(const Statement& row) {
  return {row.id<AttributeId>(0), row.maybe_integer(1), row.maybe_text(2), row.date(3)};
}

void run_with_standing(Statement statement, CustomerId id, const StandingRow& row) {
  statement.bind(1, id).bind(2, row.status).bind(3, row.first_entry).run();
}

}  // namespace

NewCustomers::NewCustomers(sqlite::Connection& db)
    : customers_(db, kCustomerRows),
      classes_(db, kClassRows),
      attributes_(db, kAttributeRows),
      contacts_(db, kContactRows) {}

void NewCustomers::add(const CustomerRow& row, const ClassRow& classes) {
  customers_.add(row.code, row.name, row.kind, row.short_name, row.since, row.version);
  last_id_ = row.id;
  if (customers_.pending() == 0) require_last_id();
  std::apply([&](auto... nodes) { classes_.add(row.id, nodes...); }, classes);
}

void NewCustomers::add(CustomerId id, const AttributeRow& row) {
  attributes_.add(id, row.attribute, row.number, row.text, row.observed);
}

void NewCustomers::add(CustomerId id, const ContactRow& row) {
  contacts_.add(id, row.contact_no, row.level, row.name, row.title, row.phone, row.email, row.channel,
                row.do_not_contact);
}

void NewCustomers::require_last_id() const {
  if (customers_.last_row_id() == last_id_.value) return;
  throw Error(Code::corrupt, "the customers' ids are not dense: one has an id beyond the last");
}

void NewCustomers::flush() {
  if (customers_.pending() > 0) {
    customers_.flush();
    require_last_id();
  }
  classes_.flush();
  attributes_.flush();
  contacts_.flush();
}

CustomerId CustomerStore::last_id() {
  auto row = db_.use(kLastCustomers);
  if (!row.step()) return {};
  const auto last = row.id<CustomerId>(0);
  // Memory is taken by it: an id that is far off would ask for more than there is.
  const std::int64_t before = row.step() ? row.integer(0) : 0;
  if (before + 1 != last.value)
    throw Error(Code::corrupt,
                fmt::format("the customers' ids are not dense: {} comes after {}", last.value, before));
  return last;
}

std::string CustomerStore::last_key() {
  auto last = db_.use(kLastCustomerKey);
  return last.step() ? last.string(0) : std::string();
}

CustomerId CustomerStore::id_of(std::string_view key) {
  {
    auto id = db_.use(kCustomerIdOf);
    id.bind(1, key);
    if (id.step()) return id.id<CustomerId>(0);
  }
  return id_of_past(key);
}

CustomerId CustomerStore::id_of_past(std::string_view key) {
  if (!has_past_codes_) has_past_codes_ = db_.use(kAnyPastCode).step();
  if (!*has_past_codes_) return {};
  auto id = db_.use(kPastCode);
  id.bind(1, key);
  return id.step() ? id.id<CustomerId>(0) : CustomerId{};
}

std::vector<std::string> CustomerStore::past_codes(CustomerId id) {
  std::vector<std::string> codes;
  auto row = db_.use(kPastCodesOf);
  row.bind(1, id);
  while (row.step()) codes.push_back(row.string(0));
  return codes;
}

void CustomerStore::rename(CustomerId id, std::string_view from, std::string_view to) {
  db_.use(kRemovePastCode).bind(1, to).run();
  db_.use(kPutPastCode).bind(1, from).bind(2, id).run();
  has_past_codes_ = true;
}

std::optional<CustomerRow> CustomerStore::find(CustomerId id) {
  auto row = db_.use(kCustomerById);
  row.bind(1, id);
  return read_customer(row);
}

std::optional<CustomerRow> CustomerStore::present(CustomerId id) {
  auto row = db_.use(kPresentCustomer);
  row.bind(1, id);
  return read_customer(row);
}

std::optional<CustomerRow> CustomerStore::find(std::string_view key) {
  {
    auto row = db_.use(kCustomerByKey);
    row.bind(1, key);
    if (auto found = read_customer(row)) return found;
  }
  const CustomerId past = id_of_past(key);
  return past ? find(past) : std::nullopt;
}

std::optional<WholeCustomerRow> CustomerStore::find_whole(CustomerId id) {
  auto row = db_.use(kWholeCustomerById);
  row.bind(1, id);
  return read_whole(row);
}

std::optional<WholeCustomerRow> CustomerStore::find_whole(std::string_view key) {
  {
    auto row = db_.use(kWholeCustomerByKey);
    row.bind(1, key);
    if (auto found = read_whole(row)) return found;
  }
  const CustomerId past = id_of_past(key);
  return past ? find_whole(past) : std::nullopt;
}

void CustomerStore::update(const CustomerRow& row) {
  db_.use(kUpdateCustomer)
      .bind(1, row.id)
      .bind(2, row.name)
      .bind(3, row.kind)
      .bind(4, row.short_name)
      .bind(5, row.since)
      .bind(6, row.version)
      .bind(7, row.code)
      .run();
}

void CustomerStore::names(CustomerId first, CustomerId last,
                          const std::function<void(const CustomerNames&)>& visit) {
  auto row = db_.use(kNames);
  row.bind(1, first).bind(2, last);
  while (row.step()) visit({row.id<CustomerId>(0), row.text(1), row.text(2)});
}

void CustomerStore::names_behind(std::string_view name, CustomerId id,
                                 const std::function<void(const NamedRow&)>& visit) {
  auto row = db_.use(kNamesBehind);
  row.bind(1, name).bind(2, id);
  while (row.step()) visit({row.id<CustomerId>(0), row.text(1), row.text(2)});
}

StandingRow CustomerStore::standing(CustomerId id) {
  auto row = db_.use(kStanding);
  row.bind(1, id);
  if (!row.step()) return {};
  return {row.enum_at<CustomerStatus>(0), row.maybe_date(1)};
}

void CustomerStore::put_standing(CustomerId id, const StandingRow& row) {
  run_with_standing(db_.use(kPutStanding), id, row);
}

std::size_t CustomerStore::insert_existing(std::span<const FirstEntryRow> rows) {
  return sqlite::RowInsert(db_, kStandingRows)
      .insert_until_taken(rows, [](const FirstEntryRow& row, sqlite::RowBinder& values) {
        values(row.customer, CustomerStatus::existing, row.day);
      });
}

void CustomerStore::first_entries(const std::function<void(CustomerId, const StandingRow&)>& visit) {
  auto rows = db_.use(kFirstEntries);
  while (rows.step()) visit(rows.id<CustomerId>(0), {rows.enum_at<CustomerStatus>(1), rows.maybe_date(2)});
}

ClassRow CustomerStore::classes(CustomerId id) {
  auto row = db_.use(kClassesOf);
  row.bind(1, id);
  ClassRow classes{};
  if (!row.step()) return classes;
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = row.id<NodeId>(static_cast<int>(i));
  return classes;
}

void CustomerStore::update_classes(CustomerId id, const ClassRow& row) {
  auto update = db_.use(kUpdateClasses);
  update.bind(1, id);
  for (std::size_t i = 0; i < row.size(); ++i) update.bind(static_cast<int>(i) + 2, row[i]);
  update.run();
}

void CustomerStore::insert_past(CustomerId id, const PastClassRow& row) {
  db_.use(kInsertPastClass)
      .bind(1, id)
      .bind(2, row.axis)
      .bind(3, row.to)
      .bind(4, row.from)
      .bind(5, row.node)
      .run();
}

void CustomerStore::remove_past(CustomerId id, AxisId axis, Date to) {
  db_.use(kRemovePastClass).bind(1, id).bind(2, axis).bind(3, to).run();
}

std::optional<Date> CustomerStore::last_change(CustomerId id, AxisId axis) {
  auto row = db_.use(kLastClassChange);
  row.bind(1, id).bind(2, axis);
  row.step();
  return row.maybe_date(0);
}

std::vector<PastClassRow> CustomerStore::past(CustomerId id) {
  auto row = db_.use(kPastClasses);
  row.bind(1, id);
  std::vector<PastClassRow> past;
  while (row.step()) {
    past.push_back({row.id<AxisId>(0), row.date(1), row.date(2), row.id<NodeId>(3)});
  }
  return past;
}

std::vector<AttributeRow> CustomerStore::attributes(CustomerId id) {
  auto row = db_.use(kAttributesOf);
  row.bind(1, id);
  std::vector<AttributeRow> attributes;
  while (row.step()) attributes.push_back(read_attribute(row));
  return attributes;
}

std::optional<AttributeRow> CustomerStore::attribute(CustomerId id, AttributeId attribute) {
  auto row = db_.use(kAttributeOf);
  row.bind(1, id).bind(2, attribute);
  if (!row.step()) return std::nullopt;
  return read_attribute(row);
}

void CustomerStore::put_attribute(CustomerId id, const AttributeRow& row) {
  db_.use(kPutCustomerAttribute)
      .bind(1, id)
      .bind(2, row.attribute)
      .bind(3, row.number)
      .bind(4, row.text)
      .bind(5, row.observed)
      .run();
}

void CustomerStore::remove_attribute(CustomerId id, AttributeId attribute) {
  db_.use(kRemoveCustomerAttribute).bind(1, id).bind(2, attribute).run();
}

std::vector<ContactRow> CustomerStore::contacts(CustomerId id) {
  auto row = db_.use(kContactsOf);
  row.bind(1, id);
  std::vector<ContactRow> contacts;
  while (row.step()) {
    contacts.push_back({row.integer(0), row.enum_at<ContactLevel>(1), row.string(2), row.string(3),
                        row.string(4), row.string(5), row.enum_at<ContactChannel>(6), row.flag(7)});
  }
  return contacts;
}

void CustomerStore::remove_contact(CustomerId id, std::int64_t contact_no) {
  db_.use(kRemoveContact).bind(1, id).bind(2, contact_no).run();
  db_.use(kPutContactGone).bind(1, id).bind(2, contact_no).run();
}

std::int64_t CustomerStore::contact_gone(CustomerId id) {
  auto row = db_.use(kContactGone);
  row.bind(1, id);
  return row.step() ? row.integer(0) : 0;
}

std::vector<IdentifierRow> CustomerStore::identifiers(CustomerId id) {
  auto row = db_.use(kIdentifiersOf);
  row.bind(1, id);
  std::vector<IdentifierRow> identifiers;
  while (row.step()) identifiers.push_back({row.enum_at<IdentifierKind>(0), row.string(1), row.string(2)});
  return identifiers;
}

void CustomerStore::put_identifier(CustomerId id, const IdentifierRow& row) {
  db_.use(kPutIdentifier).bind(1, id).bind(2, row.kind).bind(3, row.value).bind(4, row.key).run();
}

void CustomerStore::remove_identifier(CustomerId id, IdentifierKind kind) {
  db_.use(kRemoveIdentifier).bind(1, id).bind(2, kind).run();
}

void CustomerStore::put_contact(CustomerId id, const ContactRow& row) {
  db_.use(kPutContact)
      .bind(1, id)
      .bind(2, row.contact_no)
      .bind(3, row.level)
      .bind(4, row.name)
      .bind(5, row.title)
      .bind(6, row.phone)
      .bind(7, row.email)
      .bind(8, row.channel)
      .bind(9, row.do_not_contact)
      .run();
}

}  // namespace crmcore::storage
