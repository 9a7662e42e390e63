#include "engine/archive/put_request.hpp"

#include <iterator>
#include <utility>

#include "archive/attributes.hpp"
#include "archive/contacts.hpp"
#include "archive/details.hpp"
#include "archive/identifiers.hpp"
#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kCustomersAtOnceMax = 100'000;
constexpr std::size_t kAttributesAtOnceMax = 1000;
constexpr std::size_t kClassesAtOnceMax = 1000;

void add_invalid(std::vector<Diagnostic>& found, std::string path, std::string message) {
  if (found.size() < kViolationsMax) found.push_back({Code::invalid, std::move(path), std::move(message)});
}

using GivenValue = decltype(AttributeInput::value);

// The value of JSON; appends to `found` when it is of no type that attributes have.
GivenValue read_value(const Json& json, const std::string& path, std::vector<Diagnostic>& found) {
  if (json.is_null()) return std::monostate();
  if (json.is_string()) {
    if (found.size() < kViolationsMax) {
      collect(found, path, {}, [&] { text::require_text(json.text(), archive::kAttributeTextBytesMax, {}); });
    }
    return json.text();
  }
  if (json.is_boolean()) return std::int64_t{json.get<bool>()};
  if (json.is_number_integer()) return json.get<std::int64_t>();
  add_invalid(found, path,
              "an attribute's value is an integer (money in minor units, decimals in millionths), a text, "
              "true or false, or null, which takes it away");
  return {};
}

// null takes the value away.
Json value_schema() {
  return schema::any_of({schema::integer(-kIntegerMax, kIntegerMax),
                         schema::text(archive::kAttributeTextBytesMax), schema::boolean(),
                         schema::nothing()});
}

struct DatedJson {
  const Json* value;
  std::optional<Date> observed;
};

DatedJson read_dated(ObjectReader& in) {
  in.absent_keeps();
  return {in.require_value("value", in.is_describing() ? value_schema() : Json()),
          in.about("absent: the day of the write, or as it is where the value stays").day("observed")};
}

Json attribute_schema() {
  Json dated;
  ObjectReader in(dated);
  read_dated(in);
  return schema::any_of({schema::integer(-kIntegerMax, kIntegerMax),
                         schema::text(archive::kAttributeTextBytesMax), schema::boolean(), schema::nothing(),
                         std::move(dated)});
}

// Reads the attributes of the customer that is the next of the request.
std::vector<AttributeInput> read_attributes(ObjectReader& in, PutRequest& request, std::size_t customer) {
  std::vector<AttributeInput> attributes;
  const auto read = [&](const std::string& code, const Json& json, const std::string& at) {
    const bool is_dated = json.is_object();
    DatedJson given{&json, {}};
    if (is_dated) {
      ObjectReader part(json, at, in.found());
      part.set_zone(in.zone());
      given = read_dated(part);
      part.finish();
      if (given.value == nullptr) return;
    }
    auto value = read_value(*given.value, is_dated ? join_path(at, "value") : at, in.found());
    if (given.value->is_boolean() || given.value->is_string()) {
      request.open.push_back({customer, attributes.size(), given.value->is_boolean(), is_dated});
    }
    attributes.push_back({code, std::move(value), given.observed});
  };
  in.about("code → value, or {value, observed}; null takes it away")
      .each_member("attributes", kAttributesAtOnceMax, in.is_describing() ? attribute_schema() : Json(),
                   read);
  return attributes;
}

std::vector<ClassInput> read_classes(ObjectReader& in) {
  std::vector<ClassInput> classes;
  const auto read = [&](const std::string& axis, const Json& json, const std::string& at) {
    if (json.is_string() || json.is_null()) {
      classes.push_back({axis, json.is_null() ? std::string() : json.text()});
    } else {
      add_invalid(in.found(), at, "a class is named by a text, or null for unknown");
    }
  };
  in.about("axis → node by code, name or alias; null for unknown")
      .each_member("classes", kClassesAtOnceMax,
                   in.is_describing() ? schema::nullable(schema::text()) : Json(), read);
  return classes;
}

ContactInput read_contact(ObjectReader& in) {
  ContactInput contact;
  contact.contact_no = in.about("absent: found by name with phone or email, else a new one")
                           .integer("contact_no", 1, archive::kContactNoMax)
                           .value_or(0);
  contact.level = in.about("of a new one: operational").word<ContactLevel>("level");
  contact.name = in.about("needed without contact_no, and by a new one").text("name", kNameBytesMax);
  contact.title = in.clearable_text("title", kNameBytesMax);
  contact.phone = in.clearable_text("phone", archive::kPhoneBytesMax);
  contact.email = in.clearable_text("email", kNameBytesMax);
  contact.channel = in.clearable_word("channel", ContactChannel::unspecified);
  contact.do_not_contact = in.boolean("do_not_contact");
  contact.remove = in.about("takes the contact away").boolean_or("remove", false);
  return contact;
}

IdentifierInput read_identifier(ObjectReader& in) {
  IdentifierInput identifier;
  identifier.kind = in.require_word<IdentifierKind>("kind");
  identifier.value =
      in.about("as people write it; needed unless it is removed").text("value", archive::kIdentifierBytesMax);
  identifier.remove =
      in.about("takes it away; with a value only where that is the one").boolean_or("remove", false);
  return identifier;
}

std::vector<IdentifierInput> read_identifiers(ObjectReader& in) {
  return in.about("one of a kind; kinds that are not named stay")
      .objects("identifiers", archive::kIdentifierKinds, read_identifier);
}

