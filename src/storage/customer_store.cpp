#include "storage/customer_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kLastId{"SELECT coalesce(max(id), 0) FROM customer_row"};
constexpr Sql kLastKey{"SELECT code_key FROM customer_row ORDER BY code_key DESC LIMIT 1"};
constexpr Sql kIdOf{"SELECT id FROM customer_row WHERE code_key = ?1"};
constexpr Sql kById{
    "SELECT id, code, name, kind, short_name, since_day, version FROM customer_row WHERE id = ?1"};
constexpr Sql kWholeById{
    "SELECT c.id, c.code, c.name, c.kind, c.short_name, c.since_day, c.version, s.status, s.first_entry_day "
    "FROM customer_row c LEFT JOIN customer_standing s ON s.customer_id = c.id WHERE c.id = ?1"};
constexpr Sql kWholeByKey{
    "SELECT c.id, c.code, c.name, c.kind, c.short_name, c.since_day, c.version, s.status, s.first_entry_day "
    "FROM customer_row c LEFT JOIN customer_standing s ON s.customer_id = c.id WHERE c.code_key = ?1"};
constexpr Sql kByKey{
    "SELECT id, code, name, kind, short_name, since_day, version FROM customer_row WHERE code_key = ?1"};
constexpr Sql kInsert{
    "INSERT INTO customer_row (id, code, code_key, name, kind, short_name, since_day, created_seq, version) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)"};
constexpr Sql kUpdate{
    "UPDATE customer_row SET name = ?2, kind = ?3, short_name = ?4, since_day = ?5, version = ?6 WHERE id = "
    "?1"};
constexpr Sql kStanding{"SELECT status, first_entry_day FROM customer_standing WHERE customer_id = ?1"};
constexpr Sql kPutStanding{
    "INSERT INTO customer_standing (customer_id, status, first_entry_day) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (customer_id) DO UPDATE SET status = excluded.status, "
    "first_entry_day = excluded.first_entry_day"};
constexpr Sql kInsertStanding{
    "INSERT INTO customer_standing (customer_id, status, first_entry_day) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (customer_id) DO NOTHING"};
constexpr Sql kFirstEntries{
    "SELECT customer_id, first_entry_day FROM customer_standing WHERE first_entry_day IS NOT NULL "
    "ORDER BY customer_id"};
constexpr Sql kClasses{
    "SELECT class_1, class_2, class_3, class_4, class_5, class_6, class_7, class_8, class_9, class_10, "
    "class_11, class_12 FROM customer_class_row WHERE customer_id = ?1"};
constexpr Sql kInsertClasses{
    "INSERT INTO customer_class_row (customer_id, class_1, class_2, class_3, class_4, class_5, class_6, "
    "class_7, "
    "class_8, class_9, class_10, class_11, class_12) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"};
constexpr Sql kUpdateClasses{
    "UPDATE customer_class_row SET class_1 = ?2, class_2 = ?3, class_3 = ?4, class_4 = ?5, class_5 = ?6, "
    "class_6 = ?7, class_7 = ?8, class_8 = ?9, class_9 = ?10, class_10 = ?11, class_11 = ?12, class_12 = ?13 "
    "WHERE customer_id = ?1"};
