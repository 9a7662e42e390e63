#include "engine/grading/review/summary.hpp"

#include "base/format.hpp"
#include "base/schema.hpp"
#include "storage/stored.hpp"

namespace crmcore {

std::string ReviewSummary::to_json() const {
  return dump_json(engine::summary_json(*this));
}

}  // namespace crmcore

namespace crmcore::engine {

std::string plan_token(const Digest& digest, const Mark& mark) {
  return fmt::format("{}-{}-{}", to_hex(digest), mark.entry_last, mark.change_last);
}

Json summary_json(const ReviewSummary& summary) {
  Json json = Json::object();
  if (summary.id) json["review"] = summary.id.value;
  json["is_repeat"] = summary.is_repeat;
  json["scheme"] = summary.scheme;
  json["version"] = summary.version;
  json["as_of"] = format_date(summary.as_of);
  json["kind"] = word_of(summary.kind);
  for (const auto& [name, count] : kSummaryCounts) json[name] = summary.*count;
  json["grades"] = Json::array();
  for (const GradeCount& one : summary.grades) {
    json["grades"].push_back({{"grade", one.grade}, {"count", one.count}});
  }
  json["plan"] = summary.plan;
  return json;
}

Json summary_answer() {
  Json answer = schema::object(
      {schema::optional("review", schema::about("absent in a preview", schema::integer(1, kIntegerMax))),
       {"is_repeat", schema::about("the review existed; nothing was done", schema::boolean())},
       {"scheme", schema::text()},
       {"version", schema::integer()},
       {"as_of", schema::date()},
       {"kind", schema::word<ReviewKind>()}});
  for (const auto& [name, count] : kSummaryCounts) {
    answer = schema::extended(std::move(answer), {{name, schema::integer()}});
  }
  return schema::extended(
      std::move(answer),
      {{"grades", schema::about("after the review, best first; \"\" is ungraded",
                                schema::list(schema::object(
                                    {{"grade", schema::text()}, {"count", schema::integer()}})))},
       {"plan", schema::text()}});
}

ReviewSummary summary_of(const storage::ReviewRow& review) {
  ReviewSummary summary;
  summary.id = review.id;
  summary.version = review.version;
  summary.as_of = review.as_of;
  summary.kind = review.kind;
  storage::read_stored("a review's summary", [&] {
    const Json kept = parse_json(review.summary);
    summary.scheme = kept["scheme"].text();
    for (const auto& [name, count] : kSummaryCounts) summary.*count = kept[name].get<std::int64_t>();
    for (const Json& one : kept["grades"]) {
      summary.grades.push_back({one["grade"].text(), one["count"].get<std::int64_t>()});
    }
  });
  summary.plan = plan_token(review.digest, {review.entry_last, review.change_last});
  return summary;
}

}  // namespace crmcore::engine
