#include "report/plot.hpp"

#include <cmath>

namespace report {
namespace {

constexpr double kLeft = 46;
constexpr double kRight = 12;
constexpr double kPlotTop = 28;
constexpr double kPlotBottom = 44;

}  // namespace

Plot::Plot(double width, double customers, double low, double high)
    : area_{kLeft, kPlotTop, width - kLeft - kRight, picture_height(width) - kPlotTop - kPlotBottom},
      customers_(customers),
      low_(low),
      high_(high) {}

Point Plot::at(double customers, double share) const {
  return {area_.x + area_.width * customers / customers_,
          area_.y + area_.height * (1 - (share - low_) / (high_ - low_))};
}

void Plot::draw_axes(Picture& picture, const Language& language, std::string_view x_title,
                     std::string_view y_title) const {
  const double bottom = area_.y + area_.height;
  for (const double tick : round_ticks(high_, 5)) {
    const double y = at(0, tick).y;
    picture.line({area_.x, y}, {area_.x + area_.width, y}, "grid");
    picture.text({area_.x - 8, y + 4}, Anchor::end, "small quiet",
                 language.per_cent(std::llround(100 * tick)));
  }
  const auto ticks = round_ticks(customers_, area_.width > 350 ? 8 : 4);
  for (const double tick : ticks) {
    if (tick != std::floor(tick)) continue;
    const double x = at(tick, 0).x;
    const std::string text = language.count(static_cast<std::int64_t>(tick));
    const bool is_at_edge = x + text_width(text, kSmallSize) / 2 > area_.x + area_.width + kRight;
    picture.line({x, bottom}, {x, bottom + 4}, "axis");
    picture.text({is_at_edge ? area_.x + area_.width + kRight : x, bottom + 17},
                 is_at_edge ? Anchor::end : Anchor::middle, "small quiet", text);
  }
  picture.line({area_.x, at(0, 0).y}, {area_.x + area_.width, at(0, 0).y}, "axis");
  picture.text({area_.x + area_.width, bottom + 36}, Anchor::end, "small quiet", x_title);
  picture.text({2, 14}, Anchor::start, "small quiet", y_title);
}

std::vector<Point> Plot::points(const std::vector<CurvePoint>& curve) const {
  std::vector<Point> points;
  for (const CurvePoint& one : curve) points.push_back(at(static_cast<double>(one.customers), one.y));
  return points;
}

}  // namespace report
