// A run plans, and what it plans is applied as it is: preview and commit go the same way, and the digest over
// all that was decided lets a commit refuse when the data moved since the preview. Intervals of a customer's
// primary stay without gap and overlap because one function, replace_primary, ends one and begins the next
// (tests/engine/assignment_intervals_test.cpp); a run without changes writes nothing but who is over span
// (tests/engine/assignment_run_test.cpp). Rows are written by customer, so that tables grow at their ends.
#include "engine/assignment/run.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/assignment/summary.hpp"
#include "storage/customer_store.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::engine {
namespace {

using assignment::Plan;
using storage::AssignmentStore;

constexpr std::int64_t kTickChanges = 1 << 14;

Digest digest_of_plan(const PlannedRun& run) {
  Digester digester;
  digester.text(run.loaded.policy.code);
  digester.integer(run.loaded.policy.version);
  digester.integer(run.as_of.days);
  for (const assignment::Change& change : run.plan.changes) {
    const std::array<std::int64_t, 5> numbers = {change.customer.value, change.from.value, change.to.value,
                                                 change.stage, static_cast<std::int64_t>(change.trigger)};
    digester.bytes(numbers.data(), sizeof numbers);
  }
  for (const auto& load : run.plan.loads) {
    digester.integer(load.after);
    digester.integer(load.span);
  }
  for (const std::int64_t count : run.plan.unassigned_counts) digester.integer(count);
  return digester.finish();
}

Json consideration_json(const PlannedRun& run, const assignment::Consideration& consideration) {
  Json stages = Json::array();
  for (const auto& finding : consideration) {
    Json counts = Json::object();
    for (std::size_t code = 0; code < finding.counts.size(); ++code) {
      if (finding.counts[code] == 0) continue;
      const auto rejection = static_cast<assignment::Rejection>(code);
      counts[code == 0 ? "accepted" : std::string(word_of(rejection))] = finding.counts[code];
    }
    Json candidates = Json::array();
    for (const auto& candidate : finding.candidates) {
      const bool is_accepted = candidate.rejection == assignment::Rejection::none;
      candidates.push_back(
          {run.facts.code_of(candidate.manager), is_accepted ? Json() : Json(word_of(candidate.rejection))});
    }
    const auto& stage = run.loaded.policy.stages[static_cast<std::size_t>(finding.stage)];
    stages.push_back({{"stage", finding.stage},
                      {"rule", stage.rule.id},
                      {"counts", std::move(counts)},
                      {"candidates", std::move(candidates)}});
  }
  return stages;
}

storage::DecisionRow decision_of(const assignment::Change& change, RunId run) {
  return {change.customer,
          run,
          change.from,
          change.to,
          static_cast<std::int32_t>(change.trigger),
          static_cast<std::int32_t>(change.lost_by),
          static_cast<std::int32_t>(change.unassigned),
          static_cast<std::int32_t>(change.tie_break),
          change.stage,
          change.full_count,
          change.full_detailed,
          change.runner_up,
          change.load_before,
          change.runner_up_load,
          change.consideration};
}

class Applier {
 public:
  Applier(Session& session, WriteScope& write, const PlannedRun& run, storage::Origin origin,
          const std::string& reason)
      : session_(session), write_(write), run_(run), origin_(origin), reason_(reason), store_(write.db()) {}

  RunId apply() {
    const bool has_changes = !run_.plan.changes.empty();
    if (has_changes) id_ = RunId{store_.last_run().value + 1};
    if (has_changes) insert_run();
    insert_changes();
    mark_over_span();
    return id_;
  }

 private:
  void insert_run() {
    AssignmentSummary summary = summary_of(run_, id_, 0);
    summary.loads.erase(std::remove_if(summary.loads.begin(), summary.loads.end(),
                                       [](const LoadChange& load) { return load.before == load.after; }),
                        summary.loads.end());
    const Json json = summary_json(summary);
    Json body = {{"run", id_.value},           {"policy", summary.policy},
                 {"version", summary.version}, {"as_of", format_date(run_.as_of)},
                 {"placed", summary.placed},   {"moved", summary.moved},
                 {"lost", summary.lost},       {"unassigned", summary.unassigned},
                 {"plan", summary.plan}};
    const std::int64_t seq = write_.journal().add(kAssignmentApplied, {}, dump_json(body));
    const auto kind =
        origin_ == storage::Origin::handover ? storage::RunKind::handover : storage::RunKind::policy;
    store_.insert(storage::RunRow{id_, run_.loaded.id, run_.loaded.policy.version, run_.as_of, kind,
                                  dump_json(json), run_.digest, seq});
  }

