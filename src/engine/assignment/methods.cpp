// The gateway's methods on policies, runs, and who serves whom.
#include <utility>

#include "assignment/policy_schema.hpp"
#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "engine/archive/customers.hpp"
#include "engine/assignment/assign.hpp"
#include "engine/assignment/explain.hpp"
#include "engine/assignment/handover.hpp"
#include "engine/assignment/headcount.hpp"
#include "engine/assignment/over_span.hpp"
#include "engine/assignment/policies.hpp"
#include "engine/assignment/revert.hpp"
#include "engine/assignment/run.hpp"
#include "engine/assignment/summary.hpp"
#include "engine/assignment/tables.hpp"
#include "engine/assignment/unknown_levels.hpp"
#include "engine/assignment/verify_runs.hpp"
#include "engine/assignment/what_if.hpp"
#include "engine/core/room.hpp"
#include "storage/assignment_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using schema::object;

constexpr std::size_t kPlannedCustomersMax = 1'000'000;
constexpr std::size_t kPlanBytesMax = kCodeBytesMax;

std::string read_policy_code(ObjectReader& in) {
  return in.require_text("policy", kCodeBytesMax);
}

std::optional<std::int32_t> read_policy_version(ObjectReader& in) {
  const auto version = in.about("absent: the newest").integer("version", 1, assignment::kPolicyVersionMax);
  return version ? std::optional(static_cast<std::int32_t>(*version)) : std::nullopt;
}

// ---- Policies ----

Json policy_info_json(const PolicyInfo& info) {
  return {
      {"policy", info.code}, {"version", info.version}, {"scheme", info.scheme}, {"is_used", info.is_used}};
}

Json policy_info_answer() {
  return object(
      {{"policy", schema::text()},
       {"version", schema::integer()},
       {"scheme", schema::about("whose grades it reads; empty: none", schema::text())},
       {"is_used", schema::about("by a run: the version cannot be changed any more", schema::boolean())}});
}

const Json* read_policy_document(ObjectReader& in) {
  const Json document =
      in.is_describing() ? schema::reference("policy") : schema::about("a policy document", Json::object());
  return in.require_value("document", document);
}

Json put_policy_document(Session& session, const Json* document) {
  return at_path("/document", [&] {
    const PolicyInfo info = put_policy(session, *document);
    Json json = policy_info_json(info);
    json["is_unchanged"] = info.is_unchanged;
    const LoadedPolicy put = load_policy(session.db(), info.id, info.version);
    Json unknown = unknown_levels_json(session.db(), put.policy.levels, {});
    if (!unknown.empty()) json["unknown_levels"] = std::move(unknown);
    return json;
  });
}

Json put_policy_answer() {
  return schema::extended(
      policy_info_answer(),
      {{"is_unchanged", schema::about("the version was there already", schema::boolean())},
       schema::optional("unknown_levels", unknown_levels_answer())});
}

Json list_all_policies(Session& session, Nothing) {
  Json policies = Json::array();
  for (const PolicyInfo& info : list_policies(session)) policies.push_back(policy_info_json(info));
  return {{"policies", std::move(policies)}};
}

Json policies_answer() {
  return object({{"policies", schema::list(policy_info_answer())}});
}

struct PolicyRequest {
  std::string policy;
  std::optional<std::int32_t> version;
};

PolicyRequest read_policy_request(ObjectReader& in) {
  return {read_policy_code(in), read_policy_version(in)};
}

Json get_policy_document(Session& session, const PolicyRequest& request) {
  return {{"document", policy_document(session, request.policy, request.version)}};
}

Json policy_document_answer() {
  return object({{"document", schema::reference("policy")}});
}

Json get_policy_schema(Session&, Nothing) {
  return {{"schema", assignment::policy_schema()}};
}

Json policy_schema_answer() {
  return object({{"schema", schema::about("a JSON Schema", schema::map(schema::reference("json")))}});
}

// ---- Runs ----

struct PlanRequest {
  AssignmentRequest run;
  std::vector<std::string> customers;  // codes
};

PlanRequest read_plan_request(ObjectReader& in) {
  PlanRequest request;
  request.run.policy = read_policy_code(in);
  request.run.version = read_policy_version(in);
  request.run.as_of = in.about("absent: today").date("as_of");
  in.about("absent or empty: all that are not lost");
  request.customers = in.texts("customers", kPlannedCustomersMax, kCodeBytesMax);
  in.about("how many changes, and how many held, are told");
  request.run.limit =
      static_cast<std::int32_t>(in.integer_or("limit", 0, kToldChangesMax, kToldChangesDefault));
  return request;
}

