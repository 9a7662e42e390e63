// A number that the host posts about the subject: credit score, registered capital, latent demand.
#include "base/limits.hpp"
#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
extern const MetricKind attribute;

namespace {

constexpr std::int64_t kAgeDaysMax = 36525;

class Attribute final : public Metric {
 public:
  explicit Attribute(ObjectReader& in) : name_(in.require_text("name", kCodeBytesMax)) {
    if (const auto age = in.integer("max_age_days", 0, kAgeDaysMax)) {
      age_days_max_ = static_cast<std::int32_t>(*age);
    }
    if (in.has("name") && name_.empty()) in.fail(Code::invalid, "name", "must not be empty");
  }

  const MetricKind& kind() const noexcept override { return attribute; }
  void write(Json& out) const override {
    out["name"] = name_;
    if (age_days_max_) out["max_age_days"] = *age_days_max_;
  }
  Probe bind(MetricBinding& binding) const override {
    const std::size_t at = binding.needs.attribute(name_);
    if (age_days_max_) binding.needs.age(*age_days_max_);
    return [at, as_of = binding.as_of, age_days_max = age_days_max_](const SubjectFacts& facts) {
      const auto& fact = facts.attributes[at];
      if (!fact || fact->observed_on > as_of) return kMissing;
      if (age_days_max && as_of.days - fact->observed_on.days > *age_days_max) return kMissing;
      return fact->value;
    };
  }

 private:
  std::string name_;
  std::optional<std::int32_t> age_days_max_;
};

}  // namespace

extern const MetricKind attribute = {
    .id = "attribute",
    .version = 1,
    .summary = "A numeric attribute of the subject; missing when it is not known or older than allowed",
    .formula = "the value observed last, missing if as_of - observed on > max_age_days",
    .unit = Unit::number,
    .reads_ledger = false,
    .is_whole = true,
    .has_window = false,
    .aging = Aging::none,
    .parameters = R"("name": {"required": true, "type": "string", "minLength": 1, "maxLength": 128},
      "max_age_days": {"type": "integer", "minimum": 0, "maximum": 36525})",
    .make = [](ObjectReader& in) -> std::unique_ptr<const Metric> { return std::make_unique<Attribute>(in); },
};

}  // namespace crmcore::grading::metrics
