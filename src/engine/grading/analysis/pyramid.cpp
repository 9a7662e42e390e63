#include "engine/grading/analysis/pyramid.hpp"

#include "engine/grading/review/last.hpp"
#include "grading/stats/pyramid.hpp"

namespace crmcore::engine {

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

}  // namespace crmcore::engine
