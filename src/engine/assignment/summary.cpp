// What a plan amounts to, for people and programs.
#include "engine/assignment/summary.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "base/wide.hpp"
#include "storage/customer_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// Code and name of a customer.
std::pair<std::string, std::string> shown_customer(sqlite::Connection& db, CustomerId id) {
  auto row = storage::named(storage::CustomerStore(db).find(id), id, "customer");
  return {std::move(row.code), std::move(row.name)};
}

AssignmentChange change_of(sqlite::Connection& db, const PlannedRun& run, const assignment::Change& change) {
  AssignmentChange told;
  told.customer = change.customer;
  told.from = run.facts.code_of(change.from);
  told.to = run.facts.code_of(change.to);
  told.cause = word_of(change.trigger);
  if (change.from) told.lost_by = word_of(change.lost_by);
  if (change.to) told.tie_break = word_of(change.tie_break);
  if (!change.to) told.unassigned = word_of(change.unassigned);
  told.stage = change.stage;
  std::tie(told.customer_code, told.customer_name) = shown_customer(db, change.customer);
  told.from_name = run.facts.name_of(change.from);
  told.to_name = run.facts.name_of(change.to);
  return told;
}

PlanCost cost_of(const assignment::Objective& objective) {
  return {objective.unassigned, objective.preference, objective.disruption, objective.imbalance};
}

SolverSummary solver_of(const assignment::SolverReport& report) {
  SolverSummary solver;
  solver.objective = cost_of(report.objective);
  solver.bound_unassigned = report.bound.unassigned;
  solver.bound_cost = report.bound.cost();
  if (report.ordered) solver.ordered = cost_of(*report.ordered);
  solver.is_proved = report.is_proved;
  solver.is_ordered = report.is_ordered;
  solver.rebalanced = report.rebalanced;
  return solver;
}

TradeSummary trade_of(const assignment::Trade& trade) {
  TradeSummary summary{cost_of(trade.ordered), {}};
  for (const assignment::TradePoint& point : trade.points)
    summary.plans.push_back({point.disruption, point.rebalanced, cost_of(point.objective), point.is_proved});
  return summary;
}

Json plan_cost_json(const PlanCost& cost) {
  return {{"unassigned", cost.unassigned},
          {"preference", cost.preference},
          {"disruption", cost.disruption},
          {"imbalance", cost.imbalance},
          {"cost", cost.cost()}};
}

// What more is left than proved to be the least, else what it costs more.
Json gap_json(const SolverSummary& solver) {
  const std::int64_t unassigned = solver.objective.unassigned - solver.bound_unassigned;
  const std::int64_t cost = solver.objective.cost() - solver.bound_cost;
  // Rounded up, so that 0 says what it says.
  const std::int64_t whole = std::max<std::int64_t>(solver.objective.cost(), 1);
  const auto millionths =
      static_cast<std::int64_t>((static_cast<Wide>(cost) * 1'000'000 + whole - 1) / whole);
  return {{"unassigned", unassigned},
          {"cost", unassigned == 0 ? Json(cost) : Json()},
          {"millionths", unassigned == 0 ? Json(millionths) : Json()}};
}

Json solver_json(const SolverSummary& solver) {
  return {{"objective", plan_cost_json(solver.objective)},
          {"bound", {{"unassigned", solver.bound_unassigned}, {"cost", solver.bound_cost}}},
          {"gap", gap_json(solver)},
          {"is_proved", solver.is_proved},
          {"is_ordered", solver.is_ordered},
          {"ordered", solver.ordered ? plan_cost_json(*solver.ordered) : Json()},
          {"rebalanced", solver.rebalanced}};
}

Json trade_json(const TradeSummary& trade) {
  Json plans = Json::array();
  for (const TradePlan& plan : trade.plans) {
    plans.push_back({{"disruption", plan.disruption ? Json(*plan.disruption) : Json()},
                     {"rebalanced", plan.rebalanced},
                     {"objective", plan_cost_json(plan.objective)},
                     {"is_proved", plan.is_proved}});
  }
  return {{"ordered", plan_cost_json(trade.ordered)}, {"plans", std::move(plans)}};
}

