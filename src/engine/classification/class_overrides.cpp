// An override is a row beside the class. The class itself is written by the road of every put, which asks
// what stands (derived_classes.hpp), so that both come and go in one transaction.
#include "engine/classification/class_overrides.hpp"

#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/derived_classes.hpp"
#include "engine/archive/put_customers.hpp"
#include "storage/class_override_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

const CatalogAxis& require_open_axis(Session& session, const std::string& code) {
  const CatalogAxis& axis = require_axis(session.catalog(), code, "/axis");
  if (axis.takes_overrides()) return axis;
  throw Error(Code::invalid,
              axis.is_derived()
                  ? fmt::format("the class on axis '{}' follows from {}, and its definition refuses others "
                                "(on_manual)",
                                code, axis.derived_from())
                  : fmt::format("the class on axis '{}' follows from nothing: archive.put sets it", code),
              "/axis");
}

std::optional<storage::ClassOverrideRow> standing_override(storage::ClassOverrideStore& store,
                                                           CustomerId customer, AxisId axis) {
  storage::ClassOverrideFilter filter;
  filter.axis = axis;
  filter.customer = customer;
  auto rows = store.find(filter);
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

NodeId require_node(const CatalogAxis& axis, const std::string& text) {
  const auto resolution = axis.axis.tree.resolve(text);
  if (resolution.kind == classification::Resolution::Kind::found)
    return axis.axis.tree.node(resolution.position).id;
  const bool is_unknown = resolution.kind == classification::Resolution::Kind::unknown;
  throw Error(is_unknown ? Code::not_found : Code::invalid, resolution.reason, "/node");
}

Json node_code_or_null(const CatalogAxis& axis, NodeId node) {
  const auto* row = axis.node(node);
  return row == nullptr ? Json() : Json(row->code);
}

// What follows from the facts, whatever was decided.
Json derived_code(Session& session, const CatalogAxis& axis, CustomerId customer) {
  storage::CustomerStore store(session.db());
  const auto row = storage::named(store.find(customer), customer, "customer");
  return node_code_or_null(axis,
                           derived_node(axis, stored_facts(session.catalog(), store, customer, row.kind)));
}

// Writes the class that holds now.
void place_anew(Session& session, CustomerId customer) {
  CustomerInput input;
  input.code = storage::named(storage::CustomerStore(session.db()).find(customer), customer, "customer").code;
  put_customer(session, input);
}

}  // namespace

Json override_class(Session& session, const ClassOverrideRequest& request) {
  WriteScope write(session);
  const CatalogAxis& axis = require_open_axis(session, request.axis);
  const CustomerId customer = require_customer(session, request.customer, "/customer");
  text::require_reason(request.reason);
  storage::ClassOverrideStore store(write.db());
  if (const auto known = standing_override(store, customer, axis.row.id)) {
    throw Error(Code::conflict,
                fmt::format("override {} of {} stands: lift it first", known->id, format_date(known->from)),
                "/customer");
  }
  storage::ClassOverrideRow row;
  row.customer = customer;
  row.axis = axis.row.id;
  row.node = require_node(axis, request.node);
  row.from = session.today();
  row.reason = request.reason;
  row.actor = session.actor();
  const std::int64_t id = store.insert(row);
  Json answer{{"override", id},
              {"node", node_code_or_null(axis, row.node)},
              {"derived", derived_code(session, axis, customer)}};
  write.journal().add(
      kClassOverridden, customer,
      dump_json(
          Json{{"axis", request.axis}, {"override", id}, {"node", answer["node"]}, {"reason", row.reason}}));
  place_anew(session, customer);
  write.commit();
  return answer;
}

Json lift_class_override(Session& session, const ClassLiftRequest& request) {
  WriteScope write(session);
  const CatalogAxis& axis = require_axis(session.catalog(), request.axis, "/axis");
  const CustomerId customer = require_customer(session, request.customer, "/customer");
  text::require_reason(request.reason);
  storage::ClassOverrideStore store(write.db());
  const auto known = standing_override(store, customer, axis.row.id);
  if (!known) {
    throw Error(Code::not_found,
                fmt::format("nothing was decided by hand for customer '{}' on axis '{}'", request.customer,
                            request.axis),
                "/customer");
  }
  store.lift(known->id, session.today(), request.reason, session.actor());
  const Json answer{{"override", known->id}, {"node", derived_code(session, axis, customer)}};
  write.journal().add(kClassOverrideLifted, customer,
                      dump_json(Json{{"axis", request.axis},
                                     {"override", known->id},
                                     {"node", node_code_or_null(axis, known->node)},
                                     {"reason", request.reason}}));
  place_anew(session, customer);
  write.commit();
  return answer;
}

