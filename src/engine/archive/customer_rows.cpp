#include "engine/archive/customer_rows.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "archive/attributes.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/moment.hpp"
#include "base/text.hpp"
#include "engine/archive/contact_column.hpp"
#include "engine/archive/put_customers.hpp"

namespace crmcore::engine {
namespace {

constexpr std::string_view kIdentifierColumn = "identifier.";
constexpr std::string_view kCustomerFields[] = {"code", "name", "kind", "short_name", "since"};

// "0 (company), 1 (household) or 2 (person)"
std::string kind_numbers() {
  std::vector<std::string> kinds;
  for (const std::string_view word : words_of(CustomerKind{}))
    kinds.push_back(fmt::format("{} ({})", kinds.size(), word));
  const std::vector<std::string_view> views(kinds.begin(), kinds.end());
  return text::alternatives(views);
}

// "/classes/region" of the input as its name alone; that of its first contact as "contact.phone".
std::string name_in(const CustomerInput& input, const std::string& path) {
  constexpr std::string_view kContacts = "/contacts/";
  if (path.starts_with(kContacts)) {
    const std::size_t end = std::min(path.find('/', kContacts.size()), path.size());
    const std::string number = path.substr(kContacts.size(), end - kContacts.size());
    return contact_name(number == "0"   ? 1
                        : number == "1" ? 2
                                        : 3,
                        path.substr(std::min(end + 1, path.size())));
  }
  for (std::size_t i = 0; i < input.identifiers.size(); ++i) {
    if (path == fmt::format("/identifiers/{}/value", i)) return identifier_column(input.identifiers[i].kind);
  }
  for (const ClassInput& given : input.classes) {
    if (path == join_path("/classes", given.axis)) return given.axis;
  }
  for (const AttributeInput& given : input.attributes) {
    if (path == join_path("/attributes", given.attribute)) return given.attribute;
  }
  return path.empty() ? path : path.substr(1);
}

// What failures have in common where the message names the place of each.
std::string kind_of(const Diagnostic& one) {
  if (one.code != Code::conflict) return {};
  if (one.path == "/code") return "named by more than one row";
  if (one.path == "/name") return std::string(kProbablyThere);
  return one.path.starts_with("/identifiers/") ? "that of another customer" : std::string();
}

std::optional<IdentifierKind> identifier_of(std::string_view column) {
  return column.starts_with(kIdentifierColumn)
             ? enum_of<IdentifierKind>(column.substr(kIdentifierColumn.size()))
             : std::nullopt;
}

}  // namespace

bool is_customer_field(std::string_view name) noexcept {
  return std::find(std::begin(kCustomerFields), std::end(kCustomerFields), name) != std::end(kCustomerFields);
}

std::string identifier_column(IdentifierKind kind) {
  return std::string(kIdentifierColumn).append(word_of(kind));
}

CustomerColumn::CustomerColumn(std::string name, const Catalog& catalog, const std::string& path)
    : name_(std::move(name)) {
  constexpr Kind kFieldKinds[] = {Kind::code, Kind::name, Kind::kind, Kind::short_name, Kind::since};
  static_assert(std::size(kFieldKinds) == std::size(kCustomerFields));
  if (is_customer_field(name_)) {
    kind_ = kFieldKinds[std::find(std::begin(kCustomerFields), std::end(kCustomerFields), name_) -
                        std::begin(kCustomerFields)];
  } else if (catalog.axis(std::string_view(name_))) {
    kind_ = Kind::axis;
  } else if ((attribute_ = catalog.attribute(std::string_view(name_)))) {
    kind_ = Kind::attribute;
  } else if (const auto identifier = identifier_of(name_)) {
    kind_ = Kind::identifier;
    identifier_ = *identifier;
  } else {
    throw Error(
        Code::invalid,
        fmt::format("column '{}' is none of {}, an axis ({}), an attribute ({}) or an identifier ({}uscc, …)",
                    name_, fmt::join(kCustomerFields, ", "), catalog.axis_codes(), catalog.attribute_codes(),
                    kIdentifierColumn),
        path);
  }
}

std::optional<CustomerColumn::Refusal> CustomerColumn::set(CustomerInput& input, std::string_view written,
                                                           const ArchiveFacts& facts) const {
  const auto refused_day = [] {
    return Refusal{Code::invalid, fmt::format("a date YYYY-MM-DD, with {} at most", kTimeForm)};
  };
  switch (kind_) {
    case Kind::code:
      input.code = written;
      return std::nullopt;
    case Kind::name:
      input.name = written;
      return std::nullopt;
    case Kind::short_name:
      input.short_name = written;
      return std::nullopt;
    case Kind::kind:
      if (!(input.kind = enum_of<CustomerKind>(written)))
        return Refusal{Code::invalid, text::alternatives(words_of(CustomerKind{}))};
      return std::nullopt;
    case Kind::since:
      if (!(input.since = parse_day(written, facts.zone))) return refused_day();
      return std::nullopt;
    case Kind::axis:
      input.classes.push_back({name_, std::string(written)});
      return std::nullopt;
    case Kind::identifier: {
      IdentifierInput identifier{identifier_, std::nullopt, written.empty()};
      if (!written.empty()) identifier.value = written;
      input.identifiers.push_back(std::move(identifier));
      return std::nullopt;
    }
    case Kind::attribute:
      break;
  }
  if (written.empty() && attribute_->type != AttributeType::text) {
    input.attributes.push_back({name_, std::monostate(), std::nullopt});
    return std::nullopt;
  }
  if (attribute_->type == AttributeType::date) {
    const auto day = parse_day(written, facts.zone);
    if (!day) return refused_day();
    input.attributes.push_back({name_, std::int64_t{day->days}, std::nullopt});
    return std::nullopt;
  }
  auto value = archive::parse_value(written, attribute_->type, facts.currency_digits);
  if (const auto* refusal = std::get_if<archive::ValueRefusal>(&value)) {
    return Refusal{refusal->code, std::string(refusal->allowed)};
  }
  std::visit(
      [&](auto&& held) {
        input.attributes.push_back({name_, std::move(held), std::nullopt});
      },
      std::get<archive::AttributeValue>(std::move(value)));
  return std::nullopt;
}

std::optional<CustomerColumn::Refusal> CustomerColumn::set(CustomerInput& input, std::int64_t integer) const {
  switch (kind_) {
    case Kind::kind:
      if (integer < 0 || integer >= std::ssize(words_of(CustomerKind{})))
        return Refusal{Code::invalid, kind_numbers()};
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

void put_rows(Session& session, WriteScope& write, CustomerRows& rows, ImportReport& report, bool is_once,
              RowDuplicates* duplicates) {
  CustomerPutter putter(session, write);
  PlacesOfCustomers places;
  if (is_once) putter.name_once(places);
  if (duplicates != nullptr) {
    putter.watch(
        [&](const CustomerDraft& draft, const std::string& path, std::vector<Diagnostic>& violations) {
          duplicates->look_at(draft, rows.place(), path, violations);
        });
  }
  std::vector<Diagnostic> found;
  std::vector<RowFault> faults;
  while (rows.next()) {
    CustomerInput input;
    rows.read(input, faults);
    const bool is_checked_only = !faults.empty();
    const auto outcome = putter.put(input, "", found, is_checked_only, rows.place());
    for (Diagnostic& one : found) {
      std::string column = rows.column_of(name_in(input, one.path));
      // What a value that could not be read left out is no second fault.
      const auto is_same = [&](const RowFault& fault) { return fault.column == column; };
      if (is_checked_only && std::any_of(faults.begin(), faults.end(), is_same)) continue;
      faults.push_back({std::move(column), one.code, std::move(one.message), kind_of(one)});
    }
    found.clear();
    if (!faults.empty()) {
      report.fail(rows.place(), faults);
      faults.clear();
      continue;
    }
    if (const std::string told = duplicates ? duplicates->take_report() : std::string(); !told.empty())
      report.warn(rows.place(), {rows.column_of("name"), Code::conflict, told, {}});
    rows.done(input, outcome == CustomerPutter::Outcome::unchanged);
    if (outcome == CustomerPutter::Outcome::created) ++report.result.created;
    if (outcome == CustomerPutter::Outcome::updated) ++report.result.updated;
    if (outcome == CustomerPutter::Outcome::unchanged) ++report.result.unchanged;
  }
  putter.finish();
}

}  // namespace crmcore::engine
