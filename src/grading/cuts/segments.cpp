// Classes of several factors, by quantiles or by cut points of one's own, combined into named segments, as
// RFM does. The first segment that fits decides; class 1 is the worst fifth (for five classes), also where
// lower values are better. The R package rfm lets a class reach up to its cut + 1, which differs where a cut
// is not whole: available by name, so that its published results can be had.
#include <algorithm>
#include <cmath>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"
#include "grading/bounds.hpp"
#include "grading/cut.hpp"
#include "grading/scheme_factors.hpp"
#include "grading/selection.hpp"

namespace crmcore::grading::cuts {
extern const CutKind segments;

namespace {

constexpr std::size_t kSegmentFactorsMax = 8;
constexpr std::size_t kSegmentsMax = 100;
constexpr std::int64_t kClassesMax = 100;
constexpr int kUnknownClass = 0;

struct Range {
  int from;
  int to;
};

struct Segment {
  Grade grade;
  std::vector<Range> ranges;  // one per factor
};

class SegmentsCut final : public Cut {
 public:
  SegmentsCut(ObjectReader& in, Scheme& scheme)
      : classes_(static_cast<int>(in.integer("classes", 2, kClassesMax).value_or(5))),
        is_r_rfm_(in.word("convention", {"standard", "r_rfm"}).value_or(0) == 1) {
    read_factors(in, scheme);
    read_cut_points(in, scheme);
    in.each("segments", kSegmentsMax, [&](const Json& json, const std::string& path) {
      ObjectReader segment(json, path, in.found());
      read(segment, scheme);
      segment.finish();
    });
    if (segments_.empty()) in.fail(Code::invalid, "segments", "needs at least one segment");
    otherwise_ = read_grade(in, "otherwise", scheme);
  }

  const CutKind& kind() const noexcept override { return segments; }
  std::span<const std::size_t> factors() const noexcept override { return factors_; }

  void write(Json& out, const Scheme& scheme) const override {
    out["classes"] = classes_;
    out["convention"] = is_r_rfm_ ? "r_rfm" : "standard";
    out["factors"] = Json::array();
    for (std::size_t f = 0; f < factors_.size(); ++f) {
      const std::string& code = scheme.factors[factors_[f]].code;
      out["factors"].push_back(code);
      if (!cut_points_[f].empty()) out["cut_points"][code] = cut_points_[f];
    }
    out["segments"] = Json::array();
    for (const Segment& segment : segments_) {
      Json json = Json::object();
      json["grade"] = scheme.grade_name(segment.grade);
      json["classes"] = Json::array();
      for (const Range& range : segment.ranges)
        json["classes"].push_back(Json::array({range.from, range.to}));
      out["segments"].push_back(std::move(json));
    }
    out["otherwise"] = scheme.grade_name(otherwise_);
  }

  std::optional<int> class_of_value(const Scheme& scheme, const CutLines& lines, std::size_t place,
                                    double value) const override {
    return class_of(scheme, place, value, lines.class_cuts[place]);
  }
  CutLines fit(const CutInput& input) const override {
    CutLines lines;
    for (std::size_t f = 0; f < factors_.size(); ++f) {
      if (!cut_points_[f].empty()) {
        lines.class_cuts.push_back(cut_points_[f]);
        continue;
      }
      std::vector<double>& cuts =
          lines.class_cuts.emplace_back(quantile_cuts(input.columns[factors_[f]], classes_));
      // From cut + 1 on instead of above the cut; the largest double below says the same with `<`.
      for (double& cut : cuts) cut = is_r_rfm_ ? std::nextafter(cut + 1, cut) : cut;
    }
    return lines;
  }

  void apply(const CutInput& input, const CutLines& lines, std::span<Target> out) const override {
    std::vector<int> classes(factors_.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      for (std::size_t f = 0; f < factors_.size(); ++f) {
        classes[f] = class_of(input.scheme, f, input.columns[factors_[f]][i], lines.class_cuts[f]);
      }
      if (std::find(classes.begin(), classes.end(), kUnknownClass) != classes.end()) continue;
      const Grade grade = segment_of(classes);
      out[i].plain = out[i].enter = out[i].keep = grade;
    }
  }

 private:
  void read_factors(ObjectReader& in, const Scheme& scheme) {
    in.each("factors", kSegmentFactorsMax, [&](const Json& json, const std::string& path) {
      const auto at = json.is_string() ? scheme.factor_named(json.get<std::string>()) : std::nullopt;
      if (!at) {
        in.found().push_back({Code::invalid, path, "must be the code of a factor in /factors"});
      } else if (std::find(factors_.begin(), factors_.end(), *at) != factors_.end()) {
        in.found().push_back({Code::invalid, path, "stands twice"});
      }
      factors_.push_back(at.value_or(0));
    });
    if (factors_.empty()) in.fail(Code::invalid, "factors", "needs at least one factor");
  }

