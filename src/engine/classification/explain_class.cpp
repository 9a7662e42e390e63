#include "engine/classification/explain_class.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/derived_classes.hpp"
#include "storage/class_override_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using classification::Rules;

// The rules up to the one that holds, each with its first condition that does not.
Json asked_rules(const Rules& rules, const DerivationFacts& facts) {
  Json asked = Json::array();
  for (const auto& rule : rules.rules()) {
    const auto failed = Rules::first_failed(rule, facts);
    asked.push_back({{"node", rule.code}, {"failed", failed ? Json(*failed) : Json()}});
    if (!failed) break;
  }
  return asked;
}

bool is_decided_by_hand(sqlite::Connection& db, CustomerId customer, const CatalogAxis& axis) {
  const auto decided = storage::ClassOverrideStore(db).standing(customer);
  return std::any_of(decided.begin(), decided.end(),
                     [&](const storage::ClassDecision& one) { return one.axis == axis.row.id; });
}

}  // namespace

Json explain_class(Session& session, const std::string& customer, const std::string& axis_code) {
  const sqlite::ReadTransaction snapshot(session.db());
  const CatalogAxis& axis = require_axis(session.catalog(), axis_code, "/axis");
  const CustomerId id = require_customer(session, customer, "/customer");
  storage::CustomerStore store(session.db());
  const auto row = storage::named(store.find(id), id, "customer");
  const DerivationFacts facts = stored_facts(session.catalog(), store, id, row.kind);
  const auto* node = axis.node(store.classes(id)[axis.slot()]);
  Json json{{"node", node == nullptr ? Json() : Json(node->code)}, {"from", "hand"}};
  if (is_decided_by_hand(session.db(), id, axis)) return json;
  if (axis.axis.rules != nullptr) {
    json["from"] = "rules";
    json["rules"] = asked_rules(*axis.axis.rules, facts);
  } else if (axis.attribute) {
    const auto value = facts.number(axis.attribute);
    json["from"] = "attribute";
    json["attribute"] = axis.axis.attribute;
    json["value"] = value ? Json(*value) : Json();
  }
  return json;
}

Json class_explained_answer() {
  static constexpr std::string_view kFrom[] = {"hand", "attribute", "rules"};
  const Json rule = schema::object(
      {{"node", schema::text()},
       {"failed", schema::about("index of its first condition that does not hold; null: all hold",
                                schema::nullable(schema::integer()))}});
  return schema::object(
      {{"node", schema::about("null: unknown", schema::nullable(schema::text()))},
       {"from", schema::about("what the class follows from", schema::word(kFrom))},
       schema::optional("attribute", schema::text()),
       schema::optional("value",
                        schema::about("of the attribute, as it is stored; null: the customer has none",
                                      schema::nullable(schema::integer()))),
       schema::optional(
           "rules", schema::about("those that were asked, up to the one that holds", schema::list(rule)))});
}

}  // namespace crmcore::engine
