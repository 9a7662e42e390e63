#include "engine/grading/analysis/questions.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "engine/grading/answer.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/review.hpp"
#include "engine/grading/schemes.hpp"
#include "grading/scale.hpp"
#include "grading/stats/concentration.hpp"
#include "grading/stats/migration.hpp"
#include "grading/stats/stability.hpp"

namespace crmcore::engine {
namespace {

Json states_json(const grading::Scheme& scheme) {
  Json states = Json::array();
  for (const std::string& name : scheme.grades) states.push_back(name);
  states.push_back("ungraded");
  states.push_back(scheme.blocked_grade);
  return states;
}

// A customer whom the candidate grades otherwise.
struct Difference {
  SubjectId subject;
  grading::Grade from;
  grading::Grade to;
  std::int64_t value;
};

grading::Scheme read_candidate(const Json& document) {
  Json numbered = document;
  if (numbered.is_object() && !numbered.contains("version")) numbered["version"] = 1;
  return at_path("/candidate", [&] { return grading::parse_scheme(numbered); });
}

// What the candidate makes of the population of the review.
struct Comparison {
  std::vector<std::vector<std::int64_t>> counts;
  std::vector<std::vector<std::int64_t>> values;
  std::vector<Difference> differences;
};

Comparison compare(sqlite::Connection& db, const LastReview& last, const ReviewFacts& facts,
                   const grading::Evaluation& evaluation, const grading::Scheme& candidate) {
  const std::size_t columns = candidate.grades.size() + 2;
  const std::size_t rows = last.scheme.grades.size() + 2;
  Comparison result{std::vector(rows, std::vector<std::int64_t>(columns)),
                    std::vector(rows, std::vector<std::int64_t>(columns)),
                    {}};
  const auto factor = value_factor(last.scheme);
  std::size_t at = 0;
  each_subject(db, last.row, [&](const SubjectReview& row) {
    while (at < facts.size() && facts.subjects[at] < row.subject) ++at;
    const bool is_graded = at < facts.size() && facts.subjects[at] == row.subject;
    const bool is_blocked = (row.circumstances & kIsBlacklisted) != 0;
    const grading::Grade to = is_blocked  ? grading::kBlocked
                              : is_graded ? evaluation.targets[at].plain
                                          : grading::kUngraded;
    const std::size_t i = matrix_place(row.grade, last.scheme.grades.size());
    const std::size_t j = matrix_place(to, candidate.grades.size());
    const std::int64_t value = value_of(row.values, factor);
    ++result.counts[i][j];
    result.values[i][j] += value;
    if (last.scheme.grade_name(row.grade) != candidate.grade_name(to)) {
      result.differences.push_back({row.subject, row.grade, to, value});
    }
  });
  return result;
}

// All reviews that moved grades, one after the other; grades and scores by subject.
class History {
 public:
  explicit History(const grading::Scheme& scheme)
      : grades_(scheme.grades.size()), moves_(grades_ + 2), days_(grades_ + 2) {}

  void add(sqlite::Connection& db, const storage::ReviewRow& review) {
    std::vector<grading::Grade> now(before_.size(), grading::kUngraded);
    std::vector<grading::Points> scores;
    each_subject(db, review, [&](const SubjectReview& row) {
      const auto at = static_cast<std::size_t>(row.subject.value);
      if (at >= now.size()) now.resize(at + 1, grading::kUngraded);
      now[at] = row.grade;
      scores.push_back(row.score);
    });
    const std::int64_t days = reviews_ == 0 ? 0 : review.as_of.days - last_day_;
    for (std::size_t s = 0; s < before_.size(); ++s) {
      if (before_[s] == grading::kUngraded) continue;
      const std::size_t from = matrix_place(before_[s], grades_);
      const std::size_t to = matrix_place(now[s], grades_);
      ++moves_.at(from, to);
      days_[from] += days;
    }
    counter_.add(now);
    histograms_.push_back(grading::score_histogram(scores));
    before_ = std::move(now);
    last_day_ = review.as_of.days;
    ++reviews_;
  }

