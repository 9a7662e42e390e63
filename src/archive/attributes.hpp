// The attributes of customers: what a definition allows, and what is given and what is there make what is to
// be.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crmcore/archive.hpp"

namespace crmcore::archive {

inline constexpr std::size_t kAttributeTextBytesMax = 1024;

// As stored: an integer in the unit of its type, or a text.
using AttributeValue = std::variant<std::int64_t, std::string>;

struct DatedValue {
  AttributeValue value;
  Date observed;

  friend bool operator==(const DatedValue&, const DatedValue&) = default;
};

// A definition as the rules need it.
struct AttributeRule {
  AttributeId id;
  std::string_view code;
  AttributeType type = AttributeType::integer;
  std::optional<std::int64_t> minimum;
  std::optional<std::int64_t> maximum;
};

// An attribute that is given, with its rule and with what the customer has of it.
struct GivenAttribute {
  const AttributeInput* given = nullptr;
  AttributeRule rule;
  std::optional<DatedValue> known;
};

// At least one of the two is there.
struct AttributeChange {
  AttributeId attribute;
  std::string_view code;             // the rule's
  std::optional<DatedValue> before;  // nothing: the customer had none
  std::optional<DatedValue> after;   // nothing: it is taken away
};

// What an attribute is defined as.
struct AttributeTerms {
  std::string name;
  AttributeType type = AttributeType::integer;
  std::optional<std::int64_t> minimum;
  std::optional<std::int64_t> maximum;

  friend bool operator==(const AttributeTerms&, const AttributeTerms&) = default;
};

// Returns the terms as they are to be: what is given, else as `known` has it; nullptr for a new attribute.
// Throws Error for a definition that contradicts itself or `known`, at "/code", "/name", "/type", "/minimum"
// or
// "/maximum".
AttributeTerms merge_terms(const AttributeTerms* known, const AttributeDefinition& given);

// Returns what changes; a value without a day was observed on `today`, or stays as old as it is. Appends
// every violation to `found`, at
// "<path>/attributes/<code>"; what is returned then means nothing.
std::vector<AttributeChange> merge_attributes(std::span<GivenAttribute> given, Date today,
                                              const std::string& path, std::vector<Diagnostic>& found);

// Why a text is no value of a type.
struct ValueRefusal {
  Code code;
  std::string_view allowed;  // "a date YYYY-MM-DD"
};

// Reads a value as files have it: decimals in units, "true" or "1", YYYY-MM-DD.
std::variant<AttributeValue, ValueRefusal> parse_value(std::string_view text, AttributeType type,
                                                       int currency_digits);

}  // namespace crmcore::archive
