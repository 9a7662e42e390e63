// Shares of customers: the best x per cent by score or by one factor, whole groups of equal values.
#include <limits>

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/cut.hpp"
#include "grading/selection.hpp"

namespace crmcore::grading::cuts {
extern const CutKind share;

namespace {

Wide round_up(Wide numerator, Wide denominator) {
  return (numerator + denominator - 1) / denominator;
}

class ShareCut final : public Cut {
 public:
  ShareCut(ObjectReader& in, const Scheme& scheme) {
    if (const auto factor = read_factor(in, "on", scheme)) factors_.push_back(*factor);
    shares_ = read_share_cuts(in, scheme);
  }

  const CutKind& kind() const noexcept override { return share; }
  void write(Json& out, const Scheme& scheme) const override {
    if (!factors_.empty()) out["on"] = scheme.factors[factors_.front()].code;
    write_share_cuts(out, shares_);
  }
  std::span<const std::size_t> factors() const noexcept override { return factors_; }

  CutLines fit(const CutInput& input) const override {
    CutLines lines;
    const Wide count = weight_of(input.basis, Weigh::each_once).count;
    lines.is_empty = count == 0;
    if (lines.is_empty) return lines;
    std::vector<WeightLimit> limits;
    for (const Points cut : shares_.cuts) {
      for (const Points at : {cut, cut - shares_.band, cut + shares_.band}) {
        limits.push_back({round_up(at * count, kPointsMax), false});
      }
    }
    const std::vector<double> found = select_by_weight(input.basis, Weigh::each_once, limits);
    for (std::size_t i = 0; i < found.size(); i += 3) {
      lines.lines.push_back({found[i], found[i + 1], found[i + 2]});
    }
    return lines;
  }

  double needed(const Standings& standings, std::size_t boundary, Edge edge, double own) const override {
    // So many may stand before it, and the next one beside it.
    const std::size_t others = standings.count_without(own);
    const Wide room = round_up(shares_.at(boundary, edge) * static_cast<Wide>(others + 1), kPointsMax);
    if (room > static_cast<Wide>(others)) return -std::numeric_limits<double>::infinity();
    return standings.value_without(own, others - static_cast<std::size_t>(room));
  }

 private:
  std::vector<std::size_t> factors_;  // none: the score
  ShareCuts shares_;
};

}  // namespace

extern const CutKind share = {
    .id = "share",
    .version = 1,
    .summary = "Shares of customers, best first; customers with equal values stay together",
    .formula =
        "in a grade if the part of the population that is strictly better < cut; rise below cut - band, "
        "fall from cut + band on",
    .is_relative = true,
    .parameters = R"("on": {"type": "string", "description": "a factor's code; the score when absent"},
      "cuts": {"required": true, "type": "array", "minItems": 1, "maxItems": 25, "items": {"type": "number",
      "exclusiveMinimum": 0, "exclusiveMaximum": 100}},
      "band": {"type": "number", "minimum": 0, "maximum": 50, "default": 2.5})",
    .make = [](ObjectReader& in, Scheme& scheme) -> std::unique_ptr<const Cut> {
      return std::make_unique<ShareCut>(in, scheme);
    },
};

}  // namespace crmcore::grading::cuts
