// The public class of assignment: each call is guarded and handed to its use case.
#include "crmcore/assignment.hpp"

#include "base/json.hpp"
#include "base/limits.hpp"
#include "engine/assignment/assign.hpp"
#include "engine/assignment/explain.hpp"
#include "engine/assignment/handover.hpp"
#include "engine/assignment/import_managers.hpp"
#include "engine/assignment/managers.hpp"
#include "engine/assignment/policies.hpp"
#include "engine/assignment/put_managers.hpp"
#include "engine/assignment/revert.hpp"
#include "engine/assignment/run.hpp"
#include "engine/assignment/summary.hpp"
#include "engine/core/request.hpp"

namespace crmcore {

AssignmentRequest AssignmentRequest::from_options(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    AssignmentRequest request;
    if (const auto stated = in.integer("version", 1, 1'000'000)) {
      request.version = static_cast<std::int32_t>(*stated);
    }
    request.plan = in.text_or("plan", kTextBytesMax, "");
    request.limit = static_cast<std::int32_t>(in.integer_or("limit", 0, 10'000, request.limit));
    request.has_trade = in.boolean_or("trade", false);
    return request;
  });
}

PutResult Assignment::put_units(std::span<const UnitInput> units) {
  engine::Session::Call call(session_);
  return engine::put_units(session_, units);
}

PutResult Assignment::put_managers(std::span<const ManagerInput> managers) {
  engine::Session::Call call(session_);
  return engine::put_managers(session_, managers).counts;
}

ImportResult Assignment::import_units_csv(const ByteSource& source, const ImportOptions& options) {
  engine::Session::Call call(session_);
  return engine::import_units(session_, source, options);
}

ImportResult Assignment::import_managers_csv(const ByteSource& source, const ImportOptions& options) {
  engine::Session::Call call(session_);
  return engine::import_managers(session_, source, options);
}

ImportResult Assignment::import_relationships_csv(const ByteSource& source, const ImportOptions& options) {
  engine::Session::Call call(session_);
  return engine::import_relationships(session_, source, options);
}

void Assignment::set_status(const StatusInput& status) {
  engine::Session::Call call(session_);
  engine::set_manager_status(session_, status);
}

std::int64_t Assignment::put_relationships(std::span<const RelationshipInput> relationships) {
  engine::Session::Call call(session_);
  return engine::put_relationships(session_, relationships);
}

std::int64_t Assignment::put_exclusions(std::span<const ExclusionInput> exclusions) {
  engine::Session::Call call(session_);
  return engine::put_exclusions(session_, exclusions);
}

void Assignment::set_needs(CustomerId customer, std::span<const std::string> specialties) {
  engine::Session::Call call(session_);
  engine::set_needs(session_, customer, specialties);
}

PolicyInfo Assignment::put_policy(std::string_view document) {
  engine::Session::Call call(session_);
  return engine::put_policy(session_, parse_json(document));
}

std::vector<PolicyInfo> Assignment::list_policies() {
  engine::Session::Call call(session_);
  return engine::list_policies(session_);
}

std::string Assignment::get_policy(std::string_view code, std::optional<std::int32_t> version) {
  engine::Session::Call call(session_);
  return dump_json(engine::policy_document(session_, code, version));
}

AssignmentSummary Assignment::preview(const AssignmentRequest& request) {
  engine::Session::Call call(session_);
  return engine::preview_assignment(session_, request);
}

AssignmentSummary Assignment::commit(const AssignmentRequest& request) {
  engine::Session::Call call(session_);
  return engine::commit_assignment(session_, request);
}

void Assignment::assign(const AssignInput& input) {
  engine::Session::Call call(session_);
  engine::assign_customer(session_, input);
}

void Assignment::end(CustomerId customer, std::string_view manager, std::optional<Date> date,
                     std::string_view reason, bool is_future) {
  engine::Session::Call call(session_);
  engine::end_assignment(session_, {customer, std::string(manager), date, std::string(reason), is_future});
}

std::int64_t Assignment::withdraw(const WithdrawInput& input) {
  engine::Session::Call call(session_);
  return engine::withdraw(session_, input);
}

std::int64_t Assignment::withdraw_run(RunId run, std::string_view reason) {
  engine::Session::Call call(session_);
  return engine::withdraw_run(session_, run, reason);
}

void Assignment::revert_run(RunId run, std::string_view reason) {
  engine::Session::Call call(session_);
  engine::revert_run(session_, run, reason);
}

void Assignment::set_locked(CustomerId customer, bool is_locked, std::string_view reason) {
  engine::Session::Call call(session_);
  engine::set_assignment_locked(session_, customer, is_locked, reason);
}

std::string Assignment::handover(const HandoverRequest& request) {
  engine::Session::Call call(session_);
  return dump_json(engine::hand_over(session_, request));
}

std::vector<Serving> Assignment::serving(CustomerId customer, std::optional<Date> as_of) {
  engine::Session::Call call(session_);
  return engine::serving_of(session_, customer, as_of);
}

std::vector<LoadOfManager> Assignment::loads(std::string_view policy, std::optional<Date> as_of) {
  engine::Session::Call call(session_);
  return engine::loads_of(session_, policy, as_of);
}

std::string Assignment::explain(CustomerId customer) {
  engine::Session::Call call(session_);
  return dump_json(engine::explain_assignment(session_, customer));
}

}  // namespace crmcore
