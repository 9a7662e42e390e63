// Both plans are made by the code that makes those that are applied, over the same facts, one after the
// other: a policy beside itself differs in nothing (tests/engine/headcount_test.cpp).
#include "engine/assignment/what_if.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/archive/customers.hpp"
#include "engine/assignment/run.hpp"
#include "engine/assignment/summary.hpp"

namespace crmcore::engine {
namespace {

PlannedRun planned(PolicyInQuestion question, Date as_of) {
  return plan_assignment(std::move(question.loaded), as_of, std::move(question.facts));
}

// Who would serve each customer of the facts, in their order.
std::vector<ManagerId> managers_after(const PlannedRun& run) {
  const auto& customers = run.facts.customers;
  std::vector<ManagerId> managers;
  managers.reserve(customers.size());
  for (const auto& customer : customers) managers.push_back(customer.manager);
  for (const assignment::Change& change : run.plan.changes) {
    const auto found =
        std::ranges::lower_bound(customers, change.customer, {}, &assignment::CustomerFacts::id);
    managers[static_cast<std::size_t>(found - customers.begin())] = change.to;
  }
  return managers;
}

// A preview without what only a run that can be applied has.
Json plan_told(sqlite::Connection& db, const PlannedRun& run, std::int32_t limit) {
  Json json = summary_json(summary_of(db, run, {}, limit));
  json.erase("run");
  json.erase("plan");
  return json;
}

Json plan_told_answer() {
  return schema::without(schema::without(schema::without(assignment_summary_answer(), "run"), "plan"),
                         "trade");
}

}  // namespace

AssignmentWhatIf read_assignment_what_if(ObjectReader& in) {
  AssignmentWhatIf request;
  request.question = read_candidate_request(in);
  in.about("how many differences, changes and held are told");
  request.limit = static_cast<std::int32_t>(in.integer_or("limit", 0, kToldChangesMax, kToldChangesDefault));
  return request;
}

Json assignment_what_if(Session& session, const AssignmentWhatIf& request) {
  const CandidateRequest& question = request.question;
  if (!question.is_given())
    throw Error(Code::invalid, "a policy, a scheme or both are needed to try", "/candidate");
  sqlite::ReadTransaction snapshot(session.db());
  const Date as_of = question.as_of.value_or(session.today());
  PolicyInQuestion in_force = policy_in_force(session, question, as_of);
  PolicyInQuestion tried = policy_that_is_tried(session, question, in_force.loaded, as_of);
  const PlannedRun now = planned(std::move(in_force), as_of);
  const PlannedRun then = planned(std::move(tried), as_of);

  const std::vector<ManagerId> from = managers_after(now);
  const std::vector<ManagerId> to = managers_after(then);
  std::int64_t changed = 0;
  Json differences = Json::array();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i] == to[i]) continue;
    if (++changed > request.limit) continue;
    const auto who = find_customer(session, now.facts.customers[i].id);
    differences.push_back({{"customer", who ? who->code : ""},
                           {"name", who ? who->name : ""},
                           {"from", now.facts.code_of(from[i])},
                           {"from_name", now.facts.name_of(from[i])},
                           {"to", then.facts.code_of(to[i])},
                           {"to_name", then.facts.name_of(to[i])}});
  }
  return {{"in_force", plan_told(session.db(), now, request.limit)},
          {"candidate", plan_told(session.db(), then, request.limit)},
          {"changed", changed},
          {"differences", std::move(differences)}};
}

Json assignment_what_if_answer() {
  using schema::text;
  const Json difference =
      schema::object({{"customer", text()},
                      {"name", text()},
                      {"from", schema::about("by the policy in force; empty: nobody", text())},
                      {"from_name", text()},
                      {"to", schema::about("by the candidate; empty: nobody", text())},
                      {"to_name", text()}});
  return schema::object(
      {{"in_force", plan_told_answer()},
       {"candidate", plan_told_answer()},
       {"changed", schema::about("customers whom another manager would serve", schema::integer())},
       {"differences", schema::list(difference)}});
}

}  // namespace crmcore::engine
