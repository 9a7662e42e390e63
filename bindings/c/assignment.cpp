// Policies, and who serves whom.
#include "crmcore/assignment.hpp"

#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"

namespace crmcore::c {
namespace {

// Runs a policy: the summary that `run(assignment, request)` gives goes to the caller.
template <class Run>
std::int32_t assign_by(crmcore_conn* conn, const char* policy, int64_t policy_size, int32_t as_of_day,
                       const char* options, int64_t options_size, crmcore_buf** summary,
                       crmcore_error** error, Run run) noexcept {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(summary, "summary");
    const auto code = text(policy, policy_size, "policy");
    const auto as_of = optional_day(as_of_day, "as_of_day");
    AssignmentRequest request = options_of(options, options_size, AssignmentRequest::from_options);
    request.policy = code;
    request.as_of = as_of;
    Assignment assignment(*use);
    answer_write(*use, out,
                 [&] { return in_terms(kTyped, [&] { return run(assignment, request); }).to_json(); });
  });
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_policy_put(crmcore_conn* conn, const char* document, int64_t document_size, int32_t* version,
                           crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    int32_t& out = required(version, "version");
    const auto json = text(document, document_size, "document");
    out = in_terms({{"", "/document"}}, [&] { return Assignment(*use).put_policy(json); }).version;
  });
}

int32_t crmcore_assignment_preview(crmcore_conn* conn, const char* policy, int64_t policy_size,
                                   int32_t as_of_day, const char* options, int64_t options_size,
                                   crmcore_buf** summary, crmcore_error** error) {
  return assign_by(
      conn, policy, policy_size, as_of_day, options, options_size, summary, error,
      [](Assignment& assignment, const AssignmentRequest& request) { return assignment.preview(request); });
}

int32_t crmcore_assignment_commit(crmcore_conn* conn, const char* policy, int64_t policy_size,
                                  int32_t as_of_day, const char* options, int64_t options_size,
                                  crmcore_buf** summary, crmcore_error** error) {
  return assign_by(
      conn, policy, policy_size, as_of_day, options, options_size, summary, error,
      [](Assignment& assignment, const AssignmentRequest& request) { return assignment.commit(request); });
}

int32_t crmcore_manager_assign(crmcore_conn* conn, int64_t customer_id, const char* manager,
                               int64_t manager_size, const char* reason, int64_t reason_size,
                               crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    AssignInput input;
    input.customer = CustomerId{customer_id};
    input.manager = text(manager, manager_size, "manager");
    input.reason = optional_text(reason, reason_size, "reason").value_or("");
    in_terms(kTyped, [&] { Assignment(*use).assign(input); });
  });
}

int32_t crmcore_manager_get(crmcore_conn* conn, int64_t customer_id, int32_t as_of_day, crmcore_buf** manager,
                            crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(manager, "manager");
    const auto as_of = optional_day(as_of_day, "as_of_day");
    const auto serving =
        in_terms(kTyped, [&] { return Assignment(*use).serving(CustomerId{customer_id}, as_of); });
    const bool has_primary = !serving.empty() && serving.front().role == AssignmentRole::primary;
    out = has_primary ? make_buf(serving.front().manager) : nullptr;
  });
}

int32_t crmcore_assignment_explain(crmcore_conn* conn, int64_t customer_id, crmcore_buf** explanation,
                                   crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(explanation, "explanation");
    out = make_buf(in_terms(kTyped, [&] { return Assignment(*use).explain(CustomerId{customer_id}); }));
  });
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
