#include "grading/values.hpp"

#include <cmath>

#include "crmcore/money.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"
#include "grading/bounds.hpp"

namespace crmcore::grading {

std::optional<double> ValueReader::read(const Json& json, const std::string& path,
                                        std::vector<Diagnostic>& found) {
  const auto refuse = [&](Code code, std::string message) {
    found.push_back({code, path, std::move(message)});
    return std::nullopt;
  };
  double value = 0;
  if (json.is_string() && takes_amounts) {
    const auto amount = parse_money(json.text(), money_digits);
    if (!amount) {
      std::int64_t example = 10'000;
      for (std::int32_t i = 0; i < money_digits; ++i) example *= 10;
      return refuse(is_beyond_money(json.text(), money_digits) ? Code::range : Code::invalid,
                    fmt::format("must be a number in minor units, or an amount such as \"{}\", is {}",
                                format_money(Money{example}, money_digits), text::quoted(json.text())));
    }
    has_amount = true;
    value = static_cast<double>(amount->minor);
  } else if (json.is_number()) {
    value = json.get<double>();
  } else {
    return refuse(Code::invalid, json.is_string() ? "must be a number; only money may be written as a text"
                                                  : "must be a number");
  }
  if (!(std::abs(value) <= kValueMax)) return refuse(Code::range, fmt::format("{} is beyond +-1e15", value));
  return value;
}

std::optional<double> ValueReader::read(ObjectReader& in, std::string_view key) {
  const Json* json = in.raw(key);
  if (json == nullptr || json->is_null()) return std::nullopt;
  return read(*json, in.path_of(key), in.found());
}

std::optional<std::string> amount_text(double minor, std::int32_t money_digits) {
  if (!(std::abs(minor) <= static_cast<double>(kIntegerMax))) return std::nullopt;
  return format_money(Money{std::llround(minor)}, money_digits);
}

}  // namespace crmcore::grading