PlanRequest read_preview_request(ObjectReader& in) {
  PlanRequest request = read_plan_request(in);
  in.about("tell how many moves of customers who might stay buy how much balance");
  request.run.has_trade = in.boolean_or("trade", false);
  return request;
}

PlanRequest read_commit_request(ObjectReader& in) {
  PlanRequest request = read_plan_request(in);
  in.about("of a preview: refuse when the plan comes out differently now");
  request.run.plan = in.text("plan", kPlanBytesMax).value_or("");
  return request;
}

// With the customers' ids in place of their codes.
AssignmentRequest with_customer_ids(Session& session, const PlanRequest& request) {
  AssignmentRequest run = request.run;
  std::vector<Diagnostic> found;
  for (std::size_t i = 0; i < request.customers.size() && found.size() < kViolationsMax; ++i) {
    if (const auto id = find_customer_id(session, request.customers[i]))
      run.customers.push_back(*id);
    else
      found.push_back({Code::not_found, fmt::format("/customers/{}", i), "no such customer"});
  }
  throw_if_any(std::move(found));
  return run;
}

Json preview_plan(Session& session, const PlanRequest& request) {
  return summary_json(preview_assignment(session, with_customer_ids(session, request)));
}

Json commit_plan(Session& session, const PlanRequest& request) {
  return summary_json(commit_assignment(session, with_customer_ids(session, request)));
}

RunId read_run(ObjectReader& in) {
  return RunId{in.require_integer("run", 1, kIntegerMax)};
}

Json get_run(Session& session, RunId id) {
  const storage::RunRow run = require_run(session.db(), id);
  return storage::read_stored("a run's summary", [&] { return parse_json(run.summary); });
}

struct RevertRunRequest {
  RunId run;
  std::string reason;
};

RevertRunRequest read_revert_run(ObjectReader& in) {
  return {read_run(in.about("the last one")), in.require_text("reason", kReasonBytesMax)};
}

Json run_revert_run(Session& session, const RevertRunRequest& request) {
  return revert_run(session, request.run, request.reason);
}

// ---- Who serves whom ----

bool read_is_future(ObjectReader& in) {
  return in.about("the day may lie after today: it takes effect by itself on its day")
      .boolean_or("is_future", false);
}

struct AssignRequest {
  std::string customer;
  AssignInput input;
};

AssignRequest read_assign(ObjectReader& in) {
  AssignRequest request;
  request.customer = read_customer_code(in);
  request.input.manager = in.require_text("manager", kCodeBytesMax);
  request.input.role = in.word_or("role", AssignmentRole::primary);
  request.input.from = in.about("absent: today").date("from");
  request.input.to = in.about("roles beside the primary only; absent: open").date("to");
  request.input.reason = in.text_or("reason", kReasonBytesMax, "");
  request.input.is_locked = in.about("primary only").boolean_or("is_locked", false);
  request.input.policy = in.about("whose weights measure the load").text_or("policy", kCodeBytesMax, "");
  request.input.is_future = read_is_future(in);
  return request;
}

Json assign_by_hand(Session& session, AssignRequest request) {
  request.input.customer = require_customer(session, request.customer, "/customer");
  assign_customer(session, request.input);
  return {{"customer", request.customer},
          {"customer_id", request.input.customer.value},
          {"manager", request.input.manager}};
}

Json assign_answer() {
  return object(
      {{"customer", schema::text()}, {"customer_id", schema::integer()}, {"manager", schema::text()}});
}

struct EndRequest {
  std::string customer;
  EndInput input;
};

EndRequest read_end(ObjectReader& in) {
  EndRequest request;
  request.customer = read_customer_code(in);
  request.input.manager = in.about("empty: the primary").text_or("manager", kCodeBytesMax, "");
  request.input.date = in.about("the first day on which it no longer holds; absent: today").date("date");
  request.input.reason = in.text_or("reason", kReasonBytesMax, "");
  request.input.is_future = read_is_future(in);
  return request;
}

Json end_by_hand(Session& session, EndRequest request) {
  request.input.customer = require_customer(session, request.customer, "/customer");
  end_assignment(session, request.input);
  return {{"customer", request.customer}, {"customer_id", request.input.customer.value}};
}

Json end_answer() {
  return object({{"customer", schema::text()}, {"customer_id", schema::integer()}});
}

struct LockRequest {
  std::string customer;
  bool is_locked;
  std::string reason;
};

