// The gateway's methods on the archive: JSON to the values of the use cases and back.
#include <algorithm>
#include <utility>

#include "archive/attributes.hpp"
#include "archive/consents.hpp"
#include "archive/contacts.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "engine/archive/attributes.hpp"
#include "engine/archive/change_log.hpp"
#include "engine/archive/change_words.hpp"
#include "engine/archive/customer_parts.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/duplicates.hpp"
#include "engine/archive/first_changes.hpp"
#include "engine/archive/identifiers.hpp"
#include "engine/archive/import_customers.hpp"
#include "engine/archive/import_json.hpp"
#include "engine/archive/imports.hpp"
#include "engine/archive/put_customers.hpp"
#include "engine/archive/put_request.hpp"
#include "engine/archive/search.hpp"
#include "engine/archive/verify_customers.hpp"
#include "engine/core/room.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using schema::integer;
using schema::nullable;

constexpr int kDecimalPlaces = 6;  // of attributes of type decimal

Json put_method(Session& session, PutRequest request) {
  settle_values(session.catalog(), session.zone(), request);
  const PutResult result = put_customers(session, request.customers, "/customers");
  return {{"created", result.created}, {"updated", result.updated}, {"unchanged", result.unchanged}};
}

Json put_answer() {
  return schema::object({{"created", integer()}, {"updated", integer()}, {"unchanged", integer()}});
}

struct GetRequest {
  std::string customer;
  std::optional<Date> as_of;
};

GetRequest read_get(ObjectReader& in) {
  return {read_customer_code(in), in.about("what it was at the end of the day; absent: now").date("as_of")};
}

Json attribute_value(const Attribute& attribute) {
  if (const auto* text = std::get_if<std::string>(&attribute.value)) return *text;
  const std::int64_t number = std::get<std::int64_t>(attribute.value);
  if (attribute.type == AttributeType::boolean) return number != 0;
  if (attribute.type == AttributeType::date) return format_date(Date{static_cast<std::int32_t>(number)});
  return number;
}

Json contact_json(const Contact& contact) {
  return {{"contact_no", contact.contact_no},
          {"level", word_of(contact.level)},
          {"name", contact.name},
          {"title", contact.title},
          {"phone", contact.phone},
          {"email", contact.email},
          {"channel", word_of(contact.channel)},
          {"do_not_contact", contact.do_not_contact}};
}

// Of who was merged, that of the one who stayed.
std::string linked_code(Session& session, CustomerId other) {
  const CustomerId owner = storage::OwnerLookup(session.db()).owner_of(other);
  return storage::named(storage::CustomerStore(session.db()).find(owner), owner, "customer").code;
}

Json get_method(Session& session, const GetRequest& request) {
  const sqlite::ReadTransaction snapshot(session.db());
  const CustomerId id = require_customer(session, request.customer, "/customer");
  const CustomerParts parts = parts_of(session, id, request.as_of);
  const Customer& customer = parts.customer;
  // Member by member: an initializer list makes an array of each pair first, and this is read often.
  Json json = Json::object();
  json["customer_id"] = id.value;
  json["code"] = customer.code;
  json["name"] = customer.name;
  json["short_name"] = customer.short_name;
  json["kind"] = word_of(customer.kind);
  json["status"] = word_of(customer.status);
  json["since"] = format_date(customer.since);
  json["first_entry"] = customer.first_entry ? Json(format_date(*customer.first_entry)) : Json();
  json["version"] = customer.version;
  Json classes = Json::object();
  for (ClassOf& of : classes_of(session, id, request.as_of)) {
    Json& one = classes[of.axis];
    if (of.node.empty()) continue;
    one["node"] = std::move(of.node);
    one["name"] = std::move(of.name);
    one["path"] = std::move(of.path);
  }
  json["classes"] = std::move(classes);
  Json attributes = Json::object();
  for (const Attribute& attribute : parts.attributes) {
    Json& one = attributes[attribute.code];
    one["value"] = attribute_value(attribute);
    one["observed"] = format_date(attribute.observed);
    const int digits = attribute.type == AttributeType::money     ? session.file().facts().currency_digits
                       : attribute.type == AttributeType::decimal ? kDecimalPlaces
                                                                  : 0;
    const auto* number = std::get_if<std::int64_t>(&attribute.value);
    if (number == nullptr || digits == 0) continue;
    std::string text = format_money(Money{*number}, digits);
    if (attribute.type == AttributeType::decimal) {
      text.erase(text.find_last_not_of('0') + 1);
      if (text.ends_with('.')) text.pop_back();
    }
    one["text"] = std::move(text);
  }
  json["attributes"] = std::move(attributes);
  Json contacts = Json::array();
  for (const Contact& contact : parts.contacts) contacts.push_back(contact_json(contact));
  json["contacts"] = std::move(contacts);
  Json identifiers = Json::array();
  for (const Identifier& one : parts.identifiers)
    identifiers.push_back({{"kind", word_of(one.kind)}, {"value", one.value}, {"key", one.key}});
  json["identifiers"] = std::move(identifiers);
  for (const Detail& one : parts.details) {
    Json detail = archive::detail_json(one);
    if (one.kind == DetailKind::link) detail["customer"] = linked_code(session, CustomerId{one.number});
    json[archive::form_of(one.kind).plural].push_back(std::move(detail));
  }
  json["past_codes"] = parts.past_codes;
  return json;
}

