// Bands: half-open intervals [from, to) with a fixed score, covering every value exactly once.
#include <algorithm>
#include <limits>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading::scales {
extern const ScaleKind bands;

namespace {

constexpr std::size_t kBandsMax = 100;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Band {
  double from;
  double to;
  Points score;
};

class BandsCurve final : public Curve {
 public:
  explicit BandsCurve(std::vector<Band> bands) : bands_(std::move(bands)) {}

  Points score(double value) const noexcept override {
    const auto next = std::upper_bound(bands_.begin(), bands_.end(), value,
                                       [](double v, const Band& band) { return v < band.from; });
    return (next - 1)->score;
  }

 private:
  std::vector<Band> bands_;
};

class BandsScale final : public Scale {
 public:
  BandsScale(ObjectReader& in, bool is_higher_better, ValueReader& values) {
    const std::size_t found_before = in.found().size();
    in.each("bands", kBandsMax, [&](const Json& json, const std::string& path) {
      ObjectReader band(json, path, in.found());
      const auto from = values.read(band, "from");
      const auto to = values.read(band, "to");
      const Points score = to_points(band.require_number("score", 0, 100));
      band.finish();
      if (from && to && *from >= *to) {
        band.fail(Code::invalid, "to", fmt::format("{} must be above `from`, {}", *to, *from));
      }
      add({from.value_or(-kInfinity), to.value_or(kInfinity), score}, is_higher_better, band);
    });
    if (in.found().size() != found_before) return;
    if (bands_.empty()) {
      in.fail(Code::invalid, "bands", "needs at least one band");
    } else if (bands_.back().to != kInfinity) {
      in.fail(Code::invalid, "bands",
              fmt::format("gap: no band from {} on; leave out `to` of the last one", bands_.back().to));
    }
  }

  const ScaleKind& kind() const noexcept override { return bands; }
  void write(Json& out) const override {
    out["bands"] = Json::array();
    for (const Band& band : bands_) {
      Json json = Json::object();
      if (band.from != -kInfinity) json["from"] = band.from;
      if (band.to != kInfinity) json["to"] = band.to;
      json["score"] = from_points(band.score);
      out["bands"].push_back(std::move(json));
    }
  }
  std::shared_ptr<const Curve> fit(std::span<const double>) const override {
    return std::make_shared<BandsCurve>(bands_);
  }

 private:
  void add(Band band, bool is_higher_better, ObjectReader& in) {
    if (bands_.empty()) {
      if (band.from != -kInfinity) {
        in.fail(Code::invalid, "from",
                fmt::format("gap: no band below {}; leave out `from` of the first one", band.from));
      }
    } else {
      const Band& last = bands_.back();
      const auto before = bands_.size() - 1;
      if (band.from > last.to) {
        in.fail(Code::invalid, "from",
                fmt::format("gap between {} where band {} ends and {}", last.to, before, band.from));
      } else if (band.from < last.to) {
        in.fail(Code::invalid, "from", fmt::format("overlaps band {}, which ends at {}", before, last.to));
      }
      if (is_higher_better ? band.score < last.score : band.score > last.score) {
        in.fail(Code::invalid, "score",
                fmt::format("{} points after {} of band {} contradicts the factor's direction, {} is better",
                            from_points(band.score), from_points(last.score), before,
                            is_higher_better ? "higher" : "lower"));
      }
    }
    bands_.push_back(band);
  }

  std::vector<Band> bands_;
};

}  // namespace

extern const ScaleKind bands = {
    .id = "bands",
    .version = 1,
    .summary = "A fixed score for each half-open band of values",
    .formula = "s = score of the band with from <= x < to",
    .is_relative = false,
    .takes_categories = false,
    .parameters = R"("bands": {"required": true, "type": "array", "minItems": 1, "maxItems": 100, "items":
      {"type": "object", "properties": {"from": @value@, "to": @value@,
      "score": {"type": "number", "minimum": 0, "maximum": 100}}, "required": ["score"],
      "additionalProperties": false}})",
    .make = [](ObjectReader& in, bool is_higher_better, ValueReader& values) -> std::unique_ptr<const Scale> {
      return std::make_unique<BandsScale>(in, is_higher_better, values);
    },
};

}  // namespace crmcore::grading::scales
