// Policies, and who serves whom.
#include "crmcore/assignment.hpp"

#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"
#include "request.hpp"

using namespace crmcore::c;
using crmcore::Assignment;
using crmcore::CustomerId;

int32_t crmcore_put_policy(crmcore_conn* conn, const char* document, int64_t document_size, int32_t* version,
                           crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    int32_t& out = required(version, "version");
    out = Assignment(*use).put_policy(text(document, document_size, "document")).version;
  });
}

int32_t crmcore_assignment_preview(crmcore_conn* conn, const char* policy, int64_t policy_size,
                                   int32_t as_of_day, crmcore_buf** summary, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(summary, "summary");
    Request request;
    request.text("policy", text(policy, policy_size, "policy")).day("as_of", as_of_day);
    out = request.call(*use, "assignment.preview");
  });
}

int32_t crmcore_assignment_commit(crmcore_conn* conn, const char* policy, int64_t policy_size,
                                  int32_t as_of_day, const char* plan, int64_t plan_size,
                                  crmcore_buf** summary, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(summary, "summary");
    Request request;
    request.text("policy", text(policy, policy_size, "policy")).day("as_of", as_of_day);
    if (const auto given = optional_text(plan, plan_size, "plan")) request.text("plan", *given);
    out = request.call(*use, "assignment.commit");
  });
}

int32_t crmcore_assign(crmcore_conn* conn, int64_t customer_id, const char* manager, int64_t manager_size,
                       const char* reason, int64_t reason_size, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore::AssignInput input;
    input.customer = CustomerId{customer_id};
    input.manager = text(manager, manager_size, "manager");
    input.reason = optional_text(reason, reason_size, "reason").value_or("");
    Assignment(*use).assign(input);
  });
}

int32_t crmcore_manager_of(crmcore_conn* conn, int64_t customer_id, int32_t as_of_day, crmcore_buf** manager,
                           crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(manager, "manager");
    const auto serving = Assignment(*use).serving(CustomerId{customer_id}, optional_day(as_of_day, "as_of"));
    const bool has_primary = !serving.empty() && serving.front().role == crmcore::AssignmentRole::primary;
    out = has_primary ? make_buf(serving.front().manager) : nullptr;
  });
}

int32_t crmcore_explain_assignment(crmcore_conn* conn, int64_t customer_id, crmcore_buf** explanation,
                                   crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(explanation, "explanation");
    out = make_buf(Assignment(*use).explain(CustomerId{customer_id}));
  });
}
