// One pass collects counts and sums per tier and whoever moved or is held; values are sorted once, at the
// end. All sums are integers, so that a report does not depend on the order of rows, and the same functions
// make it in a commit, in a replay and from a record that has none. A report with sums beyond 2^53 - 1 is
// made from the record whenever it is asked for. Cost: 15 ms for a million subjects, of which most is sorting
// by radix; to read it is independent of their number. tests/engine/review_report_test.cpp proves it.
#include "engine/grading/review/report.hpp"

#include <algorithm>
#include <cmath>

#include "crmcore/error.hpp"
#include "crmcore/money.hpp"

#include "base/sum.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/stored.hpp"
#include "grading/stats/concentration.hpp"

namespace crmcore::engine {
namespace {

constexpr std::uint8_t kReportFormat = 1;
// Parts that a report has; that of a review before sums could be texts lacks those that were beyond.
constexpr std::uint8_t kHasPyramid = 1;
constexpr std::uint8_t kHasConcentration = 2;

Movers most_valuable(std::vector<Mover> movers) {
  const auto is_before = [](const Mover& a, const Mover& b) {
    return a.value != b.value ? a.value > b.value : a.subject < b.subject;
  };
  const auto count = static_cast<std::int64_t>(movers.size());
  const std::int64_t kept = std::min(count, kCustomersMax);
  std::partial_sort(movers.begin(), movers.begin() + kept, movers.end(), is_before);
  movers.resize(static_cast<std::size_t>(kept));
  return {count, std::move(movers)};
}

// A list of numbers behind its length.
void pack_list(ColumnWriter& out, std::span<const std::int64_t> numbers) {
  const std::array<std::int64_t, 1> size{static_cast<std::int64_t>(numbers.size())};
  out.integers(size);
  out.integers(numbers);
}

std::vector<std::int64_t> unpack_list(ColumnReader& in) {
  std::array<std::int64_t, 1> size{};
  in.integers(size);
  if (size[0] < 0 || size[0] > kCustomersMax) throw Error(Code::corrupt, "a review's report is damaged");
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(size[0]));
  in.integers(numbers);
  return numbers;
}

// The fields of a mover, each a column of its own.
template <class Visit>
void each_mover_field(Visit visit) {
  visit([](const Mover& m) { return m.subject.value; },
        [](Mover& m, std::int64_t v) { m.subject.value = v; });
  visit([](const Mover& m) { return std::int64_t{m.from}; },
        [](Mover& m, std::int64_t v) { m.from = static_cast<grading::Grade>(v); });
  visit([](const Mover& m) { return std::int64_t{m.to}; },
        [](Mover& m, std::int64_t v) { m.to = static_cast<grading::Grade>(v); });
  visit([](const Mover& m) { return static_cast<std::int64_t>(m.rule); },
        [](Mover& m, std::int64_t v) { m.rule = static_cast<grading::Rule>(v); });
  visit([](const Mover& m) { return m.value; }, [](Mover& m, std::int64_t v) { m.value = v; });
  visit([](const Mover& m) { return std::int64_t{m.score}; },
        [](Mover& m, std::int64_t v) { m.score = static_cast<grading::Points>(v); });
  visit([](const Mover& m) { return std::int64_t{m.computed}; },
        [](Mover& m, std::int64_t v) { m.computed = static_cast<grading::Grade>(v); });
}

// Sums that are numbers.
void pack_sums(ColumnWriter& out, std::span<const Wide> sums) {
  const std::vector<std::int64_t> numbers(sums.begin(), sums.end());
  pack_list(out, numbers);
}

std::vector<Wide> unpack_sums(ColumnReader& in) {
  const std::vector<std::int64_t> numbers = unpack_list(in);
  return {numbers.begin(), numbers.end()};
}

bool are_numbers(const ReviewReport& report) {
  const auto are_all = [](std::span<const Wide> sums) {
    return std::all_of(sums.begin(), sums.end(), is_number);
  };
  // The curve of the least lies below the total.
  return std::all_of(report.pyramid.begin(), report.pyramid.end(),
                     [](const grading::Tier& tier) { return is_number(tier.value); }) &&
         (!report.concentration ||
          (is_number(report.concentration->total) && are_all(report.concentration->whale)));
}

void pack_movers(ColumnWriter& out, const Movers& movers) {
  const std::array<std::int64_t, 1> count{movers.count};
  out.integers(count);
  each_mover_field([&](auto get, auto) {
    std::vector<std::int64_t> column;
    for (const Mover& mover : movers.first) column.push_back(get(mover));
    pack_list(out, column);
  });
}

void unpack_movers(ColumnReader& in, Movers& movers) {
  std::array<std::int64_t, 1> count{};
  in.integers(count);
  movers.count = count[0];
  each_mover_field([&](auto, auto set) {
    const std::vector<std::int64_t> column = unpack_list(in);
    movers.first.resize(column.size());
    for (std::size_t i = 0; i < column.size(); ++i) set(movers.first[i], column[i]);
  });
}

void pack_concentration(ColumnWriter& out, const Concentration& one) {
  const std::array<std::int64_t, 2> numbers{one.customers, static_cast<std::int64_t>(one.total)};
  out.integers(numbers);
  pack_sums(out, one.whale);
  pack_sums(out, one.lorenz);
  std::vector<double> measures(one.top_shares.begin(), one.top_shares.end());
  measures.push_back(one.gini);
  measures.push_back(one.herfindahl);
  out.doubles(measures);
  std::vector<std::int64_t> above;
  for (const SubjectId subject : one.above_5_per_cent) above.push_back(subject.value);
  pack_list(out, above);
  pack_list(out, one.above_values);
}

Concentration unpack_concentration(ColumnReader& in) {
  Concentration one;
  std::array<std::int64_t, 2> numbers{};
  in.integers(numbers);
  if (numbers[0] < 0) throw Error(Code::corrupt, "a review's report is damaged");
  one.customers = numbers[0];
  one.total = numbers[1];
  one.whale = unpack_sums(in);
  one.lorenz = unpack_sums(in);
  std::array<double, kTopPerCent.size() + 2> measures{};
  in.doubles(measures);
  std::copy_n(measures.begin(), one.top_shares.size(), one.top_shares.begin());
  one.gini = measures[kTopPerCent.size()];
  one.herfindahl = measures[kTopPerCent.size() + 1];
  for (const std::int64_t subject : unpack_list(in)) one.above_5_per_cent.push_back(SubjectId{subject});
  one.above_values = unpack_list(in);
  const std::size_t points = curve_points(static_cast<std::size_t>(one.customers)).size();
  const bool is_lorenz_sound = one.lorenz.empty() || one.lorenz.size() == points;
  if (one.whale.size() != points || !is_lorenz_sound ||
      one.above_values.size() != one.above_5_per_cent.size()) {
    throw Error(Code::corrupt, "a review's report is damaged");
  }
  return one;
}

}  // namespace

