// The gateway's methods on grading.
#include "base/diagnostics.hpp"
#include "engine/archive/customers.hpp"
#include "engine/core/request.hpp"
#include "engine/core/room.hpp"
#include "engine/grading/analysis/explain.hpp"
#include "engine/grading/analysis/reports.hpp"
#include "engine/grading/answer.hpp"
#include "engine/grading/grade_scores.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/review.hpp"
#include "engine/grading/schemes.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kTextBytesMax = 4096;
constexpr std::int64_t kVersionMax = 1'000'000;

Json info_json(const SchemeInfo& info) {
  return {
      {"scheme", info.code}, {"version", info.version}, {"subject", info.subject}, {"is_used", info.is_used}};
}

Json put(Session& session, const Json& json) {
  Request request(json);
  const Json* document = request->raw("document");
  if (document == nullptr) request->fail(Code::invalid, "document", "is required: a scheme document");
  request.finish();
  return at_path("/document", [&] { return info_json(put_scheme(session, *document)); });
}

Json schemes(Session& session, const Json& json) {
  Request request(json);
  request.finish();
  Json list = Json::array();
  for (const SchemeInfo& info : list_schemes(session)) list.push_back(info_json(info));
  return {{"schemes", std::move(list)}};
}

std::optional<std::int32_t> read_version(Request& request) {
  const auto version = request->integer("version", 1, kVersionMax);
  return version ? std::optional(static_cast<std::int32_t>(*version)) : std::nullopt;
}

Json get(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  const auto version = read_version(request);
  request.finish();
  return {{"document", parse_json(scheme_document(session, scheme, version))}};
}

Json schema(Session&, const Json& json) {
  Request request(json);
  request.finish();
  return {{"schema", grading::scheme_schema()}};
}

ReviewRequest read_review(Request& request) {
  ReviewRequest review;
  review.scheme = request.text("scheme");
  review.version = read_version(request);
  review.as_of = request->require_date("as_of");
  review.kind =
      static_cast<ReviewKind>(request->word("kind", {"scheduled", "ad_hoc", "correction"}).value_or(0));
  review.plan = request->text("plan", kTextBytesMax).value_or("");
  request.finish();
  return review;
}

Json summary_json(const ReviewSummary& summary) {
  Json json = Json::object();
  if (summary.id) json["review"] = summary.id.value;
  json["is_repeat"] = summary.is_repeat;
  json["scheme"] = summary.scheme;
  json["version"] = summary.version;
  json["as_of"] = format_date(summary.as_of);
  json["kind"] = kReviewKinds[static_cast<std::size_t>(summary.kind)];
  json["subjects"] = summary.subjects;
  json["placed"] = summary.placed;
  json["promoted"] = summary.promoted;
  json["demoted"] = summary.demoted;
  json["warned"] = summary.warned;
  json["blocked"] = summary.blocked;
  json["unblocked"] = summary.unblocked;
  json["left"] = summary.left;
  json["grades"] = Json::array();
  for (const GradeCount& one : summary.grades)
    json["grades"].push_back({{"grade", one.grade}, {"count", one.count}});
  json["plan"] = summary.plan;
  return json;
}

Json preview(Session& session, const Json& json) {
  Request request(json);
  return summary_json(preview_review(session, read_review(request)));
}

Json commit(Session& session, const Json& json) {
  Request request(json);
  return summary_json(commit_review(session, read_review(request)));
}

Json due(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  const Date as_of = request->date("as_of").value_or(session.today());
  request.finish();
  Json dates = Json::array();
  for (const Date date : due_reviews(session, scheme, as_of)) dates.push_back(format_date(date));
  return {{"dates", std::move(dates)}};
}

Json reviews(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  request.finish();
  return reviews_of(session, scheme);
}

Json replay(Session& session, const Json& json) {
  Request request(json);
  const std::int64_t review = request->require_integer("review", 1, kIntegerMax);
  request.finish();
  return {{"review", review}, {"is_identical", replay_review(session, ReviewId{review})}};
}

Json explain(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  const std::string customer = request.text("customer");
  request.finish();
  return explain_grade(session, require_customer(session, customer, "/customer"), scheme);
}

Json pyramid(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  const auto review = request.review();
  request.finish();
  Json tiers = Json::array();
  for (const TierOfPyramid& tier : pyramid_of(session, scheme, review)) {
    tiers.push_back({{"grade", tier.grade}, {"count", tier.count}, {"value", tier.value.minor}});
  }
  return {{"scheme", scheme}, {"tiers", std::move(tiers)}};
}

Json migration(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  const std::int64_t from = request->require_integer("from", 1, kIntegerMax);
  const std::int64_t to = request->require_integer("to", 1, kIntegerMax);
  request.finish();
  return migration_of(session, scheme, ReviewId{from}, ReviewId{to});
}

Json movers(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  const std::int64_t limit = request->integer("limit", 1, kCustomersMax).value_or(kCustomersDefault);
  const auto review = request.review();
  request.finish();
  return movers_of(session, scheme, limit, review);
}

constexpr std::string_view kReviewRequest =
    R"({"type":"object","properties":{"scheme":{"type":"string"},"version":{"type":"integer","minimum":1},"as_of":{"type":"string","format":"date"},"kind":{"enum":["scheduled","ad_hoc","correction"],"default":"scheduled"},"plan":{"type":"string","description":"of a preview: refuse when the review comes out differently now"}},"required":["scheme","as_of"],"additionalProperties":false})";
