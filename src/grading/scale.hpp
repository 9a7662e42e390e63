// Scales: from a metric's value to 0 ... 100 points. One file per scale in scales/, listed in registry.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/json_fwd.hpp"
#include "grading/grade.hpp"
#include "grading/values.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::grading {

// A scale that knows its population. Monotone in the factor's direction.
class Curve {
 public:
  virtual ~Curve() = default;
  // Precondition: the value is not NaN.
  virtual Points score(double value) const noexcept = 0;
  // Scores a column; kPointsNone where the value is NaN.
  virtual void score_all(std::span<const double> values, std::span<Points> out) const noexcept;
};

struct ScaleKind;

// A scale with its parameters. Immutable.
class Scale {
 public:
  virtual ~Scale() = default;
  virtual const ScaleKind& kind() const noexcept = 0;
  // Writes the parameters, defaults spelled out.
  virtual void write(Json& out) const = 0;
  // Learns what it needs from the population's values (NaN = missing), in any order.
  virtual std::shared_ptr<const Curve> fit(std::span<const double> values) const = 0;
  // The categories that a table names; empty for numbers.
  virtual std::span<const std::string> categories() const noexcept { return {}; }
};

// A row of the registry.
struct ScaleKind {
  std::string_view id;
  std::int32_t version;
  std::string_view summary;
  std::string_view formula;
  bool is_relative;  // depends on the population
  bool takes_categories;
  std::string_view parameters;  // members of a JSON Schema's "properties"
  // Reads the parameters, reporting what is wrong; the result is not used when anything was.
  std::unique_ptr<const Scale> (*make)(ObjectReader& in, bool is_higher_better, ValueReader& values);
};

// Rounds a number of points, 0 to 100, to millionths; values beyond are clamped.
Points to_points(double points) noexcept;
double from_points(Points points) noexcept;

}  // namespace crmcore::grading
