// Who is about to fall is held by the streak or the minimum dwell alone: the target asks for less than the
// computed grade. All lists are kept with the review; only the first `limit` of each are looked up in the
// review before, of which no more is read than their scores depend on. What keeps a grade is what explain
// says: the line of a score, kept with the review's summary, or the least value beside all others where the
// cut ranks them, for which the whole record is read (tests/engine/grading_review_test.cpp).
#include "engine/grading/analysis/movers.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <vector>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/core/naming.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/report.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading/scheme_names.hpp"
#include "engine/grading/schemes.hpp"
#include "grading/cut.hpp"
#include "grading/explain.hpp"
#include "grading/needed.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// The first `limit` of those that are kept.
Movers first_of(Movers movers, std::int64_t limit) {
  if (static_cast<std::int64_t>(movers.first.size()) > limit)
    movers.first.resize(static_cast<std::size_t>(limit));
  return movers;
}

// Value and score at the review before; null for who was not in it.
class Before {
 public:
  Before(sqlite::Connection& db, const LastReview& reviewed, std::initializer_list<const Movers*> movers) {
    for (const Movers* list : movers) {
      for (const Mover& mover : list->first) measured_.emplace(mover.subject, Measured{});
    }
    const auto before = review_before(db, reviewed.row);
    if (!before || measured_.empty()) return;
    std::vector<SubjectId> subjects;
    for (const auto& one : measured_) subjects.push_back(one.first);
    const ReviewPlan plan = load_scores(db, *before, subjects);
    const auto factor = value_factor(plan.model.scheme());
    SubjectReview row;
    for (std::size_t i = 0; i < plan.facts.size(); ++i) {
      const auto found = measured_.find(plan.facts.subjects[i]);
      if (found == measured_.end() || (plan.facts.circumstances[i] & kHasLeft) != 0) continue;
      plan.describe(i, row);
      found->second = {value_of(row.values, factor), points_json(row.score)};
    }
  }

  void add_to(Json& json, SubjectId subject) const {
    const Measured& measured = storage::named_in(measured_, subject, "subject");
    json["value_before"] = measured.value;
    json["score_before"] = measured.score;
  }

 private:
  struct Measured {
    Json value;
    Json score;
  };
  std::map<SubjectId, Measured> measured_;
};

Json movers_json(Session& session, const grading::Scheme& scheme, const Movers& movers,
                 const Before& before) {
  Json list = Json::array();
  for (const Mover& mover : movers.first) {
    Json json = customer_json(session, mover.subject);
    json["from"] = scheme.grade_name(mover.from);
    json["to"] = scheme.grade_name(mover.to);
    json["rule"] = word_of(mover.rule);
    json["value"] = mover.value;
    json["score"] = points_json(mover.score);
    before.add_to(json, mover.subject);
    for (const char* amount : {"value", "value_before"})
      add_amount_beside(json, amount, session.file().facts());
    list.push_back(std::move(json));
  }
  return Json{{"count", movers.count}, {"customers", std::move(list)}};
}

// What keeps the grades of those about to fall, in the unit of what the cut reads: points of the score
// when it reads no factor. Null where no value is enough, or the cut has no lines.
void add_needed(Json& list, const LastReview& reviewed, const Movers& falling) {
  storage::read_stored("a review's summary", [&] {
    const Json summary = parse_json(reviewed.row.summary);
    const Json& lines = summary["lines"];
    for (std::size_t i = 0; i < falling.first.size(); ++i) {
      const int grade = falling.first[i].computed;
      const auto place = static_cast<std::size_t>(grade);
      const bool has_line = grade >= 0 && place < lines.size() && !lines[place]["keep"].is_null();
      list[i]["needed"] =
          has_line ? Json(shown_basis(reviewed.scheme, lines[place]["keep"].get<double>())) : Json(nullptr);
    }
  });
}