  Json json(const grading::Scheme& scheme) const {
    const grading::Stability& counts = counter_.result();
    const auto rate = [&](std::int64_t count) {
      return counts.decisions == 0 ? Json(nullptr)
                                   : Json(static_cast<double>(count) / static_cast<double>(counts.decisions));
    };
    const grading::RateMatrix cohort = grading::cohort_rates(moves_);
    const grading::RateMatrix lambda = grading::intensities(days_, moves_);
    return {{"reviews", reviews_},
            {"decisions", counts.decisions},
            {"changes", counts.changes},
            {"change_rate", rate(counts.changes)},
            {"two_step_rate", rate(counts.two_steps)},
            {"reversals", counts.reversals},
            {"reversal_rate", rate(counts.reversals)},
            {"states", states_json(scheme)},
            {"cohort", matrix_json(cohort)},
            {"intensity_per_year", matrix_json(lambda)},
            {"one_year", matrix_json(grading::transition_over(lambda, 1))},
            {"mobility", grading::shorrocks(cohort)},
            {"score_stability", score_stability()}};
  }

 private:
  // The index of the last review's scores against the first one's; null where there are no scores.
  Json score_stability() const {
    if (histograms_.size() < 2) return nullptr;
    const auto is_empty = [](const auto& bins) {
      return std::accumulate(bins.begin(), bins.end(), std::int64_t{0}) == 0;
    };
    if (is_empty(histograms_.front()) || is_empty(histograms_.back())) return nullptr;
    return grading::population_stability(histograms_.front(), histograms_.back());
  }

  std::size_t grades_;
  grading::CountMatrix moves_;
  std::vector<std::int64_t> days_;
  std::vector<grading::Grade> before_;
  std::int32_t last_day_ = 0;
  std::int64_t reviews_ = 0;
  grading::StabilityCounter counter_;
  std::vector<std::array<std::int64_t, grading::kScoreBins>> histograms_;
};

// The points of curves over customers: every per cent of them, or every one.
std::vector<std::size_t> curve_points(std::size_t customers) {
  const std::size_t count = std::min<std::size_t>(customers, 100);
  std::vector<std::size_t> points;
  for (std::size_t p = 1; p <= count; ++p) points.push_back(customers * p / count);
  return points;
}

Json whale_json(const std::vector<std::int64_t>& values) {
  const auto curve = grading::whale_curve(values);
  Json points = Json::array();
  for (const std::size_t customers : curve_points(curve.size())) {
    points.push_back({{"customers", customers}, {"value", curve[customers - 1]}});
  }
  return points;
}

// What the customers of least value bring together; values are not negative and do not sum to 0.
Json lorenz_json(const std::vector<std::int64_t>& values) {
  const auto curve = grading::whale_curve(values);
  const std::int64_t total = curve.back();
  Json points = Json::array();
  for (const std::size_t customers : curve_points(curve.size())) {
    const std::size_t others = curve.size() - customers;
    const std::int64_t value = others == 0 ? total : total - curve[others - 1];
    points.push_back(
        {{"customers", customers}, {"share", static_cast<double>(value) / static_cast<double>(total)}});
  }
  return points;
}

}  // namespace

Json what_if(Session& session, std::string_view scheme_code, const Json& document, std::int64_t limit) {
  require_limit(limit);
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_last_review(db, scheme_code);
  const grading::Model model(read_candidate(document), last.row.as_of);
  const ReviewFacts facts = load_facts(session, db, model, last.id);
  const std::vector<std::span<const double>> columns(facts.columns.begin(), facts.columns.end());
  const grading::Scheme& candidate = model.scheme();
  Comparison found = compare(db, last, facts, grading::evaluate(model, columns), candidate);

  const bool is_comparable = last.scheme.grades == candidate.grades;
  std::int64_t up = 0;
  std::int64_t down = 0;
  for (const Difference& one : found.differences) {
    if (!grading::is_ranked(one.from) || !grading::is_ranked(one.to)) continue;
    (one.to < one.from ? up : down) += one.value;
  }
  std::sort(found.differences.begin(), found.differences.end(), [](const Difference& a, const Difference& b) {
    return a.value != b.value ? a.value > b.value : a.subject < b.subject;
  });
  Json list = Json::array();
  for (std::size_t i = 0; i < found.differences.size() && static_cast<std::int64_t>(i) < limit; ++i) {
    const Difference& one = found.differences[i];
    Json json = customer_json(session, one.subject);
    json["from"] = last.scheme.grade_name(one.from);
    json["to"] = candidate.grade_name(one.to);
    json["value"] = one.value;
    list.push_back(std::move(json));
  }
  return {{"scheme", last.scheme.code},
          {"candidate", candidate.code},
          {"as_of", format_date(last.row.as_of)},
          {"from_states", states_json(last.scheme)},
          {"to_states", states_json(candidate)},
          {"customers", found.counts},
          {"value", found.values},
          {"changed", found.differences.size()},
          {"value_up", is_comparable ? Json(up) : Json(nullptr)},
          {"value_down", is_comparable ? Json(down) : Json(nullptr)},
          {"differences", std::move(list)}};
}

Json stability_of(Session& session, std::string_view scheme_code) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LoadedScheme loaded = load_scheme(db, scheme_code);
  History history(loaded.scheme);
  for (const auto& review : storage::ReviewStore(db).all(loaded.id)) {
    if (review.kind == ReviewKind::correction) continue;
    history.add(db, review);
  }
  Json json{{"scheme", loaded.scheme.code}};
  json.update(history.json(loaded.scheme));
  return json;
}