constexpr std::string_view kReviewResponse =
    R"({"type":"object","properties":{"review":{"type":"integer"},"is_repeat":{"type":"boolean"},"scheme":{"type":"string"},"version":{"type":"integer"},"as_of":{"type":"string","format":"date"},"kind":{"type":"string"},"subjects":{"type":"integer"},"placed":{"type":"integer"},"promoted":{"type":"integer"},"demoted":{"type":"integer"},"warned":{"type":"integer"},"blocked":{"type":"integer"},"unblocked":{"type":"integer"},"left":{"type":"integer"},"grades":{"type":"array"},"plan":{"type":"string"}}})";
constexpr std::string_view kNoRequest = R"({"type":"object","additionalProperties":false})";
constexpr std::string_view kInfoResponse =
    R"({"type":"object","properties":{"scheme":{"type":"string"},"version":{"type":"integer"},"subject":{"type":"string"},"is_used":{"type":"boolean"}}})";

constexpr OldMethod kMethods[] = {
    {"grading.put_scheme", 1,
     "Checks and stores a scheme document; without a version it becomes the next one.",
     R"({"type":"object","properties":{"document":{"type":"object","description":"see grading.scheme_schema"}},"required":["document"],"additionalProperties":false})",
     kInfoResponse, put},
    {"grading.schemes", 1, "Lists the schemes with their newest versions.", kNoRequest,
     R"({"type":"object","properties":{"schemes":{"type":"array"}}})", schemes},
    {"grading.scheme", 1, "Gives a scheme's canonical document.",
     R"({"type":"object","properties":{"scheme":{"type":"string"},"version":{"type":"integer","minimum":1}},"required":["scheme"],"additionalProperties":false})",
     R"({"type":"object","properties":{"document":{"type":"object"}}})", get},
    {"grading.scheme_schema", 1,
     "Gives the JSON Schema of scheme documents, with every kind of metric, scale and cut.", kNoRequest,
     R"({"type":"object","properties":{"schema":{"type":"object"}}})", schema},
    {"grading.preview", 1, "Says what a review would do, and changes nothing.", kReviewRequest,
     kReviewResponse, preview},
    {"grading.commit", 1, "Grades the population and moves grades, all or nothing.", kReviewRequest,
     kReviewResponse, commit},
    {"grading.due_reviews", 1, "Lists scheduled dates without a review.",
     R"({"type":"object","properties":{"scheme":{"type":"string"},"as_of":{"type":"string","format":"date"}},"required":["scheme"],"additionalProperties":false})",
     R"({"type":"object","properties":{"dates":{"type":"array","items":{"type":"string","format":"date"}}}})",
     due},
    {"grading.reviews", 1, "Lists a scheme's reviews.", kSchemeRequest,
     R"({"type":"object","properties":{"scheme":{"type":"string"},"reviews":{"type":"array"}}})", reviews},
    {"grading.replay", 1, "Computes a committed review anew from its snapshot and compares every byte.",
     R"({"type":"object","properties":{"review":{"type":"integer","minimum":1}},"required":["review"],"additionalProperties":false})",
     R"({"type":"object","properties":{"review":{"type":"integer"},"is_identical":{"type":"boolean"}}})",
     replay},
    {"grading.explain", 1, "Says why a customer has its grade and what would change it.",
     R"({"type":"object","properties":{"scheme":{"type":"string"},"customer":{"type":"string"}},"required":["scheme","customer"],"additionalProperties":false})",
     R"({"type":"object"})", explain},
    {"grading.pyramid", 1,
     "Counts customers and sums their value by grade after the last review, or an earlier one.",
     kOfReviewRequest,
     R"({"type":"object","properties":{"scheme":{"type":"string"},"tiers":{"type":"array"}}})", pyramid},
    {"grading.migration", 1, "Counts how grades moved between two reviews.",
     R"({"type":"object","properties":{"scheme":{"type":"string"},"from":{"type":"integer","minimum":1},"to":{"type":"integer","minimum":1}},"required":["scheme","from","to"],"additionalProperties":false})",
     R"({"type":"object","properties":{"states":{"type":"array"},"counts":{"type":"array"},"rates":{"type":"array"},"mobility":{"type":"number"}}})",
     migration},
    {"grading.movers", 1,
     "Lists who rose, who fell and who is about to fall, by the last review or an earlier one.",
     R"({"type":"object","properties":{"scheme":{"type":"string"},"limit":{"type":"integer","minimum":1,"maximum":10000,"default":50},"review":{"type":"integer","minimum":1,"description":"the last one when absent"}},"required":["scheme"],"additionalProperties":false})",
     R"({"type":"object","properties":{"risers":{"type":"object"},"fallers":{"type":"object"},"about_to_fall":{"type":"object"}}})",
     movers},
};

constexpr ChangeKind kChanges[] = {kSchemePut,   kGradingReviewed, kGradePromoted,  kGradeDemoted,
                                   kGradeWarned, kGradeBlocked,    kGradeUnblocked, kGradeLeft};
constexpr sqlite::TableFunction (*kTables[])() = {grade_score_table};
}  // namespace

Room grading_room() noexcept {
  return {{}, kChanges, kTables, kMethods};
}

}  // namespace crmcore::engine