Json plan_cost_answer() {
  return schema::object({{"unassigned", schema::about("weight of those without manager, each by the urgency "
                                                      "of its grade",
                                                      schema::integer())},
                         {"preference", schema::integer()},
                         {"disruption", schema::integer()},
                         {"imbalance", schema::integer()},
                         {"cost", schema::about("of the three together", schema::integer())}});
}

Json solver_answer() {
  using schema::boolean;
  using schema::integer;
  using schema::nullable;
  return schema::object(
      {{"objective", plan_cost_answer()},
       {"bound", schema::about("no plan leaves less, and none that leaves as little costs less",
                               schema::object({{"unassigned", integer()}, {"cost", integer()}}))},
       {"gap",
        schema::object({{"unassigned", integer()},
                        {"cost", schema::about("null: more is left than the bound", nullable(integer()))},
                        {"millionths", schema::about("of the plan's cost", nullable(integer()))}})},
       {"is_proved", schema::about("the gap is 0: no plan is better", boolean())},
       {"is_ordered", schema::about("the ordered plan, and nothing better was found", boolean())},
       {"ordered",
        schema::about("of the ordered solver; null: is_proved says enough", nullable(plan_cost_answer()))},
       {"rebalanced", schema::about("customers who move though they might stay", integer())}});
}

Json trade_answer() {
  const Json plan = schema::object({{"disruption", schema::about("null: nobody who may stay is moved",
                                                                 schema::nullable(schema::integer()))},
                                    {"rebalanced", schema::integer()},
                                    {"objective", plan_cost_answer()},
                                    {"is_proved", schema::boolean()}});
  return schema::object(
      {{"ordered", schema::about("of the ordered solver", plan_cost_answer())},
       {"plans",
        schema::about("of least cost where moving one who might stay costs so much", schema::list(plan))}});
}

Json changes_json(const std::vector<AssignmentChange>& changes) {
  Json array = Json::array();
  for (const AssignmentChange& change : changes) {
    array.push_back({{"customer_id", change.customer.value},
                     {"customer", change.customer_code},
                     {"name", change.customer_name},
                     {"from", change.from},
                     {"from_name", change.from_name},
                     {"to", change.to},
                     {"to_name", change.to_name},
                     {"cause", change.cause},
                     {"lost_by", change.lost_by},
                     {"unassigned", change.unassigned},
                     {"tie_break", change.tie_break},
                     {"stage", change.stage}});
  }
  return array;
}

}  // namespace

AssignmentSummary summary_of(sqlite::Connection& db, const PlannedRun& run, RunId id, std::int32_t limit) {
  const assignment::Plan& plan = run.plan;
  AssignmentSummary summary;
  summary.id = id;
  summary.policy = run.loaded.policy.code;
  summary.version = run.loaded.policy.version;
  summary.as_of = run.as_of;
  summary.customers = static_cast<std::int64_t>(run.facts.customers.size());
  summary.stayed = plan.stayed;
  summary.unassigned = static_cast<std::int64_t>(plan.unassigned.size());
  const auto told_max = static_cast<std::size_t>(limit);
  for (const assignment::Change& change : plan.changes) {
    ++(!change.to ? summary.lost : change.from ? summary.moved : summary.placed);
    if (summary.changes.size() < told_max) summary.changes.push_back(change_of(db, run, change));
  }
  for (std::size_t i = 1; i < plan.unassigned_counts.size(); ++i) {
    if (plan.unassigned_counts[i] == 0) continue;
    const auto reason = static_cast<assignment::UnassignedReason>(i);
    summary.reasons.push_back({std::string(word_of(reason)), plan.unassigned_counts[i]});
  }
  for (const auto& load : plan.loads) {
    summary.loads.push_back({run.facts.code_of(load.manager), load.span, load.before, load.after,
                             load.received, load.released, run.facts.name_of(load.manager)});
  }
  for (const auto& held : plan.held) {
    if (summary.held.size() >= told_max) break;
    auto [code, name] = shown_customer(db, held.customer);
    summary.held.push_back({held.customer, run.facts.code_of(held.manager),
                            std::string(word_of(held.rejection)), held.is_locked, held.until, std::move(code),
                            std::move(name), run.facts.name_of(held.manager)});
  }
  summary.plan = to_hex(run.digest);
  if (plan.solver) summary.solver = solver_of(*plan.solver);
  if (run.trade) summary.trade = trade_of(*run.trade);
  return summary;
}

