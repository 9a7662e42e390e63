// Axes of a plot of shares over customers.
#pragma once

#include <string_view>
#include <vector>

#include "report/facts.hpp"
#include "report/language.hpp"
#include "report/svg.hpp"

namespace report {

// Maps customers and shares to places in a picture.
class Plot {
 public:
  Plot(double width, double customers, double low, double high);

  static double picture_height(double width) { return width * (width > 500 ? .6 : .86); }
  Point at(double customers, double share) const;
  // Frame, ticks and titles: customers below, shares at the left.
  void draw_axes(Picture& picture, const Language& language, std::string_view x_title,
                 std::string_view y_title) const;
  std::vector<Point> points(const std::vector<CurvePoint>& curve) const;
  const Box& area() const { return area_; }

 private:
  Box area_;
  double customers_;
  double low_;
  double high_;
};

}  // namespace report
