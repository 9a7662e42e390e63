#include "grading/metrics/ledger_metric.hpp"

#include <array>

#include "grading/bounds.hpp"

namespace crmcore::grading {
namespace {

constexpr std::array<std::int32_t, 3> kUnitMonths = {1, 3, 12};
constexpr std::array<std::string_view, 3> kUnitNames = {"month", "quarter", "year"};

class WindowMetric final : public Metric {
 public:
  WindowMetric(const MetricKind& kind, Window window, TotalsFunction measure)
      : kind_(kind), window_(window), measure_(measure) {}

  const MetricKind& kind() const noexcept override { return kind_; }
  void write(Json& out) const override { out["window"] = window_json(window_); }
  Probe bind(MetricBinding& binding) const override {
    const std::size_t at = binding.needs.window(window_at(window_, binding.calendar, binding.as_of));
    return [at, returns = binding.returns, as_of = binding.as_of, measure = measure_](
               const SubjectFacts& facts) { return measure(facts.windows[at], returns, as_of); };
  }

 private:
  const MetricKind& kind_;
  Window window_;
  TotalsFunction measure_;
};

}  // namespace

Window read_window(ObjectReader& in) {
  Window window;
  const Json* json = in.raw("window");
  if (json == nullptr || json->is_null()) {
    in.fail(Code::invalid, "window", "is required: over which time the ledger is summed");
    return window;
  }
  ObjectReader members(*json, in.path_of("window"), in.found());
  const std::size_t kind = members.require_word("kind", {"rolling", "calendar", "fiscal", "lifetime"});
  window.kind = static_cast<Window::Kind>(kind);
  switch (window.kind) {
    case Window::Kind::rolling:
      window.months = static_cast<std::int32_t>(members.require_integer("months", 1, kMonthsMax));
      break;
    case Window::Kind::calendar:
    case Window::Kind::fiscal: {
      window.unit = kUnitMonths[members.require_word("unit", {"month", "quarter", "year"})];
      const auto count = members.integer("count", 1, kMonthsMax / window.unit).value_or(1);
      window.months = window.unit * static_cast<std::int32_t>(count);
      break;
    }
    case Window::Kind::lifetime:
      window.months = 0;
      break;
  }
  members.finish();
  return window;
}

Json window_json(const Window& window) {
  Json json = Json::object();
  switch (window.kind) {
    case Window::Kind::rolling:
      json["kind"] = "rolling";
      json["months"] = window.months;
      break;
    case Window::Kind::calendar:
    case Window::Kind::fiscal: {
      json["kind"] = window.kind == Window::Kind::fiscal ? "fiscal" : "calendar";
      const std::size_t unit = window.unit == 1 ? 0 : window.unit == 3 ? 1 : 2;
      json["unit"] = kUnitNames[unit];
      json["count"] = window.months / window.unit;
      break;
    }
    case Window::Kind::lifetime:
      json["kind"] = "lifetime";
      break;
  }
  return json;
}

std::unique_ptr<const Metric> window_metric(const MetricKind& kind, ObjectReader& in,
                                            TotalsFunction measure) {
  return std::make_unique<WindowMetric>(kind, read_window(in), measure);
}

}  // namespace crmcore::grading