  // A factor's own points take the place of its quantiles; there is one class more than points.
  void read_cut_points(ObjectReader& in, Scheme& scheme) {
    cut_points_.resize(factors_.size());
    const Json* json = in.raw("cut_points");
    if (json == nullptr || json->is_null()) return;
    ObjectReader points(*json, in.path_of("cut_points"), in.found());
    for (std::size_t f = 0; f < factors_.size() && !scheme.factors.empty(); ++f) {
      Factor& factor = scheme.factors[factors_[f]];
      std::vector<double>& own = cut_points_[f];
      ValueReader values = values_of(factor, scheme.money_digits);
      points.each(factor.code, kClassesMax - 1, [&](const Json& one, const std::string& path) {
        const auto value = values.read(one, path, in.found());
        if (!value) return;
        if (!own.empty() && *value <= own.back()) {
          in.found().push_back(
              {Code::invalid, path, fmt::format("{} must be above the {} before it", *value, own.back())});
        }
        own.push_back(*value);
      });
      if (points.has(factor.code) && own.empty()) {
        points.fail(Code::invalid, factor.code, "needs at least one value that divides two classes");
      }
      factor.has_amounts = factor.has_amounts || values.has_amount;
    }
    points.finish();
  }

  int classes_of(std::size_t place) const {
    return place >= cut_points_.size() || cut_points_[place].empty()
               ? classes_
               : static_cast<int>(cut_points_[place].size()) + 1;
  }

  void read(ObjectReader& in, const Scheme& scheme) {
    Segment segment{read_grade(in, "grade", scheme), {}};
    in.each("classes", kSegmentFactorsMax, [&](const Json& json, const std::string& path) {
      const bool is_pair =
          json.is_array() && json.size() == 2 && json[0].is_number_integer() && json[1].is_number_integer();
      const std::int64_t from = is_pair ? json[0].get<std::int64_t>() : 0;
      const std::int64_t to = is_pair ? json[1].get<std::int64_t>() : 0;
      const int most = classes_of(segment.ranges.size());
      if (!is_pair || from < 1 || to < from || to > most) {
        in.found().push_back(
            {Code::invalid, path, fmt::format("must be a pair of classes [from, to], 1 to {}", most)});
        segment.ranges.push_back({1, most});  // the next one is of the next factor
        return;
      }
      segment.ranges.push_back({static_cast<int>(from), static_cast<int>(to)});
    });
    if (segment.ranges.size() != factors_.size()) {
      in.fail(Code::invalid, "classes",
              fmt::format("needs one pair for each of the {} in /cut/factors, has {}", factors_.size(),
                          segment.ranges.size()));
    }
    segments_.push_back(std::move(segment));
  }

  static Grade read_grade(ObjectReader& in, std::string_view key, const Scheme& scheme) {
    const std::string name = in.require_text(key, kGradeNameBytesMax);
    const auto grade = scheme.grade_named(name);
    if (in.has(key) && (!grade || !is_ranked(*grade))) {
      in.fail(Code::invalid, key, fmt::format("{} is not one of /grades/order", text::quoted(name)));
    }
    return grade.value_or(0);
  }

  int class_of(const Scheme& scheme, std::size_t place, double value, const std::vector<double>& cuts) const {
    const Factor& factor = scheme.factors[factors_[place]];
    if (std::isnan(value)) return factor.missing == Missing::worst ? 1 : kUnknownClass;
    const auto below = static_cast<int>(std::lower_bound(cuts.begin(), cuts.end(), value) - cuts.begin());
    return factor.is_higher_better ? 1 + below : classes_of(place) - below;
  }

  Grade segment_of(const std::vector<int>& classes) const {
    for (const Segment& segment : segments_) {
      bool fits = true;
      for (std::size_t f = 0; f < classes.size(); ++f) {
        fits = fits && segment.ranges[f].from <= classes[f] && classes[f] <= segment.ranges[f].to;
      }
      if (fits) return segment.grade;
    }
    return otherwise_;
  }

  int classes_;
  bool is_r_rfm_;
  std::vector<std::size_t> factors_;
  std::vector<std::vector<double>> cut_points_;  // per factor; empty: quantiles
  std::vector<Segment> segments_;
  Grade otherwise_ = 0;
};

}  // namespace

extern const CutKind segments = {
    .id = "segments",
    .version = 1,
    .summary =
        "Classes of several factors, by quantiles or by cut points of one's own, combined into named "
        "segments "
        "(RFM); the first that fits",
    .formula =
        "class = 1 + count(cuts < x), mirrored when lower is better; cuts are quantiles of type 7 "
        "(r_rfm: class = 1 + count(cuts + 1 <= x)), or the cut points that are given",
    .is_relative = true,
    .parameters = R"("classes": {"type": "integer", "minimum": 2, "maximum": 100, "default": 5},
      "convention": {"enum": ["standard", "r_rfm"], "default": "standard"},
      "factors": {"required": true, "type": "array", "minItems": 1, "maxItems": 8, "items": {"type": "string"}},
      "cut_points": {"type": "object", "description": "by code of a factor, ascending: in place of its quantiles",
      "additionalProperties": {"type": "array", "minItems": 1, "maxItems": 99, "items": @value@}},
      "segments": {"required": true, "type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "object",
      "properties": {"grade": {"type": "string"}, "classes": {"type": "array", "items": {"type": "array",
      "minItems": 2, "maxItems": 2, "items": {"type": "integer"}}}}, "required": ["grade", "classes"],
      "additionalProperties": false}}, "otherwise": {"required": true, "type": "string"})",
    .make = [](ObjectReader& in, Scheme& scheme) -> std::unique_ptr<const Cut> {
      return std::make_unique<SegmentsCut>(in, scheme);
    },
};

}  // namespace crmcore::grading::cuts
