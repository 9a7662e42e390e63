// The public class: each call is guarded and handed to its use case.
#include "crmcore/archive.hpp"

#include "base/json.hpp"
#include "engine/archive/attributes.hpp"
#include "engine/archive/change_log.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/import_columns.hpp"
#include "engine/archive/import_customers.hpp"
#include "engine/archive/put_customers.hpp"

namespace crmcore {

PutResult Archive::put(std::span<const CustomerInput> customers) {
  engine::Session::Call call(session_);
  return engine::put_customers(session_, customers);
}

CustomerId Archive::put(const CustomerInput& customer) {
  engine::Session::Call call(session_);
  return engine::put_customer(session_, customer);
}

std::optional<Customer> Archive::find(CustomerId id) {
  engine::Session::Call call(session_);
  return engine::find_customer(session_, id);
}

std::optional<Customer> Archive::find(std::string_view code) {
  engine::Session::Call call(session_);
  return engine::find_customer(session_, code);
}

std::optional<CustomerId> Archive::id_of(std::string_view code) {
  engine::Session::Call call(session_);
  return engine::find_customer_id(session_, code);
}

std::vector<Contact> Archive::contacts(CustomerId id) {
  engine::Session::Call call(session_);
  return engine::contacts_of(session_, id);
}

std::vector<Attribute> Archive::attributes(CustomerId id) {
  engine::Session::Call call(session_);
  return engine::attributes_of(session_, id);
}

std::vector<Detail> Archive::details(CustomerId id) {
  engine::Session::Call call(session_);
  return engine::details_of(session_, id);
}

std::vector<Identifier> Archive::identifiers(CustomerId id) {
  engine::Session::Call call(session_);
  return engine::identifiers_of(session_, id);
}

std::vector<Change> Archive::history(CustomerId id, std::int64_t limit) {
  engine::Session::Call call(session_);
  return engine::history_of(session_, id, limit);
}

AttributeId Archive::define_attribute(const AttributeDefinition& attribute) {
  engine::Session::Call call(session_);
  return engine::define_attribute(session_, attribute).id;
}

void Archive::set_lost(CustomerId id, bool is_lost) {
  engine::Session::Call call(session_);
  engine::set_lost(session_, id, is_lost);
}

ImportResult Archive::import_csv(const ByteSource& source, const ImportOptions& options) {
  engine::Session::Call call(session_);
  return engine::import_customers(session_, engine::outside(session_, source), options);
}

ImportResult Archive::import_contacts_csv(const ByteSource& source, const ImportOptions& options) {
  engine::Session::Call call(session_);
  return engine::import_contacts(session_, source, options);
}

ImportResult Archive::import_columns(std::span<const ImportColumn> columns, const ImportOptions& options) {
  engine::Session::Call call(session_);
  return engine::import_columns(session_, columns, options);
}

std::string history_json(std::span<const Change> changes) {
  return dump_json(engine::changes_of_json(changes));
}

}  // namespace crmcore
