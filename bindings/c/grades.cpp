// Schemes, reviews and grades.
#include "crmcore/grading.hpp"

#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"

namespace crmcore::c {
namespace {

// Runs a review: the summary that `run(grading, request)` gives goes to the caller.
template <class Run>
std::int32_t review_by(crmcore_conn* conn, const char* scheme, int64_t scheme_size, int32_t as_of_day,
                       const char* options, int64_t options_size, crmcore_buf** summary,
                       crmcore_error** error, Run run) noexcept {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(summary, "summary");
    const auto code = text(scheme, scheme_size, "scheme");
    const auto as_of = optional_day(as_of_day, "as_of_day");
    ReviewRequest request = options_of(options, options_size, ReviewRequest::from_options);
    request.scheme = code;
    request.as_of = as_of;
    Grading grading(*use);
    answer_write(*use, out,
                 [&] { return in_terms(kTyped, [&] { return run(grading, request); }).to_json(); });
  });
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_scheme_put(crmcore_conn* conn, const char* document, int64_t document_size, int32_t* version,
                           crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    int32_t& out = required(version, "version");
    const auto json = text(document, document_size, "document");
    out = in_terms({{"", "/document"}}, [&] { return Grading(*use).put_scheme(json); }).version;
  });
}

int32_t crmcore_review_preview(crmcore_conn* conn, const char* scheme, int64_t scheme_size, int32_t as_of_day,
                               const char* options, int64_t options_size, crmcore_buf** summary,
                               crmcore_error** error) {
  return review_by(conn, scheme, scheme_size, as_of_day, options, options_size, summary, error,
                   [](Grading& grading, const ReviewRequest& request) { return grading.preview(request); });
}

int32_t crmcore_review_commit(crmcore_conn* conn, const char* scheme, int64_t scheme_size, int32_t as_of_day,
                              const char* options, int64_t options_size, crmcore_buf** summary,
                              crmcore_error** error) {
  return review_by(conn, scheme, scheme_size, as_of_day, options, options_size, summary, error,
                   [](Grading& grading, const ReviewRequest& request) { return grading.commit(request); });
}

int32_t crmcore_grade_get(crmcore_conn* conn, int64_t customer_id, const char* scheme, int64_t scheme_size,
                          crmcore_buf** grade, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(grade, "grade");
    auto found = Grading(*use).grade_of(CustomerId{customer_id}, text(scheme, scheme_size, "scheme"));
    out = found ? make_buf(std::move(*found)) : nullptr;
  });
}

int32_t crmcore_grade_explain(crmcore_conn* conn, int64_t customer_id, const char* scheme,
                              int64_t scheme_size, crmcore_buf** explanation, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(explanation, "explanation");
    const auto code = text(scheme, scheme_size, "scheme");
    out = make_buf(in_terms(kTyped, [&] { return Grading(*use).explain(CustomerId{customer_id}, code); }));
  });
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
