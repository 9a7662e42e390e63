// The answers to who serves whom, and why. What a run decided is told as it was decided: with the version of
// the policy that decided, and the findings that the run kept. Findings are shared by all customers who look
// alike to the policy; who had no room at the moment of this customer's turn is kept beside them and laid
// over them here. tests/engine/assignment_run_test.cpp.
#include "engine/assignment/explain.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "assignment/decision.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/assignment/manager_grades.hpp"
#include "engine/assignment/managers.hpp"
#include "engine/assignment/run.hpp"
#include "engine/assignment/why_not.hpp"
#include "engine/core/naming.hpp"
#include "engine/core/versioned_documents.hpp"
#include "storage/assignment_store.hpp"
#include "storage/customer_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::AssignmentStore;
using storage::ManagerStore;

Json code_or_null(sqlite::Connection& db, ManagerId id) {
  const auto row = id ? ManagerStore(db).find(id) : std::nullopt;
  return row ? Json(row->code) : Json();
}

Serving serving(sqlite::Connection& db, ManagerId manager, AssignmentRole role, Date from,
                std::optional<Date> to) {
  const auto row = storage::named(ManagerStore(db).find(manager), manager, "manager");
  return {row.code, row.name, role, from, to};
}

// Accepted candidates of the deciding stage who had no room are marked: the consideration is shared by all
// customers who look alike, room is the moment's.
void mark_full(Json& considered, const storage::DecisionRow& decision) {
  for (Json& stage : considered) {
    if (stage["stage"] != decision.stage) continue;
    Json& candidates = stage["candidates"];
    for (std::size_t i = 0; i < candidates.size() && i < 32; ++i) {
      if (((decision.full_detailed >> i) & 1) != 0) candidates[i][1] = word_of(assignment::Rejection::full);
    }
    if (decision.full_count > 0) stage["counts"]["full"] = decision.full_count;
  }
}

// Throws Error(corrupt) for a stage that the policy does not have.
const assignment::Stage& stage_of(const assignment::Policy& policy, std::int32_t stage) {
  if (stage < 0 || stage >= std::ssize(policy.stages))
    throw Error(Code::corrupt, "a decision is of a stage that its policy does not have");
  return policy.stages[static_cast<std::size_t>(stage)];
}

Json findings_json(sqlite::Connection& db, const assignment::Policy& policy,
                   const std::vector<storage::StageFindingRow>& findings) {
  Json stages = Json::array();
  for (const auto& finding : findings) {
    Json counts = Json::object();
    for (const auto& [code, count] : finding.counts) {
      const auto rejection = static_cast<assignment::Rejection>(code);
      counts[code == 0 ? "accepted" : std::string(word_of(rejection))] = count;
    }
    Json candidates = Json::array();
    for (const auto& [manager, code] : finding.candidates) {
      const auto rejection = static_cast<assignment::Rejection>(code);
      const bool is_accepted = rejection == assignment::Rejection::none;
      candidates.push_back({code_or_null(db, manager), is_accepted ? Json() : Json(word_of(rejection))});
    }
    const auto& stage = stage_of(policy, finding.stage);
    stages.push_back({{"stage", finding.stage},
                      {"rule", stage.rule.id},
                      {"counts", std::move(counts)},
                      {"candidates", std::move(candidates)}});
  }
  return stages;
}

