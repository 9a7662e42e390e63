#include "engine/archive/customer_rows.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/archive/put_customers.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kFailuresMax = 1000;
constexpr std::string_view kFields[] = {"code", "name", "kind", "short_name", "since"};

std::optional<CustomerKind> parse_kind(std::string_view text) {
  for (const CustomerKind kind : {CustomerKind::company, CustomerKind::household, CustomerKind::person}) {
    if (kind_name(kind) == text) return kind;
  }
  return std::nullopt;
}

// Decimals of a number; -1 for what is none.
int decimals_of(AttributeType type, int currency_digits) {
  if (type == AttributeType::money) return currency_digits;
  if (type == AttributeType::decimal) return 6;
  return type == AttributeType::integer ? 0 : -1;
}

// The stored form of an attribute's text; nothing when it is malformed for the type.
std::optional<std::variant<std::int64_t, std::string>> parse_attribute(std::string_view text,
                                                                       AttributeType type,
                                                                       int currency_digits) {
  switch (type) {
    case AttributeType::text:
      return std::string(text);
    case AttributeType::money:
    case AttributeType::decimal:
    case AttributeType::integer: {
      const auto value = parse_money(text, decimals_of(type, currency_digits));
      if (!value) return std::nullopt;
      return value->minor;
    }
    case AttributeType::boolean:
      if (text != "true" && text != "false" && text != "1" && text != "0") return std::nullopt;
      return std::int64_t{text == "true" || text == "1"};
    case AttributeType::date: {
      const auto date = parse_date(text);
      if (!date) return std::nullopt;
      return std::int64_t{date->days};
    }
  }
  return std::nullopt;
}

constexpr std::string_view kTypeForms[] = {
    "a whole number", "a decimal amount",  "a decimal with up to 6 places",
    "true or false",  "a date YYYY-MM-DD", "a text"};

// "/classes/region" of the input, as the name of the column that it came from.
std::string column_of(const CustomerInput& input, const std::string& path) {
  for (const ClassInput& given : input.classes) {
    if (path == join_path("/classes", given.axis)) return given.axis;
  }
  for (const AttributeInput& given : input.attributes) {
    if (path == join_path("/attributes", given.attribute)) return given.attribute;
  }
  return path.empty() ? path : path.substr(1);
}

}  // namespace

bool is_customer_field(std::string_view name) noexcept {
  return std::find(std::begin(kFields), std::end(kFields), name) != std::end(kFields);
}

CustomerColumn::CustomerColumn(std::string name, const Catalog& catalog, const std::string& path)
    : name_(std::move(name)) {
  constexpr Kind kFieldKinds[] = {Kind::code, Kind::name, Kind::kind, Kind::short_name, Kind::since};
  static_assert(std::size(kFieldKinds) == std::size(kFields));
  if (is_customer_field(name_)) {
    kind_ = kFieldKinds[std::find(std::begin(kFields), std::end(kFields), name_) - std::begin(kFields)];
  } else if (catalog.axis(std::string_view(name_))) {
    kind_ = Kind::axis;
  } else if ((attribute_ = catalog.attribute(std::string_view(name_)))) {
    kind_ = Kind::attribute;
  } else {
    throw Error(Code::invalid,
                fmt::format("column '{}' is none of code, name, kind, short_name, since, an axis ({}) or an "
                            "attribute ({})",
                            name_, catalog.axis_codes(), catalog.attribute_codes()),
                path);
  }
}

std::optional<CustomerColumn::Refusal> CustomerColumn::set(CustomerInput& input, std::string_view text,
                                                           int currency_digits) const {
  switch (kind_) {
    case Kind::code:
      input.code = text;
      return std::nullopt;
    case Kind::name:
      input.name = text;
      return std::nullopt;
    case Kind::short_name:
      input.short_name = text;
      return std::nullopt;
    case Kind::kind:
      if (!(input.kind = parse_kind(text))) return Refusal{Code::invalid, "company, household or person"};
      return std::nullopt;
    case Kind::since:
      if (!(input.since = parse_date(text))) return Refusal{Code::invalid, "a date YYYY-MM-DD"};
      return std::nullopt;
    case Kind::axis:
      input.classes.push_back({name_, std::string(text)});
      return std::nullopt;
    case Kind::attribute:
      break;
  }
  const auto type = static_cast<AttributeType>(attribute_->type);
  const auto value = parse_attribute(text, type, currency_digits);
  if (!value && is_beyond_money(text, decimals_of(type, currency_digits))) {
    return Refusal{Code::range, "within 2^53 - 1"};
  }
  if (!value) return Refusal{Code::invalid, kTypeForms[attribute_->type]};
  input.attributes.push_back({name_, *value, std::nullopt});
  return std::nullopt;
}

std::optional<CustomerColumn::Refusal> CustomerColumn::set(CustomerInput& input, std::int64_t integer) const {
  switch (kind_) {
    case Kind::kind:
      if (integer < 0 || integer > 2)
        return Refusal{Code::invalid, "0 (company), 1 (household) or 2 (person)"};
      input.kind = static_cast<CustomerKind>(integer);
      return std::nullopt;
    case Kind::since:
      if (integer < kDateMin.days || integer > kDateMax.days)
        return Refusal{Code::invalid, "a day of the years 1 to 9999"};
      input.since = Date{static_cast<std::int32_t>(integer)};
      return std::nullopt;
    case Kind::attribute:
      input.attributes.push_back({name_, integer, std::nullopt});
      return std::nullopt;
    default:
      return Refusal{Code::invalid, "a text"};
  }
}

void put_rows(Session& session, WriteScope& write, CustomerRows& rows, ImportResult& result) {
  CustomerPutter putter(session, write);
  std::vector<Diagnostic> found;
  while (rows.next()) {
    CustomerInput input;
    if (!rows.read(input)) continue;
    const auto outcome = putter.put(input, "", found);
    if (!found.empty()) {
      rows.fail(found.front().code, column_of(input, found.front().path), found.front().message);
      found.clear();
      continue;
    }
    if (outcome == CustomerPutter::Outcome::created) ++result.created;
    if (outcome == CustomerPutter::Outcome::updated) ++result.updated;
    if (outcome == CustomerPutter::Outcome::unchanged) ++result.unchanged;
  }
}

void report_failure(ImportResult& result, OnFailure on_failure, std::string_view unit, RowFailure failure) {
  if (on_failure == OnFailure::stop) {
    throw Error(failure.code,
                failure.column.empty() ? fmt::format("{} {}: {}", unit, failure.line, failure.message)
                                       : fmt::format("{} {}, column '{}': {}", unit, failure.line,
                                                     failure.column, failure.message),
                fmt::format("/{}s/{}", unit, failure.line));
  }
  ++result.failed;
  if (result.failures.size() < kFailuresMax) result.failures.push_back(std::move(failure));
}

}  // namespace crmcore::engine
