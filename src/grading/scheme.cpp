#include "grading/scheme.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "grading/cut.hpp"
#include "grading/scale.hpp"
#include "grading/scheme_check.hpp"
#include "grading/scheme_factors.hpp"
#include "grading/scheme_frame.hpp"

namespace crmcore::grading {
namespace {

constexpr std::int64_t kVersionMax = 1'000'000;
constexpr std::size_t kSubjectBytesMax = 32;

void read_head(ObjectReader& in, Scheme& scheme) {
  scheme.code = in.require_text("code", kCodeBytesMax);
  if (in.has("code") && !scheme.code.empty()) {
    try {
      text::require_code(scheme.code, in.path_of("code"));
    } catch (const Error& error) {
      in.fail(error.code(), "code", error.message());
    }
  } else if (in.has("code")) {
    in.fail(Code::invalid, "code", "must not be empty");
  }
  scheme.version = static_cast<std::int32_t>(in.integer("version", 1, kVersionMax).value_or(1));
  scheme.name = in.text("name", kNameBytesMax).value_or(std::string());
  scheme.subject = in.text("subject", kSubjectBytesMax).value_or("customer");
  const bool is_word =
      !scheme.subject.empty() && std::all_of(scheme.subject.begin(), scheme.subject.end(),
                                             [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  if (!is_word) in.fail(Code::invalid, "subject", "must be a word of a-z and _");
}

}  // namespace

Scheme parse_scheme(const Json& document, std::int32_t money_digits, bool is_stored) {
  std::vector<Diagnostic> found;
  ObjectReader in(document, "", found);
  Scheme scheme;
  if (document.is_object()) {
    read_head(in, scheme);
    read_grades(in, scheme);
    read_population(in, scheme);
    read_calendar(in, scheme);
    scheme.returns = in.word<Returns>("returns");
    scheme.money_digits = static_cast<std::int32_t>(in.integer("money_digits", 0, 6).value_or(money_digits));
    read_factors(in, scheme);
    scheme.coverage_min = to_points(in.number("coverage_min", 0, 100).value_or(0));
    read_cut(in, scheme);
    read_caps(in, scheme);
    read_movement(in, scheme);
    in.finish();
    check_scheme(scheme, in);
    if (!is_stored) check_missing(scheme, in);
  }
  throw_if_any(std::move(found));
  return scheme;
}

bool is_missing_read(const Scheme& scheme, std::size_t factor) noexcept {
  const auto factors = scheme.cut->factors();
  return scheme.factors[factor].scale || std::find(factors.begin(), factors.end(), factor) != factors.end();
}

std::string_view Scheme::grade_name(Grade grade) const noexcept {
  if (grade == kBlocked) return blocked_grade;
  if (grade < 0 || static_cast<std::size_t>(grade) >= grades.size()) return {};
  return grades[static_cast<std::size_t>(grade)];
}

std::optional<Grade> Scheme::grade_named(std::string_view wanted) const noexcept {
  const auto at = std::find(grades.begin(), grades.end(), wanted);
  if (at != grades.end()) return static_cast<Grade>(at - grades.begin());
  if (wanted == blocked_grade) return kBlocked;
  return std::nullopt;
}

std::optional<std::size_t> Scheme::factor_named(std::string_view factor_code) const noexcept {
  const auto at = std::find_if(factors.begin(), factors.end(),
                               [&](const Factor& factor) { return factor.code == factor_code; });
  if (at == factors.end()) return std::nullopt;
  return static_cast<std::size_t>(at - factors.begin());
}

}  // namespace crmcore::grading
