// The gateway's methods on policies, runs, and who serves whom.

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/archive/customers.hpp"
#include "engine/assignment/assign.hpp"
#include "engine/assignment/explain.hpp"
#include "engine/assignment/handover.hpp"
#include "engine/assignment/policies.hpp"
#include "engine/assignment/run.hpp"
#include "engine/assignment/summary.hpp"
#include "engine/core/room.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kTextBytesMax = 4096;
constexpr std::size_t kCustomersMax = 1'000'000;

Json info_json(const PolicyInfo& info) {
  return {
      {"policy", info.code}, {"version", info.version}, {"scheme", info.scheme}, {"is_used", info.is_used}};
}

Json put_policy_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const Json* document = in.raw("document");
  if (document == nullptr) in.fail(Code::invalid, "document", "a policy document is required");
  in.finish();
  throw_if_any(std::move(found));
  return at_path("/document", [&] { return info_json(put_policy(session, *document)); });
}

Json policies_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const auto code = in.text("policy", kTextBytesMax);
  const auto version = in.integer("version", 1, 1'000'000);
  in.finish();
  throw_if_any(std::move(found));
  if (code) {
    const auto number = version ? std::optional(static_cast<std::int32_t>(*version)) : std::nullopt;
    return {{"document", assignment::policy_json(load_policy(session.db(), *code, number).policy)}};
  }
  Json policies = Json::array();
  for (const PolicyInfo& info : list_policies(session)) policies.push_back(info_json(info));
  return {{"policies", std::move(policies)}};
}

AssignmentRequest read_request(Session& session, const Json& request, bool is_commit) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  AssignmentRequest run;
  run.policy = in.require_text("policy", kTextBytesMax);
  if (const auto version = in.integer("version", 1, 1'000'000))
    run.version = static_cast<std::int32_t>(*version);
  run.as_of = in.date("as_of").value_or(session.today());
  in.each("customers", kCustomersMax, [&](const Json& json, const std::string& path) {
    if (!json.is_string())
      found.push_back({Code::invalid, path, "a customer's code is a text"});
    else if (const auto id = find_customer_id(session, json.text()))
      run.customers.push_back(*id);
    else
      found.push_back({Code::not_found, path, "no such customer"});
  });
  run.changes_max = static_cast<std::int32_t>(in.integer("changes_max", 0, 10'000).value_or(100));
  if (is_commit) run.plan = in.text("plan", kTextBytesMax).value_or("");
  in.finish();
  throw_if_any(std::move(found));
  return run;
}

Json preview_method(Session& session, const Json& request) {
  return summary_json(preview_assignment(session, read_request(session, request, false)));
}

Json commit_method(Session& session, const Json& request) {
  return summary_json(commit_assignment(session, read_request(session, request, true)));
}

Json run_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const RunId id{in.require_integer("run_id", 1, kIntegerMax)};
  in.finish();
  throw_if_any(std::move(found));
  const auto run = storage::AssignmentStore(session.db()).run(id);
  if (!run) throw Error(Code::not_found, fmt::format("no run {}", id.value), "/run_id");
  return parse_json(run->summary);
}

Json assign_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  AssignInput input;
  const std::string customer = in.require_text("customer", kTextBytesMax);
  input.manager = in.require_text("manager", kTextBytesMax);
  input.role =
      static_cast<AssignmentRole>(in.word("role", {"primary", "backup", "team", "on_site"}).value_or(0));
  input.from = in.date("from");
  input.to = in.date("to");
  input.reason = in.text("reason", kTextBytesMax).value_or("");
  input.is_locked = in.boolean("lock").value_or(false);
  input.policy = in.text("policy", kTextBytesMax).value_or("");
  in.finish();
  throw_if_any(std::move(found));
  input.customer = require_customer(session, customer, "/customer");
  assign_customer(session, input);
  return {{"customer", customer}, {"customer_id", input.customer.value}, {"manager", input.manager}};
}

Json end_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string customer = in.require_text("customer", kTextBytesMax);
  const std::string manager = in.text("manager", kTextBytesMax).value_or("");
  const auto date = in.date("date");
  const std::string reason = in.text("reason", kTextBytesMax).value_or("");
  in.finish();
  throw_if_any(std::move(found));
  const CustomerId id = require_customer(session, customer, "/customer");
  end_assignment(session, id, manager, date, reason);
  return {{"customer", customer}, {"customer_id", id.value}};
}