Json decision_json(sqlite::Connection& db, const storage::DecisionRow& decision, Language language) {
  AssignmentStore store(db);
  const auto run = storage::named(store.run(decision.run), decision.run, "run");
  const auto loaded = load_policy(db, run.policy, run.version);
  const auto findings = store.findings(decision.run, decision.consideration);
  Json considered =
      findings ? findings_json(db, loaded.policy, *findings) : storage::read_stored("a run's finding", [&] {
        return parse_json(store.consideration(decision.run, decision.consideration));
      });
  mark_full(considered, decision);
  Json json = {{"run", decision.run.value},
               {"policy", loaded.policy.code},
               {"version", loaded.policy.version},
               {"as_of", format_date(run.as_of)},
               {"cause", word_of(static_cast<assignment::Trigger>(decision.cause))},
               {"from", code_or_null(db, decision.from)},
               {"to", code_or_null(db, decision.to)}};
  if (decision.from) {
    const auto lost_by = static_cast<assignment::Rejection>(decision.lost_by);
    json["lost_by"] = word_of(lost_by);
    json["lost_by_words"] = words_for(lost_by, language);
  }
  if (decision.to) {
    json["stage"] = decision.stage;
    json["rule"] = stage_of(loaded.policy, decision.stage).rule.id;
    json["tie_break"] = word_of(static_cast<assignment::TieBreak>(decision.tie_break));
    json["load_before"] = decision.load_before;
    json["runner_up"] = code_or_null(db, decision.runner_up);
    json["runner_up_load"] = decision.runner_up ? Json(decision.runner_up_load) : Json();
  } else {
    const auto unassigned = static_cast<assignment::UnassignedReason>(decision.unassigned);
    json["unassigned"] = word_of(unassigned);
    json["unassigned_words"] = words_for(unassigned, language);
  }
  json["considered"] = std::move(considered);
  return json;
}

// Why a customer without manager has none, by the only policy there is.
Json unassigned_json(Session& session, CustomerId customer) {
  const auto all = VersionedDocuments(session.db(), storage::DocumentKind::policy).all();
  if (all.size() != 1) return {};
  AssignmentRequest request;
  request.policy = all.front().code;
  request.customers = {customer};
  const AssignmentSummary summary = preview_assignment(session, request);
  Json json = {
      {"policy", summary.policy}, {"version", summary.version}, {"as_of", format_date(summary.as_of)}};
  if (!summary.reasons.empty()) json["unassigned"] = summary.reasons.front().reason;
  if (!summary.changes.empty()) json["would_get"] = summary.changes.front().to;
  return json;
}

}  // namespace

std::vector<Serving> serving_of(Session& session, CustomerId customer, std::optional<Date> as_of) {
  sqlite::ReadTransaction snapshot(session.db());
  sqlite::Connection& db = session.db();
  require_customer_id(db, customer, "/customer");
  const Date date = as_of.value_or(session.today());
  AssignmentStore store(db);
  std::vector<Serving> all;
  if (const auto primary = store.primary_on(customer, date); primary && primary->first.manager) {
    const auto& [row, to] = *primary;
    all.push_back(serving(db, row.manager, AssignmentRole::primary, row.from, to));
  }
  for (const auto& row : store.sides(customer)) {
    if (date < row.from || (row.to && *row.to <= date)) continue;
    all.push_back(serving(db, row.manager, row.role, row.from, row.to));
  }
  return all;
}

std::vector<LoadOfManager> loads_of(Session& session, std::string_view code, std::optional<Date> as_of) {
  sqlite::ReadTransaction snapshot(session.db());
  sqlite::Connection& db = session.db();
  const auto policy = load_policy_or_only(db, code);
  const auto grades =
      grades_by_manager(db, policy ? policy->scheme : SchemeId{}, as_of.value_or(session.today()));
  std::vector<LoadOfManager> loads;
  for (const auto& manager : ManagerStore(db).managers()) {
    LoadOfManager& load = loads.emplace_back(LoadOfManager{manager.code, 0, 0, manager.span});
    const ManagerGrades& served = grades[loads.size() - 1];
    load.customers = std::accumulate(served.customers.begin(), served.customers.end(), std::int64_t{0});
    load.load = load_of(served, policy);
  }
  return loads;
}

