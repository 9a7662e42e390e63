#include "engine/archive/rows.hpp"

#include <utility>

namespace crmcore::engine {

Customer to_customer(storage::CustomerRow&& row) {
  Customer customer;
  customer.id = row.id;
  customer.code = std::move(row.code);
  customer.name = std::move(row.name);
  customer.short_name = std::move(row.short_name);
  customer.kind = row.kind;
  customer.since = row.since;
  customer.version = row.version;
  return customer;
}

Customer to_customer(storage::WholeCustomerRow&& whole) {
  Customer customer = to_customer(std::move(whole.row));
  customer.status = whole.standing.status;
  customer.first_entry = whole.standing.first_entry;
  return customer;
}

Contact to_contact(storage::ContactRow&& row) {
  return {row.contact_no,       row.level,   std::move(row.name), std::move(row.title), std::move(row.phone),
          std::move(row.email), row.channel, row.do_not_contact};
}

Identifier to_identifier(storage::IdentifierRow&& row) {
  return {row.kind, std::move(row.value), std::move(row.key)};
}

archive::DatedValue to_value(storage::AttributeRow&& row) {
  if (row.text) return {std::move(*row.text), row.observed};
  return {row.number.value_or(0), row.observed};
}

archive::AttributeRule to_rule(const storage::AttributeDefinitionRow& row) {
  return {row.id, row.code, row.type, row.minimum, row.maximum};
}

storage::CustomerRow to_row(Customer&& customer) {
  storage::CustomerRow row;
  row.id = customer.id;
  row.code = std::move(customer.code);
  row.name = std::move(customer.name);
  row.kind = customer.kind;
  row.short_name = std::move(customer.short_name);
  row.since = customer.since;
  row.version = customer.version;
  return row;
}

storage::ContactRow to_row(Contact&& contact) {
  return {contact.contact_no,       contact.level,
          std::move(contact.name),  std::move(contact.title),
          std::move(contact.phone), std::move(contact.email),
          contact.channel,          contact.do_not_contact};
}

storage::IdentifierRow to_row(Identifier&& identifier) {
  return {identifier.kind, std::move(identifier.value), std::move(identifier.key)};
}

storage::AttributeRow to_row(AttributeId attribute, archive::DatedValue&& held) {
  storage::AttributeRow row{attribute, {}, {}, held.observed};
  if (auto* text = std::get_if<std::string>(&held.value)) {
    row.text = std::move(*text);
  } else {
    row.number = std::get<std::int64_t>(held.value);
  }
  return row;
}

}  // namespace crmcore::engine
