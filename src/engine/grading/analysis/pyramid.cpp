#include "engine/grading/analysis/pyramid.hpp"

#include "base/sum.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/report.hpp"

namespace crmcore::engine {

std::vector<TierOfPyramid> pyramid_of(Session& session, std::string_view scheme_code,
                                      std::optional<ReviewId> review) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_review_of(db, scheme_code, review);
  const ReviewReport report = report_of(db, last);
  std::vector<TierOfPyramid> tiers;
  for (const grading::Tier& tier : report.pyramid) {
    tiers.push_back({std::string(last.scheme.grade_name(tier.grade)), tier.count, to_sum(tier.value)});
  }
  return tiers;
}

}  // namespace crmcore::engine
