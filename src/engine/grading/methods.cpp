// The gateway's methods on schemes and reviews.
#include "base/diagnostics.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "engine/core/room.hpp"
#include "engine/grading/grade_scores.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/revert.hpp"
#include "engine/grading/review/run.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading/review/summary.hpp"
#include "engine/grading/schemes.hpp"
#include "engine/grading/verify_reviews.hpp"
#include "grading/scheme_schema.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kSchemeVersionMax = 1'000'000;

Json scheme_info_json(const SchemeInfo& info) {
  return {
      {"scheme", info.code}, {"version", info.version}, {"subject", info.subject}, {"is_used", info.is_used}};
}

Json scheme_info_answer() {
  return schema::object({{"scheme", schema::text()},
                         {"version", schema::about("the newest", schema::integer())},
                         {"subject", schema::text()},
                         {"is_used", schema::about("by a review: it is immutable", schema::boolean())}});
}

Json put_scheme_answer() {
  return schema::extended(
      scheme_info_answer(),
      {{"is_unchanged", schema::about("the version was there already", schema::boolean())}});
}

const Json* read_scheme_document(ObjectReader& in) {
  return in.require_value("document", schema::about("a scheme document", schema::reference("scheme")));
}

Json run_put_scheme(Session& session, const Json* document) {
  return at_path("/document", [&] {
    const SchemeInfo info = put_scheme(session, *document);
    Json json = scheme_info_json(info);
    json["is_unchanged"] = info.is_unchanged;
    return json;
  });
}

Json run_list_schemes(Session& session, Nothing) {
  Json list = Json::array();
  for (const SchemeInfo& info : list_schemes(session)) list.push_back(scheme_info_json(info));
  return {{"schemes", std::move(list)}};
}

Json schemes_answer() {
  return schema::object({{"schemes", schema::list(scheme_info_answer())}});
}

std::optional<std::int32_t> read_scheme_version(ObjectReader& in) {
  const auto version = in.about("the newest when absent").integer("version", 1, kSchemeVersionMax);
  return version ? std::optional(static_cast<std::int32_t>(*version)) : std::nullopt;
}

struct SchemeRequest {
  std::string scheme;
  std::optional<std::int32_t> version;
};

SchemeRequest read_scheme_request(ObjectReader& in) {
  return {read_scheme_code(in), read_scheme_version(in)};
}

Json run_get_scheme(Session& session, const SchemeRequest& request) {
  return {{"document", parse_json(scheme_document(session, request.scheme, request.version))}};
}

Json scheme_answer() {
  return schema::object({{"document", schema::reference("scheme")}});
}

Json run_scheme_schema(Session&, Nothing) {
  return {{"schema", grading::scheme_schema()}};
}

Json scheme_schema_answer() {
  return schema::object({{"schema", schema::map(schema::reference("json"))}});
}

ReviewRequest read_review_request(ObjectReader& in) {
  return {
      read_scheme_code(in),
      read_scheme_version(in),
      in.about("entries before it count; today when absent; blacklist and overrides are those of the day on "
               "which it is made")
          .date("as_of"),
      in.word_or("kind", ReviewKind::scheduled),
      in.about("of a preview: refuse when the review comes out differently now")
          .text("plan", kTextBytesMax)
          .value_or(""),
      in.about("a commit of a day after today is meant; a preview may be of any day")
          .boolean_or("is_future", false)};
}

Json run_preview(Session& session, const ReviewRequest& request) {
  return summary_json(preview_review(session, request));
}

Json run_commit(Session& session, const ReviewRequest& request) {
  return summary_json(commit_review(session, request));
}

struct DueRequest {
  std::string scheme;
  std::optional<Date> as_of;
};

DueRequest read_due(ObjectReader& in) {
  return {read_scheme_code(in), in.about("today when absent").date("as_of")};
}

Json run_due(Session& session, const DueRequest& request) {
  Json dates = Json::array();
  for (const Date date : list_due_reviews(session, request.scheme, request.as_of)) {
    dates.push_back(format_date(date));
  }
  return {{"dates", std::move(dates)}};
}

Json due_answer() {
  return schema::object({{"dates", schema::list(schema::date())}});
}

ReviewId read_replay(ObjectReader& in) {
  return ReviewId{in.require_integer("review", 1, kIntegerMax)};
}

Json run_replay(Session& session, ReviewId review) {
  return {{"review", review.value}, {"is_identical", replay_review(session, review)}};
}

struct RevertRequest {
  ReviewId review;
  std::string reason;
};

RevertRequest read_revert(ObjectReader& in) {
  return {ReviewId{in.about("the last one of its scheme").require_integer("review", 1, kIntegerMax)},
          in.require_text("reason", kReasonBytesMax)};
}

Json run_revert(Session& session, const RevertRequest& request) {
  return revert_review(session, request.review, request.reason);
}

Json replay_answer() {
  return schema::object({{"review", schema::integer(1, kIntegerMax)}, {"is_identical", schema::boolean()}});
}

constexpr Method kGradingMethods[] = {
    method<read_scheme_document, run_put_scheme>(
        "grading.put_scheme", 1,
        "Checks and stores a scheme document; one that is there already stays the version that it is.",
        put_scheme_answer),
    method<read_nothing, run_list_schemes>("grading.list_schemes", 1,
                                           "Lists the schemes with their newest versions.", schemes_answer),
    method<read_scheme_request, run_get_scheme>("grading.get_scheme", 1,
                                                "Gives a scheme's canonical document.", scheme_answer),
    method<read_nothing, run_scheme_schema>(
        "grading.get_scheme_schema", 1,
        "Gives the JSON Schema of scheme documents, with every kind of metric, scale and cut.",
        scheme_schema_answer),
    method<read_review_request, run_preview>(
        "grading.preview", 1, "Says what a review would do, and changes nothing.", summary_answer),
    method<read_review_request, run_commit>(
        "grading.commit", 1, "Grades the population and moves grades, all or nothing.", summary_answer),
    method<read_due, run_due>("grading.list_due_reviews", 1, "Lists scheduled dates without a review.",
                              due_answer),
    method<read_scheme_code, list_reviews>("grading.list_reviews", 1, "Lists a scheme's reviews.",
                                           reviews_answer),
    method<read_replay, run_replay>(
        "grading.replay", 1, "Computes a committed review anew from its snapshot and compares every byte.",
        replay_answer),
    method<read_revert, run_revert>(
        "grading.revert", 1,
        "Takes the last review of a scheme back while nothing rests on it, as if it had not been.",
        revert_answer),
};

constexpr ChangeKind kGradingChanges[] = {kSchemePut,       kGradingReviewed, kGradePromoted,  kGradeDemoted,
                                          kGradeWarned,     kGradeBlocked,    kGradeUnblocked, kGradeLeft,
                                          kGradingReverted, kGradeReverted};
constexpr sqlite::TableFunction (*kGradingTables[])(File&) = {grade_score_table};

}  // namespace

Room grading_room() noexcept {
  Room room{kGradingMethods, kGradingChanges, kGradingTables};
  room.first_wrong_change = first_wrong_grading;
  return room;
}

}  // namespace crmcore::engine
