// A table of scores by category. `other` is the score of a class that the table does not name.
#include <map>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading::scales {
extern const ScaleKind table;

namespace {

constexpr std::size_t kCategoriesMax = 1000;

class TableCurve final : public Curve {
 public:
  explicit TableCurve(std::vector<Points> scores) : scores_(std::move(scores)) {}

  Points score(double value) const noexcept override {
    const auto at = value >= 0 ? static_cast<std::size_t>(value) : scores_.size();
    return at < scores_.size() ? scores_[at] : scores_.back();
  }

 private:
  std::vector<Points> scores_;  // the last one is `other`
};

class TableScale final : public Scale {
 public:
  explicit TableScale(ObjectReader& in) {
    in.each_member("scores", kCategoriesMax,
                   [&](const std::string& code, const Json& json, const std::string& path) {
                     const double score = json.is_number() ? json.get<double>() : -1;
                     if (!(score >= 0 && score <= 100)) {
                       in.found().push_back({Code::invalid, path, "must be a number from 0 to 100"});
                     } else {
                       codes_.push_back(code);
                       scores_.push_back(to_points(score));
                     }
                   });
    if (!in.has("scores")) in.fail(Code::invalid, "scores", "is required: points by node code");
    scores_.push_back(to_points(in.require_number("other", 0, 100)));
  }

  const ScaleKind& kind() const noexcept override { return table; }
  void write(Json& out) const override {
    // Members of an object have no order: one of ours, so that the same scores are the same bytes.
    std::map<std::string_view, Points> scores;
    for (std::size_t i = 0; i < codes_.size(); ++i) scores.emplace(codes_[i], scores_[i]);
    out["scores"] = Json::object();
    for (const auto& [code, score] : scores) out["scores"][code] = from_points(score);
    out["other"] = from_points(scores_.back());
  }
  std::shared_ptr<const Curve> fit(std::span<const double>) const override {
    return std::make_shared<TableCurve>(scores_);
  }
  std::span<const std::string> categories() const noexcept override { return codes_; }

 private:
  std::vector<std::string> codes_;
  std::vector<Points> scores_;
};

}  // namespace

extern const ScaleKind table = {
    .id = "table",
    .version = 1,
    .summary = "A fixed score for each class; classes below one that is named count as that one",
    .formula = "s = scores[class], other if it is not named",
    .is_relative = false,
    .takes_categories = true,
    .parameters = R"("scores": {"required": true, "type": "object", "maxProperties": 1000,
      "additionalProperties": {"type": "number", "minimum": 0, "maximum": 100}},
      "other": {"required": true, "type": "number", "minimum": 0, "maximum": 100})",
    .make = [](ObjectReader& in, bool, ValueReader&) -> std::unique_ptr<const Scale> {
      return std::make_unique<TableScale>(in);
    },
};

}  // namespace crmcore::grading::scales
