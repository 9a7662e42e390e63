// Metrics: numbers about a subject at a date. One file per metric in metrics/, listed in registry.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/json_fwd.hpp"
#include "grading/facts.hpp"
#include "grading/scheme.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::grading {

enum class Unit : std::uint8_t {
  money,  // minor units
  count,
  days,
  ratio,     // 0.25 = 25 %
  number,    // as the host posted it
  category,  // an index
};
constexpr std::array<std::string_view, 6> words_of(Unit) noexcept {
  return {"money", "count", "days", "ratio", "number", "category"};
}

// What the passing of time alone does to a value, while nothing is posted and nothing leaves a window.
enum class Aging : std::uint8_t {
  none,
  daily,  // grows by one each day
  dated,  // may change whenever its window moves; a history of purchases grows older every day
};

// Measures one subject; NaN = missing.
using Probe = std::function<double(const SubjectFacts&)>;

// Collects what a model's metrics read; equal needs share a place.
class NeedList {
 public:
  std::size_t window(const DateRange& range);
  void purchases() noexcept { needs_.purchases = true; }
  std::size_t attribute(const std::string& name);
  // An attribute counts for so many days after it was observed.
  void age(std::int32_t days);
  std::size_t category(const ClassNeed& need);
  FactNeeds take() { return std::move(needs_); }

 private:
  FactNeeds needs_;
};

// What a metric is bound to.
struct MetricBinding {
  Date as_of;
  const Calendar& calendar;
  Returns returns = Returns::gross;
  std::span<const std::string> categories;  // that the factor's table names
  NeedList& needs;
};

struct MetricKind;

// A metric with its parameters. Immutable.
class Metric {
 public:
  virtual ~Metric() = default;
  virtual const MetricKind& kind() const noexcept = 0;
  // Writes the parameters, defaults spelled out.
  virtual void write(Json& out) const = 0;
  virtual Probe bind(MetricBinding& binding) const = 0;
  // False when its parameters are those of a fit that the data did not determine: nobody is warned by it.
  virtual bool is_determined() const noexcept { return true; }
};

// A row of the registry.
struct MetricKind {
  std::string_view id;
  std::int32_t version;
  std::string_view summary;
  std::string_view formula;
  Unit unit;
  bool reads_ledger;
  bool is_whole;    // an integer that adds up over subjects, so that it can be shared out
  bool has_window;  // takes the parameter `window`
  Aging aging;
  std::string_view parameters;  // members of a JSON Schema's "properties", beside `window`
  // Reads the parameters, reporting what is wrong; the result is not used when anything was.
  std::unique_ptr<const Metric> (*make)(ObjectReader& in);
};

}  // namespace crmcore::grading