  // By customer, so that tables grow at their ends.
  void insert_changes() {
    const auto& changes = run_.plan.changes;
    std::vector<std::uint32_t> order(changes.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return changes[a].customer < changes[b].customer; });
    std::vector<bool> is_told(run_.plan.considerations.size());
    std::int64_t done = 0;
    for (const std::uint32_t at : order) {
      if (++done % kTickChanges == 0) session_.tick(done, static_cast<std::int64_t>(order.size()));
      insert_change(changes[at]);
      is_told[changes[at].consideration] = true;
    }
    for (std::size_t i = 0; i < is_told.size(); ++i) {
      if (!is_told[i]) continue;
      const Json body = consideration_json(run_, run_.plan.considerations[i]);
      store_.insert_consideration(id_, static_cast<std::int64_t>(i), dump_json(body));
    }
    for (const auto& load : run_.plan.loads) {
      if (load.received > 0) store_.put_rotation(run_.loaded.id, load.manager, load.last_assigned);
    }
  }

  void insert_change(const assignment::Change& change) {
    storage::PrimaryRow row{change.customer, change.to, run_.as_of, origin_, id_, reason_, false};
    if (!change.to) row.reason = word_of(change.unassigned);
    const bool is_first = !change.from && !run_.facts.released.contains(change.customer);
    is_first ? store_.insert(row) : replace_primary(store_, row);
    store_.insert(decision_of(change, id_));
    if (!change.from) return;  // a million first placements are told in the run's summary
    Json body = {{"from", run_.facts.code_of(change.from)}};
    if (change.to) body["to"] = run_.facts.code_of(change.to);
    if (!change.to) body["reason"] = word_of(change.unassigned);
    body["cause"] = word_of(change.trigger);
    body["run"] = id_.value;
    const auto kind = change.to ? kCustomerAssigned : kCustomerUnassigned;
    write_.journal().add(kind, change.customer, dump_json(body));
  }

  // Told once, when it begins.
  void mark_over_span() {
    storage::ManagerStore managers(write_.db());
    for (std::size_t i = 0; i < run_.plan.loads.size(); ++i) {
      const auto& load = run_.plan.loads[i];
      const auto& row = run_.facts.manager_rows[i];
      if (load.is_over_span() == row.over_span.has_value()) continue;
      managers.set_over_span(row.id, load.is_over_span() ? std::optional(run_.as_of) : std::nullopt);
      if (!load.is_over_span()) continue;
      const Json body = {{"manager", row.code}, {"load", load.after}, {"span", load.span}};
      write_.journal().add(kManagerOverSpan, {}, dump_json(body));
    }
  }

  Session& session_;
  WriteScope& write_;
  const PlannedRun& run_;
  storage::Origin origin_;
  const std::string& reason_;
  AssignmentStore store_;
  RunId id_;
};

PlannedRun plan_request(Session& session, const AssignmentRequest& request) {
  const Date as_of = request.as_of.value_or(session.today());
  LoadedPolicy loaded = load_policy(session.db(), request.policy, request.version);
  AssignmentFacts facts = load_assignment_facts(session, loaded, as_of, request.customers);
  return plan_assignment(std::move(loaded), as_of, std::move(facts));
}

void require_request(const AssignmentRequest& request) {
  if (request.limit < 0 || request.limit > kToldChangesMax) {
    throw Error(Code::range,
                fmt::format("a limit of {}; 0 to {} are allowed", request.limit, kToldChangesMax), "/limit");
  }
}

}  // namespace

PlannedRun plan_assignment(LoadedPolicy loaded, Date as_of, AssignmentFacts facts) {
  PlannedRun run{std::move(loaded), as_of, std::move(facts), {}, {}};
  run.plan = assignment::plan(run.loaded.policy, run.facts.managers, run.facts.customers, as_of);
  run.digest = digest_of_plan(run);
  return run;
}

RunId apply_assignment(Session& session, WriteScope& write, const PlannedRun& run, storage::Origin origin,
                       const std::string& reason) {
  return Applier(session, write, run, origin, reason).apply();
}

AssignmentSummary preview_assignment(Session& session, const AssignmentRequest& request) {
  require_request(request);
  sqlite::ReadTransaction snapshot(session.db());
  return summary_of(plan_request(session, request), {}, request.limit);
}

AssignmentSummary commit_assignment(Session& session, const AssignmentRequest& request) {
  require_request(request);
  WriteScope write(session);
  const PlannedRun run = plan_request(session, request);
  if (!request.plan.empty() && request.plan != to_hex(run.digest)) {
    throw Error(Code::moved, "the data moved since the plan was made: it comes out differently now", "/plan");
  }
  const RunId id = apply_assignment(session, write, run, storage::Origin::policy, "");
  AssignmentSummary summary = summary_of(run, id, request.limit);
  write.commit();
  return summary;
}

void replace_primary(AssignmentStore& store, const storage::PrimaryRow& row) {
  if (const auto known = store.primary(row.customer)) {
    if (row.from < known->from) {
      throw Error(Code::conflict,
                  fmt::format("the present assignment of customer {} begins on {}, after {}",
                              row.customer.value, format_date(known->from), format_date(row.from)),
                  "/as_of");
    }
    // What is replaced on its first day leaves no interval behind.
    if (known->from < row.from) store.insert_past(*known, row.from);
  }
  store.put(row);
}

}  // namespace crmcore::engine
