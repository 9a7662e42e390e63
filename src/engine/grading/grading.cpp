// The public class of grading: each call is guarded and handed to its use case.
#include "crmcore/grading.hpp"

#include "base/json.hpp"
#include "base/limits.hpp"
#include "engine/core/request.hpp"
#include "engine/grading/analysis/explain.hpp"
#include "engine/grading/analysis/pyramid.hpp"
#include "engine/grading/overrides.hpp"
#include "engine/grading/review/revert.hpp"
#include "engine/grading/review/run.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading/schemes.hpp"

namespace crmcore {

ReviewRequest ReviewRequest::from_options(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    ReviewRequest request;
    if (const auto stated = in.integer("version", 1, 1'000'000)) {
      request.version = static_cast<std::int32_t>(*stated);
    }
    request.kind = in.word_or("kind", ReviewKind::scheduled);
    request.plan = in.text_or("plan", kTextBytesMax, "");
    request.is_future = in.boolean_or("is_future", false);
    return request;
  });
}

SchemeInfo Grading::put_scheme(std::string_view document) {
  engine::Session::Call call(session_);
  return engine::put_scheme(session_, parse_json(document));
}

std::vector<SchemeInfo> Grading::list_schemes() {
  engine::Session::Call call(session_);
  return engine::list_schemes(session_);
}

std::string Grading::get_scheme(std::string_view code, std::optional<std::int32_t> version) {
  engine::Session::Call call(session_);
  return engine::scheme_document(session_, code, version);
}

ReviewSummary Grading::preview(const ReviewRequest& request) {
  engine::Session::Call call(session_);
  return engine::preview_review(session_, request);
}

ReviewSummary Grading::commit(const ReviewRequest& request) {
  engine::Session::Call call(session_);
  return engine::commit_review(session_, request);
}

std::vector<Date> Grading::list_due_reviews(std::string_view scheme, std::optional<Date> as_of) {
  engine::Session::Call call(session_);
  return engine::list_due_reviews(session_, scheme, as_of);
}

bool Grading::replay(ReviewId review) {
  engine::Session::Call call(session_);
  return engine::replay_review(session_, review);
}

void Grading::revert(ReviewId review, std::string_view reason) {
  engine::Session::Call call(session_);
  engine::revert_review(session_, review, reason);
}

std::optional<std::string> Grading::grade_of(CustomerId customer, std::string_view scheme) {
  engine::Session::Call call(session_);
  return engine::grade_of(session_, customer, scheme);
}

std::vector<TierOfPyramid> Grading::pyramid(std::string_view scheme) {
  engine::Session::Call call(session_);
  return engine::pyramid_of(session_, scheme);
}

std::string Grading::explain(CustomerId customer, std::string_view scheme) {
  engine::Session::Call call(session_);
  return dump_json(engine::explain_grade(session_, customer, scheme));
}

std::int64_t Grading::put_override(const OverrideInput& input) {
  engine::Session::Call call(session_);
  return engine::put_override(session_, input).number.value;
}

void Grading::lift_override(CustomerId customer, std::string_view scheme, std::int64_t override,
                            std::string_view reason) {
  engine::Session::Call call(session_);
  engine::lift_override(session_, customer, scheme, OverrideNo{override}, reason);
}

void Grading::decide_override(CustomerId customer, std::string_view scheme, std::int64_t override,
                              bool is_approved) {
  engine::Session::Call call(session_);
  engine::decide_override(session_, customer, scheme, OverrideNo{override}, is_approved);
}

void Grading::blacklist(CustomerId customer, std::string_view reason) {
  engine::Session::Call call(session_);
  engine::blacklist(session_, customer, reason);
}

void Grading::unblacklist(CustomerId customer, std::string_view reason) {
  engine::Session::Call call(session_);
  engine::unblacklist(session_, customer, reason);
}

void Grading::trigger(CustomerId customer, std::string_view scheme, std::string_view reason) {
  engine::Session::Call call(session_);
  engine::put_trigger(session_, customer, scheme, reason);
}

}  // namespace crmcore
