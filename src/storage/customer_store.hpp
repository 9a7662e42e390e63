// Customers with their standing, classes, attributes, contacts and identifiers.
//
// A customer's row is wide and seldom written; what moves with business stands in a row of its own, and who
// has none is a prospect without entries. Of its classes the present ones are a column for each axis, the
// past ones rows that end: the present one begins where the last past one ends, so that there is neither gap
// nor overlap to check (tests/engine/main_line_test.cpp). A look-up by code costs one statement, and so does
// the whole of a customer.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/row_insert.hpp"

namespace crmcore::storage {

inline constexpr std::size_t kClassSlots = 12;

struct CustomerRow {
  CustomerId id;
  std::string code;
  std::string name;
  CustomerKind kind = CustomerKind::company;
  std::string short_name;
  Date since;
  std::int64_t version = 0;
};

struct StandingRow {
  CustomerStatus status = CustomerStatus::prospect;
  std::optional<Date> first_entry;
};

// Of a customer that exists since then.
struct FirstEntryRow {
  CustomerId customer;
  Date day;
};

struct WholeCustomerRow {
  CustomerRow row;
  StandingRow standing;
};

struct NamedRow {
  CustomerId id;
  std::string_view code;
  std::string_view name;
};

struct CustomerNames {
  CustomerId id;
  std::string_view name;
  std::string_view short_name;
};

// Node ids by axis slot, slot 1 first; none is the explicit unknown.
using ClassRow = std::array<NodeId, kClassSlots>;

struct AttributeRow {
  AttributeId attribute;
  std::optional<std::int64_t> number;
  std::optional<std::string> text;
  Date observed;
};

struct ContactRow {
  std::int64_t contact_no = 0;
  ContactLevel level = ContactLevel::shareholder;
  std::string name;
  std::string title;
  std::string phone;
  std::string email;
  ContactChannel channel = ContactChannel::unspecified;
  bool do_not_contact = false;
};

struct IdentifierRow {
  IdentifierKind kind = IdentifierKind::uscc;
  std::string value;
  std::string key;
};

struct PastClassRow {
  AxisId axis;
  Date from;
  Date to;
  NodeId node;
};

// Inserts customers who are new, several at a time: what is pending is in no table until flush().
class NewCustomers {
 public:
  explicit NewCustomers(sqlite::Connection& db);

  // Precondition: its id follows the last one's.
  void add(const CustomerRow& row, const ClassRow& classes);
  void add(CustomerId id, const AttributeRow& row);
  void add(CustomerId id, const ContactRow& row);
  void flush();

 private:
  void require_last_id() const;

  CustomerId last_id_;  // that was added
  sqlite::RowInsert customers_;
  sqlite::RowInsert classes_;
  sqlite::RowInsert attributes_;
  sqlite::RowInsert contacts_;
};

class CustomerStore {
 public:
  explicit CustomerStore(sqlite::Connection& db) : db_(db) {}

  CustomerId last_id();
  // `key` is the key form of the code, and so the code as it is stored; one that the customer had before is
  // as good.
  CustomerId id_of(std::string_view key);
  // Also of one who is gone (gone_store.hpp).
  std::optional<CustomerRow> find(CustomerId id);
  std::optional<CustomerRow> present(CustomerId id);
  std::optional<CustomerRow> find(std::string_view key);
  // With its standing, at the cost of one statement; none of one who is gone.
  std::optional<WholeCustomerRow> find_whole(CustomerId id);
  std::optional<WholeCustomerRow> find_whole(std::string_view key);
  // Who had the code before; none when nobody did.
  CustomerId id_of_past(std::string_view key);
  // The greatest key in byte order; empty when there is none.
  std::string last_key();
  void update(const CustomerRow& row);
  // In the order of bytes.
  std::vector<std::string> past_codes(CustomerId id);
  // Makes `from` a code of before, and `to` none; update() writes the new one.
  void rename(CustomerId id, std::string_view from, std::string_view to);
  // Visits customers from the first to the last, by id.
  void names(CustomerId first, CustomerId last, const std::function<void(const CustomerNames&)>& visit);
  // Visits, by id, customers who are behind these in the order of names, as bytes, and ids: reads all names.
  void names_behind(std::string_view name, CustomerId id, const std::function<void(const NamedRow&)>& visit);

  StandingRow standing(CustomerId id);
  void put_standing(CustomerId id, const StandingRow& row);
  // Inserts existing customers with their first entries until one has a standing already: neither it nor
  // those behind it are inserted. Returns how many were.
  std::size_t insert_existing(std::span<const FirstEntryRow> rows);
  // Visits every customer that has had an entry or is lost.
  void first_entries(const std::function<void(CustomerId, const StandingRow&)>& visit);

  ClassRow classes(CustomerId id);
  void update_classes(CustomerId id, const ClassRow& row);
  void insert_past(CustomerId id, const PastClassRow& row);
  void remove_past(CustomerId id, AxisId axis, Date to);
  // The end of the customer's last past class on the axis; nothing when it never changed.
  std::optional<Date> last_change(CustomerId id, AxisId axis);
  std::vector<PastClassRow> past(CustomerId id);

  std::vector<AttributeRow> attributes(CustomerId id);
  std::optional<AttributeRow> attribute(CustomerId id, AttributeId attribute);
  void put_attribute(CustomerId id, const AttributeRow& row);

  void remove_attribute(CustomerId id, AttributeId attribute);

  std::vector<ContactRow> contacts(CustomerId id);
  void put_contact(CustomerId id, const ContactRow& row);
  void remove_contact(CustomerId id, std::int64_t contact_no);
  // The greatest number of a contact that was taken away; 0 when none was.
  std::int64_t contact_gone(CustomerId id);

  // By kind.
  std::vector<IdentifierRow> identifiers(CustomerId id);
  void put_identifier(CustomerId id, const IdentifierRow& row);
  void remove_identifier(CustomerId id, IdentifierKind kind);

 private:
  sqlite::Connection& db_;
  std::optional<bool> has_past_codes_;  // when nobody has, who is new costs one look-up, not two
};

}  // namespace crmcore::storage