constexpr Sql kInsertPast{
    "INSERT INTO class_past (customer_id, axis_id, to_day, from_day, node_id) VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr Sql kLastChange{"SELECT max(to_day) FROM class_past WHERE customer_id = ?1 AND axis_id = ?2"};
constexpr Sql kPast{
    "SELECT axis_id, from_day, to_day, node_id FROM class_past WHERE customer_id = ?1 ORDER BY axis_id, "
    "to_day"};
constexpr Sql kAttributes{
    "SELECT attribute_id, number, text, observed_day FROM customer_attribute_row WHERE customer_id = ?1 "
    "ORDER BY attribute_id"};
constexpr Sql kAttribute{
    "SELECT attribute_id, number, text, observed_day FROM customer_attribute_row "
    "WHERE customer_id = ?1 AND attribute_id = ?2"};
constexpr Sql kPutAttribute{
    "INSERT INTO customer_attribute_row (customer_id, attribute_id, number, text, observed_day) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (customer_id, attribute_id) DO UPDATE SET "
    "number = excluded.number, text = excluded.text, observed_day = excluded.observed_day"};
constexpr Sql kContacts{
    "SELECT contact_no, level, name, title, phone, email, channel, do_not_contact FROM contact_row "
    "WHERE customer_id = ?1 ORDER BY contact_no"};
constexpr Sql kPutContact{
    "INSERT INTO contact_row (customer_id, contact_no, level, name, title, phone, email, channel, "
    "do_not_contact) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (customer_id, contact_no) DO UPDATE SET "
    "level = excluded.level, name = excluded.name, title = excluded.title, phone = excluded.phone, "
    "email = excluded.email, channel = excluded.channel, do_not_contact = excluded.do_not_contact"};

Date date_at(const Statement& row, int column) {
  return Date{static_cast<std::int32_t>(row.integer(column))};
}

std::optional<Date> maybe_date_at(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(date_at(row, column));
}

std::optional<CustomerRow> read_customer(Statement& row) {
  if (!row.step()) return std::nullopt;
  return CustomerRow{CustomerId{row.integer(0)},
                     std::string(row.text(1)),
                     std::string(row.text(2)),
                     static_cast<std::int32_t>(row.integer(3)),
                     std::string(row.text(4)),
                     date_at(row, 5),
                     row.integer(6)};
}

std::optional<WholeCustomerRow> read_whole(Statement& row) {
  auto customer = read_customer(row);
  if (!customer) return std::nullopt;
  return WholeCustomerRow{std::move(*customer),
                          {static_cast<std::int32_t>(row.integer(7)), maybe_date_at(row, 8)}};
}

AttributeRow read_attribute(const Statement& row) {
  return {AttributeId{row.integer(0)}, row.maybe_integer(1), row.maybe_text(2), date_at(row, 3)};
}

void run_with_standing(Statement statement, CustomerId id, const StandingRow& row) {
  statement.bind(1, id.value).bind(2, row.status);
  row.first_entry ? statement.bind(3, row.first_entry->days) : statement.bind_null(3);
  statement.run();
}

void run_with_classes(Statement statement, CustomerId id, const ClassRow& row) {
  statement.bind(1, id.value);
  for (std::size_t i = 0; i < row.size(); ++i) statement.bind(static_cast<int>(i) + 2, row[i].value);
  statement.run();
}

}  // namespace

CustomerId CustomerStore::last_id() {
  auto last = db_.use(kLastId);
  last.step();
  return CustomerId{last.integer(0)};
}

std::string CustomerStore::last_key() {
  auto last = db_.use(kLastKey);
  return last.step() ? std::string(last.text(0)) : std::string();
}

CustomerId CustomerStore::id_of(std::string_view key) {
  auto id = db_.use(kIdOf);
  id.bind(1, key);
  return id.step() ? CustomerId{id.integer(0)} : CustomerId{};
}

std::optional<CustomerRow> CustomerStore::find(CustomerId id) {
  auto row = db_.use(kById);
  row.bind(1, id.value);
  return read_customer(row);
}

std::optional<CustomerRow> CustomerStore::find(std::string_view key) {
  auto row = db_.use(kByKey);
  row.bind(1, key);
  return read_customer(row);
}

std::optional<WholeCustomerRow> CustomerStore::find_whole(CustomerId id) {
  auto row = db_.use(kWholeById);
  row.bind(1, id.value);
  return read_whole(row);
}

std::optional<WholeCustomerRow> CustomerStore::find_whole(std::string_view key) {
  auto row = db_.use(kWholeByKey);
  row.bind(1, key);
  return read_whole(row);
}

void CustomerStore::insert(const CustomerRow& row, std::string_view key) {
  db_.use(kInsert)
      .bind(1, row.id.value)
      .bind(2, row.code)
      .bind(3, key)
      .bind(4, row.name)
      .bind(5, row.kind)
      .bind(6, row.short_name)
      .bind(7, row.since.days)
      .bind(8, row.version)
      .run();
}

void CustomerStore::update(const CustomerRow& row) {
  db_.use(kUpdate)
      .bind(1, row.id.value)
      .bind(2, row.name)
      .bind(3, row.kind)
      .bind(4, row.short_name)
      .bind(5, row.since.days)
      .bind(6, row.version)
      .run();
}

