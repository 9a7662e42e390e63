#include "report/svg.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace report {
namespace {

struct Character {
  std::uint32_t code;
  std::size_t bytes;
};

// The library holds valid UTF-8 only.
Character character_at(std::string_view utf8, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(utf8[i]));
  };
  const std::uint32_t first = byte(at);
  const std::size_t bytes = std::min<std::size_t>(first < 0x80   ? 1
                                                  : first < 0xE0 ? 2
                                                  : first < 0xF0 ? 3
                                                                 : 4,
                                                  utf8.size() - at);
  std::uint32_t code = bytes == 1 ? first : first & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) code = (code << 6) | (byte(at + i) & 0x3F);
  return {code, bytes};
}

// In ems; measured on DejaVu Sans, which is wider than what most systems show.
double width_of(std::uint32_t code) {
  constexpr std::string_view kNarrow = "fijlrtI.,:;|!'()[] -/";
  constexpr std::string_view kWide = "mwMWQ@%&";
  if (code >= 0x1100 && !(code >= 0x2000 && code < 0x2E80)) return 1.02;
  if (code >= 0x2000) return code == 0x202F ? .25 : .86;
  if (code >= 0x80) return .68;
  const char letter = static_cast<char>(code);
  if (kNarrow.find(letter) != std::string_view::npos) return .42;
  if (kWide.find(letter) != std::string_view::npos) return .99;
  return letter >= 'A' && letter <= 'Z' ? .73 : .64;
}

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + coordinate(value) + "\"";
}

std::string class_attribute(std::string_view classes) {
  return classes.empty() ? "" : " class=\"" + std::string(classes) + "\"";
}

std::string closed(std::string_view element, std::string_view tip) {
  if (tip.empty()) return "/>";
  return "><title>" + escaped(tip) + "</title></" + std::string(element) + ">";
}

// The ends keep room for a dot.
std::string place(double at) {
  return coordinate(2 + 96 * std::clamp(at, 0.0, 1.0)) + "%";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // HTML knows no other control characters.
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

double text_width(std::string_view utf8, double size) {
  double ems = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const Character one = character_at(utf8, at);
    ems += width_of(one.code);
    at += one.bytes;
  }
  return ems * size;
}

std::string fitted(std::string_view utf8, double width, double size) {
  if (text_width(utf8, size) <= width) return std::string(utf8);
  double used = size;  // the ellipsis
  std::size_t end = 0;
  while (end < utf8.size()) {
    const Character one = character_at(utf8, end);
    used += width_of(one.code) * size;
    if (used > width) break;
    end += one.bytes;
  }
  while (end > 0 && utf8[end - 1] == ' ') --end;
  return std::string(utf8.substr(0, end)) + "…";
}

std::vector<double> spread(const std::vector<double>& wanted, double gap, double low, double high) {
  std::vector<double> placed = wanted;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    placed[i] = std::max(placed[i], i == 0 ? low : placed[i - 1] + gap);
  }
  for (std::size_t i = placed.size(); i-- > 0;) {
    const double limit = i + 1 == placed.size() ? high : placed[i + 1] - gap;
    placed[i] = std::min(placed[i], limit);
  }
  return placed;
}

std::vector<double> round_ticks(double highest, int count) {
  if (!(highest > 0)) return {0};
  const double rough = highest / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double ratio = rough / power;
  const double step = power * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10);
  std::vector<double> ticks;
  for (int i = 0; i * step <= highest * 1.0001; ++i) ticks.push_back(i * step);
  return ticks;
}

std::string coordinate(double value) {
  std::array<char, 32> buffer{};
  const double rounded = std::round(value * 10) / 10;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                          rounded == 0 ? 0.0 : rounded, std::chars_format::fixed, 1);
  std::string text(buffer.data(), end);
  if (text.size() > 2 && text.substr(text.size() - 2) == ".0") text.resize(text.size() - 2);
  return text;
}

std::string polyline(const std::vector<Point>& points) {
  std::string steps;
  for (const Point& point : points) {
    steps += (steps.empty() ? "M" : "L") + coordinate(point.x) + " " + coordinate(point.y);
  }
  return steps;
}

