// The gateway's methods on the archive: JSON to the values of the use cases and back.

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/archive/attributes.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/import_customers.hpp"
#include "engine/archive/import_json.hpp"
#include "engine/archive/put_customers.hpp"
#include "engine/core/room.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kCustomersMax = 100'000;
constexpr std::size_t kPartsMax = 1000;
constexpr std::size_t kTextBytesMax = 4096;  // rules say more precisely what is allowed
constexpr std::string_view kTypes[] = {"integer", "money", "decimal", "boolean", "date", "text"};

// Reads a value as the type of its attribute wants it; `definition` is null for an unknown attribute, which
// is refused later.
void read_value(const Json& value, const storage::AttributeDefinitionRow* definition, const std::string& path,
                AttributeInput& input, std::vector<Diagnostic>& found) {
  const auto is = [&](AttributeType type) {
    return definition != nullptr && definition->type == static_cast<std::int32_t>(type);
  };
  if (value.is_string()) {
    input.value = value.get<std::string>();
    if (!is(AttributeType::date)) return;
    const auto date = parse_date(value.text());
    if (!date) found.push_back({Code::invalid, path, "a date YYYY-MM-DD is required"});
    input.value = std::int64_t{date.value_or(Date{}).days};
  } else if (value.is_boolean()) {
    if (definition != nullptr && !is(AttributeType::boolean)) {
      found.push_back(
          {Code::invalid, path, fmt::format("attribute '{}' is not a boolean", definition->code)});
    }
    input.value = std::int64_t{value.get<bool>()};
  } else if (value.is_number_integer()) {
    input.value = value.get<std::int64_t>();
  } else {
    found.push_back({Code::invalid, path,
                     "an attribute's value is an integer (money in minor units, decimals in millionths), a "
                     "text, true or false"});
  }
}

AttributeInput read_attribute(Session& session, const std::string& code, const Json& json,
                              const std::string& path, std::vector<Diagnostic>& found) {
  const auto* definition = session.catalog().attribute(std::string_view(code));
  AttributeInput input{code, {}, {}};
  if (!json.is_object()) {
    read_value(json, definition, path, input, found);
    return input;
  }
  ObjectReader in(json, path, found);
  if (const Json* value = in.raw("value")) {
    read_value(*value, definition, in.path_of("value"), input, found);
  } else {
    in.fail(Code::invalid, "value", "a value is required");
  }
  input.observed = in.date("observed");
  in.finish();
  return input;
}

ContactInput read_contact(const Json& json, const std::string& path, std::vector<Diagnostic>& found) {
  ObjectReader in(json, path, found);
  ContactInput contact;
  contact.contact_no = in.integer("contact_no", 1, 1'000'000).value_or(0);
  contact.level =
      static_cast<ContactLevel>(in.word("level", {"shareholder", "executive", "operational"}).value_or(2));
  contact.name = in.require_text("name", kTextBytesMax);
  contact.title = in.text("title", kTextBytesMax).value_or("");
  contact.phone = in.text("phone", kTextBytesMax).value_or("");
  contact.email = in.text("email", kTextBytesMax).value_or("");
  contact.channel = static_cast<ContactChannel>(
      in.word("channel", {"unspecified", "phone", "email", "message", "visit"}).value_or(0));
  contact.do_not_contact = in.boolean("do_not_contact").value_or(false);
  in.finish();
  return contact;
}

CustomerInput read_customer(Session& session, const Json& json, const std::string& path,
                            std::vector<Diagnostic>& found) {
  ObjectReader in(json, path, found);
  CustomerInput input;
  input.code = in.require_text("code", kTextBytesMax);
  input.name = in.text("name", kTextBytesMax);
  if (const auto kind = in.word("kind", {"company", "household", "person"})) {
    input.kind = static_cast<CustomerKind>(*kind);
  }
  input.short_name = in.text("short_name", kTextBytesMax);
  input.since = in.date("since");
  input.version = in.integer("version", 1, kIntegerMax);
  in.each_member("attributes", kPartsMax,
                 [&](const std::string& code, const Json& value, const std::string& at) {
                   input.attributes.push_back(read_attribute(session, code, value, at, found));
                 });
  in.each_member("classes", kPartsMax,
                 [&](const std::string& axis, const Json& value, const std::string& at) {
                   if (value.is_string()) {
                     input.classes.push_back({axis, value.get<std::string>()});
                   } else if (value.is_null()) {
                     input.classes.push_back({axis, {}});
                   } else {
                     found.push_back({Code::invalid, at, "a class is named by a text, or null for unknown"});
                   }
                 });
  in.each("contacts", kPartsMax, [&](const Json& value, const std::string& at) {
    input.contacts.push_back(read_contact(value, at, found));
  });
  in.finish();
  return input;
}