Json detail_answer(DetailKind kind) {
  Json answer = schema::object({});
  for (const archive::DetailField& field : archive::form_of(kind).fields) {
    const bool is_integer =
        field.part == archive::DetailPart::number || field.part == archive::DetailPart::amount;
    Json of = is_integer ? integer() : field.words.empty() ? schema::text() : schema::word(field.words);
    answer = schema::extended(std::move(answer), {schema::optional(field.name, std::move(of))});
  }
  return schema::extended(std::move(answer), {{"observed", schema::date()},
                                              schema::optional("until", schema::date()),
                                              schema::optional("source", schema::text()),
                                              schema::optional("confidence", schema::word<Confidence>())});
}

Json get_answer() {
  const Json placed =
      schema::object({{"node", schema::text()},
                      {"name", schema::about("of the node", schema::text())},
                      {"path", schema::about("names from the root", schema::list(schema::text()))}});
  const Json attribute =
      schema::object({{"value", schema::any_of({integer(), schema::text(), schema::boolean()})},
                      {"observed", schema::date()},
                      schema::optional("text", schema::about("of money in units of the currency, of a "
                                                             "decimal with its point",
                                                             schema::text()))});
  const Json contact = schema::object({{"contact_no", integer()},
                                       {"level", schema::word<ContactLevel>()},
                                       {"name", schema::text()},
                                       {"title", schema::text()},
                                       {"phone", schema::text()},
                                       {"email", schema::text()},
                                       {"channel", schema::word<ContactChannel>()},
                                       {"do_not_contact", schema::boolean()}});
  const Json identifier = schema::object(
      {{"kind", schema::word<IdentifierKind>()},
       {"value", schema::about("as it was given", schema::text())},
       {"key", schema::about("the form in which those of a kind are compared", schema::text())}});
  Json answer = schema::object(
      {{"customer_id", integer()},
       {"code", schema::text()},
       {"name", schema::text()},
       {"short_name", schema::text()},
       {"kind", schema::word<CustomerKind>()},
       {"status", schema::word<CustomerStatus>()},
       {"since", schema::date()},
       {"first_entry", nullable(schema::date())},
       {"version", integer()},
       {"classes", schema::about("by axis; null for the explicit unknown", schema::map(nullable(placed)))},
       {"attributes", schema::about("by code, in the stored unit", schema::map(attribute))},
       {"contacts", schema::list(contact)},
       {"identifiers", schema::about("by kind", schema::list(identifier))},
       {"past_codes",
        schema::about("codes of before, which name the customer as well", schema::list(schema::text()))}});
  for (std::size_t kind = 0; kind < archive::kDetailKinds; ++kind) {
    const auto of = static_cast<DetailKind>(kind);
    answer = schema::extended(
        std::move(answer), {schema::optional(archive::form_of(of).plural, schema::list(detail_answer(of)))});
  }
  return answer;
}

struct MayContactRequest {
  std::string customer;
  std::size_t channel;
  std::string purpose;
  std::int64_t contact_no;
  std::optional<Date> on;
};

constexpr std::string_view kAskedChannels[] = {"phone", "email", "message", "visit"};

