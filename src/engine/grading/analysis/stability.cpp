// The reviews are read one after the other in the order of their dates, because a move is what lies between
// two that follow each other; corrections moved nothing and are left out. Grades are kept by the subject's
// id, so that who comes and goes stays in his place. Only the grades of the last review and a histogram of
// each are held: the memory is that of one review, however many there are. tests/grading/stats_test.cpp
// proves the measures, tests/engine/grading_review_test.cpp the counting.
#include "engine/grading/analysis/stability.hpp"

#include <array>
#include <numeric>
#include <vector>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/schemes.hpp"
#include "grading/stats/migration.hpp"
#include "grading/stats/stability.hpp"

namespace crmcore::engine {
namespace {

// All reviews that moved grades, one after the other; grades and scores by subject.
class ReviewSeries {
 public:
  explicit ReviewSeries(const grading::Scheme& scheme)
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

}  // namespace

Json stability(Session& session, std::string_view scheme_code) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LoadedScheme loaded = load_scheme(db, scheme_code);
  ReviewSeries series(loaded.scheme);
  for (const auto& review : storage::ReviewStore(db).all(loaded.id)) {
    if (review.kind != ReviewKind::correction) series.add(db, review);
  }
  Json json{{"scheme", loaded.scheme.code}};
  json.update(series.json(loaded.scheme));
  return json;
}

Json stability_answer() {
  const Json rate = schema::nullable(schema::number(0, 1));
  const Json rates = matrix_answer(schema::number());
  return schema::object({{"scheme", schema::text()},
                         {"reviews", schema::integer()},
                         {"decisions", schema::integer()},
                         {"changes", schema::integer()},
                         {"change_rate", rate},
                         {"two_step_rate", rate},
                         {"reversals", schema::integer()},
                         {"reversal_rate", rate},
                         {"states", states_answer()},
                         {"cohort", rates},
                         {"intensity_per_year", rates},
                         {"one_year", rates},
                         {"mobility", schema::number()},
                         {"score_stability", schema::nullable(schema::number())}});
}

}  // namespace crmcore::engine
