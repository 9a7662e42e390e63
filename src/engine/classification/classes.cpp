#include "engine/classification/classes.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/put_customers.hpp"
#include "engine/core/naming.hpp"

namespace crmcore {

std::string ClassOf::to_json() const {
  return dump_json(engine::class_json(*this));
}

namespace engine {

void set_class(Session& session, CustomerId customer, std::string_view axis_code, std::string_view node) {
  const CatalogAxis& axis = require_axis(session.catalog(), axis_code, "/axis");
  if (axis.is_derived()) {
    throw Error(Code::invalid,
                fmt::format("the class on axis '{}' follows from {} and is not set by hand", axis.row.code,
                            axis.derived_from()),
                "/axis");
  }
  const std::string code = axis.row.code;
  const auto known = find_customer(session, customer);
  if (!known) throw_no_customer(session.db(), customer, "/customer");
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

Json class_answer() {
  return schema::object({{"node", schema::nullable(schema::text())},
                         {"name", schema::nullable(schema::text())},
                         {"path", schema::about("names from the root", schema::list(schema::text()))}});
}

}  // namespace engine
}  // namespace crmcore
