// Bodies are written by hand, not as JSON values: a value for each of a million customers costs more than
// putting them.
#include "engine/archive/customer_draft.hpp"

#include "base/format.hpp"
#include "base/json.hpp"

namespace crmcore::engine {
namespace {

void append_field(std::string& body, std::string_view name) {
  if (body.back() != '{') body.push_back(',');
  append_json_text(body, name);
  body.push_back(':');
}

void append_text_field(std::string& body, std::string_view name, std::string_view value) {
  append_field(body, name);
  append_json_text(body, value);
}

// The name of a member: a prefix that needs no escapes, and a code that may.
void append_prefixed(std::string& body, std::string_view prefix, std::string_view code) {
  const std::size_t quote = body.size() + prefix.size();
  body += prefix;
  append_json_text(body, code);
  body.erase(quote, 1);
  body.push_back(':');
}

// With the day of the change where the archive keeps what was before.
void append_text_change(std::string& body, std::string_view name, std::string_view before,
                        std::string_view after, std::optional<Date> day = std::nullopt) {
  if (before == after) return;
  append_field(body, name);
  body.push_back('[');
  append_json_text(body, before);
  body.push_back(',');
  append_json_text(body, after);
  if (day) append_json_text(body += ',', format_date(*day));
  body.push_back(']');
}

void append_value(std::string& body, const archive::DatedValue& held) {
  body += R"({"value":)";
  if (const auto* text = std::get_if<std::string>(&held.value)) {
    append_json_text(body, *text);
  } else {
    body += std::to_string(std::get<std::int64_t>(held.value));
  }
  body.append(R"(,"observed":")").append(format_date(held.observed)).append("\"}");
}

void append_contact(std::string& body, const Contact& contact) {
  body += fmt::format(R"({{"contact_no":{})", contact.contact_no);
  append_text_field(body, "level", word_of(contact.level));
  append_text_field(body, "name", contact.name);
  append_text_field(body, "title", contact.title);
  append_text_field(body, "phone", contact.phone);
  append_text_field(body, "email", contact.email);
  append_text_field(body, "channel", word_of(contact.channel));
  append_field(body, "do_not_contact");
  body.append(contact.do_not_contact ? "true" : "false").push_back('}');
}

void append_identifier(std::string& body, const Identifier& identifier) {
  body += R"({"value":)";
  append_json_text(body, identifier.value);
  append_text_field(body, "key", identifier.key);
  body.push_back('}');
}

void append_detail(std::string& body, const Detail& detail) {
  body += dump_json(archive::detail_json(detail));
}

}  // namespace

void write_contents(std::string& body, const CustomerDraft& draft, const Catalog& catalog) {
  body = R"({"code":)";
  append_json_text(body, draft.after.code);
  body += R"(,"name":)";
  append_json_text(body, draft.after.name);
  body.append(R"(,"kind":")").append(word_of(draft.after.kind)).push_back('"');
  if (!draft.after.short_name.empty()) {
    body += R"(,"short_name":)";
    append_json_text(body, draft.after.short_name);
  }
  body.append(R"(,"since":")").append(format_date(draft.after.since)).push_back('"');
  for (const CatalogAxis& axis : catalog.axes()) {
    const auto* node = axis.node(draft.classes[axis.slot()]);
    if (node == nullptr) continue;
    append_prefixed(body, R"(,"class:)", axis.row.code);
    append_json_text(body, node->code);
  }
  for (const auto& change : draft.attributes) {
    append_prefixed(body, R"(,"attribute:)", change.code);
    append_value(body, *change.after);
  }
  for (const auto& change : draft.contacts) {
    body.append(R"(,"contact:)").append(std::to_string(change.number())).append(R"(":)");
    append_contact(body, *change.after);
  }
  for (const auto& change : draft.identifiers) {
    body.append(R"(,"identifier:)").append(word_of(change.kind())).append(R"(":)");
    append_identifier(body, *change.after);
  }
  for (const auto& change : draft.details) {
    append_field(body, archive::member_of(*change.after));
    append_detail(body, *change.after);
  }
  body.push_back('}');
}

void write_updated_body(std::string& body, const CustomerDraft& draft, const Catalog& catalog, Date today) {
  body = "{";
  append_text_change(body, "code", draft.before.code, draft.after.code);
  append_text_change(body, "name", draft.before.name, draft.after.name);
  append_text_change(body, "kind", word_of(draft.before.kind), word_of(draft.after.kind));
  append_text_change(body, "short_name", draft.before.short_name, draft.after.short_name);
  append_text_change(body, "since", format_date(draft.before.since), format_date(draft.after.since));
  for (const CatalogAxis& axis : catalog.axes()) {
    const auto code = [&](NodeId id) { return axis.node(id) ? std::string_view(axis.node(id)->code) : ""; };
    append_text_change(body, "class:" + axis.row.code, code(draft.classes_before[axis.slot()]),
                       code(draft.classes[axis.slot()]), today);
  }
  const auto append_pair = [&](const auto& change, auto append) {
    const auto append_maybe = [&](const auto& held) { held ? append(body, *held) : void(body += "null"); };
    body.push_back('[');
    append_maybe(change.before);
    body.push_back(',');
    append_maybe(change.after);
    body.push_back(']');
  };
  for (const auto& change : draft.attributes) {
    append_field(body, std::string("attribute:").append(change.code));
    append_pair(change, append_value);
  }
  for (const auto& change : draft.contacts) {
    append_field(body, fmt::format("contact:{}", change.number()));
    append_pair(change, append_contact);
  }
  for (const auto& change : draft.identifiers) {
    append_field(body, std::string("identifier:").append(word_of(change.kind())));
    append_pair(change, append_identifier);
  }
  for (const auto& change : draft.details) {
    append_field(body, archive::member_of(change.any()));
    append_pair(change, append_detail);
  }
  body.push_back('}');
}

}  // namespace crmcore::engine
