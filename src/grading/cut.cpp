// What all kinds of cut have in common: reading the percentages and the factor that they are drawn through,
// and refusing a grade that nobody could reach or leave. Each kind is in a file of cuts/.
// tests/grading/cut_test.cpp and tests/grading/scheme_cases.json prove it.
#include "grading/cut.hpp"

#include <cmath>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading {
namespace {

// Both ends of what a band does to shares, so that no grade is out of reach and none is for ever.
void check_band(ObjectReader& in, const ShareCuts& shares) {
  if (shares.cuts.front() - shares.band <= 0) {
    in.fail(
        Code::invalid, "band",
        fmt::format("{} reaches down to 0 % from the first of `cuts`, {} %: nobody could rise to the best "
                    "grade",
                    from_points(shares.band), from_points(shares.cuts.front())));
  }
  if (shares.cuts.back() + shares.band > kPointsMax) {
    in.fail(
        Code::invalid, "band",
        fmt::format("{} reaches beyond 100 % from the last of `cuts`, {} %: nobody could fall to the last "
                    "grade",
                    from_points(shares.band), from_points(shares.cuts.back())));
  }
}

}  // namespace

std::optional<int> Cut::class_of_value(const Scheme&, const CutLines&, std::size_t, double) const {
  return std::nullopt;
}

double Cut::needed(const Standings&, std::size_t, Edge, double) const {
  return std::nan("");
}

void Cut::apply(const CutInput& input, const CutLines& lines, std::span<Target> out) const {
  if (lines.is_empty) return;
  const auto boundaries = static_cast<Grade>(lines.lines.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double x = input.basis[i];
    if (std::isnan(x)) continue;
    Target target{0, 0, 0, out[i].provisional};
    while (target.plain < boundaries && x < lines.lines[static_cast<std::size_t>(target.plain)].plain) {
      ++target.plain;
    }
    while (target.enter < boundaries && x < lines.lines[static_cast<std::size_t>(target.enter)].enter) {
      ++target.enter;
    }
    while (target.keep < boundaries && x < lines.lines[static_cast<std::size_t>(target.keep)].keep) {
      ++target.keep;
    }
    out[i] = target;
  }
}

ShareCuts read_share_cuts(ObjectReader& in, const Scheme& scheme) {
  ShareCuts shares;
  bool is_sound = true;
  in.each("cuts", kGradesMax, [&](const Json& json, const std::string& path) {
    const double cut = json.is_number() ? json.get<double>() : -1;
    const Points points = cut > 0 && cut < 100 ? to_points(cut) : 0;
    if (points == 0) {
      in.found().push_back({Code::invalid, path, "must be a number between 0 and 100 per cent"});
      is_sound = false;
    } else if (!shares.cuts.empty() && points <= shares.cuts.back()) {
      in.found().push_back(
          {Code::invalid, path,
           fmt::format("{} must be above the {} before it", cut, from_points(shares.cuts.back()))});
      is_sound = false;
    }
    shares.cuts.push_back(points);
  });
  shares.band = to_points(in.number("band", 0, 50).value_or(kBandDefault));
  if (shares.cuts.size() + 1 != scheme.grades.size()) {
    in.fail(Code::invalid, "cuts",
            fmt::format("needs one per cent figure for each boundary between grades: /grades/order has {} "
                        "grades, this has {} cuts",
                        scheme.grades.size(), shares.cuts.size()));
  } else if (is_sound) {
    check_band(in, shares);
  }
  return shares;
}

void write_share_cuts(Json& out, const ShareCuts& shares) {
  out["cuts"] = Json::array();
  for (const Points cut : shares.cuts) out["cuts"].push_back(from_points(cut));
  out["band"] = from_points(shares.band);
}

std::optional<std::size_t> read_factor(ObjectReader& in, std::string_view key, const Scheme& scheme) {
  const auto code = in.text(key, kCodeBytesMax);
  if (!code) return std::nullopt;
  const auto factor = scheme.factor_named(*code);
  if (!factor) {
    in.fail(Code::invalid, key, fmt::format("no factor in /factors has the code {}", text::quoted(*code)));
  }
  return factor;
}

}  // namespace crmcore::grading
