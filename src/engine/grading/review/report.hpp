// What the reports on one review tell, small: the pyramid, the concentration, who moved or is about to fall.
// It is made in the pass that commits the review and kept packed beside it, so that a report costs the same
// whatever the population is. Derived from the record: where a review has none it is made from that, and
// replay compares the two. tests/engine/review_report_test.cpp proves that both are the same.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/columns.hpp"
#include "base/wide.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/plan.hpp"
#include "grading/movement.hpp"
#include "grading/stats/pyramid.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {

// The most that a list of customers may hold.
inline constexpr std::int64_t kCustomersMax = 10'000;

// The parts of the value, per cent of the customers, whose holders are told.
inline constexpr std::array<std::size_t, 4> kTopPerCent = {1, 5, 10, 20};

// Numbers of customers at which curves over `customers` of them are told: every per cent, or every one.
std::vector<std::size_t> curve_points(std::size_t customers);

struct Concentration {
  std::int64_t customers = 0;
  std::vector<Wide> whale;   // value of the best, at the curve's points
  std::vector<Wide> lorenz;  // value of the least, losses being 0; empty where nobody brings anything
  Wide total = 0;            // of all, losses being 0
  double gini = 0;
  double herfindahl = 0;
  std::array<double, kTopPerCent.size()> top_shares{};
  std::vector<SubjectId> above_5_per_cent;  // the largest first
  std::vector<std::int64_t> above_values;   // of these
};

struct Mover {
  SubjectId subject;
  grading::Grade from = grading::kUngraded;
  grading::Grade to = grading::kUngraded;
  grading::Rule rule = grading::Rule::band;
  std::int64_t value = 0;
  grading::Points score = grading::kPointsNone;
  grading::Grade computed = grading::kUngraded;
};
// The most valuable first.
struct Movers {
  std::int64_t count = 0;
  std::vector<Mover> first;  // at most kCustomersMax
};

struct ReviewReport {
  std::vector<grading::Tier> pyramid;
  std::optional<Concentration> concentration;  // none: no money is measured
  Movers risers;
  Movers fallers;
  Movers about_to_fall;
};

// Made from a plan, subject by subject in their order.
class ReportMaker {
 public:
  explicit ReportMaker(const ReviewPlan& plan);

  void add(std::size_t subject, const grading::Decision& decision);
  ReviewReport finish();

 private:
  std::int64_t value(std::size_t subject) const;
  std::vector<grading::Tier> pyramid() const;
  std::optional<Concentration> concentration() const;
  // Those whose value is above 5 % of the total, the largest first.
  void add_above(Concentration& out) const;

  const ReviewPlan& plan_;
  std::optional<std::size_t> factor_;
  std::size_t grades_;
  std::vector<std::int64_t> counts_;  // per tier
  std::vector<Wide> sums_;
  std::vector<Mover> risers_;
  std::vector<Mover> fallers_;
  std::vector<Mover> falling_;
};

// Leaves `out` empty where a sum is no number: such a report is not kept.
void pack_report(ColumnWriter& out, const ReviewReport& report);
// Throws Error(corrupt) when the body is damaged.
// In hexadecimal: what the change of the review tells of it.
std::string report_digest(std::span<const std::uint8_t> body);
ReviewReport unpack_report(std::span<const std::uint8_t> body);

// The report of a committed review: the one that is kept, or made from its record.
ReviewReport report_of(sqlite::Connection& db, const LastReview& review);

}  // namespace crmcore::engine
