// Cumulative shares of a value (Pareto, 80/20). Customers stand in descending order of the value; a group of
// equal values gets the grade of its first member, so that ids never matter. Sums are exact integers.
#include <cmath>
#include <limits>

#include "crmcore/money.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/cut.hpp"
#include "grading/metric.hpp"
#include "grading/selection.hpp"

namespace crmcore::grading::cuts {
extern const CutKind pareto;

namespace {

class ParetoCut final : public Cut {
 public:
  ParetoCut(ObjectReader& in, const Scheme& scheme) {
    if (!in.has("on")) in.fail(Code::invalid, "on", "is required: the code of the factor that is shared out");
    if (const auto at = read_factor(in, "on", scheme)) {
      factors_.push_back(*at);
      check(in, scheme.factors[*at], *at);
    }
    shares_ = read_share_cuts(in, scheme);
    is_inclusive_ = in.word("convention", {"crossing_in", "inclusive"}).value_or(0) == 1;
  }

  const CutKind& kind() const noexcept override { return pareto; }
  void write(Json& out, const Scheme& scheme) const override {
    out["on"] = scheme.factors[factors_.front()].code;
    write_share_cuts(out, shares_);
    out["convention"] = is_inclusive_ ? "inclusive" : "crossing_in";
  }
  std::span<const std::size_t> factors() const noexcept override { return factors_; }

  CutLines fit(const CutInput& input) const override {
    require_whole(input);
    CutLines lines;
    const Wide total = weight_of(input.basis, Weigh::by_value).total;
    lines.is_empty = total == 0;
    if (lines.is_empty) return lines;
    std::vector<WeightLimit> limits;
    for (const Points cut : shares_.cuts) {
      for (const Points at : {cut, cut - shares_.band, cut + shares_.band})
        limits.push_back(limit(at, total));
    }
    const std::vector<double> found = select_by_weight(input.basis, Weigh::by_value, limits);
    for (std::size_t i = 0; i < found.size(); i += 3) {
      lines.lines.push_back({found[i], found[i + 1], found[i + 2]});
    }
    return lines;
  }

  Weigh weigh() const noexcept override { return Weigh::by_value; }
  double needed(const Standings& standings, std::size_t boundary, Edge edge, double own) const override {
    const Wide others = standings.weight_without(own);
    const auto is_enough = [&](double value) {
      const auto weight = static_cast<Wide>(value);
      const Wide before = (standings.above(value, own) + (is_inclusive_ ? weight : 0)) * kPointsMax;
      const Wide share = shares_.at(boundary, edge) * (others + weight);
      return value > 0 && (is_inclusive_ ? before <= share : before < share);
    };
    return is_inclusive_ ? least_other(standings, own, is_enough) : least_whole(is_enough);
  }

 private:
  static constexpr double kNone = std::numeric_limits<double>::infinity();

  // The more it has, the less stands before it and the more there is to share.
  template <class IsEnough>
  static double least_whole(const IsEnough& is_enough) {
    std::int64_t low = 0;
    std::int64_t high = kIntegerMax;
    if (!is_enough(static_cast<double>(high))) return kNone;
    while (high - low > 1) {
      const std::int64_t middle = low + (high - low) / 2;
      (is_enough(static_cast<double>(middle)) ? high : low) = middle;
    }
    return static_cast<double>(high);
  }

  // Where its own value stands before it, too, more is not always better: from one of the others' values up
  // to the next it gets worse, but from value to value better. So it needs 1 or the value of another, and
  // where it has too much for the place of one, the value of the next.
  template <class IsEnough>
  static double least_other(const Standings& standings, double own, const IsEnough& is_enough) {
    const double beyond = own > 0 && !is_enough(own) ? own : 0;
    if (beyond < 1 && is_enough(1)) return 1;
    const auto fits = [&](double value) { return value > beyond && is_enough(value); };
    std::size_t low = 0;
    std::size_t high = standings.count_without(own);
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (fits(standings.value_without(own, middle))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low < standings.count_without(own) ? standings.value_without(own, low) : kNone;
  }

  static void check(ObjectReader& in, const Factor& factor, std::size_t at) {
    if (factor.metric && !factor.metric->kind().is_whole) {
      in.fail(Code::invalid, "on",
              fmt::format("/factors/{}/metric is `{}`, which does not add up over customers", at,
                          factor.metric->kind().id));
    }
    if (!factor.is_higher_better) {
      in.fail(
          Code::invalid, "on",
          fmt::format("/factors/{}/direction says that lower is better, but shares go to the largest", at));
    }
  }

  // before < cut x T; by the inclusive convention before + own <= cut x T.
  WeightLimit limit(Points at, Wide total) const {
    const Wide product = at * total;
    if (is_inclusive_) return {product / kPointsMax + 1, true};
    return {(product + kPointsMax - 1) / kPointsMax, false};
  }

  void require_whole(const CutInput& input) const {
    for (const double value : input.basis) {
      if (!(value > 0) || (value <= static_cast<double>(kIntegerMax) && value == std::floor(value))) continue;
      throw Error(Code::invalid,
                  fmt::format("a Pareto cut needs whole numbers, but the factor {} has the value {}",
                              input.scheme.factors[factors_.front()].code, value),
                  "/cut/on");
    }
  }

  std::vector<std::size_t> factors_;
  ShareCuts shares_;
  bool is_inclusive_ = false;
};

}  // namespace

extern const CutKind pareto = {
    .id = "pareto",
    .version = 1,
    .summary = "Cumulative shares of a value: the customers who bring the first 80 per cent are A",
    .formula =
        "before = sum of strictly greater values, T = sum of positive values; in a grade if before < cut "
        "x T (crossing_in) or before + own <= cut x T (inclusive); rise below cut - band, fall from cut + "
        "band on; values <= 0 get the last grade",
    .is_relative = true,
    .parameters = R"("on": {"required": true, "type": "string", "description": "a factor's code"},
      "cuts": {"required": true, "type": "array", "minItems": 1, "maxItems": 25, "items": {"type": "number",
      "exclusiveMinimum": 0, "exclusiveMaximum": 100}},
      "band": {"type": "number", "minimum": 0, "maximum": 50, "default": 2.5},
      "convention": {"enum": ["crossing_in", "inclusive"], "default": "crossing_in"})",
    .make = [](ObjectReader& in, Scheme& scheme) -> std::unique_ptr<const Cut> {
      return std::make_unique<ParetoCut>(in, scheme);
    },
};

}  // namespace crmcore::grading::cuts
