// A run plans, and what it plans is applied as it is: preview and commit go the same way, and the digest over
// all that was decided lets a commit refuse when the data moved since the preview
// (tests/engine/assignment_run_test.cpp).
#include "engine/assignment/run.hpp"

#include <utility>
#include <vector>

#include "base/format.hpp"
#include "engine/assignment/apply.hpp"
#include "engine/assignment/summary.hpp"
#include "storage/packed_numbers.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kDigestedTogether = 1 << 14;

Digest digest_of_plan(const PlannedRun& run) {
  Digester digester;
  digester.text(run.loaded.policy.code);
  digester.integer(run.loaded.policy.version);
  digester.integer(run.as_of.days);
  // A million changes are digested, and SHA-256 takes its time by the byte.
  digester.integer(std::ssize(run.plan.changes));
  std::vector<std::uint8_t> bytes;
  storage::NumberWriter numbers(bytes);
  for (const assignment::Change& change : run.plan.changes) {
    numbers.add(change.customer.value).add(change.from.value).add(change.to.value);
    numbers.add(change.stage - assignment::kNone).add(static_cast<std::int32_t>(change.trigger));
    if (bytes.size() < kDigestedTogether) continue;
    digester.bytes(bytes.data(), bytes.size());
    bytes.clear();
  }
  digester.bytes(bytes.data(), bytes.size());
  for (const auto& load : run.plan.loads) {
    digester.integer(load.after);
    digester.integer(load.span);
  }
  for (const std::int64_t count : run.plan.unassigned_counts) digester.integer(count);
  return digester.finish();
}

PlannedRun plan_request(Session& session, const AssignmentRequest& request) {
  const Date as_of = request.as_of.value_or(session.today());
  LoadedPolicy loaded = load_policy(session.db(), request.policy, request.version);
  AssignmentFacts facts = load_assignment_facts(session, loaded, as_of, request.customers);
  PlannedRun run = plan_assignment(std::move(loaded), as_of, std::move(facts));
  if (request.has_trade)
    run.trade = assignment::trade(run.loaded.policy, run.facts.managers, run.facts.customers, as_of);
  return run;
}

void require_request(const AssignmentRequest& request) {
  if (request.limit < 0 || request.limit > kToldChangesMax) {
    throw Error(Code::range,
                fmt::format("a limit of {}; 0 to {} are allowed", request.limit, kToldChangesMax), "/limit");
  }
}

}  // namespace

PlannedRun plan_assignment(LoadedPolicy loaded, Date as_of, AssignmentFacts facts) {
  PlannedRun run{std::move(loaded), as_of, std::move(facts), {}, {}, {}};
  run.plan = assignment::plan(run.loaded.policy, run.facts.managers, run.facts.customers, as_of);
  run.digest = digest_of_plan(run);
  return run;
}

AssignmentSummary preview_assignment(Session& session, const AssignmentRequest& request) {
  require_request(request);
  sqlite::ReadTransaction snapshot(session.db());
  return summary_of(session.db(), plan_request(session, request), {}, request.limit);
}

AssignmentSummary commit_assignment(Session& session, const AssignmentRequest& request) {
  require_request(request);
  if (request.has_trade)
    throw Error(Code::invalid, "a run that is applied has no trade to tell; ask a preview", "/trade");
  if (request.as_of && session.today() < *request.as_of) {
    throw Error(Code::invalid,
                fmt::format("{} lies after today, {}: a run is previewed for any day, and applied on its day",
                            format_date(*request.as_of), format_date(session.today())),
                "/as_of");
  }
  WriteScope write(session);
  const PlannedRun run = plan_request(session, request);
  if (!request.plan.empty() && request.plan != to_hex(run.digest)) {
    throw Error(Code::moved, "the data moved since the plan was made: it comes out differently now", "/plan");
  }
  const RunId id = apply_assignment(session, write, run, storage::Origin::policy, "");
  AssignmentSummary summary = summary_of(session.db(), run, id, request.limit);
  write.commit();
  return summary;
}

}  // namespace crmcore::engine