MayContactRequest read_may_contact(ObjectReader& in) {
  return {read_customer_code(in), in.require_word("channel", kAskedChannels),
          in.about("as consents have it").require_text("purpose", kNameBytesMax),
          in.about("0: the customer").integer_or("contact_no", 0, archive::kContactNoMax, 0),
          in.about("absent: today").date("on")};
}

// A contact who wants nothing is asked nothing, whatever was decided beside it.
Json may_contact(Session& session, const MayContactRequest& request) {
  const sqlite::ReadTransaction snapshot(session.db());
  const CustomerId id = require_customer(session, request.customer, "/customer");
  const Date on = request.on.value_or(session.today());
  const CustomerParts parts = parts_of(session, id, on);
  bool is_barred = false;
  if (request.contact_no != 0) {
    const auto one = std::find_if(parts.contacts.begin(), parts.contacts.end(),
                                  [&](const Contact& c) { return c.contact_no == request.contact_no; });
    if (one == parts.contacts.end()) {
      throw Error(Code::not_found, fmt::format("the customer has no contact {}", request.contact_no),
                  "/contact_no");
    }
    is_barred = one->do_not_contact;
  }
  const Detail* decided = archive::deciding_consent(
      parts.details, {kAskedChannels[request.channel], request.purpose, request.contact_no, on});
  Json json{{"is_allowed", !is_barred && decided != nullptr && decided->text == "given"},
            {"is_barred", is_barred},
            {"decision", decided == nullptr ? Json() : Json(decided->text)}};
  json["consent"] = decided == nullptr ? Json() : archive::detail_json(*decided);
  return json;
}

Json may_contact_answer() {
  return schema::object(
      {{"is_allowed",
        schema::about("consent was given and holds, and the contact is not barred", schema::boolean())},
       {"is_barred", schema::about("do_not_contact of the contact", schema::boolean())},
       {"decision", schema::about("null: nothing was decided", nullable(schema::text()))},
       {"consent", schema::about("the one that counts", nullable(detail_answer(DetailKind::consent)))}});
}

struct HistoryRequest {
  std::string customer;
  std::int64_t limit;
  bool is_newest_first;
  Language language;
};

HistoryRequest read_history(ObjectReader& in) {
  return {read_customer_code(in), in.integer_or("limit", 1, kChangesMax, kChangesDefault),
          in.boolean_or("is_newest_first", false),
          in.about("of the words").word_or("language", Language::en)};
}

Json history_method(Session& session, const HistoryRequest& request) {
  ChangeFilter filter;
  filter.customer = require_customer(session, request.customer, "/customer");
  filter.is_newest_first = request.is_newest_first;
  filter.limit = request.limit;
  const sqlite::ReadTransaction snapshot(session.db());
  std::vector<Change> changes = changes_by(session, filter);
  for (const CustomerId customer : merged_with(session.db(), *filter.customer)) {
    for (Change& first : first_changes(session, customer)) changes.push_back(std::move(first));
  }
  std::stable_sort(changes.begin(), changes.end(), [&](const Change& a, const Change& b) {
    return request.is_newest_first ? b.seq < a.seq : a.seq < b.seq;
  });
  if (std::ssize(changes) > request.limit) changes.resize(static_cast<std::size_t>(request.limit));
  Json json = changes_of_json(changes);
  for (std::size_t i = 0; i < changes.size(); ++i)
    json["changes"][i]["words"] = change_words(session, changes[i], request.language);
  return json;
}

Json history_answer() {
  const Json change = schema::extended(
      change_answer(), {{"words", schema::about("what happened, with the names of today", schema::text())}});
  return schema::object({{"changes", schema::list(change)}});
}

AttributeDefinition read_definition(ObjectReader& in) {
  in.absent_keeps();
  return {
      in.require_text("code", kCodeBytesMax), in.about("a new one needs it").text("name", kNameBytesMax),
      in.about("a new one needs it; it never changes").word<AttributeType>("type"),
      in.about("in the stored unit; null lifts it").clearable_integer("minimum", -kIntegerMax, kIntegerMax),
      in.about("in the stored unit; null lifts it").clearable_integer("maximum", -kIntegerMax, kIntegerMax)};
}