std::optional<std::string> read_word_text(ObjectReader& in, const archive::DetailField& field) {
  const auto index = in.word(field.name, field.words);
  return index ? std::optional(std::string(field.words[*index])) : std::nullopt;
}

// What must be there cannot be cleared.
std::optional<std::string> read_field_text(ObjectReader& in, const archive::DetailField& field) {
  if (!field.words.empty()) return read_word_text(in, field);
  if (field.is_key || field.is_required) return in.text(field.name, field.bytes_max);
  return in.clearable_text(field.name, field.bytes_max);
}

DetailInput read_detail(ObjectReader& in, DetailKind kind) {
  DetailInput input;
  input.kind = kind;
  for (const archive::DetailField& field : archive::form_of(kind).fields) {
    in.about(field.about);
    switch (field.part) {
      case archive::DetailPart::use:
        input.use = read_field_text(in, field);
        break;
      case archive::DetailPart::label:
        input.label = read_field_text(in, field);
        break;
      case archive::DetailPart::place:
        input.place = read_field_text(in, field);
        break;
      case archive::DetailPart::text:
        input.text = read_field_text(in, field);
        break;
      case archive::DetailPart::number:
        input.number = in.integer(field.name, 1, archive::kNoteNoMax);
        break;
      case archive::DetailPart::customer:
        input.customer = in.text(field.name, kCodeBytesMax);
        break;
      case archive::DetailPart::amount:
        input.amount = in.clearable_integer(field.name, -kIntegerMax, kIntegerMax);
        break;
    }
  }
  input.observed =
      in.about("absent: the day of the write, or as it is where nothing else changes").day("observed");
  input.until = in.about("the last day").clearable_date("until");
  input.source = in.clearable_text("source", archive::kDetailSourceBytesMax);
  input.confidence = in.about("how sure it is").word<Confidence>("confidence");
  input.remove = in.about("takes it away").boolean_or("remove", false);
  return input;
}

std::vector<DetailInput> read_details(ObjectReader& in) {
  std::vector<DetailInput> details;
  for (std::size_t kind = 0; kind < archive::kDetailKinds; ++kind) {
    const auto of = static_cast<DetailKind>(kind);
    const archive::DetailForm& form = archive::form_of(of);
    const std::string about = fmt::format("one of each {}; those not named stay", form.key_rule);
    auto list = in.about(about).objects(form.plural, archive::kDetailsMax,
                                        [&](ObjectReader& one) { return read_detail(one, of); });
    std::move(list.begin(), list.end(), std::back_inserter(details));
  }
  return details;
}

}  // namespace

CustomerInput read_new_customer(ObjectReader& in) {
  CustomerInput input;
  input.name = in.text("name", kNameBytesMax);
  input.kind = in.word<CustomerKind>("kind");
  input.classes = read_classes(in);
  input.identifiers = read_identifiers(in);
  input.contacts = in.objects("contacts", archive::kContactsMax, read_contact);
  return input;
}

PutRequest read_put(ObjectReader& in) {
  PutRequest request;
  std::size_t count = 0;
  in.absent_keeps();
  request.customers = in.require_objects("customers", kCustomersAtOnceMax, [&](ObjectReader& one) {
    CustomerInput input;
    input.code = one.require_text("code", kCodeBytesMax);
    input.new_code = one.about("from now on; the one of before goes on naming the customer")
                         .text("new_code", kCodeBytesMax);
    input.name = one.about("a new customer needs one").text("name", kNameBytesMax);
    input.kind = one.word<CustomerKind>("kind");
    input.short_name = one.clearable_text("short_name", kNameBytesMax);
    input.since = one.day("since");
    input.version = one.about("refused unless it is the one stored").integer("version", 1, kIntegerMax);
    input.attributes = read_attributes(one, request, count);
    input.classes = read_classes(one);
    input.identifiers = read_identifiers(one);
    input.details = read_details(one);
    input.contacts =
        one.about("those not named stay").objects("contacts", archive::kContactsMax, read_contact);
    input.replace =
        one.about("contacts are all there are to be: those not named go").boolean_or("replace", false);
    if (input.replace && !one.has("contacts"))
      one.fail(Code::invalid, "replace", "there is no list of contacts beside it");
    ++count;
    return input;
  });
  return request;
}

void settle_values(const Catalog& catalog, const Zone& zone, PutRequest& request) {
  std::vector<Diagnostic> found;
  for (const PutRequest::Open& open : request.open) {
    AttributeInput& input = request.customers[open.customer].attributes[open.attribute];
    const auto* definition = catalog.attribute(std::string_view(input.attribute));
    if (definition == nullptr) continue;
    const AttributeType type = definition->type;
    const auto refuse = [&](std::string message) {
      std::string path = join_path(join_path("/customers", open.customer) + "/attributes", input.attribute);
      add_invalid(found, open.is_dated ? join_path(path, "value") : std::move(path), std::move(message));
    };
    if (open.is_boolean) {
      if (type != AttributeType::boolean) {
        refuse(fmt::format("attribute '{}' is not a boolean", definition->code));
      }
    } else if (type == AttributeType::date) {
      const auto date = parse_day(std::get<std::string>(input.value), zone);
      if (!date) refuse(fmt::format("a date YYYY-MM-DD is required, with {} at most", kTimeForm));
      input.value = std::int64_t{date.value_or(Date{}).days};
    }
  }
  throw_if_any(std::move(found));
}

}  // namespace crmcore::engine
