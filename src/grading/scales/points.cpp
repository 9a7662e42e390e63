// Piecewise-linear points: the default scale, stable because nobody else's value matters, and explainable.
#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading::scales {
extern const ScaleKind points;

namespace {

constexpr std::size_t kPointsCountMax = 100;

struct Point {
  double value;
  Points score;
};

class PointsCurve final : public Curve {
 public:
  explicit PointsCurve(std::vector<Point> points) : points_(std::move(points)) {}

  Points score(double value) const noexcept override {
    if (value <= points_.front().value) return points_.front().score;
    if (value >= points_.back().value) return points_.back().score;
    const auto right = std::upper_bound(points_.begin(), points_.end(), value,
                                        [](double v, const Point& point) { return v < point.value; });
    return between(*(right - 1), *right, value);
  }

  // A curve of one line, which most are, without a call for each value.
  void score_all(std::span<const double> values, std::span<Points> out) const noexcept override {
    if (points_.size() != 2) return Curve::score_all(values, out);
    const Point a = points_.front();
    const Point b = points_.back();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double value = values[i];
      out[i] = value <= a.value   ? a.score
               : value >= b.value ? b.score
               : value == value   ? between(a, b, value)
                                  : kPointsNone;
    }
  }

 private:
  static Points between(const Point& a, const Point& b, double value) noexcept {
    const double part = (value - a.value) / (b.value - a.value);
    return a.score + rounded(part * static_cast<double>(b.score - a.score));
  }

  // std::llround, which is a call into another library.
  static Points rounded(double points) noexcept {
    const auto whole = static_cast<Points>(points);
    const double rest = points - whole;
    return whole + (rest >= .5 ? 1 : 0) - (rest <= -.5 ? 1 : 0);
  }

  std::vector<Point> points_;
};

class PointsScale final : public Scale {
 public:
  PointsScale(ObjectReader& in, bool is_higher_better, ValueReader& values) {
    in.each("points", kPointsCountMax, [&](const Json& json, const std::string& path) {
      if (!json.is_array() || json.size() != 2 || !json[1].is_number()) {
        in.found().push_back({Code::invalid, path, "must be a pair [value, points]"});
        return;
      }
      const auto value = values.read(json[0], path + "/0", in.found());
      const auto score = json[1].get<double>();
      if (!value) return;
      if (!(score >= 0 && score <= 100)) {
        in.found().push_back(
            {Code::range, path + "/1", fmt::format("must be 0 to 100 points, is {}", score)});
      } else {
        add({*value, to_points(score)}, is_higher_better, path, in);
      }
    });
    if (points_.size() < 2 && in.found().empty()) {
      in.fail(Code::invalid, "points", "needs at least two pairs [value, points]");
    }
  }

  const ScaleKind& kind() const noexcept override { return points; }
  void write(Json& out) const override {
    out["points"] = Json::array();
    for (const Point& point : points_) {
      out["points"].push_back(Json::array({point.value, from_points(point.score)}));
    }
  }
  std::shared_ptr<const Curve> fit(std::span<const double>) const override {
    return std::make_shared<PointsCurve>(points_);
  }

 private:
  void add(Point point, bool is_higher_better, const std::string& path, ObjectReader& in) {
    if (!points_.empty()) {
      const Point& last = points_.back();
      if (point.value <= last.value) {
        in.found().push_back(
            {Code::invalid, path + "/0",
             fmt::format("{} must be above the {} of the pair before", point.value, last.value)});
      }
      if (is_higher_better ? point.score < last.score : point.score > last.score) {
        in.found().push_back(
            {Code::invalid, path + "/1",
             fmt::format("{} points after {} contradicts the factor's direction, {} is better",
                         from_points(point.score), from_points(last.score),
                         is_higher_better ? "higher" : "lower")});
      }
    }
    points_.push_back(point);
  }

  std::vector<Point> points_;
};

}  // namespace

extern const ScaleKind points = {
    .id = "points",
    .version = 1,
    .summary = "Piecewise-linear: straight lines between the given pairs, level beyond them",
    .formula = "s = s_a + (x - a) / (b - a) (s_b - s_a) for a <= x <= b",
    .is_relative = false,
    .takes_categories = false,
    .parameters = R"("points": {"required": true, "type": "array", "minItems": 2, "maxItems": 100, "items":
      {"type": "array", "minItems": 2, "maxItems": 2, "prefixItems": [@value@,
      {"type": "number", "minimum": 0, "maximum": 100}]}})",
    .make = [](ObjectReader& in, bool is_higher_better, ValueReader& values) -> std::unique_ptr<const Scale> {
      return std::make_unique<PointsScale>(in, is_higher_better, values);
    },
};

}  // namespace crmcore::grading::scales