Json list_class_overrides(Session& session, const ClassOverridesRequest& request) {
  const sqlite::ReadTransaction snapshot(session.db());
  storage::ClassOverrideFilter filter;
  if (request.axis) filter.axis = require_axis(session.catalog(), *request.axis, "/axis").row.id;
  if (request.customer) filter.customer = require_customer(session, *request.customer, "/customer");
  filter.has_lifted = request.has_lifted;
  filter.after_id = request.after;
  filter.limit = request.limit + 1;
  auto rows = storage::ClassOverrideStore(session.db()).find(filter);
  const bool has_more = std::ssize(rows) > request.limit;
  if (has_more) rows.pop_back();
  Json list = Json::array();
  for (const storage::ClassOverrideRow& row : rows) {
    const CatalogAxis* axis = session.catalog().axis(row.axis);
    if (axis == nullptr) throw Error(Code::corrupt, "an override of a class names no axis");
    const auto customer =
        storage::named(storage::CustomerStore(session.db()).find(row.customer), row.customer, "customer");
    list.push_back({{"override", row.id},
                    {"customer", customer.code},
                    {"axis", axis->row.code},
                    {"node", node_code_or_null(*axis, row.node)},
                    {"derived", derived_code(session, *axis, row.customer)},
                    {"from", format_date(row.from)},
                    {"reason", row.reason},
                    {"actor", row.actor},
                    {"lifted", row.lifted ? Json(format_date(*row.lifted)) : Json()},
                    {"lift_reason", row.lift_reason},
                    {"lift_actor", row.lift_actor}});
  }
  return {{"overrides", std::move(list)}, {"next", has_more ? Json(rows.back().id) : Json()}};
}

Json class_overridden_answer() {
  return schema::object({{"override", schema::about("its number", schema::integer())},
                         {"node", schema::text()},
                         {"derived", schema::about("what follows from the facts; null: unknown",
                                                   schema::nullable(schema::text()))}});
}

Json class_lifted_answer() {
  return schema::object({{"override", schema::integer()},
                         {"node", schema::about("what follows from the facts; null: unknown",
                                                schema::nullable(schema::text()))}});
}

Json class_overrides_answer() {
  const Json one =
      schema::object({{"override", schema::integer()},
                      {"customer", schema::text()},
                      {"axis", schema::text()},
                      {"node", schema::text()},
                      {"derived", schema::about("what follows from the facts; null: unknown",
                                                schema::nullable(schema::text()))},
                      {"from", schema::date()},
                      {"reason", schema::text()},
                      {"actor", schema::text()},
                      {"lifted", schema::about("null: it stands", schema::nullable(schema::date()))},
                      {"lift_reason", schema::text()},
                      {"lift_actor", schema::text()}});
  return schema::object({{"overrides", schema::list(one)},
                         {"next", schema::about("what `after` gets for the next page; null: the last one",
                                                schema::nullable(schema::integer()))}});
}

ClassOverrideRequest read_class_override(ObjectReader& in) {
  return {read_customer_code(in), in.require_text("axis", kCodeBytesMax),
          in.about("code, name or alias").require_text("node", kTextBytesMax),
          in.require_text("reason", kReasonBytesMax)};
}

ClassLiftRequest read_class_lift(ObjectReader& in) {
  return {read_customer_code(in), in.require_text("axis", kCodeBytesMax),
          in.require_text("reason", kReasonBytesMax)};
}

ClassOverridesRequest read_class_overrides(ObjectReader& in) {
  return {in.about("absent: all").text("axis", kCodeBytesMax),
          in.about("absent: everybody").text("customer", kCodeBytesMax),
          in.about("those that were lifted, too").boolean_or("has_lifted", false),
          in.about("`next` of the page before").integer_or("after", 0, kIntegerMax, 0),
          in.integer_or("limit", 1, kClassOverridesMax, kClassOverridesDefault)};
}

}  // namespace crmcore::engine
