// The subject's class on an axis, to be scored by a table: company nature and asset size of prospects.
#include "base/limits.hpp"
#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
extern const MetricKind category;

namespace {

class ClassMetric final : public Metric {
 public:
  explicit ClassMetric(ObjectReader& in) : axis_(in.require_text("axis", kCodeBytesMax)) {
    if (in.has("axis") && axis_.empty()) in.fail(Code::invalid, "axis", "must not be empty");
  }

  const MetricKind& kind() const noexcept override { return category; }
  void write(Json& out) const override { out["axis"] = axis_; }
  Probe bind(MetricBinding& binding) const override {
    const std::size_t at =
        binding.needs.category({axis_, {binding.categories.begin(), binding.categories.end()}});
    const auto unlisted = static_cast<double>(binding.categories.size());
    return [at, unlisted](const SubjectFacts& facts) {
      const Category found = facts.classes[at];
      if (found == kUnclassified) return kMissing;
      return found == kUnlisted ? unlisted : static_cast<double>(found);
    };
  }

 private:
  std::string axis_;
};

}  // namespace

extern const MetricKind category = {
    .id = "class",
    .version = 1,
    .summary = "The subject's class on an axis; missing when it is unknown",
    .formula = "place in the table of the node or its nearest ancestor there, else the table's `other`",
    .unit = Unit::category,
    .reads_ledger = false,
    .is_whole = false,
    .has_window = false,
    .aging = Aging::none,
    .parameters = R"("axis": {"required": true, "type": "string", "minLength": 1, "maxLength": 128})",
    .make = [](ObjectReader& in) -> std::unique_ptr<const Metric> {
      return std::make_unique<ClassMetric>(in);
    },
};

}  // namespace crmcore::grading::metrics
