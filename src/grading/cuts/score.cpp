// Thresholds on the score: independent of other customers, the default for prospects.
#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"
#include "grading/bounds.hpp"
#include "grading/cut.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading::cuts {
extern const CutKind score;

namespace {

struct Threshold {
  Points enter = 0;
  Points keep = 0;
};

class ScoreCut final : public Cut {
 public:
  ScoreCut(ObjectReader& in, const Scheme& scheme) {
    const auto band = in.number("band", 0, 50);
    const bool has_band = band.has_value();
    const Points width = to_points(band.value_or(kBandDefault));
    in.each("thresholds", kGradesMax, [&](const Json& json, const std::string& path) {
      ObjectReader threshold(json, path, in.found());
      read(threshold, scheme, width, has_band, in.path_of("band"));
      threshold.finish();
    });
    if (thresholds_.size() + 1 != scheme.grades.size()) {
      in.fail(Code::invalid, "thresholds",
              fmt::format("needs one for each grade but the last: /grades/order has {} grades, this has {} "
                          "thresholds",
                          scheme.grades.size(), thresholds_.size()));
    }
    const bool has_weight = std::any_of(scheme.factors.begin(), scheme.factors.end(),
                                        [](const Factor& factor) { return factor.weight > 0; });
    if (!has_weight) {
      in.fail(Code::invalid, "kind", "cuts the score, but no factor in /factors has a weight");
    }
  }

  const CutKind& kind() const noexcept override { return score; }
  void write(Json& out, const Scheme& scheme) const override {
    out["thresholds"] = Json::array();
    for (std::size_t i = 0; i < thresholds_.size(); ++i) {
      Json json = Json::object();
      json["grade"] = scheme.grades[i];
      json["enter"] = from_points(thresholds_[i].enter);
      json["keep"] = from_points(thresholds_[i].keep);
      out["thresholds"].push_back(std::move(json));
    }
  }
  CutLines fit(const CutInput&) const override {
    CutLines lines;
    for (const Threshold& threshold : thresholds_) {
      const auto enter = static_cast<double>(threshold.enter);
      lines.lines.push_back({enter, enter, static_cast<double>(threshold.keep)});
    }
    return lines;
  }

 private:
  void read(ObjectReader& in, const Scheme& scheme, Points width, bool has_band,
            const std::string& band_path) {
    const std::string grade = in.require_text("grade", kGradeNameBytesMax);
    const Points enter = to_points(in.require_number("enter", 0, 100));
    const auto kept = in.number("keep", 0, 100);
    const Points keep = kept ? to_points(*kept) : std::max(enter - width, 0);
    const std::size_t place = thresholds_.size();
    if (place + 1 >= scheme.grades.size() || grade != scheme.grades[place]) {
      const bool is_beyond = place + 1 >= scheme.grades.size();
      in.fail(Code::invalid, "grade",
              is_beyond
                  ? fmt::format("{} is one too many: the last grade has no threshold", text::quoted(grade))
                  : fmt::format("is {}, but the order in /grades/order/{} says {}", text::quoted(grade),
                                place, text::quoted(scheme.grades[place])));
    }
    if (kept && has_band) {
      in.fail(Code::invalid, "keep", fmt::format("contradicts {}: state one of the two", band_path));
    }
    if (keep > enter) {
      in.fail(Code::invalid, "keep",
              fmt::format("{} is above `enter`, {}: who rises would fall at once", from_points(keep),
                          from_points(enter)));
    }
    if (place > 0) {
      const Threshold& better = thresholds_.back();
      if (enter >= better.enter) {
        in.fail(Code::invalid, "enter",
                fmt::format("{} is not below the {} of /cut/thresholds/{}/enter, a better grade",
                            from_points(enter), from_points(better.enter), place - 1));
      }
      if (keep > better.keep) {
        in.fail(Code::invalid, "keep",
                fmt::format("{} is above the {} of /cut/thresholds/{}/keep, a better grade",
                            from_points(keep), from_points(better.keep), place - 1));
      }
    }
    thresholds_.push_back({enter, keep});
  }

  std::vector<Threshold> thresholds_;
};

}  // namespace

extern const CutKind score = {
    .id = "score",
    .version = 1,
    .summary = "Thresholds on the score, to enter a grade and to keep it; others do not matter",
    .formula =
        "rise to a grade if S >= enter, fall from it if S < keep; keep = enter - band where not stated",
    .is_relative = false,
    .parameters = R"("band": {"type": "number", "minimum": 0, "maximum": 50, "default": 2.5},
      "thresholds": {"required": true, "type": "array", "minItems": 1, "maxItems": 25, "items": {"type": "object",
      "properties": {"grade": {"type": "string"}, "enter": {"type": "number", "minimum": 0, "maximum": 100},
      "keep": {"type": "number", "minimum": 0, "maximum": 100}}, "required": ["grade", "enter"],
      "additionalProperties": false}})",
    .make = [](ObjectReader& in, Scheme& scheme) -> std::unique_ptr<const Cut> {
      return std::make_unique<ScoreCut>(in, scheme);
    },
};

}  // namespace crmcore::grading::cuts
