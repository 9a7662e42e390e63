#include "engine/classification/classes.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/put_customers.hpp"
#include "engine/core/request.hpp"

namespace crmcore {

NodeInput NodeInput::from_json(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    NodeInput node;
    node.code = in.require_text("code", kCodeBytesMax);
    node.name = in.require_text("name", kNameBytesMax);
    node.parent = in.text_or("parent", kCodeBytesMax, "");
    node.aliases = in.texts("aliases", 100, kNameBytesMax);
    node.from = in.date("from");
    node.to = in.date("to");
    return node;
  });
}

std::string ClassOf::to_json() const {
  return dump_json(engine::class_json(*this));
}

std::string node_json(const std::optional<Node>& node) {
  return dump_json(engine::resolved_json(node));
}

namespace engine {

ClassOf class_of(Session& session, CustomerId customer, std::string_view axis, std::optional<Date> as_of) {
  const std::string code = require_axis(session.catalog(), axis, "/axis").row.code;
  for (ClassOf& of : classes_of(session, customer, as_of)) {
    if (of.axis == code) return std::move(of);
  }
  return {code, {}, {}, {}};
}

void set_class(Session& session, CustomerId customer, std::string_view axis_code, std::string_view node) {
  const CatalogAxis& axis = require_axis(session.catalog(), axis_code, "/axis");
  if (axis.is_derived()) {
    throw Error(Code::invalid,
                fmt::format("the class on axis '{}' follows from attribute '{}' and is not set by hand",
                            axis.row.code, axis.axis.attribute),
                "/axis");
  }
  const std::string code = axis.row.code;
  const auto known = find_customer(session, customer);
  if (!known) {
    throw Error(Code::not_found, fmt::format("no customer with id {}", customer.value), "/customer");
  }
  CustomerInput input;
  input.code = known->code;
  input.classes.push_back({code, std::string(node)});
  try {
    put_customer(session, input);
  } catch (const Error& error) {
    std::vector<Diagnostic> found = error.diagnostics();
    for (Diagnostic& one : found) {
      if (one.path.starts_with("/classes")) one.path = "/node";
    }
    throw Error(std::move(found));
  }
}

Json class_json(const ClassOf& of) {
  if (of.node.empty()) return {{"node", nullptr}, {"name", nullptr}, {"path", Json::array()}};
  return {{"node", of.node}, {"name", of.name}, {"path", of.path}};
}

Json resolved_json(const std::optional<Node>& node) {
  if (!node) return {{"node", nullptr}};
  return {{"node", {{"code", node->code}, {"name", node->name}, {"path", node->path}}}};
}

}  // namespace engine
}  // namespace crmcore
