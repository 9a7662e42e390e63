// Reports over whole reviews, read from their snapshots.
#include "engine/grading/analysis/reports.hpp"

#include <algorithm>
#include <map>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/grading/answer.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/review.hpp"
#include "engine/grading/schemes.hpp"
#include "grading/scale.hpp"
#include "grading/stats/migration.hpp"
#include "grading/stats/pyramid.hpp"

namespace crmcore::engine {
namespace {

// Grades in force after a review, by subject.
std::vector<std::pair<SubjectId, grading::Grade>> grades_after(sqlite::Connection& db,
                                                               const storage::ReviewRow& review) {
  std::vector<std::pair<SubjectId, grading::Grade>> grades;
  each_subject(db, review, [&](const SubjectReview& row) { grades.emplace_back(row.subject, row.grade); });
  return grades;
}

struct Mover {
  SubjectId subject;
  grading::Grade from;
  grading::Grade to;
  grading::Rule rule;
  std::int64_t value;
  grading::Points score;
  grading::Grade computed;
};

// The most valuable first, at most `limit`.
struct Movers {
  std::size_t count = 0;
  std::vector<Mover> first;
};

Movers first_of(std::vector<Mover> movers, std::int64_t limit) {
  std::sort(movers.begin(), movers.end(), [](const Mover& a, const Mover& b) {
    return a.value != b.value ? a.value > b.value : a.subject < b.subject;
  });
  const std::size_t count = movers.size();
  if (static_cast<std::int64_t>(count) > limit) movers.resize(static_cast<std::size_t>(limit));
  return {count, std::move(movers)};
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
    const grading::Scheme scheme = load_scheme(db, before->scheme, before->version).scheme;
    const auto factor = value_factor(scheme);
    each_subject(db, *before, [&](const SubjectReview& row) {
      const auto found = measured_.find(row.subject);
      if (found != measured_.end()) found->second = {value_of(row.values, factor), points_json(row.score)};
    });
  }

  void add_to(Json& json, SubjectId subject) const {
    const Measured& measured = measured_.at(subject);
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
    json["rule"] = grading::rule_name(mover.rule);
    json["value"] = mover.value;
    json["score"] = points_json(mover.score);
    before.add_to(json, mover.subject);
    list.push_back(std::move(json));
  }
  return Json{{"count", movers.count}, {"customers", std::move(list)}};
}

// What keeps the grades of those about to fall, in the unit of what the cut reads: points of the score
// when it reads no factor. Null where no value is enough, or the cut has no lines.
void add_needed(Json& list, const LastReview& reviewed, const Movers& falling) {
  const Json summary = parse_json(reviewed.row.summary);
  const Json& lines = summary["lines"];
  for (std::size_t i = 0; i < falling.first.size(); ++i) {
    const int grade = falling.first[i].computed;
    const auto place = static_cast<std::size_t>(grade);
    const bool has_line = grade >= 0 && place < lines.size() && !lines[place]["keep"].is_null();
    list[i]["needed"] =
        has_line ? Json(shown_basis(reviewed.scheme, lines[place]["keep"].get<double>())) : Json(nullptr);
  }
}

}  // namespace

std::vector<TierOfPyramid> pyramid_of(Session& session, std::string_view scheme_code,
                                      std::optional<ReviewId> review) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_review_of(db, scheme_code, review);
  const auto factor = value_factor(last.scheme);
  std::vector<grading::Grade> grades;
  std::vector<std::int64_t> values;
  each_subject(db, last.row, [&](const SubjectReview& row) {
    grades.push_back(row.grade);
    values.push_back(value_of(row.values, factor));
  });
  std::vector<TierOfPyramid> tiers;
  for (const grading::Tier& tier : grading::pyramid(grades, values, last.scheme.grades.size())) {
    tiers.push_back({std::string(last.scheme.grade_name(tier.grade)), tier.count, Money{tier.value}});
  }
  return tiers;
}