Json explain_assignment(Session& session, CustomerId customer, const ExplainOptions& options) {
  sqlite::ReadTransaction snapshot(session.db());
  sqlite::Connection& db = session.db();
  const auto row = storage::CustomerStore(db).present(customer);
  if (!row) throw_no_customer(db, customer, "/customer");
  AssignmentStore store(db);
  const auto primary = store.primary(customer);
  Json json = {{"customer", row->code}, {"customer_id", customer.value}, {"manager", Json()}};
  std::optional<storage::DecisionRow> decision;
  if (primary) {
    json["manager"] = code_or_null(db, primary->manager);
    json["from"] = format_date(primary->from);
    json["origin"] = word_of(primary->origin);
    json["is_locked"] = primary->is_locked;
    if (!primary->reason.empty()) json["reason"] = primary->reason;
    if (primary->run) {
      decision = store.decision(customer, primary->run);
      if (decision) json["decision"] = decision_json(db, *decision, options.language);
    }
  }
  Json beside = Json::array();
  Json ahead = Json::array();
  const auto tell = [&](Json& list, ManagerId manager, AssignmentRole role, Date from,
                        std::optional<Date> to) {
    list.push_back({{"manager", code_or_null(db, manager)},
                    {"role", word_of(role)},
                    {"from", format_date(from)},
                    {"to", to ? Json(format_date(*to)) : Json()}});
  };
  const Date today = session.today();
  for (const auto& later : store.ahead(customer)) {
    if (today < later.from) tell(ahead, later.manager, AssignmentRole::primary, later.from, {});
  }
  for (const auto& side : store.sides(customer)) {
    const bool is_over = side.to && *side.to <= today;
    if (!is_over) tell(today < side.from ? ahead : beside, side.manager, side.role, side.from, side.to);
  }
  json["beside"] = std::move(beside);
  json["ahead"] = std::move(ahead);
  json["why_not"] = why_not_json(session, customer, options.policy, options.language, decision);
  if (!primary || !primary->manager) json["now"] = unassigned_json(session, customer);
  return json;
}

Json explain_assignment_answer() {
  using schema::integer;
  using schema::nullable;
  using schema::object;
  using schema::optional;
  using schema::text;
  const Json stage =
      object({{"stage", integer()},
              {"rule", text()},
              {"counts", schema::about("managers by what they were found: accepted, or why not",
                                       schema::map(integer()))},
              {"candidates",
               schema::about("manager, and why not or null", schema::list(schema::list(nullable(text()))))}});
  const Json decision = object({{"run", integer()},
                                {"policy", text()},
                                {"version", integer()},
                                {"as_of", schema::date()},
                                {"cause", schema::word<assignment::Trigger>()},
                                {"from", schema::about("null: had no manager", nullable(text()))},
                                {"to", schema::about("null: was left without", nullable(text()))},
                                optional("lost_by", schema::word<assignment::Rejection>()),
                                optional("lost_by_words", text()),
                                optional("stage", integer()),
                                optional("rule", text()),
                                optional("tie_break", schema::word<assignment::TieBreak>()),
                                optional("load_before", integer()),
                                optional("runner_up", nullable(text())),
                                optional("runner_up_load", nullable(integer())),
                                optional("unassigned", schema::word<assignment::UnassignedReason>()),
                                optional("unassigned_words", text()),
                                {"considered", schema::list(stage)}});
  const Json side = object({{"manager", schema::about("null: nobody", nullable(text()))},
                            {"role", schema::word<AssignmentRole>()},
                            {"from", schema::date()},
                            {"to", nullable(schema::date())}});
  const Json now = object({{"policy", text()},
                           {"version", integer()},
                           {"as_of", schema::date()},
                           optional("unassigned", schema::word<assignment::UnassignedReason>()),
                           optional("would_get", text())});
  return object(
      {{"customer", text()},
       {"customer_id", integer()},
       {"manager", nullable(text())},
       optional("from", schema::date()),
       optional("origin", schema::word<storage::Origin>()),
       optional("is_locked", schema::boolean()),
       optional("reason", text()),
       optional("decision", schema::about("where a run decided", decision)),
       {"beside", schema::about("today", schema::list(side))},
       {"ahead", schema::about("what begins after today", schema::list(side))},
       {"why_not", schema::about("every manager as of today, by the policy that was named or the only "
                                 "one; null where there is none, or the customer is lost",
                                 nullable(why_not_answer()))},
       optional("now", schema::about("without a manager: what the only policy would do today; null "
                                     "where there is not exactly one",
                                     nullable(now)))});
}

}  // namespace crmcore::engine
