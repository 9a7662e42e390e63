// Small schemes and populations for the tests of grading.
#pragma once

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/error.hpp"

#include "base/json.hpp"
#include "grading/evaluation.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline Date day(std::string_view text) {
  const auto date = parse_date(text);
  REQUIRE(date.has_value());
  return *date;
}

inline Scheme scheme_of(std::string_view json) {
  return parse_scheme(parse_json(json));
}

// A scheme over numeric attributes, one per entry of `factors` (the members of a factor beside code and
// metric), so that values can be given as columns.
inline Scheme attribute_scheme(const std::vector<std::string>& factors, std::string_view cut,
                               std::string_view more = "") {
  std::string json = R"({"code": "test", "version": 1, "factors": [)";
  for (std::size_t f = 0; f < factors.size(); ++f) {
    const std::string code = "f" + std::to_string(f);
    json += std::string(f == 0 ? "" : ", ") + R"({"code": ")" + code +
            R"(", "metric": {"kind": "attribute", "name": ")" + code + R"("})" +
            (factors[f].empty() ? "" : ", ") + factors[f] + "}";
  }
  json += R"(], "cut": )" + std::string(cut) + std::string(more) + "}";
  return scheme_of(json);
}

using Columns = std::vector<std::vector<double>>;

inline Evaluation evaluate_columns(const Scheme& scheme, const Columns& columns,
                                   std::span<const std::size_t> absent = {}) {
  std::vector<std::span<const double>> spans(columns.begin(), columns.end());
  return evaluate(Model(scheme, Date{20000}), spans, absent);
}

// Plain grades as letters, '-' for ungraded.
inline std::string letters(const Evaluation& evaluation) {
  std::string text;
  for (const Target& target : evaluation.targets) {
    text += target.plain == kUngraded ? '-' : static_cast<char>('A' + target.plain);
  }
  return text;
}

// The violations that a document is refused with; empty when it is accepted.
inline std::vector<Diagnostic> refusals(std::string_view json) {
  try {
    (void)scheme_of(json);
  } catch (const Error& error) {
    return error.diagnostics();
  }
  return {};
}

}  // namespace crmcore::grading
