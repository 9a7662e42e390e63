#include "grading/scale.hpp"

#include <algorithm>
#include <cmath>

namespace crmcore::grading {

void Curve::score_all(std::span<const double> values, std::span<Points> out) const noexcept {
  for (std::size_t i = 0; i < values.size(); ++i) {
    out[i] = std::isnan(values[i]) ? kPointsNone : score(values[i]);
  }
}

Points to_points(double points) noexcept {
  return static_cast<Points>(std::llround(std::clamp(points, 0.0, 100.0) * kPointsOne));
}

double from_points(Points points) noexcept {
  return static_cast<double>(points) / kPointsOne;
}

}  // namespace crmcore::grading
