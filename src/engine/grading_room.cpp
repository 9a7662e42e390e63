// The public class of grading: each call is guarded and handed to its use case.
#include "crmcore/grading.hpp"

#include "base/json.hpp"
#include "engine/grading_answers.hpp"
#include "engine/overrides.hpp"
#include "engine/review.hpp"
#include "engine/schemes.hpp"

namespace crmcore {

using Call = engine::Session::Call;

SchemeInfo Grading::put_scheme(std::string_view document) {
  Call call(session_);
  return engine::put_scheme(session_, parse_json(document));
}

std::vector<SchemeInfo> Grading::schemes() {
  Call call(session_);
  return engine::list_schemes(session_);
}

std::string Grading::scheme(std::string_view code, std::optional<std::int32_t> version) {
  Call call(session_);
  return engine::scheme_document(session_, code, version);
}

ReviewSummary Grading::preview(const ReviewRequest& request) {
  Call call(session_);
  return engine::preview_review(session_, request);
}

ReviewSummary Grading::commit(const ReviewRequest& request) {
  Call call(session_);
  return engine::commit_review(session_, request);
}

std::vector<Date> Grading::due_reviews(std::string_view scheme, Date as_of) {
  Call call(session_);
  return engine::due_reviews(session_, scheme, as_of);
}

bool Grading::replay(ReviewId review) {
  Call call(session_);
  return engine::replay_review(session_, review);
}

std::optional<std::string> Grading::grade_of(CustomerId customer, std::string_view scheme) {
  Call call(session_);
  return engine::grade_of(session_, customer, scheme);
}

std::vector<TierOfPyramid> Grading::pyramid(std::string_view scheme) {
  Call call(session_);
  return engine::pyramid_of(session_, scheme);
}

std::string Grading::explain(CustomerId customer, std::string_view scheme) {
  Call call(session_);
  return dump_json(engine::explain_grade(session_, customer, scheme));
}

std::int64_t Grading::put_override(const OverrideInput& input) {
  Call call(session_);
  return engine::put_override(session_, input);
}

void Grading::lift_override(CustomerId customer, std::string_view scheme, std::int64_t override_no,
                            std::string_view reason) {
  Call call(session_);
  engine::lift_override(session_, customer, scheme, override_no, reason);
}

void Grading::approve_override(CustomerId customer, std::string_view scheme, std::int64_t override_no,
                               bool is_approved) {
  Call call(session_);
  engine::decide_override(session_, customer, scheme, override_no, is_approved);
}

void Grading::blacklist(CustomerId customer, std::string_view reason) {
  Call call(session_);
  engine::blacklist(session_, customer, reason);
}

void Grading::unblacklist(CustomerId customer, std::string_view reason) {
  Call call(session_);
  engine::unblacklist(session_, customer, reason);
}

void Grading::trigger(CustomerId customer, std::string_view scheme, std::string_view reason) {
  Call call(session_);
  engine::put_trigger(session_, customer, scheme, reason);
}

}  // namespace crmcore