Json put(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  std::vector<CustomerInput> customers;
  in.require_each("customers", kCustomersMax, [&](const Json& json, const std::string& path) {
    customers.push_back(read_customer(session, json, path, found));
  });
  in.finish();
  throw_if_any(std::move(found));
  const PutResult result = put_customers(session, customers, "/customers");
  return {{"created", result.created}, {"updated", result.updated}, {"unchanged", result.unchanged}};
}

Json attribute_value(const Attribute& attribute) {
  if (const auto* text = std::get_if<std::string>(&attribute.value)) return *text;
  const std::int64_t number = std::get<std::int64_t>(attribute.value);
  if (attribute.type == AttributeType::boolean) return number != 0;
  if (attribute.type == AttributeType::date) return format_date(Date{static_cast<std::int32_t>(number)});
  return number;
}

Json contact_json(const Contact& contact) {
  constexpr std::string_view kLevels[] = {"shareholder", "executive", "operational"};
  constexpr std::string_view kChannels[] = {"unspecified", "phone", "email", "message", "visit"};
  return {{"contact_no", contact.contact_no},
          {"level", kLevels[static_cast<std::size_t>(contact.level)]},
          {"name", contact.name},
          {"title", contact.title},
          {"phone", contact.phone},
          {"email", contact.email},
          {"channel", kChannels[static_cast<std::size_t>(contact.channel)]},
          {"do_not_contact", contact.do_not_contact}};
}

Json get(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string code = in.require_text("customer", kTextBytesMax);
  const auto as_of = in.date("as_of");
  in.finish();
  throw_if_any(std::move(found));
  const sqlite::ReadTransaction snapshot(session.db());
  const CustomerId id = require_customer(session, code, "/customer");
  const Customer customer = *find_customer(session, id);
  // Member by member: an initializer list makes an array of each pair first, and this is read often.
  Json json = Json::object();
  json["customer_id"] = id.value;
  json["code"] = customer.code;
  json["name"] = customer.name;
  json["short_name"] = customer.short_name;
  json["kind"] = kind_name(customer.kind);
  json["status"] = status_name(customer.status);
  json["since"] = format_date(customer.since);
  json["first_entry"] = customer.first_entry ? Json(format_date(*customer.first_entry)) : Json();
  json["version"] = customer.version;
  Json classes = Json::object();
  for (ClassOf& of : classes_of(session, id, as_of)) {
    Json& one = classes[of.axis];
    if (of.node.empty()) continue;
    one["node"] = std::move(of.node);
    one["name"] = std::move(of.name);
    one["path"] = std::move(of.path);
  }
  json["classes"] = std::move(classes);
  Json attributes = Json::object();
  for (const Attribute& attribute : attributes_of(session, id)) {
    Json& one = attributes[attribute.code];
    one["value"] = attribute_value(attribute);
    one["observed"] = format_date(attribute.observed);
  }
  json["attributes"] = std::move(attributes);
  Json contacts = Json::array();
  for (const Contact& contact : contacts_of(session, id)) contacts.push_back(contact_json(contact));
  json["contacts"] = std::move(contacts);
  return json;
}