Json define_attribute_method(Session& session, const AttributeDefinition& attribute) {
  const Defined<AttributeId> defined = define_attribute(session, attribute);
  const auto* row = session.catalog().attribute(defined.id);
  return {{"code", row->code}, {"type", word_of(row->type)}, {"is_unchanged", defined.is_unchanged}};
}

Json define_attribute_answer() {
  return schema::object({{"code", schema::text()},
                         {"type", schema::word<AttributeType>()},
                         {"is_unchanged", schema::about("it was so already", schema::boolean())}});
}

struct LostRequest {
  std::string customer;
  bool is_lost;
};

LostRequest read_lost(ObjectReader& in) {
  return {read_customer_code(in), in.boolean_or("is_lost", true)};
}

Json set_lost_method(Session& session, const LostRequest& request) {
  const CustomerId id = require_customer(session, request.customer, "/customer");
  set_lost(session, id, request.is_lost);
  return {{"customer", request.customer},
          {"status", word_of(storage::named(find_customer(session, id), id, "customer").status)}};
}

Json set_lost_answer() {
  return schema::object({{"customer", schema::text()}, {"status", schema::word<CustomerStatus>()}});
}

Json import_customers_method(Session& session, const ImportTextRequest& request) {
  return import_json(import_customers(session, text_source(request.csv), request.options));
}

Json import_contacts_method(Session& session, const ImportTextRequest& request) {
  return import_json(import_contacts(session, text_source(request.csv), request.options));
}

constexpr Method kArchiveMethods[] = {
    method<read_put, put_method>("archive.put", 1, "Inserts or updates customers by code, all or nothing.",
                                 put_answer),
    method<read_get, get_method>(
        "archive.get", 1,
        "Reads a customer with classes, attributes, contacts, identifiers and details, as of a date.",
        get_answer),
    method<read_may_contact, may_contact>("archive.may_contact", 1,
                                          "Tells whether a customer or contact may be addressed by a channel "
                                          "for a purpose, and who decided so.",
                                          may_contact_answer),
    method<read_search, search>("archive.search", 1,
                                "Finds customers by name or part of one, initials, pinyin, identifier or "
                                "code, or under a letter, best first.",
                                search_answer),
    method<read_nothing, letters>("archive.letters", 1,
                                  "Counts customers by the letter under which an address book has them.",
                                  letters_answer),
    method<read_history, history_method>("archive.history", 1,
                                         "Lists what happened to a customer, oldest first.", history_answer),
    method<read_definition, define_attribute_method>(
        "archive.define_attribute", 1, "Defines an attribute of customers, or changes its name and limits.",
        define_attribute_answer),
    method<read_check_duplicates, check_duplicates>(
        "archive.check_duplicates", 1,
        "Finds customers who are probably the one that is told or named, with a score and its reasons.",
        check_duplicates_answer),
    method<read_find_duplicates, find_duplicates>(
        "archive.find_duplicates", 1,
        "Finds pairs of customers who are probably one, with a score and its reasons.",
        find_duplicates_answer),
    method<read_identifier_definition, define_identifier>(
        "archive.define_identifier", 1,
        "Declares whether two customers may have the same identifier of a kind.", define_identifier_answer),
    method<read_lost, set_lost_method>("archive.set_lost", 1, "Marks a customer as lost, or takes it back.",
                                       set_lost_answer),
    method<read_import_text, import_customers_method>(
        "archive.import_customers", 1,
        "Imports customers from CSV text; columns are fields, axes, attributes and contacts.", import_answer),
    method<read_import_text, import_contacts_method>(
        "archive.import_contacts", 1, "Imports contacts of customers that are there from CSV text.",
        import_answer),
    method<read_imports, list_imports>("archive.list_imports", 1,
                                       "Lists the imports that changed something, the newest first.",
                                       imports_answer),
};

constexpr ChangeKind kArchiveChanges[] = {kCustomerCreated,  kCustomerUpdated,  kCustomerLost,
                                          kCustomerRegained, kAttributeDefined, kIdentifierDefined,
                                          kImported};

constexpr sqlite::TableFunction (*kArchiveTables[])(File&) = {change_table};

}  // namespace

Room archive_room() noexcept {
  Room room{kArchiveMethods, kArchiveChanges, kArchiveTables};
  room.first_wrong_change = first_wrong_customer;
  return room;
}

}  // namespace crmcore::engine
