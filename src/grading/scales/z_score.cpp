// Winsorised z: distance from the mean in standard deviations, after both tails were pulled in. Sums run
// over integers (values in units of 2^-40 of the largest), so that they do not depend on the order of rows.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/scale.hpp"
#include "grading/selection.hpp"

namespace crmcore::grading::scales {
extern const ScaleKind z_score;

namespace {

constexpr int kPrecisionBits = 40;

struct Moments {
  double mean = 0;
  double deviation = 0;  // of the whole population: divided by n
};

Moments moments_of(std::span<const double> values, double low, double high) {
  int exponent = 0;
  std::frexp(std::max(std::abs(low), std::abs(high)), &exponent);
  const auto whole = [&](double value) {
    return static_cast<std::int64_t>(
        std::llround(std::ldexp(std::clamp(value, low, high), kPrecisionBits - exponent)));
  };
  Wide sum = 0;
  std::int64_t count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += whole(value);
    ++count;
  }
  const auto mean = static_cast<std::int64_t>(sum / count);
  Wide squares = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    const Wide off = whole(value) - mean;
    squares += off * off;
  }
  const double variance = static_cast<double>(squares) / static_cast<double>(count);
  return {std::ldexp(static_cast<double>(mean), exponent - kPrecisionBits),
          std::ldexp(std::sqrt(variance), exponent - kPrecisionBits)};
}

class ZCurve final : public Curve {
 public:
  ZCurve(Moments moments, double low, double high, double limit, bool is_higher_better)
      : moments_(moments), low_(low), high_(high), limit_(limit), is_higher_better_(is_higher_better) {}

  Points score(double value) const noexcept override {
    if (!(moments_.deviation > 0)) return kPointsMax / 2;
    const double z = (std::clamp(value, low_, high_) - moments_.mean) / moments_.deviation;
    return to_points(50 + 50 / limit_ * (is_higher_better_ ? z : -z));
  }

 private:
  Moments moments_;
  double low_;
  double high_;
  double limit_;
  bool is_higher_better_;
};

class ZScale final : public Scale {
 public:
  ZScale(ObjectReader& in, bool is_higher_better)
      : tail_(to_points(in.number("tail", 0, 49).value_or(2.5))),
        limit_(in.number("limit", 0.5, 10).value_or(3)),
        is_higher_better_(is_higher_better) {}

  const ScaleKind& kind() const noexcept override { return z_score; }
  void write(Json& out) const override {
    out["tail"] = from_points(tail_);
    out["limit"] = limit_;
  }
  std::shared_ptr<const Curve> fit(std::span<const double> values) const override {
    const std::array<Fraction, 2> tails = {Fraction{tail_, kPointsMax},
                                           Fraction{kPointsMax - tail_, kPointsMax}};
    const std::vector<double> ends = quantiles(values, tails);
    if (ends.empty()) return std::make_shared<ZCurve>(Moments{}, 0, 0, limit_, is_higher_better_);
    return std::make_shared<ZCurve>(moments_of(values, ends[0], ends[1]), ends[0], ends[1], limit_,
                                    is_higher_better_);
  }

 private:
  Points tail_;
  double limit_;
  bool is_higher_better_;
};

}  // namespace

extern const ScaleKind z_score = {
    .id = "z_score",
    .version = 1,
    .summary =
        "Distance from the mean in standard deviations, tails pulled in to their quantiles (type 7); "
        "50 when all are alike",
    .formula =
        "s = 50 + 50 z / limit within 0 ... 100, z = (x - mean) / sd (divided by n) of the winsorised "
        "values",
    .is_relative = true,
    .takes_categories = false,
    .parameters = R"("tail": {"type": "number", "minimum": 0, "maximum": 49, "default": 2.5,
      "description": "per cent at each end"},
      "limit": {"type": "number", "minimum": 0.5, "maximum": 10, "default": 3})",
    .make = [](ObjectReader& in, bool is_higher_better, ValueReader&) -> std::unique_ptr<const Scale> {
      return std::make_unique<ZScale>(in, is_higher_better);
    },
};

}  // namespace crmcore::grading::scales