void add_ranked_needed(Session& session, Json& list, const LastReview& reviewed, const Movers& falling) {
  const ReviewPlan plan = load_review(session.db(), reviewed.row);
  const grading::Scheme& scheme = plan.model.scheme();
  const std::vector<std::span<const double>> columns(plan.facts.columns.begin(), plan.facts.columns.end());
  const std::vector<double> ranked = grading::ranked_values(scheme, columns, plan.evaluation);
  const std::vector<std::int64_t> parts = parts_of(session.catalog(), scheme);
  const grading::Outcome outcome{plan.evaluation.curves, *plan.evaluation.lines, parts};
  grading::NeededLines lines(scheme, columns, plan.evaluation);
  const auto& subjects = plan.facts.subjects;
  for (std::size_t i = 0; i < falling.first.size(); ++i) {
    const Mover& mover = falling.first[i];
    const auto at = std::lower_bound(subjects.begin(), subjects.end(), mover.subject);
    const auto place = static_cast<std::size_t>(mover.computed);
    list[i]["needed"] = nullptr;
    if (at == subjects.end() || place >= outcome.lines.lines.size()) continue;
    const double own = ranked[static_cast<std::size_t>(at - subjects.begin())];
    const double least = grading::whole_basis(scheme, outcome, lines.at(place, grading::Edge::keep, own));
    if (std::isfinite(least)) list[i]["needed"] = shown_basis(scheme, least);
  }
}

}  // namespace

Json movers(Session& session, std::string_view scheme_code, std::int64_t limit,
            std::optional<ReviewId> review) {
  assert(limit >= 1 && limit <= kCustomersMax);
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_review_of(db, scheme_code, review);
  ReviewReport report = report_of(db, last);
  const Movers up = first_of(std::move(report.risers), limit);
  const Movers down = first_of(std::move(report.fallers), limit);
  const Movers next = first_of(std::move(report.about_to_fall), limit);
  const Before before(db, last, {&up, &down, &next});
  Json about_to_fall = movers_json(session, last.scheme, next, before);
  if (last.scheme.cut->kind().is_relative && !next.first.empty()) {
    add_ranked_needed(session, about_to_fall["customers"], last, next);
  } else {
    add_needed(about_to_fall["customers"], last, next);
  }
  const auto& read = last.scheme.cut->factors();
  if (!read.empty() &&
      unit_of(session.catalog(), last.scheme.factors[read.front()]) == grading::Unit::money) {
    for (Json& one : about_to_fall["customers"]) add_amount_beside(one, "needed", session.file().facts());
  }
  return {{"scheme", last.scheme.code},
          {"review", last.row.id.value},
          {"as_of", format_date(last.row.as_of)},
          {"risers", movers_json(session, last.scheme, up, before)},
          {"fallers", movers_json(session, last.scheme, down, before)},
          {"about_to_fall", std::move(about_to_fall)}};
}

Json movers_answer() {
  const Json mover =
      schema::extended(customer_answer(), {{"from", schema::text()},
                                           {"to", schema::text()},
                                           {"rule", rule_answer()},
                                           {"value", schema::integer()},
                                           {"score", points_answer()},
                                           {"value_before", schema::nullable(schema::integer())},
                                           {"score_before", points_answer()},
                                           schema::optional("value_amount", told_amount_answer()),
                                           schema::optional("value_before_amount", told_amount_answer())});
  const Json falling = schema::extended(
      mover, {{"needed", schema::about("what keeps the grade, in the unit of what the cut reads",
                                       schema::nullable(schema::number()))},
              schema::optional("needed_amount", told_amount_answer())});
  const auto listed = [](const Json& one) {
    return schema::object({{"count", schema::integer()}, {"customers", schema::list(one)}});
  };
  return schema::object({{"scheme", schema::text()},
                         {"review", schema::integer(1, kIntegerMax)},
                         {"as_of", schema::date()},
                         {"risers", listed(mover)},
                         {"fallers", listed(mover)},
                         {"about_to_fall", listed(falling)}});
}

}  // namespace crmcore::engine
