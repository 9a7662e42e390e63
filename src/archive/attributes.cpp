#include "archive/attributes.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "crmcore/money.hpp"

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

// What a text of each type looks like, by the type's number.
constexpr std::array<std::string_view, words_of(AttributeType{}).size()> kTextForms = {
    "a whole number", "a decimal amount",  "a decimal with up to 6 places",
    "true or false",  "a date YYYY-MM-DD", "a text"};

// The least and the greatest stored number.
std::pair<std::int64_t, std::int64_t> allowed_numbers(const AttributeRule& rule) {
  const bool is_boolean = rule.type == AttributeType::boolean;
  const bool is_date = rule.type == AttributeType::date;
  const std::int64_t least = is_boolean ? 0 : is_date ? kDateMin.days : -kIntegerMax;
  const std::int64_t greatest = is_boolean ? 1 : is_date ? kDateMax.days : kIntegerMax;
  return {std::max(least, rule.minimum.value_or(least)), std::min(greatest, rule.maximum.value_or(greatest))};
}

// Decimals of a number; -1 for what is none.
int decimals_of(AttributeType type, int currency_digits) {
  if (type == AttributeType::money) return currency_digits;
  if (type == AttributeType::decimal) return 6;
  return type == AttributeType::integer ? 0 : -1;
}

std::optional<AttributeValue> value_in(std::string_view text, AttributeType type, int currency_digits) {
  switch (type) {
    case AttributeType::text:
      return std::string(text);
    case AttributeType::money:
    case AttributeType::decimal:
    case AttributeType::integer:
      if (const auto value = parse_money(text, decimals_of(type, currency_digits))) return value->minor;
      return std::nullopt;
    case AttributeType::boolean:
      if (text != "true" && text != "false" && text != "1" && text != "0") return std::nullopt;
      return std::int64_t{text == "true" || text == "1"};
    case AttributeType::date:
      if (const auto date = parse_date(text)) return std::int64_t{date->days};
      return std::nullopt;
  }
  return std::nullopt;
}

// Appends why the value is none of the attribute's, without a path.
void check_value(const AttributeRule& rule, const AttributeValue& value, std::vector<Diagnostic>& found) {
  const auto* text = std::get_if<std::string>(&value);
  if ((text != nullptr) != (rule.type == AttributeType::text)) {
    found.push_back({Code::invalid,
                     {},
                     fmt::format("attribute '{}' is a {}", rule.code, text == nullptr ? "text" : "number")});
  } else if (text != nullptr) {
    collect(found, {}, {}, [&] { text::require_text(*text, kAttributeTextBytesMax, {}); });
  } else {
    const std::int64_t number = std::get<std::int64_t>(value);
    const auto [least, greatest] = allowed_numbers(rule);
    if (number >= least && number <= greatest) return;
    found.push_back(
        {Code::range,
         {},
         fmt::format("{} for attribute '{}'; {} to {} are allowed", number, rule.code, least, greatest)});
  }
}

// Nothing when it is to be taken away.
std::optional<AttributeValue> value_of(const AttributeInput& given) {
  if (const auto* text = std::get_if<std::string>(&given.value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&given.value)) return *number;
  return std::nullopt;
}

}  // namespace

AttributeTerms merge_terms(const AttributeTerms* known, const AttributeDefinition& given) {
  text::require_code(given.code, "/code");
  if (given.name || known == nullptr) text::require_name(given.name.value_or(""), "/name");
  if (!given.type && known == nullptr) {
    throw Error(
        Code::invalid,
        fmt::format("a new attribute needs a type: {}", text::alternatives(words_of(AttributeType{}))),
        "/type");
  }
  AttributeTerms terms = known == nullptr ? AttributeTerms() : *known;
  if (given.name) terms.name = *given.name;
  if (given.type) terms.type = *given.type;
  if (given.minimum) terms.minimum = *given.minimum;
  if (given.maximum) terms.maximum = *given.maximum;
  const auto& [name, type, minimum, maximum] = terms;
  if (word_of(type).empty()) {
    throw Error(Code::invalid,
                fmt::format("unknown type of attribute; {} are allowed", text::alternatives(words_of(type))),
                "/type");
  }
  if (known != nullptr && known->type != type) {
    throw Error(Code::conflict, fmt::format("attribute '{}' exists as {}", given.code, word_of(known->type)),
                "/type");
  }
  if (minimum && maximum && *minimum > *maximum) {
    throw Error(Code::invalid, fmt::format("/minimum {} is greater than /maximum {}", *minimum, *maximum),
                "/minimum");
  }
  const bool is_bounded = minimum || maximum;
  if (is_bounded && (type == AttributeType::text || type == AttributeType::boolean)) {
    throw Error(Code::invalid, "only a number or a date has limits", minimum ? "/minimum" : "/maximum");
  }
  return terms;
}

std::vector<AttributeChange> merge_attributes(std::span<GivenAttribute> given, Date today,
                                              const std::string& path, std::vector<Diagnostic>& found) {
  std::vector<AttributeChange> changes;
  for (std::size_t i = 0; i < given.size(); ++i) {
    GivenAttribute& one = given[i];
    assert(one.given != nullptr && one.given->attribute == one.rule.code);
    const auto is_same = [&](const GivenAttribute& other) { return other.rule.id == one.rule.id; };
    const bool is_repeated =
        std::any_of(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(i), is_same);
    // Paths are put together only for what is refused: a bulk load has a million customers without
    // violations.
    const auto at = [&] { return join_path(path + "/attributes", one.rule.code); };
    if (is_repeated) {
      found.push_back({Code::invalid, at(), fmt::format("attribute '{}' is given twice", one.rule.code)});
      continue;
    }
    const auto value = value_of(*one.given);
    if (!value) {
      if (one.known) changes.push_back({one.rule.id, one.rule.code, std::move(one.known), std::nullopt});
      continue;
    }
    const std::size_t found_before = found.size();
    check_value(one.rule, *value, found);
    for (std::size_t k = found_before; k < found.size(); ++k) found[k].path = at();
    if (found.size() != found_before) continue;
    const bool is_same_value = one.known && one.known->value == *value;
    DatedValue after{*value, one.given->observed.value_or(is_same_value ? one.known->observed : today)};
    if (one.known == after) continue;
    changes.push_back({one.rule.id, one.rule.code, std::move(one.known), std::move(after)});
  }
  return changes;
}

std::variant<AttributeValue, ValueRefusal> parse_value(std::string_view text, AttributeType type,
                                                       int currency_digits) {
  if (auto value = value_in(text, type, currency_digits)) return std::move(*value);
  if (is_beyond_money(text, decimals_of(type, currency_digits))) {
    return ValueRefusal{Code::range, "within 2^53 - 1"};
  }
  assert(!word_of(type).empty());
  return ValueRefusal{Code::invalid, kTextForms[static_cast<std::size_t>(type)]};
}

}  // namespace crmcore::archive