LockRequest read_lock(ObjectReader& in) {
  return {read_customer_code(in), in.boolean_or("is_locked", true),
          in.text_or("reason", kReasonBytesMax, "")};
}

Json lock_by_hand(Session& session, const LockRequest& request) {
  const CustomerId id = require_customer(session, request.customer, "/customer");
  set_assignment_locked(session, id, request.is_locked, request.reason);
  return {{"customer", request.customer}, {"customer_id", id.value}, {"is_locked", request.is_locked}};
}

Json lock_answer() {
  return schema::extended(end_answer(), {{"is_locked", schema::boolean()}});
}

struct WithdrawRequest {
  std::string customer;
  WithdrawInput input;
};

WithdrawRequest read_withdraw(ObjectReader& in) {
  WithdrawRequest request;
  request.customer = read_customer_code(in);
  request.input.from = in.about("the day after today on which it begins").require_date("from");
  request.input.manager =
      in.about("of a part beside the primary; empty: the primary").text_or("manager", kCodeBytesMax, "");
  request.input.reason = in.text_or("reason", kReasonBytesMax, "");
  return request;
}

Json withdraw_by_code(Session& session, WithdrawRequest request) {
  request.input.customer = require_customer(session, request.customer, "/customer");
  return {{"withdrawn", withdraw(session, request.input)}};
}

struct WithdrawRunRequest {
  RunId run;
  std::string reason;
};

WithdrawRunRequest read_withdraw_run(ObjectReader& in) {
  return {read_run(in), in.text_or("reason", kReasonBytesMax, "")};
}

Json withdraw_by_run(Session& session, const WithdrawRunRequest& request) {
  return {{"withdrawn", withdraw_run(session, request.run, request.reason)}};
}

Json withdraw_answer() {
  return object({{"withdrawn", schema::about("how many", schema::integer())}});
}

HandoverRequest read_handover(ObjectReader& in) {
  HandoverRequest handover;
  handover.manager = in.require_text("manager", kCodeBytesMax);
  handover.as_of = in.about("absent: today").date("as_of");
  handover.to = in.about("the first day after the leave; absent: for good").date("to");
  handover.policy = in.about("may be empty when there is one").text_or("policy", kCodeBytesMax, "");
  handover.reason = in.text_or("reason", kReasonBytesMax, "");
  in.about("whose customers are written to; absent: the best grade");
  handover.key_grades = in.texts("key_grades", assignment::kGradesMax, kCodeBytesMax);
  handover.is_preview = in.boolean_or("is_preview", false);
  handover.is_future = read_is_future(in);
  return handover;
}

struct WhyRequest {
  std::string customer;
  ExplainOptions options;
};

WhyRequest read_why(ObjectReader& in) {
  return {read_customer_code(in),
          {in.about("by which all managers are judged; may be empty when there is one")
               .text_or("policy", kCodeBytesMax, ""),
           in.about("of the words").word_or("language", Language::en)}};
}

Json explain_by_code(Session& session, const WhyRequest& request) {
  return explain_assignment(session, require_customer(session, request.customer, "/customer"),
                            request.options);
}

struct ServingRequest {
  std::string customer;
  std::optional<Date> as_of;
};

ServingRequest read_serving(ObjectReader& in) {
  return {read_customer_code(in), in.about("absent: today").date("as_of")};
}

Json serving_by_code(Session& session, const ServingRequest& request) {
  const CustomerId id = require_customer(session, request.customer, "/customer");
  Json managers = Json::array();
  for (const Serving& one : serving_of(session, id, request.as_of)) {
    managers.push_back({{"manager", one.manager},
                        {"name", one.manager_name},
                        {"role", word_of(one.role)},
                        {"from", format_date(one.from)},
                        {"to", one.to ? Json(format_date(*one.to)) : Json()}});
  }
  return {{"customer", request.customer}, {"managers", std::move(managers)}};
}

Json serving_answer() {
  const Json one = object({{"manager", schema::text()},
                           {"name", schema::text()},
                           {"role", schema::word<AssignmentRole>()},
                           {"from", schema::date()},
                           {"to", schema::about("null: open", schema::nullable(schema::date()))}});
  return object(
      {{"customer", schema::text()}, {"managers", schema::about("the primary first", schema::list(one))}});
}

struct LoadsRequest {
  std::string policy;
  std::optional<Date> as_of;
};

LoadsRequest read_loads(ObjectReader& in) {
  return {in.about("whose weights measure the load; may be empty when there is at most one")
              .text_or("policy", kCodeBytesMax, ""),
          in.about("absent: today").date("as_of")};
}

