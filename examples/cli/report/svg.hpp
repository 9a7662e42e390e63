// Pictures as inline SVG. Sizes are CSS pixels at the picture's own width; colours come from classes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace report {

// As text or attribute value of HTML and SVG.
std::string escaped(std::string_view text);

inline constexpr double kTextSize = 13;
inline constexpr double kSmallSize = 12;

// Width of a line in a sans-serif font, rather too wide than too narrow.
double text_width(std::string_view utf8, double size = kTextSize);
// The text cut to a width, with … where something is missing.
std::string fitted(std::string_view utf8, double width, double size = kTextSize);

// Moves positions apart to at least `gap`, as little as that takes, in their order, into [low, high] where
// there is room.
std::vector<double> spread(const std::vector<double>& wanted, double gap, double low, double high);

// Round numbers from 0 on that reach `highest` in about `count` steps.
std::vector<double> round_ticks(double highest, int count);

enum class Anchor { start, middle, end };

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

struct Point {
  double x = 0;
  double y = 0;
};

class Picture {
 public:
  Picture(double width, double height) : width_(width), height_(height) {}

  double width() const { return width_; }

  // `tip` is shown while the pointer rests on the shape.
  void box(const Box& box, std::string_view classes, double radius = 0, std::string_view tip = {});
  void circle(Point centre, double radius, std::string_view classes);
  void line(Point from, Point to, std::string_view classes);
  void path(const std::string& steps, std::string_view classes, std::string_view tip = {},
            std::string_view style = {});
  void text(Point baseline, Anchor anchor, std::string_view classes, std::string_view content);
  // A grade's name on its colour, at most `width` wide, its middle at `centre`. Returns its width.
  double badge(Point centre, double width, std::string_view classes, std::string_view name);

  std::string svg(const std::string& id, std::string_view title, std::string_view description) const;

 private:
  double width_;
  double height_;
  std::string body_;
};

// A small picture in a row of a table, as wide as its place; positions from 0 to 1. The numbers beside it say
// the same, so that it is hidden from who listens.
class Strip {
 public:
  void bar(double from, double to, std::string_view classes);
  void line(double from, double to, std::string_view classes);
  void limit(double at);
  void dot(double at, std::string_view classes);
  std::string svg() const;

 private:
  std::string body_;
};

// A coordinate, with one decimal at most.
std::string coordinate(double value);
// "M x y L x y …"
std::string polyline(const std::vector<Point>& points);

}  // namespace report