Json concentration_of(Session& session, std::string_view scheme_code, std::optional<ReviewId> review) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_review_of(db, scheme_code, review);
  const auto factor = value_factor(last.scheme);
  if (!factor) {
    throw Error(Code::invalid, fmt::format("scheme {} measures no amount of money", last.scheme.code),
                "/scheme");
  }
  std::vector<SubjectId> subjects;
  std::vector<std::int64_t> values;
  each_subject(db, last.row, [&](const SubjectReview& row) {
    subjects.push_back(row.subject);
    values.push_back(value_of(row.values, factor));
  });
  Json json{{"scheme", last.scheme.code},
            {"as_of", format_date(last.row.as_of)},
            {"factor", last.scheme.factors[*factor].code},
            {"customers", values.size()},
            {"whale_curve", whale_json(values)}};
  // Losses have a whale curve, but no share of the whole.
  for (std::int64_t& value : values) value = std::max<std::int64_t>(value, 0);
  const bool is_empty =
      std::all_of(values.begin(), values.end(), [](std::int64_t value) { return value == 0; });
  if (is_empty) return json;
  json["lorenz_curve"] = lorenz_json(values);
  json["gini"] = grading::gini(values);
  json["herfindahl"] = grading::herfindahl(values);
  json["top_shares"] = Json::array();
  for (const std::size_t per_cent : {1u, 5u, 10u, 20u}) {
    const std::size_t top = std::max<std::size_t>(values.size() * per_cent / 100, 1);
    json["top_shares"].push_back(
        {{"per_cent", per_cent}, {"customers", top}, {"share", grading::top_share(values, top)}});
  }
  json["above_5_per_cent"] = Json::array();
  const auto total = static_cast<double>(std::accumulate(values.begin(), values.end(), std::int64_t{0}));
  for (const std::size_t at : grading::above_share(values, .05)) {
    Json one = customer_json(session, subjects[at]);
    one["value"] = values[at];
    one["share"] = static_cast<double>(values[at]) / total;
    json["above_5_per_cent"].push_back(std::move(one));
  }
  return json;
}

Json problems_of(Session& session, std::string_view scheme_code, std::int64_t limit) {
  require_limit(limit);
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_last_review(db, scheme_code);
  const auto factor = value_factor(last.scheme);
  struct Kind {
    const char* name;
    std::vector<SubjectId> subjects;
  };
  Kind kinds[] = {
      {"blacklisted", {}}, {"ungraded", {}}, {"too_little_known", {}}, {"loss", {}}, {"without_value", {}}};
  each_subject(db, last.row, [&](const SubjectReview& row) {
    const std::int64_t value = value_of(row.values, factor);
    const bool applies[] = {(row.circumstances & kIsBlacklisted) != 0, row.target.plain == grading::kUngraded,
                            row.target.provisional, value < 0, factor && value == 0};
    for (std::size_t k = 0; k < std::size(kinds); ++k) {
      if (!applies[k]) continue;
      kinds[k].subjects.push_back(row.subject);
      return;
    }
  });
  Json json{
      {"scheme", last.scheme.code}, {"review", last.row.id.value}, {"as_of", format_date(last.row.as_of)}};
  for (const Kind& kind : kinds) {
    Json list = Json::array();
    for (std::size_t i = 0; i < kind.subjects.size() && static_cast<std::int64_t>(i) < limit; ++i) {
      list.push_back(customer_json(session, kind.subjects[i]));
    }
    json[kind.name] = Json::object({{"count", kind.subjects.size()}, {"customers", std::move(list)}});
  }
  return json;
}

}  // namespace crmcore::engine