Json loads_by_policy(Session& session, const LoadsRequest& request) {
  Json loads = Json::array();
  for (const LoadOfManager& load : loads_of(session, request.policy, request.as_of)) {
    loads.push_back(
        {{"manager", load.manager}, {"customers", load.customers}, {"load", load.load}, {"span", load.span}});
  }
  return {{"loads", std::move(loads)}};
}

Json loads_answer() {
  return object({{"loads", schema::list(object({{"manager", schema::text()},
                                                {"customers", schema::integer()},
                                                {"load", schema::integer()},
                                                {"span", schema::integer()}}))}});
}

constexpr Method kAssignmentMethods[] = {
    method<read_policy_document, put_policy_document>(
        "assignment.put_policy", 1,
        "Checks and stores an assignment policy; one that is there already stays the version that it is.",
        put_policy_answer),
    method<read_nothing, list_all_policies>(
        "assignment.list_policies", 1, "Lists the policies with their newest versions.", policies_answer),
    method<read_policy_request, get_policy_document>(
        "assignment.get_policy", 1, "Gives a policy's canonical document.", policy_document_answer),
    method<read_nothing, get_policy_schema>("assignment.get_policy_schema", 1,
                                            "Gives the JSON Schema of policy documents, with every rule.",
                                            policy_schema_answer),
    method<read_preview_request, preview_plan>("assignment.preview", 1,
                                               "Says what a run of a policy would do, and changes nothing.",
                                               assignment_summary_answer),
    method<read_commit_request, commit_plan>(
        "assignment.commit", 1,
        "Runs a policy and applies it; with a preview's plan it is refused when the data moved.",
        assignment_summary_answer),
    method<read_run, get_run>("assignment.get_run", 1, "Tells what a run that was committed did.",
                              assignment_summary_answer),
    method<read_revert_run, run_revert_run>(
        "assignment.revert_run", 1,
        "Takes the last run of a policy back while nothing rests on it, as if it had not been.",
        revert_run_answer),
    method<read_assign, assign_by_hand>(
        "assignment.assign", 1,
        "Gives a customer to a manager by hand; span, absence, exclusions and locks hold.", assign_answer),
    method<read_end, end_by_hand>("assignment.end", 1,
                                  "Ends a customer's primary, or a manager's part beside it.", end_answer),
    method<read_withdraw, withdraw_by_code>("assignment.withdraw", 1,
                                            "Takes back what was assigned or ended for a day after today.",
                                            withdraw_answer),
    method<read_withdraw_run, withdraw_by_run>("assignment.withdraw_run", 1,
                                               "Takes back what a handover decided for a day after today.",
                                               withdraw_answer),
    method<read_lock, lock_by_hand>("assignment.lock", 1, "Locks a customer to its manager, or unlocks it.",
                                    lock_answer),
    method<read_handover, hand_over>(
        "assignment.handover", 1, "Hands over a manager's customers for good, or for a leave until a date.",
        handover_answer),
    method<read_why, explain_by_code>(
        "assignment.explain", 1, "Says why a customer is served by whom, and why not by each other manager.",
        explain_assignment_answer),
    method<read_serving, serving_by_code>(
        "assignment.serving", 1, "Says who serves a customer at a date, in any role.", serving_answer),
    method<read_loads, loads_by_policy>(
        "assignment.loads", 1, "Tells customers, weighted load and span of every manager.", loads_answer),
    method<read_headcount, headcount>("assignment.headcount", 1,
                                      "Tells how many managers the customers ask for, by level, unit and "
                                      "region; by another policy or scheme too.",
                                      headcount_answer),
    method<read_assignment_what_if, assignment_what_if>(
        "assignment.what_if", 1, "Compares what a policy would do with what another policy or scheme would.",
        assignment_what_if_answer),
};

constexpr ChangeKind kAssignmentChanges[] = {kPolicyPut,           kAssignmentApplied,   kCustomerAssigned,
                                             kCustomerUnassigned,  kManagerOverSpan,     kAssignmentLocked,
                                             kAssignmentWithdrawn, kCustomersHandedOver, kAssignmentReverted};

constexpr sqlite::TableFunction (*kAssignmentTables[])(File&) = {primary_table, decision_table};

}  // namespace

Room assignment_room() noexcept {
  Room room{kAssignmentMethods, kAssignmentChanges, kAssignmentTables};
  room.first_wrong_change = first_wrong_assignment;
  room.after_review = follow_review;
  room.before_revert = undo_review;
  return room;
}

}  // namespace crmcore::engine