Json lock_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string customer = in.require_text("customer", kTextBytesMax);
  const bool is_locked = in.boolean("locked").value_or(true);
  const std::string reason = in.text("reason", kTextBytesMax).value_or("");
  in.finish();
  throw_if_any(std::move(found));
  const CustomerId id = require_customer(session, customer, "/customer");
  set_assignment_locked(session, id, is_locked, reason);
  return {{"customer", customer}, {"customer_id", id.value}, {"locked", is_locked}};
}

Json handover_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  HandoverRequest handover;
  handover.manager = in.require_text("manager", kTextBytesMax);
  handover.as_of = in.date("as_of").value_or(session.today());
  handover.until = in.date("until");
  handover.policy = in.text("policy", kTextBytesMax).value_or("");
  handover.reason = in.text("reason", kTextBytesMax).value_or("");
  in.each("key_grades", 26, [&](const Json& json, const std::string& path) {
    if (json.is_string())
      handover.key_grades.push_back(json.get<std::string>());
    else
      found.push_back({Code::invalid, path, "a grade is a text"});
  });
  handover.is_preview = in.boolean("preview").value_or(false);
  in.finish();
  throw_if_any(std::move(found));
  return hand_over(session, handover);
}

Json explain_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string customer = in.require_text("customer", kTextBytesMax);
  in.finish();
  throw_if_any(std::move(found));
  return explain_assignment(session, require_customer(session, customer, "/customer"));
}

Json serving_method(Session& session, const Json& request) {
  constexpr std::string_view kRoles[] = {"primary", "backup", "team", "on_site"};
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string customer = in.require_text("customer", kTextBytesMax);
  const auto as_of = in.date("as_of");
  in.finish();
  throw_if_any(std::move(found));
  Json managers = Json::array();
  for (const Serving& one : serving_of(session, require_customer(session, customer, "/customer"), as_of)) {
    managers.push_back({{"manager", one.manager},
                        {"name", one.manager_name},
                        {"role", kRoles[static_cast<std::size_t>(one.role)]},
                        {"since", format_date(one.since)},
                        {"until", one.until ? Json(format_date(*one.until)) : Json()}});
  }
  return {{"customer", customer}, {"managers", std::move(managers)}};
}

Json load_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string policy = in.text("policy", kTextBytesMax).value_or("");
  in.finish();
  throw_if_any(std::move(found));
  Json loads = Json::array();
  for (const LoadOfManager& load : loads_of(session, policy)) {
    loads.push_back(
        {{"manager", load.manager}, {"customers", load.customers}, {"load", load.load}, {"span", load.span}});
  }
  return {{"loads", std::move(loads)}};
}

constexpr const char* kSummary =
    R"({"type":"object","properties":{"run_id":{"type":["integer","null"],"description":"null: a preview, or nothing changed"},"policy":{"type":"string"},"version":{"type":"integer"},"as_of":{"type":"string","format":"date"},"customers":{"type":"integer"},"stayed":{"type":"integer"},"placed":{"type":"integer"},"moved":{"type":"integer"},"lost":{"type":"integer"},"unassigned":{"type":"integer"},"reasons":{"type":"object"},"loads":{"type":"array"},"held":{"type":"array"},"changes":{"type":"array"},"plan":{"type":"string"}}})";

