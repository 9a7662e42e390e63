#include "engine/grading/review/last.hpp"

#include <cmath>

#include "base/format.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading/schemes.hpp"
#include "grading/cut.hpp"
#include "grading/metric.hpp"

namespace crmcore::engine {

LastReview require_last_review(sqlite::Connection& db, std::string_view scheme) {
  const LoadedScheme loaded = load_scheme(db, scheme);
  const auto last = storage::ReviewStore(db).last(loaded.id);
  if (!last) {
    throw Error(Code::not_found, fmt::format("scheme {} has no review yet", loaded.scheme.code), "/scheme");
  }
  return {loaded.id, load_scheme(db, loaded.id, last->version).scheme, *last};
}

LastReview require_review_of(sqlite::Connection& db, std::string_view scheme,
                             std::optional<ReviewId> review) {
  if (!review) return require_last_review(db, scheme);
  const LoadedScheme loaded = load_scheme(db, scheme);
  const storage::ReviewRow row = require_review(db, *review);
  if (row.scheme != loaded.id) {
    throw Error(Code::invalid, fmt::format("review {} is one of another scheme", row.id.value), "/review");
  }
  return {loaded.id, load_scheme(db, loaded.id, row.version).scheme, row};
}

std::optional<storage::ReviewRow> review_before(sqlite::Connection& db, const storage::ReviewRow& review) {
  std::optional<storage::ReviewRow> before;
  for (auto& row : storage::ReviewStore(db).all(review.scheme)) {
    if (row.id == review.id) break;
    if (row.kind != ReviewKind::correction) before = std::move(row);
  }
  return before;
}

void each_subject(sqlite::Connection& db, const storage::ReviewRow& review,
                  const std::function<void(const SubjectReview&)>& visit) {
  const ReviewPlan plan = load_review(db, review);
  SubjectReview one;
  for (std::size_t i = 0; i < plan.facts.size(); ++i) {
    if ((plan.facts.circumstances[i] & kHasLeft) != 0) continue;
    plan.describe(i, one);
    visit(one);
  }
}

std::optional<std::size_t> value_factor(const grading::Scheme& scheme) {
  const auto is_money = [&](std::size_t f) {
    return scheme.factors[f].metric->kind().unit == grading::Unit::money;
  };
  for (const std::size_t f : scheme.cut->factors()) {
    if (is_money(f)) return f;
  }
  for (std::size_t f = 0; f < scheme.factors.size(); ++f) {
    if (is_money(f)) return f;
  }
  return std::nullopt;
}

double shown_basis(const grading::Scheme& scheme, double basis) {
  if (scheme.cut->factors().empty()) return basis / grading::kPointsOne;
  return scheme.factors[scheme.cut->factors().front()].is_higher_better ? basis : -basis;
}

std::int64_t value_of(std::span<const double> values, std::optional<std::size_t> factor) {
  if (!factor || std::isnan(values[*factor])) return 0;
  return std::llround(values[*factor]);
}

}  // namespace crmcore::engine
