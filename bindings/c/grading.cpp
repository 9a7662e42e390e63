// Schemes, reviews and grades.
#include "crmcore/grading.hpp"

#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"
#include "request.hpp"

using namespace crmcore::c;
using crmcore::CustomerId;
using crmcore::Grading;

namespace {

Request review(std::string_view scheme, std::int32_t as_of_day, std::int32_t kind) {
  constexpr std::string_view kKinds[] = {"scheduled", "ad_hoc", "correction"};
  if (kind < CRMCORE_REVIEW_SCHEDULED || kind > CRMCORE_REVIEW_CORRECTION) {
    throw crmcore::Error(crmcore::Code::invalid,
                         "unknown kind of review " + std::to_string(kind) + "; 0 to 2 are allowed", "/kind");
  }
  Request request;
  request.text("scheme", scheme).day("as_of", as_of_day).text("kind", kKinds[kind]);
  return request;
}

}  // namespace

int32_t crmcore_put_scheme(crmcore_conn* conn, const char* document, int64_t document_size, int32_t* version,
                           crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    int32_t& out = required(version, "version");
    out = Grading(*use).put_scheme(text(document, document_size, "document")).version;
  });
}

int32_t crmcore_review_preview(crmcore_conn* conn, const char* scheme, int64_t scheme_size, int32_t as_of_day,
                               int32_t kind, crmcore_buf** summary, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(summary, "summary");
    out = review(text(scheme, scheme_size, "scheme"), as_of_day, kind).call(*use, "grading.preview");
  });
}

int32_t crmcore_review_commit(crmcore_conn* conn, const char* scheme, int64_t scheme_size, int32_t as_of_day,
                              int32_t kind, const char* plan, int64_t plan_size, crmcore_buf** summary,
                              crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(summary, "summary");
    Request request = review(text(scheme, scheme_size, "scheme"), as_of_day, kind);
    if (const auto given = optional_text(plan, plan_size, "plan")) request.text("plan", *given);
    out = request.call(*use, "grading.commit");
  });
}

int32_t crmcore_grade_of(crmcore_conn* conn, int64_t customer_id, const char* scheme, int64_t scheme_size,
                         crmcore_buf** grade, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(grade, "grade");
    auto found = Grading(*use).grade_of(CustomerId{customer_id}, text(scheme, scheme_size, "scheme"));
    out = found ? make_buf(std::move(*found)) : nullptr;
  });
}

int32_t crmcore_explain_grade(crmcore_conn* conn, int64_t customer_id, const char* scheme,
                              int64_t scheme_size, crmcore_buf** explanation, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(explanation, "explanation");
    out = make_buf(Grading(*use).explain(CustomerId{customer_id}, text(scheme, scheme_size, "scheme")));
  });
}
