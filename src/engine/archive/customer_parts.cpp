// tests/engine/as_of_test.cpp compares random lives with what was got on each day.
#include "engine/archive/customer_parts.hpp"

#include <algorithm>

#include "archive/contents.hpp"
#include "base/json.hpp"
#include "engine/archive/change_log.hpp"
#include "engine/archive/customer_edit.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/first_contents.hpp"
#include "storage/journal_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// What the journal tells of a customer up to a day and after it.
struct ToldUntil {
  std::vector<std::string> updates_since;  // bodies, oldest first
  std::vector<std::string> past_codes;     // given up by then
  bool is_lost = false;
};

ToldUntil told_of(Session& session, CustomerId customer, Date as_of) {
  ToldUntil told;
  storage::ChangeScan changes(session.db(), customer, 0);
  while (changes.next()) {
    const bool is_since = as_of < day_of(session, changes);
    const std::int32_t kind = changes.change().kind;
    if (kind == kCustomerUpdated.number && is_since) told.updates_since.emplace_back(changes.change().body);
    if (is_since) continue;
    if (kind == kCustomerLost.number) told.is_lost = true;
    if (kind == kCustomerRegained.number) told.is_lost = false;
    if (kind != kCustomerUpdated.number) continue;
    const Json body = storage::read_stored("a change", [&] { return parse_json(changes.change().body); });
    if (const Json* code = body.find("code")) told.past_codes.push_back((*code)[0].text());
  }
  return told;
}

void take_member(CustomerParts& parts, const Catalog& catalog, std::string_view member, const Json& value) {
  Customer& customer = parts.customer;
  const auto behind = [&](std::string_view prefix) {
    return member.starts_with(prefix) ? member.substr(prefix.size()) : std::string_view();
  };
  if (member == "code") {
    customer.code = value.text();
  } else if (member == "name") {
    customer.name = value.text();
  } else if (member == "short_name") {
    customer.short_name = value.text();
  } else if (member == "kind") {
    customer.kind = enum_of<CustomerKind>(value.text()).value_or(customer.kind);
  } else if (member == "since") {
    customer.since = told_day(value);
  } else if (const auto code = behind("attribute:"); !code.empty()) {
    const auto* definition = catalog.attribute(code);
    if (definition == nullptr) throw Error(Code::corrupt, "an attribute value has no definition");
    auto [held, observed] = told_value(value);
    parts.attributes.push_back({definition->code, definition->type, std::move(held), observed});
  } else if (!behind("contact:").empty()) {
    parts.contacts.push_back(told_contact(value));
  } else if (const auto kind = enum_of<IdentifierKind>(behind("identifier:"))) {
    parts.identifiers.push_back({*kind, value["value"].text(), value["key"].text()});
  } else if (archive::detail_kind_of(member)) {
    parts.details.push_back(archive::told_detail(member, value));
  }
}

}  // namespace

CustomerParts parts_of(Session& session, CustomerId id, std::optional<Date> as_of) {
  CustomerParts parts;
  parts.customer = storage::named(find_customer(session, id), id, "customer");
  if (!as_of || session.today() <= *as_of) {
    parts.attributes = attributes_of(session, id);
    parts.contacts = contacts_of(session, id);
    parts.identifiers = identifiers_of(session, id);
    parts.details = details_of(session, id);
    parts.past_codes = past_codes_of(session, id);
    return parts;
  }
  ToldUntil told = told_of(session, id, *as_of);
  Customer& customer = parts.customer;
  FirstContents contents(session.db(), session.catalog(), id, id);
  if (!contents.next_present()) throw Error(Code::corrupt, "a customer has no contents");
  customer.short_name.clear();
  storage::read_stored("a customer", [&] {
    const Json json =
        parse_json(archive::undo_updates(contents.text(), told.updates_since, contents.order()));
    for (const auto& [member, value] : json.items()) take_member(parts, session.catalog(), member, value);
  });
  if (customer.first_entry && *as_of < *customer.first_entry) customer.first_entry.reset();
  customer.status = told.is_lost           ? CustomerStatus::lost
                    : customer.first_entry ? CustomerStatus::existing
                                           : CustomerStatus::prospect;
  parts.past_codes = std::move(told.past_codes);
  std::sort(parts.past_codes.begin(), parts.past_codes.end());
  parts.past_codes.erase(std::unique(parts.past_codes.begin(), parts.past_codes.end()),
                         parts.past_codes.end());
  std::erase(parts.past_codes, customer.code);  // given back since
  return parts;
}

}  // namespace crmcore::engine
