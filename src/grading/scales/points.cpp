// Piecewise-linear points: the default scale, stable because nobody else's value matters, and explainable.
#include <algorithm>
#include <cmath>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/bounds.hpp"
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
    const Point& a = *(right - 1);
    const Point& b = *right;
    const double part = (value - a.value) / (b.value - a.value);
    return a.score + static_cast<Points>(std::llround(part * static_cast<double>(b.score - a.score)));
  }

 private:
  std::vector<Point> points_;
};

class PointsScale final : public Scale {
 public:
  PointsScale(ObjectReader& in, bool is_higher_better) {
    in.each("points", kPointsCountMax, [&](const Json& json, const std::string& path) {
      if (!json.is_array() || json.size() != 2 || !json[0].is_number() || !json[1].is_number()) {
        in.found().push_back({Code::invalid, path, "must be a pair [value, points]"});
        return;
      }
      const auto value = json[0].get<double>();
      const auto score = json[1].get<double>();
      if (std::abs(value) > kValueMax) {
        in.found().push_back({Code::range, path + "/0", fmt::format("{} is beyond +-1e15", value)});
      } else if (!(score >= 0 && score <= 100)) {
        in.found().push_back(
            {Code::range, path + "/1", fmt::format("must be 0 to 100 points, is {}", score)});
      } else {
        add({value, to_points(score)}, is_higher_better, path, in);
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
      {"type": "array", "minItems": 2, "maxItems": 2, "prefixItems": [{"type": "number"},
      {"type": "number", "minimum": 0, "maximum": 100}]}})",
    .make = [](ObjectReader& in, bool is_higher_better) -> std::unique_ptr<const Scale> {
      return std::make_unique<PointsScale>(in, is_higher_better);
    },
};

}  // namespace crmcore::grading::scales