Json migration_of(Session& session, std::string_view scheme_code, ReviewId from, ReviewId to) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LoadedScheme loaded = load_scheme(db, scheme_code);
  const storage::ReviewRow first = require_review(db, from, "/from");
  const storage::ReviewRow second = require_review(db, to, "/to");
  for (const auto* row : {&first, &second}) {
    if (row->scheme != loaded.id) {
      throw Error(Code::invalid, fmt::format("review {} is one of another scheme", row->id.value),
                  row == &first ? "/from" : "/to");
    }
  }
  const std::size_t grades = loaded.scheme.grades.size();
  const std::size_t absent = grades + 2;
  grading::CountMatrix counts(grades + 3);
  const auto before = grades_after(db, first);
  const auto after = grades_after(db, second);
  for (std::size_t a = 0, b = 0; a < before.size() || b < after.size();) {
    const bool has_before = a < before.size() && (b == after.size() || before[a].first <= after[b].first);
    const bool has_after = b < after.size() && (a == before.size() || after[b].first <= before[a].first);
    const std::size_t i = has_before ? matrix_place(before[a].second, grades) : absent;
    const std::size_t j = has_after ? matrix_place(after[b].second, grades) : absent;
    ++counts.at(i, j);
    a += has_before ? 1 : 0;
    b += has_after ? 1 : 0;
  }
  const grading::RateMatrix rates = grading::cohort_rates(counts);
  Json states = Json::array();
  for (const std::string& name : loaded.scheme.grades) states.push_back(name);
  for (const std::string_view name :
       {std::string_view("ungraded"), std::string_view(loaded.scheme.blocked_grade),
        std::string_view("absent")}) {
    states.push_back(name);
  }
  return {{"scheme", loaded.scheme.code},
          {"from", {{"review", from.value}, {"as_of", format_date(first.as_of)}}},
          {"to", {{"review", to.value}, {"as_of", format_date(second.as_of)}}},
          {"states", std::move(states)},
          {"counts", matrix_json(counts)},
          {"rates", matrix_json(rates)},
          {"mobility", grading::shorrocks(rates)}};
}

Json movers_of(Session& session, std::string_view scheme_code, std::int64_t limit,
               std::optional<ReviewId> review) {
  require_limit(limit);
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_review_of(db, scheme_code, review);
  const auto factor = value_factor(last.scheme);
  std::vector<Mover> risers;
  std::vector<Mover> fallers;
  std::vector<Mover> falling;
  each_subject(db, last.row, [&](const SubjectReview& row) {
    const grading::Grade before = row.state.grade;
    const Mover mover{row.subject, before,      row.grade, row.rule, value_of(row.values, factor),
                      row.score,   row.computed};
    if (grading::is_ranked(before) && grading::is_ranked(row.grade) && before != row.grade) {
      (row.grade < before ? risers : fallers).push_back(mover);
    }
    const bool is_held = row.rule == grading::Rule::streak || row.rule == grading::Rule::dwell;
    if (is_held && row.target.keep > row.computed) {
      falling.push_back(mover);
      falling.back().from = row.grade;
      falling.back().to = row.target.keep;
    }
  });
  const Movers up = first_of(std::move(risers), limit);
  const Movers down = first_of(std::move(fallers), limit);
  const Movers next = first_of(std::move(falling), limit);
  const Before before(db, last, {&up, &down, &next});
  Json about_to_fall = movers_json(session, last.scheme, next, before);
  add_needed(about_to_fall["customers"], last, next);
  return {{"scheme", last.scheme.code},
          {"review", last.row.id.value},
          {"as_of", format_date(last.row.as_of)},
          {"risers", movers_json(session, last.scheme, up, before)},
          {"fallers", movers_json(session, last.scheme, down, before)},
          {"about_to_fall", std::move(about_to_fall)}};
}

Json reviews_of(Session& session, std::string_view scheme_code) {
  sqlite::Connection& db = session.db();
  const LoadedScheme loaded = load_scheme(db, scheme_code);
  Json list = Json::array();
  for (const auto& row : storage::ReviewStore(db).all(loaded.id)) {
    Json json{{"review", row.id.value},
              {"version", row.version},
              {"as_of", format_date(row.as_of)},
              {"kind", kReviewKinds[static_cast<std::size_t>(row.kind)]},
              {"subjects", row.subjects}};
    const Json summary = parse_json(row.summary);
    for (const char* key : {"placed", "promoted", "demoted", "warned", "blocked", "unblocked", "left"}) {
      json[key] = summary[key];
    }
    json["digest"] = to_hex(row.digest);
    list.push_back(std::move(json));
  }
  return {{"scheme", loaded.scheme.code}, {"reviews", std::move(list)}};
}

}  // namespace crmcore::engine