StandingRow CustomerStore::standing(CustomerId id) {
  auto row = db_.use(kStanding);
  row.bind(1, id.value);
  if (!row.step()) return {};
  return {static_cast<std::int32_t>(row.integer(0)), maybe_date_at(row, 1)};
}

void CustomerStore::put_standing(CustomerId id, const StandingRow& row) {
  run_with_standing(db_.use(kPutStanding), id, row);
}

bool CustomerStore::insert_standing(CustomerId id, const StandingRow& row) {
  run_with_standing(db_.use(kInsertStanding), id, row);
  return db_.changes() == 1;
}

void CustomerStore::first_entries(const std::function<void(CustomerId, Date)>& visit) {
  auto rows = db_.use(kFirstEntries);
  while (rows.step()) visit(CustomerId{rows.integer(0)}, date_at(rows, 1));
}

ClassRow CustomerStore::classes(CustomerId id) {
  auto row = db_.use(kClasses);
  row.bind(1, id.value);
  ClassRow classes{};
  if (!row.step()) return classes;
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = NodeId{row.integer(static_cast<int>(i))};
  return classes;
}

void CustomerStore::insert_classes(CustomerId id, const ClassRow& row) {
  run_with_classes(db_.use(kInsertClasses), id, row);
}

void CustomerStore::update_classes(CustomerId id, const ClassRow& row) {
  run_with_classes(db_.use(kUpdateClasses), id, row);
}

void CustomerStore::insert_past(CustomerId id, const PastClassRow& row) {
  db_.use(kInsertPast)
      .bind(1, id.value)
      .bind(2, row.axis.value)
      .bind(3, row.to.days)
      .bind(4, row.from.days)
      .bind(5, row.node.value)
      .run();
}

std::optional<Date> CustomerStore::last_change(CustomerId id, AxisId axis) {
  auto row = db_.use(kLastChange);
  row.bind(1, id.value).bind(2, axis.value);
  row.step();
  return maybe_date_at(row, 0);
}

std::vector<PastClassRow> CustomerStore::past(CustomerId id) {
  auto row = db_.use(kPast);
  row.bind(1, id.value);
  std::vector<PastClassRow> past;
  while (row.step()) {
    past.push_back({AxisId{row.integer(0)}, date_at(row, 1), date_at(row, 2), NodeId{row.integer(3)}});
  }
  return past;
}

std::vector<AttributeRow> CustomerStore::attributes(CustomerId id) {
  auto row = db_.use(kAttributes);
  row.bind(1, id.value);
  std::vector<AttributeRow> attributes;
  while (row.step()) attributes.push_back(read_attribute(row));
  return attributes;
}

std::optional<AttributeRow> CustomerStore::attribute(CustomerId id, AttributeId attribute) {
  auto row = db_.use(kAttribute);
  row.bind(1, id.value).bind(2, attribute.value);
  if (!row.step()) return std::nullopt;
  return read_attribute(row);
}

void CustomerStore::put_attribute(CustomerId id, const AttributeRow& row) {
  auto put = db_.use(kPutAttribute);
  put.bind(1, id.value).bind(2, row.attribute.value).bind(3, row.number);
  row.text ? put.bind(4, std::string_view(*row.text)) : put.bind_null(4);
  put.bind(5, row.observed.days).run();
}

std::vector<ContactRow> CustomerStore::contacts(CustomerId id) {
  auto row = db_.use(kContacts);
  row.bind(1, id.value);
  std::vector<ContactRow> contacts;
  while (row.step()) {
    contacts.push_back({row.integer(0), static_cast<std::int32_t>(row.integer(1)), std::string(row.text(2)),
                        std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5)),
                        static_cast<std::int32_t>(row.integer(6)), row.integer(7) != 0});
  }
  return contacts;
}

void CustomerStore::put_contact(CustomerId id, const ContactRow& row) {
  db_.use(kPutContact)
      .bind(1, id.value)
      .bind(2, row.contact_no)
      .bind(3, row.level)
      .bind(4, row.name)
      .bind(5, row.title)
      .bind(6, row.phone)
      .bind(7, row.email)
      .bind(8, row.channel)
      .bind(9, std::int64_t{row.do_not_contact})
      .run();
}

}  // namespace crmcore::storage
