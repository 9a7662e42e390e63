// A scheme: the versioned scorecard that turns metrics into grades, as checked data.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/date.hpp"
#include "crmcore/words.hpp"

#include "base/json_fwd.hpp"
#include "grading/grade.hpp"
#include "grading/movement.hpp"
#include "grading/window.hpp"

namespace crmcore::grading {

class Metric;
class Scale;
class Cut;

// Who is graded. Lost and blacklisted customers never are.
struct PopulationFilter {
  struct Class {
    std::string axis;
    std::vector<std::string> nodes;  // any of these or below them
  };
  std::vector<CustomerStatus> statuses;  // never lost; empty for subjects that are not customers
  std::vector<Class> classes;            // all of these
};

// How returns count, in every metric of the scheme.
enum class Returns : std::uint8_t {
  gross,         // not at all
  net_own,       // they reduce the period in which they happened
  net_original,  // they reduce the period of the sale that they reverse
};
constexpr std::array<std::string_view, 3> words_of(Returns) noexcept {
  return {"gross", "net_own", "net_original"};
}

// What to do with a factor that could not be measured.
enum class Missing : std::uint8_t {
  reweight,  // leave it out, the others carry its weight
  fixed,     // give it a stated score
  worst,     // give it 0 points (or the last grade, when the cut reads its value)
  ungraded,  // refuse to grade
};
constexpr std::array<std::string_view, 4> words_of(Missing) noexcept {
  return {"reweight", "fixed", "worst", "ungraded"};
}

struct Factor {
  std::string code;
  std::shared_ptr<const Metric> metric;
  std::shared_ptr<const Scale> scale;  // none: measured but not scored, weight 0
  std::int32_t weight = 0;             // in units of 1/10,000
  bool is_higher_better = true;
  Missing missing = Missing::reweight;
  Points missing_score = 0;  // for Missing::fixed
  bool has_amounts = false;  // the document wrote values of it as amounts of money
};

// "At most this grade", applied after the score: bad credit => at most C.
struct Cap {
  std::size_t factor = 0;
  std::optional<double> below;  // applies when value < below
  std::optional<double> above;  // applies when value > above
  bool when_missing = false;
  Grade grade = 0;

  bool applies(double value) const noexcept {  // NaN = missing
    return value != value ? when_missing : (below && value < *below) || (above && value > *above);
  }
};

// Immutable once parsed; copies are cheap enough and share metrics, scales and cut.
struct Scheme {
  std::string code;
  std::int32_t version = 1;
  std::string name;
  std::string subject;  // "customer", or the host's word for something else that has attributes
  PopulationFilter population;
  std::vector<std::string> grades;  // best first
  std::string blocked_grade;        // name of kBlocked
  Calendar calendar;
  std::optional<ReviewSchedule> reviews;
  std::optional<Returns> returns;  // stated whenever a metric reads the ledger
  std::int32_t money_digits = 2;   // decimals of amounts
  std::vector<Factor> factors;
  Points coverage_min = 0;  // share of the weights that must be measured; 100 % = kPointsMax
  std::shared_ptr<const Cut> cut;
  std::vector<Cap> caps;
  MovementRules movement;

  Grade last_grade() const noexcept { return static_cast<Grade>(grades.size() - 1); }
  // "A", the blocked grade's name, or "" for kUngraded.
  std::string_view grade_name(Grade grade) const noexcept;
  std::optional<Grade> grade_named(std::string_view name) const noexcept;
  std::optional<std::size_t> factor_named(std::string_view code) const noexcept;
};

// Whether a factor's policy for missing values decides anything: it has a score, or the cut reads its value.
bool is_missing_read(const Scheme& scheme, std::size_t factor) noexcept;

// Reads a scheme document, in which amounts have `money_digits` decimals unless it says so itself. Throws one
// Error with all violations, each with its path; a contradiction names both places. In a stored document a
// policy for missing values may stand where nothing reads it: every factor was written with one.
Scheme parse_scheme(const Json& document, std::int32_t money_digits = 2, bool is_stored = false);

}  // namespace crmcore::grading