Json summary_json(const AssignmentSummary& summary) {
  Json reasons = Json::object();
  for (const ReasonCount& reason : summary.reasons) reasons[reason.reason] = reason.count;
  Json loads = Json::array();
  for (const LoadChange& load : summary.loads) {
    loads.push_back({{"manager", load.manager},
                     {"name", load.name},
                     {"span", load.span},
                     {"before", load.before},
                     {"after", load.after},
                     {"received", load.received},
                     {"released", load.released},
                     {"is_over_span", load.is_over_span()}});
  }
  Json held = Json::array();
  for (const HeldCustomer& one : summary.held) {
    held.push_back({{"customer_id", one.customer.value},
                    {"customer", one.customer_code},
                    {"name", one.customer_name},
                    {"manager", one.manager},
                    {"manager_name", one.manager_name},
                    {"reason", one.reason},
                    {"is_locked", one.is_locked},
                    {"to", one.to ? Json(format_date(*one.to)) : Json()}});
  }
  Json json = {{"run", summary.id ? Json(summary.id.value) : Json()},
               {"policy", summary.policy},
               {"version", summary.version},
               {"as_of", format_date(summary.as_of)},
               {"customers", summary.customers},
               {"stayed", summary.stayed},
               {"placed", summary.placed},
               {"moved", summary.moved},
               {"lost", summary.lost},
               {"unassigned", summary.unassigned},
               {"reasons", std::move(reasons)},
               {"loads", std::move(loads)},
               {"held", std::move(held)},
               {"changes", changes_json(summary.changes)},
               {"plan", summary.plan}};
  if (summary.solver) json["solver"] = solver_json(*summary.solver);
  if (summary.trade) json["trade"] = trade_json(*summary.trade);
  return json;
}

Json assignment_summary_answer() {
  using schema::integer;
  using schema::text;
  const Json change = schema::object({{"customer_id", integer()},
                                      {"customer", schema::about("the code", text())},
                                      {"name", text()},
                                      {"from", schema::about("empty: had no manager", text())},
                                      {"from_name", text()},
                                      {"to", schema::about("empty: is left without", text())},
                                      {"to_name", text()},
                                      {"cause", schema::word<assignment::Trigger>()},
                                      {"lost_by", schema::about("empty: had no manager", text())},
                                      {"unassigned", schema::about("empty: has a manager", text())},
                                      {"tie_break", schema::about("empty: is left without", text())},
                                      {"stage", schema::about("-1: none", integer())}});
  const Json load =
      schema::object({{"manager", text()},
                      schema::optional("name", schema::about("absent in runs of before", text())),
                      {"span", integer()},
                      {"before", integer()},
                      {"after", integer()},
                      {"received", integer()},
                      {"released", integer()},
                      {"is_over_span", schema::boolean()}});
  const Json held =
      schema::object({{"customer_id", integer()},
                      {"customer", schema::about("the code", text())},
                      {"name", text()},
                      {"manager", text()},
                      {"manager_name", text()},
                      {"reason", schema::word<assignment::Rejection>()},
                      {"is_locked", schema::boolean()},
                      {"to", schema::about("end of the grace", schema::nullable(schema::date()))}});
  return schema::object(
      {{"run", schema::about("null: a preview, or nothing changed", schema::nullable(integer()))},
       {"policy", text()},
       {"version", integer()},
       {"as_of", schema::date()},
       {"customers", integer()},
       {"stayed", integer()},
       {"placed", integer()},
       {"moved", integer()},
       {"lost", integer()},
       {"unassigned", integer()},
       {"reasons", schema::about("of the unassigned, by word", schema::map(integer()))},
       {"loads", schema::list(load)},
       {"held", schema::list(held)},
       {"changes", schema::list(change)},
       {"plan", text()},
       schema::optional("solver", schema::about("of a policy with the optimal solver", solver_answer())),
       schema::optional("trade", trade_answer())});
}

}  // namespace crmcore::engine

namespace crmcore {

std::string AssignmentSummary::to_json() const {
  return dump_json(engine::summary_json(*this));
}

}  // namespace crmcore
