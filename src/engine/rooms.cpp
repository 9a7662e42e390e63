// The public classes of archive, classification and ledger: each call is guarded and handed to its use case.
#include "crmcore/archive.hpp"
#include "crmcore/classification.hpp"
#include "crmcore/ledger.hpp"

#include "base/json.hpp"
#include "engine/classify.hpp"
#include "engine/cross_tab.hpp"
#include "engine/customers.hpp"
#include "engine/import.hpp"
#include "engine/months.hpp"
#include "engine/post_entries.hpp"
#include "engine/put_customers.hpp"
#include "engine/verify.hpp"

namespace crmcore {

using Call = engine::Session::Call;

PutResult Archive::put(std::span<const CustomerInput> customers) {
  Call call(session_);
  return engine::put_customers(session_, customers);
}

CustomerId Archive::put(const CustomerInput& customer) {
  Call call(session_);
  return engine::put_customer(session_, customer);
}

std::optional<Customer> Archive::find(CustomerId id) {
  Call call(session_);
  return engine::find_customer(session_, id);
}

std::optional<Customer> Archive::find(std::string_view code) {
  Call call(session_);
  return engine::find_customer(session_, code);
}

std::optional<CustomerId> Archive::id_of(std::string_view code) {
  Call call(session_);
  return engine::find_customer_id(session_, code);
}

std::vector<Contact> Archive::contacts(CustomerId id) {
  Call call(session_);
  return engine::contacts_of(session_, id);
}

std::vector<Attribute> Archive::attributes(CustomerId id) {
  Call call(session_);
  return engine::attributes_of(session_, id);
}

std::vector<Change> Archive::history(CustomerId id, std::int64_t limit) {
  Call call(session_);
  return engine::history_of(session_, id, limit);
}

AttributeId Archive::define_attribute(const AttributeDefinition& attribute) {
  Call call(session_);
  return engine::define_attribute(session_, attribute);
}

void Archive::set_lost(CustomerId id, bool is_lost) {
  Call call(session_);
  engine::set_lost(session_, id, is_lost);
}

ImportResult Archive::import_csv(const ByteSource& source, const ImportOptions& options) {
  Call call(session_);
  return engine::import_customers(session_, source, options);
}

ImportResult Archive::import_columns(std::span<const ImportColumn> columns, const ImportOptions& options) {
  Call call(session_);
  return engine::import_columns(session_, columns, options);
}

AxisId Classification::define(const AxisInput& axis) {
  Call call(session_);
  return engine::define_axis(session_, axis);
}

void Classification::define_ready_made() {
  Call call(session_);
  engine::define_ready_made(session_);
}

std::int64_t Classification::put_nodes(std::string_view axis, std::span<const NodeInput> nodes) {
  Call call(session_);
  return engine::put_nodes(session_, axis, nodes);
}

std::string Classification::load_divisions(std::string_view axis,
                                           std::span<const std::string_view> csv_texts) {
  Call call(session_);
  return dump_json(engine::load_divisions(session_, axis, csv_texts));
}

std::optional<Node> Classification::resolve(std::string_view axis, std::string_view text) {
  Call call(session_);
  return engine::resolve_node(session_, axis, text);
}

std::vector<ClassOf> Classification::of(CustomerId customer, std::optional<Date> as_of) {
  Call call(session_);
  return engine::classes_of(session_, customer, as_of);
}

CrossTab Classification::cross_tab(const CrossTabRequest& request) {
  Call call(session_);
  return engine::cross_tab(session_, request);
}

std::string Classification::unclassified(std::string_view axis, std::int32_t customers_max) {
  Call call(session_);
  return dump_json(engine::unclassified_customers(session_, axis, customers_max));
}

PostResult Ledger::post(const PostOptions& options, std::span<const EntryInput> entries) {
  Call call(session_);
  return engine::post_entries(session_, options, entries);
}

ImportResult Ledger::import_csv(const ByteSource& source, const EntryImportOptions& options) {
  Call call(session_);
  return engine::import_entries(session_, source, options);
}

std::vector<MonthTotals> Ledger::months(CustomerId customer, Date from, Date to) {
  Call call(session_);
  return engine::months_of(session_, customer, from, to);
}

std::string Ledger::verify(bool rebuild) {
  Call call(session_);
  return dump_json(engine::verify_file(session_, rebuild));
}

}  // namespace crmcore