constexpr OldMethod kMethods[] = {
    {"assignment.put_policy", 1,
     "Checks and stores an assignment policy; without a version it becomes the next.",
     R"({"type":"object","properties":{"document":{"type":"object"}},"required":["document"],"additionalProperties":false})",
     R"({"type":"object","properties":{"policy":{"type":"string"},"version":{"type":"integer"},"scheme":{"type":"string"},"is_used":{"type":"boolean"}}})",
     put_policy_method},
    {"assignment.policies", 1, "Lists policies, or gives the canonical document of one.",
     R"({"type":"object","properties":{"policy":{"type":"string"},"version":{"type":"integer","minimum":1}},"additionalProperties":false})",
     R"({"type":"object","properties":{"policies":{"type":"array"},"document":{"type":"object"}}})",
     policies_method},
    {"assignment.preview", 1, "Says what a run of a policy would do, and changes nothing.",
     R"({"type":"object","properties":{"policy":{"type":"string"},"version":{"type":"integer","minimum":1},"as_of":{"type":"string","format":"date"},"customers":{"type":"array","maxItems":1000000,"items":{"type":"string"}},"changes_max":{"type":"integer","minimum":0,"maximum":10000,"default":100}},"required":["policy"],"additionalProperties":false})",
     kSummary, preview_method},
    {"assignment.commit", 1,
     "Runs a policy and applies it; with a preview's plan it is refused when the data moved.",
     R"({"type":"object","properties":{"policy":{"type":"string"},"version":{"type":"integer","minimum":1},"as_of":{"type":"string","format":"date"},"customers":{"type":"array","maxItems":1000000,"items":{"type":"string"}},"changes_max":{"type":"integer","minimum":0,"maximum":10000,"default":100},"plan":{"type":"string"}},"required":["policy"],"additionalProperties":false})",
     kSummary, commit_method},
    {"assignment.run", 1, "Tells what a run that was committed did.",
     R"({"type":"object","properties":{"run_id":{"type":"integer","minimum":1}},"required":["run_id"],"additionalProperties":false})",
     kSummary, run_method},
    {"assignment.assign", 1,
     "Gives a customer to a manager by hand; span, absence, exclusions and locks hold.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"manager":{"type":"string"},"role":{"enum":["primary","backup","team","on_site"],"default":"primary"},"from":{"type":"string","format":"date"},"to":{"type":"string","format":"date"},"reason":{"type":"string"},"lock":{"type":"boolean","default":false},"policy":{"type":"string","description":"whose weights measure the load"}},"required":["customer","manager"],"additionalProperties":false})",
     R"({"type":"object","properties":{"customer":{"type":"string"},"customer_id":{"type":"integer"},"manager":{"type":"string"}}})",
     assign_method},
    {"assignment.end", 1, "Ends a customer's primary, or a manager's part beside it.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"manager":{"type":"string","description":"absent: the primary"},"date":{"type":"string","format":"date"},"reason":{"type":"string"}},"required":["customer"],"additionalProperties":false})",
     R"({"type":"object","properties":{"customer":{"type":"string"},"customer_id":{"type":"integer"}}})",
     end_method},
    {"assignment.lock", 1, "Locks a customer to its manager, or unlocks it.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"locked":{"type":"boolean","default":true},"reason":{"type":"string"}},"required":["customer"],"additionalProperties":false})",
     R"({"type":"object","properties":{"customer":{"type":"string"},"customer_id":{"type":"integer"},"locked":{"type":"boolean"}}})",
     lock_method},
    {"assignment.handover", 1, "Hands over a manager's customers for good, or for a leave until a date.",
     R"({"type":"object","properties":{"manager":{"type":"string"},"as_of":{"type":"string","format":"date"},"until":{"type":"string","format":"date"},"policy":{"type":"string"},"reason":{"type":"string"},"key_grades":{"type":"array","maxItems":26,"items":{"type":"string"}},"preview":{"type":"boolean","default":false}},"required":["manager"],"additionalProperties":false})",
     R"({"type":"object","properties":{"manager":{"type":"string"},"as_of":{"type":"string"},"until":{"type":["string","null"]},"preview":{"type":"boolean"},"run_id":{"type":["integer","null"]},"customers":{"type":"integer"},"moves":{"type":"array"},"unassigned":{"type":"array"},"held":{"type":"array"},"team":{"type":"array"},"receivers":{"type":"array"},"notices":{"type":"array"}}})",
     handover_method},
    {"assignment.explain", 1, "Says why a customer is served by whom: policy, stage, candidates, tie-break.",
     R"({"type":"object","properties":{"customer":{"type":"string"}},"required":["customer"],"additionalProperties":false})",
     R"({"type":"object","properties":{"customer":{"type":"string"},"manager":{"type":["string","null"]},"decision":{"type":"object"}}})",
     explain_method},
    {"assignment.serving", 1, "Says who serves a customer at a date, in any role.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"as_of":{"type":"string","format":"date"}},"required":["customer"],"additionalProperties":false})",
     R"({"type":"object","properties":{"customer":{"type":"string"},"managers":{"type":"array"}}})",
     serving_method},
    {"assignment.load", 1, "Tells customers, weighted load and span of every manager.",
     R"({"type":"object","properties":{"policy":{"type":"string"}},"additionalProperties":false})",
     R"({"type":"object","properties":{"loads":{"type":"array","items":{"type":"object","properties":{"manager":{"type":"string"},"customers":{"type":"integer"},"load":{"type":"integer"},"span":{"type":"integer"}}}}}})",
     load_method},
};

constexpr ChangeKind kChanges[] = {kPolicyPut,          kAssignmentApplied, kCustomerAssigned,
                                   kCustomerUnassigned, kManagerOverSpan,   kAssignmentLocked,
                                   kCustomersHandedOver};
}  // namespace

Room assignment_room() noexcept {
  return {{}, kChanges, {}, kMethods};
}

}  // namespace crmcore::engine