std::vector<std::size_t> curve_points(std::size_t customers) {
  const std::size_t count = std::min<std::size_t>(customers, 100);
  std::vector<std::size_t> points;
  for (std::size_t p = 1; p <= count; ++p) points.push_back(customers * p / count);
  return points;
}

ReportMaker::ReportMaker(const ReviewPlan& plan)
    : plan_(plan),
      factor_(value_factor(plan.model.scheme())),
      grades_(plan.model.scheme().grades.size()),
      counts_(grades_ + 2),
      sums_(grades_ + 2) {}

std::int64_t ReportMaker::value(std::size_t subject) const {
  if (!factor_) return 0;
  const double value = plan_.facts.columns[*factor_][subject];
  if (std::isnan(value)) return 0;
  const auto whole = static_cast<std::int64_t>(value);  // most are, and rounding is a call
  return static_cast<double>(whole) == value ? whole : std::llround(value);
}

void ReportMaker::add(std::size_t subject, const grading::Decision& decision) {
  if ((plan_.facts.circumstances[subject] & kHasLeft) != 0) return;
  const grading::State& next = decision.next;
  const std::int64_t worth = value(subject);
  const std::size_t tier = matrix_place(next.grade, grades_);
  ++counts_[tier];
  sums_[tier] += worth;
  const grading::Grade before = plan_.states[subject].grade;
  const bool has_moved = before != next.grade && grading::is_ranked(before) && grading::is_ranked(next.grade);
  const bool is_held = decision.rule == grading::Rule::streak || decision.rule == grading::Rule::dwell;
  const grading::Grade target = plan_.evaluation.targets[subject].keep;
  const Mover mover{plan_.facts.subjects[subject],    before,       next.grade, decision.rule, worth,
                    plan_.evaluation.scores[subject], next.computed};
  if (has_moved) (next.grade < before ? risers_ : fallers_).push_back(mover);
  if (is_held && target > next.computed) {
    falling_.push_back(mover);
    falling_.back().from = next.grade;
    falling_.back().to = target;
  }
}

std::vector<grading::Tier> ReportMaker::pyramid() const {
  std::vector<grading::Tier> tiers(counts_.size());
  for (std::size_t t = 0; t < tiers.size(); ++t) {
    tiers[t] = {t < grades_    ? static_cast<grading::Grade>(t)
                : t == grades_ ? grading::kUngraded
                               : grading::kBlocked,
                counts_[t], sums_[t]};
  }
  return tiers;
}

