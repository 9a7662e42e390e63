// Colours of grades: blue, teal, amber, which differ in lightness too, so that they stay apart for
// colour-blind eyes and on grey paper; more grades lie between.
#include <array>
#include <cmath>

#include "report/html.hpp"

namespace report {
namespace {

struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};

using HueScale = std::array<Colour, 3>;
constexpr HueScale kLight{{{0x1f, 0x45, 0x9a}, {0x14, 0x78, 0x78}, {0xc6, 0x88, 0x14}}};
constexpr HueScale kDark{{{0x86, 0xac, 0xff}, {0x43, 0xc2, 0xbb}, {0xf2, 0xbd, 0x55}}};

Colour at(const HueScale& scale, std::size_t grade, std::size_t grades) {
  const double place = grades < 2 ? 0 : 2 * static_cast<double>(grade) / static_cast<double>(grades - 1);
  const auto from = std::min<std::size_t>(static_cast<std::size_t>(place), 1);
  const double part = place - static_cast<double>(from);
  const auto mix = [&](double a, double b) { return a + (b - a) * part; };
  const Colour& a = scale[from];
  const Colour& b = scale[from + 1];
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

std::string hex(const Colour& colour) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "#";
  for (const double part : {colour.red, colour.green, colour.blue}) {
    const int value = static_cast<int>(std::lround(part));
    text += kDigits[value / 16];
    text += kDigits[value % 16];
  }
  return text;
}

// Relative luminance, WCAG 2.
double luminance(const Colour& colour) {
  const auto linear = [](double part) {
    const double c = part / 255;
    return c <= .04045 ? c / 12.92 : std::pow((c + .055) / 1.055, 2.4);
  };
  return .2126 * linear(colour.red) + .7152 * linear(colour.green) + .0722 * linear(colour.blue);
}

// White or black, whichever is easier to read on the colour.
std::string ink_on(const Colour& colour) {
  const double light = luminance(colour);
  return 1.05 / (light + .05) >= (light + .05) / .05 ? "#ffffff" : "#10131a";
}

std::string rules(const HueScale& scale, std::size_t grades) {
  std::string css;
  for (std::size_t grade = 0; grade < grades; ++grade) {
    const Colour colour = at(scale, grade, grades);
    css += ".g" + std::to_string(grade) + "{--c:" + hex(colour) + ";--on:" + ink_on(colour) + "}\n";
  }
  return css;
}

}  // namespace

std::string grade_colours(std::size_t grades) {
  return rules(kLight, grades) + "@media screen and (prefers-color-scheme:dark){\n" + rules(kDark, grades) +
         "}\n";
}

}  // namespace report