Json history(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string code = in.require_text("customer", kTextBytesMax);
  const std::int64_t limit = in.integer("limit", 1, 10'000).value_or(1000);
  in.finish();
  throw_if_any(std::move(found));
  Json changes = Json::array();
  for (const Change& change : history_of(session, require_customer(session, code, "/customer"), limit)) {
    changes.push_back({{"seq", change.seq},
                       {"at_us", change.at_us},
                       {"actor", change.actor},
                       {"kind", change.kind},
                       {"body", parse_json(change.body)}});
  }
  return {{"changes", std::move(changes)}};
}

Json define(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  AttributeDefinition attribute;
  attribute.code = in.require_text("code", kTextBytesMax);
  attribute.name = in.require_text("name", kTextBytesMax);
  attribute.type = static_cast<AttributeType>(
      in.require_word("type", {"integer", "money", "decimal", "boolean", "date", "text"}));
  attribute.minimum = in.integer("minimum", -kIntegerMax, kIntegerMax);
  attribute.maximum = in.integer("maximum", -kIntegerMax, kIntegerMax);
  in.finish();
  throw_if_any(std::move(found));
  define_attribute(session, attribute);
  return {{"code", attribute.code}, {"type", kTypes[static_cast<std::size_t>(attribute.type)]}};
}

Json mark_lost(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string code = in.require_text("customer", kTextBytesMax);
  const bool is_lost = in.boolean("is_lost").value_or(true);
  in.finish();
  throw_if_any(std::move(found));
  const CustomerId id = require_customer(session, code, "/customer");
  set_lost(session, id, is_lost);
  return {{"customer", code}, {"status", status_name(find_customer(session, id)->status)}};
}

Json import(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string csv = in.require_text("csv", kJsonBytesMax);
  const ImportOptions options = read_import_options(in);
  in.finish();
  throw_if_any(std::move(found));
  return import_json(import_customers(session, text_source(csv), options));
}

constexpr OldMethod kMethods[] = {
    {"archive.put", 1, "Inserts or updates customers by code, all or nothing.",
     R"({"type":"object","properties":{"customers":{"type":"array","maxItems":100000,"items":{"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"},"kind":{"enum":["company","household","person"]},"short_name":{"type":"string"},"since":{"type":"string","format":"date"},"version":{"type":"integer","minimum":1},"attributes":{"type":"object","description":"code → value, or {value, observed}"},"classes":{"type":"object","description":"axis → node by code, name or alias; null for unknown"},"contacts":{"type":"array","items":{"type":"object","properties":{"contact_no":{"type":"integer"},"level":{"enum":["shareholder","executive","operational"]},"name":{"type":"string"},"title":{"type":"string"},"phone":{"type":"string"},"email":{"type":"string"},"channel":{"enum":["unspecified","phone","email","message","visit"]},"do_not_contact":{"type":"boolean"}},"required":["name"],"additionalProperties":false}}},"required":["code"],"additionalProperties":false}}},"required":["customers"],"additionalProperties":false})",
     R"({"type":"object","properties":{"created":{"type":"integer"},"updated":{"type":"integer"},"unchanged":{"type":"integer"}}})",
     put},
    {"archive.get", 1, "Reads a customer with classes, attributes and contacts; classes as of a date.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"as_of":{"type":"string","format":"date"}},"required":["customer"],"additionalProperties":false})",
     R"({"type":"object","properties":{"customer_id":{"type":"integer"},"code":{"type":"string"},"name":{"type":"string"},"short_name":{"type":"string"},"kind":{"type":"string"},"status":{"type":"string"},"since":{"type":"string"},"first_entry":{"type":["string","null"]},"version":{"type":"integer"},"classes":{"type":"object"},"attributes":{"type":"object"},"contacts":{"type":"array"}}})",
     get},
    {"archive.history", 1, "Lists what happened to a customer, oldest first.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"limit":{"type":"integer","minimum":1,"maximum":10000,"default":1000}},"required":["customer"],"additionalProperties":false})",
     R"({"type":"object","properties":{"changes":{"type":"array"}}})", history},
    {"archive.define_attribute", 1, "Defines an attribute of customers, or changes its name and limits.",
     R"({"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"},"type":{"enum":["integer","money","decimal","boolean","date","text"]},"minimum":{"type":"integer"},"maximum":{"type":"integer"}},"required":["code","name","type"],"additionalProperties":false})",
     R"({"type":"object","properties":{"code":{"type":"string"},"type":{"type":"string"}}})", define},
    {"archive.set_lost", 1, "Marks a customer as lost, or takes it back.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"is_lost":{"type":"boolean","default":true}},"required":["customer"],"additionalProperties":false})",
     R"({"type":"object","properties":{"customer":{"type":"string"},"status":{"type":"string"}}})",
     mark_lost},
    {"archive.import_customers", 1,
     "Imports customers from CSV text; columns are fields, axes and attributes.",
     R"({"type":"object","properties":{"csv":{"type":"string"},"on_failure":{"enum":["stop","skip"],"default":"stop"},"dry_run":{"type":"boolean","default":false}},"required":["csv"],"additionalProperties":false})",
     kImportResponse, import},
};

constexpr ChangeKind kChanges[] = {kCustomerCreated, kCustomerUpdated, kCustomerLost, kCustomerRegained,
                                   kAttributeDefined};
}  // namespace

Room archive_room() noexcept {
  return {{}, kChanges, {}, kMethods};
}

}  // namespace crmcore::engine