std::optional<Concentration> ReportMaker::concentration() const {
  if (!factor_) return std::nullopt;
  std::vector<std::int64_t> gains;
  std::vector<std::int64_t> losses;
  std::size_t customers = 0;
  for (std::size_t i = 0; i < plan_.facts.size(); ++i) {
    if ((plan_.facts.circumstances[i] & kHasLeft) != 0) continue;
    ++customers;
    const std::int64_t worth = value(i);
    if (worth > 0) gains.push_back(worth);
    if (worth < 0) losses.push_back(worth);
  }
  const grading::Descending sorted(std::move(gains), std::move(losses), customers);
  const std::vector<std::size_t> points = curve_points(customers);
  Concentration found;
  found.customers = static_cast<std::int64_t>(customers);
  found.whale = sorted.sums(points, true);
  std::vector<std::size_t> others;  // the curve of the least is what those before them leave, backwards
  for (auto point = points.rbegin(); point != points.rend(); ++point) others.push_back(customers - *point);
  others.push_back(customers);
  const auto best = sorted.sums(others, false);
  found.total = best.back();
  if (found.total == 0) return found;
  for (std::size_t p = 0; p < points.size(); ++p) {
    found.lorenz.push_back(found.total - best[points.size() - 1 - p]);
  }
  found.gini = sorted.gini();
  found.herfindahl = sorted.herfindahl();
  for (std::size_t i = 0; i < kTopPerCent.size(); ++i) {
    found.top_shares[i] = sorted.top_share(std::max<std::size_t>(customers * kTopPerCent[i] / 100, 1));
  }
  if (static_cast<double>(sorted.largest()) > .05 * static_cast<double>(found.total)) add_above(found);
  return found;
}

void ReportMaker::add_above(Concentration& out) const {
  const double least = .05 * static_cast<double>(out.total);
  // Not more than 19 can be.
  std::vector<std::pair<std::int64_t, SubjectId>> above;
  for (std::size_t i = 0; i < plan_.facts.size(); ++i) {
    const bool has_left = (plan_.facts.circumstances[i] & kHasLeft) != 0;
    const std::int64_t worth = has_left ? 0 : value(i);
    if (static_cast<double>(worth) > least) above.emplace_back(worth, plan_.facts.subjects[i]);
  }
  std::stable_sort(above.begin(), above.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [worth, subject] : above) {
    out.above_5_per_cent.push_back(subject);
    out.above_values.push_back(worth);
  }
}

ReviewReport ReportMaker::finish() {
  return {pyramid(), concentration(), most_valuable(std::move(risers_)), most_valuable(std::move(fallers_)),
          most_valuable(std::move(falling_))};
}

void pack_report(ColumnWriter& out, const ReviewReport& report) {
  if (!are_numbers(report)) return;
  out.byte(kReportFormat);
  out.byte(static_cast<std::uint8_t>((report.pyramid.empty() ? 0 : kHasPyramid) |
                                     (report.concentration ? kHasConcentration : 0)));
  if (!report.pyramid.empty()) {
    std::vector<std::int64_t> counts;
    std::vector<Wide> sums;
    for (const grading::Tier& tier : report.pyramid) {
      counts.push_back(tier.count);
      sums.push_back(tier.value);
    }
    pack_list(out, counts);
    pack_sums(out, sums);
  }
  if (report.concentration) pack_concentration(out, *report.concentration);
  for (const Movers* movers : {&report.risers, &report.fallers, &report.about_to_fall})
    pack_movers(out, *movers);
}

std::string report_digest(std::span<const std::uint8_t> body) {
  Digester digester;
  digester.bytes(body.data(), body.size());
  return to_hex(digester.finish());
}

ReviewReport unpack_report(std::span<const std::uint8_t> body) {
  ColumnReader in(body);
  if (in.byte() != kReportFormat) throw Error(Code::corrupt, "a review's report has an unknown format");
  const std::uint8_t parts = in.byte();
  ReviewReport report;
  if ((parts & kHasPyramid) != 0) {
    const std::vector<std::int64_t> counts = unpack_list(in);
    const std::vector<Wide> sums = unpack_sums(in);
    if (counts.size() != sums.size() || counts.size() < 2) {
      throw Error(Code::corrupt, "a review's report is damaged");
    }
    for (std::size_t t = 0; t < counts.size(); ++t) {
      const grading::Grade grade = t + 2 < counts.size()    ? static_cast<grading::Grade>(t)
                                   : t + 2 == counts.size() ? grading::kUngraded
                                                            : grading::kBlocked;
      report.pyramid.push_back({grade, counts[t], sums[t]});
    }
  }
  if ((parts & kHasConcentration) != 0) report.concentration = unpack_concentration(in);
  for (Movers* movers : {&report.risers, &report.fallers, &report.about_to_fall}) unpack_movers(in, *movers);
  if (!in.is_at_end()) throw Error(Code::corrupt, "a review's report is longer than it says");
  return report;
}

ReviewReport report_of(sqlite::Connection& db, const LastReview& review) {
  const auto body = storage::ReviewStore(db).report(review.row.id);
  if (!body.empty()) {
    ReviewReport report = unpack_report(body);
    const bool has_concentration = report.concentration || !value_factor(review.scheme);
    if (!report.pyramid.empty() && has_concentration) return report;
  }
  const ReviewPlan plan = load_review(db, review.row);
  ReportMaker maker(plan);
  for (std::size_t i = 0; i < plan.facts.size(); ++i) maker.add(i, plan.decide(i));
  return maker.finish();
}

}  // namespace crmcore::engine