void Picture::box(const Box& box, std::string_view classes, double radius, std::string_view tip) {
  body_ += "<rect" + attribute("x", box.x) + attribute("y", box.y) +
           attribute("width", std::max(box.width, 0.0)) + attribute("height", std::max(box.height, 0.0));
  if (radius > 0) body_ += attribute("rx", radius);
  body_ += class_attribute(classes) + closed("rect", tip) + "\n";
}

void Picture::circle(Point centre, double radius, std::string_view classes) {
  body_ += "<circle" + attribute("cx", centre.x) + attribute("cy", centre.y) + attribute("r", radius) +
           class_attribute(classes) + "/>\n";
}

void Picture::line(Point from, Point to, std::string_view classes) {
  body_ += "<line" + attribute("x1", from.x) + attribute("y1", from.y) + attribute("x2", to.x) +
           attribute("y2", to.y) + class_attribute(classes) + "/>\n";
}

void Picture::path(const std::string& steps, std::string_view classes, std::string_view tip,
                   std::string_view style) {
  body_ += "<path d=\"" + steps + "\"" + class_attribute(classes);
  if (!style.empty()) body_ += " style=\"" + std::string(style) + "\"";
  body_ += closed("path", tip) + "\n";
}

void Picture::text(Point baseline, Anchor anchor, std::string_view classes, std::string_view content) {
  body_ += "<text" + attribute("x", baseline.x) + attribute("y", baseline.y) + class_attribute(classes);
  if (anchor != Anchor::start) {
    body_ += std::string(" text-anchor=\"") + (anchor == Anchor::middle ? "middle" : "end") + "\"";
  }
  body_ += ">" + escaped(content) + "</text>\n";
}

double Picture::badge(Point centre, double width, std::string_view classes, std::string_view name) {
  constexpr double kPadding = 7;
  constexpr double kHeight = 20;
  const std::string shown = fitted(name, width - 2 * kPadding, kSmallSize * 1.08);
  const double wide = std::clamp(text_width(shown, kSmallSize * 1.08) + 2 * kPadding, 22.0, width);
  box({centre.x - wide / 2, centre.y - kHeight / 2, wide, kHeight}, classes, 5, shown == name ? "" : name);
  text({centre.x, centre.y + 4}, Anchor::middle, "small strong on " + std::string(classes), shown);
  return wide;
}

void Strip::bar(double from, double to, std::string_view classes) {
  body_ += "<rect x=\"" + place(from) + "\" y=\"5\" width=\"" + coordinate(96 * std::max(to - from, 0.0)) +
           "%\" height=\"10\" rx=\"3\"" + class_attribute(classes) + "/>";
}

void Strip::line(double from, double to, std::string_view classes) {
  body_ += "<line x1=\"" + place(from) + "\" x2=\"" + place(to) + "\" y1=\"10\" y2=\"10\"" +
           class_attribute(classes) + "/>";
}

void Strip::limit(double at) {
  body_ += "<line x1=\"" + place(at) + "\" x2=\"" + place(at) + "\" y1=\"1\" y2=\"19\" class=\"limit\"/>";
}

void Strip::dot(double at, std::string_view classes) {
  body_ += "<circle cx=\"" + place(at) + "\" cy=\"10\" r=\"4.5\"" + class_attribute(classes) + "/>";
}

std::string Strip::svg() const {
  return "<svg class=\"strip\" height=\"20\" aria-hidden=\"true\">" + body_ + "</svg>";
}

std::string Picture::svg(const std::string& id, std::string_view title, std::string_view description) const {
  const std::string size = coordinate(width_) + " " + coordinate(height_);
  return "<svg viewBox=\"0 0 " + size + "\" role=\"img\" aria-labelledby=\"" + id + "-title " + id +
         "-about\" style=\"max-width:" + coordinate(width_ * 1.15) + "px\">\n<title id=\"" + id +
         "-title\">" + escaped(title) + "</title><desc id=\"" + id + "-about\">" + escaped(description) +
         "</desc>\n" + body_ + "</svg>\n";
}

}  // namespace report
