#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "engine/import.hpp"
#include "engine/put_customers.hpp"

namespace crmcore::engine {
namespace {

// What a column of the file fills.
struct Target {
  enum class Kind { code, name, kind, short_name, since, axis, attribute };
  Kind kind = Kind::code;
  const storage::AttributeDefinitionRow* attribute = nullptr;
};

std::vector<Target> targets_of(const ImportFile& file, const Catalog& catalog) {
  using Kind = Target::Kind;
  constexpr std::pair<std::string_view, Kind> kFields[] = {{"code", Kind::code},
                                                           {"name", Kind::name},
                                                           {"kind", Kind::kind},
                                                           {"short_name", Kind::short_name},
                                                           {"since", Kind::since}};
  std::vector<Target> targets;
  for (const std::string& column : file.columns()) {
    const auto field = std::find_if(std::begin(kFields), std::end(kFields),
                                    [&](const auto& row) { return row.first == column; });
    if (field != std::end(kFields)) {
      targets.push_back({field->second});
    } else if (catalog.axis(std::string_view(column))) {
      targets.push_back({Kind::axis});
    } else if (const auto* attribute = catalog.attribute(std::string_view(column))) {
      targets.push_back({Kind::attribute, attribute});
    } else {
      throw Error(Code::invalid,
                  fmt::format("column '{}' is none of code, name, kind, short_name, since, an axis ({}) or an "
                              "attribute ({})", column, catalog.axis_codes(), catalog.attribute_codes()),
                  "/lines/1");
    }
  }
  file.require_column("code");
  return targets;
}

std::optional<CustomerKind> parse_kind(std::string_view text) {
  for (const CustomerKind kind : {CustomerKind::company, CustomerKind::household, CustomerKind::person}) {
    if (kind_name(kind) == text) return kind;
  }
  return std::nullopt;
}

// The stored form of an attribute's text; nothing when it is malformed for the type.
std::optional<std::variant<std::int64_t, std::string>> parse_attribute(std::string_view text, AttributeType type,
                                                                       int currency_digits) {
  switch (type) {
    case AttributeType::text:
      return std::string(text);
    case AttributeType::money:
    case AttributeType::decimal:
    case AttributeType::integer: {
      const int digits = type == AttributeType::money ? currency_digits : type == AttributeType::decimal ? 6 : 0;
      const auto value = parse_money(text, digits);
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

constexpr std::string_view kTypeForms[] = {"a whole number", "a decimal amount", "a decimal with up to 6 places",
                                           "true or false",  "a date YYYY-MM-DD", "a text"};

// Fills the input from the current row; false when a field is malformed (reported). A blank field says
// nothing about the customer.
bool read_row(ImportFile& file, const std::vector<Target>& targets, int currency_digits, CustomerInput& input) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string_view text = file.field(i);
    const auto refuse = [&](std::string_view allowed) {
      file.fail(Code::invalid, file.columns()[i], fmt::format("'{}' is not {}", text, allowed));
      return false;
    };
    if (targets[i].kind == Target::Kind::code) {
      input.code = text;
      continue;
    }
    if (text.empty()) continue;
    switch (targets[i].kind) {
      case Target::Kind::name:
        input.name = text;
        break;
      case Target::Kind::short_name:
        input.short_name = text;
        break;
      case Target::Kind::kind:
        if (!(input.kind = parse_kind(text))) return refuse("company, household or person");
        break;
      case Target::Kind::since:
        if (!(input.since = parse_date(text))) return refuse("a date YYYY-MM-DD");
        break;
      case Target::Kind::axis:
        input.classes.push_back({file.columns()[i], std::string(text)});
        break;
      default: {
        const auto type = static_cast<AttributeType>(targets[i].attribute->type);
        const auto value = parse_attribute(text, type, currency_digits);
        if (!value) return refuse(kTypeForms[targets[i].attribute->type]);
        input.attributes.push_back({file.columns()[i], *value, std::nullopt});
      }
    }
  }
  return true;
}

// "/classes/2/node" of the input, as the column of the file that it came from.
std::string column_of(const CustomerInput& input, const std::string& path) {
  const auto element = [&](std::string_view list) -> std::optional<std::size_t> {
    if (path.compare(0, list.size(), list) != 0) return std::nullopt;
    std::size_t index = 0;
    std::from_chars(path.data() + list.size(), path.data() + path.size(), index);
    return index;
  };
  if (const auto index = element("/classes/"); index && *index < input.classes.size()) return input.classes[*index].axis;
  if (const auto index = element("/attributes/"); index && *index < input.attributes.size()) {
    return input.attributes[*index].attribute;
  }
  return path.empty() ? path : path.substr(1);
}

}  // namespace

ImportResult import_customers(Session& session, const ByteSource& source, const ImportOptions& options) {
  WriteScope write(session);
  ImportFile file(session, source, options, ',');
  const auto targets = targets_of(file, session.catalog());
  const int currency_digits = session.file().facts().currency_digits;
  CustomerPutter putter(session, write);
  std::vector<Diagnostic> found;
  while (file.next()) {
    CustomerInput input;
    if (!read_row(file, targets, currency_digits, input)) continue;
    const auto outcome = putter.put(input, "", found);
    if (!found.empty()) {
      file.fail(found.front().code, column_of(input, found.front().path), found.front().message);
      found.clear();
      continue;
    }
    if (outcome == CustomerPutter::Outcome::created) ++file.result.created;
    if (outcome == CustomerPutter::Outcome::updated) ++file.result.updated;
    if (outcome == CustomerPutter::Outcome::unchanged) ++file.result.unchanged;
  }
  if (!options.dry_run) write.commit();
  return std::move(file.result);
}

}  // namespace crmcore::engine
