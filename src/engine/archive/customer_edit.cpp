#include "engine/archive/customer_edit.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/format.hpp"
#include "engine/archive/derived_classes.hpp"
#include "engine/archive/rows.hpp"
#include "storage/identifier_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

constexpr std::string_view kClassPart = "class:";
constexpr std::string_view kAttributePart = "attribute:";
constexpr std::string_view kContactPart = "contact:";
constexpr std::string_view kIdentifierPart = "identifier:";

[[noreturn]] void throw_unreadable() {
  throw Error(Code::corrupt, "a change of a customer has no readable body");
}

template <class Enum>
Enum told_word(const Json& json) {
  const auto value = enum_of<Enum>(json.text());
  if (!value) throw_unreadable();
  return *value;
}

bool is_nothing(const Json& value) {
  return value.is_null() || (value.is_string() && value.text().empty());
}

}  // namespace

bool is_node_now(const CatalogAxis& axis, std::string_view code, Date today) {
  const Position place = axis.axis.tree.find(code);
  return place != kNowhere && axis.axis.tree.node(place).is_valid_at(today);
}

Date told_day(const Json& json) {
  const auto day = parse_date(json.text());
  if (!day) throw_unreadable();
  return *day;
}

Contact told_contact(const Json& json) {
  Contact contact;
  contact.contact_no = json["contact_no"].get<std::int64_t>();
  contact.level = told_word<ContactLevel>(json["level"]);
  contact.name = json["name"].text();
  contact.title = json["title"].text();
  contact.phone = json["phone"].text();
  contact.email = json["email"].text();
  contact.channel = told_word<ContactChannel>(json["channel"]);
  contact.do_not_contact = json["do_not_contact"].get<bool>();
  return contact;
}

archive::DatedValue told_value(const Json& json) {
  const Json& value = json["value"];
  const Date observed = told_day(json["observed"]);
  if (value.is_string()) return {value.text(), observed};
  return {value.get<std::int64_t>(), observed};
}

CustomerEditor::CustomerEditor(Session& session, WriteScope& write)
    : write_(write),
      store_(write.db()),
      details_(write.db()),
      kept_(session.file().catalog(write.db())),
      catalog_(*kept_),
      overrides_(write.db()),
      updater_(write, catalog_, session.today()),
      today_(session.today()) {}

Json CustomerEditor::contents(CustomerId customer) {
  std::string text;
  CustomerDraft draft = whole(customer);
  write_contents(text, draft, catalog_);
  Json json = parse_json(text);
  for (const CatalogAxis& axis : catalog_.axes()) {
    if (axis.is_derived()) json.erase(std::string(kClassPart).append(axis.row.code));
  }
  return json;
}

std::int64_t CustomerEditor::set(CustomerId customer, const Json& values) {
  CustomerDraft draft = begin(customer);
  storage::read_stored("a change", [&] {
    for (const auto& [member, value] : values.items()) set_member(draft, member, value);
  });
  derive_classes(catalog_, store_, overrides_, draft);
  return write(draft);
}

std::int64_t CustomerEditor::take_back(CustomerId customer, const Json& update,
                                       std::vector<std::string>& kept) {
  const Json now = contents(customer);
  Json values = Json::object();
  storage::read_stored("a change", [&] {
    for (const auto& [member, change] : update.items()) {
      const Json* held = now.find(member);
      const bool is_class = member.starts_with(kClassPart);
      const CatalogAxis* axis =
          is_class ? catalog_.axis(std::string_view(member).substr(kClassPart.size())) : nullptr;
      if (axis != nullptr && axis->is_derived()) continue;  // it follows from what is taken back with it
      const bool is_same = held == nullptr ? is_nothing(change[1]) : *held == change[1];
      if (is_same && may_have(customer, member, change[0])) {
        values[member] = change[0];
      } else {
        kept.push_back(member);
      }
    }
  });
  return set(customer, values);
}

// A unique identifier may be somebody else's by now, a node may have ended.
bool CustomerEditor::may_have(CustomerId customer, std::string_view member, const Json& value) {
  if (is_nothing(value)) return true;
  if (member.starts_with(kClassPart)) {
    const CatalogAxis* axis = catalog_.axis(member.substr(kClassPart.size()));
    return axis != nullptr && is_node_now(*axis, value.text(), today_);
  }
  if (!member.starts_with(kIdentifierPart)) return true;
  const auto kind = enum_of<IdentifierKind>(member.substr(kIdentifierPart.size()));
  if (!kind) throw_unreadable();
  storage::IdentifierStore identifiers(write_.db());
  const bool is_unique = identifiers.is_unique(*kind).value_or(archive::is_unique_by_default(*kind));
  return !is_unique || !identifiers.owner_beside(customer, *kind, value["key"].text());
}

std::int64_t CustomerEditor::clear(CustomerId customer, const std::string& new_code) {
  CustomerDraft draft = whole(customer);
  if (!new_code.empty()) draft.after.code = new_code;
  draft.classes = {};
  for (auto& change : draft.attributes) std::swap(change.before, change.after);
  for (auto& change : draft.contacts) std::swap(change.before, change.after);
  for (auto& change : draft.identifiers) std::swap(change.before, change.after);
  for (auto& change : draft.details) std::swap(change.before, change.after);
  return write(draft);
}

CustomerDraft CustomerEditor::begin(CustomerId customer) {
  CustomerDraft draft;
  draft.before = to_customer(storage::named(store_.find(customer), customer, "customer"));
  draft.after = draft.before;
  draft.classes_before = draft.classes = store_.classes(customer);
  return draft;
}

CustomerDraft CustomerEditor::whole(CustomerId customer) {
  CustomerDraft draft = begin(customer);
  for (auto& row : store_.attributes(customer)) {
    const auto* definition = catalog_.attribute(row.attribute);
    if (definition == nullptr) throw Error(Code::corrupt, "an attribute value has no definition");
    draft.attributes.push_back({row.attribute, definition->code, {}, to_value(std::move(row))});
  }
  for (auto& row : store_.contacts(customer)) draft.contacts.push_back({{}, to_contact(std::move(row))});
  for (auto& row : store_.identifiers(customer))
    draft.identifiers.push_back({{}, to_identifier(std::move(row)), 0});
  for (auto& detail : details_.of(customer)) draft.details.push_back({{}, std::move(detail)});
  return draft;
}

void CustomerEditor::set_member(CustomerDraft& draft, const std::string& member, const Json& value) {
  const CustomerId customer = draft.before.id;
  if (member == "code") {
    draft.after.code = value.text();
  } else if (member == "name") {
    draft.after.name = value.text();
  } else if (member == "kind") {
    draft.after.kind = told_word<CustomerKind>(value);
  } else if (member == "short_name") {
    draft.after.short_name = value.is_null() ? std::string() : value.text();
  } else if (member == "since") {
    draft.after.since = told_day(value);
  } else if (member.starts_with(kClassPart)) {
    const CatalogAxis* axis = catalog_.axis(std::string_view(member).substr(kClassPart.size()));
    if (axis == nullptr) throw_unreadable();
    if (axis->is_derived()) return;
    const Position place =
        is_nothing(value) ? kNowhere : axis->axis.tree.find(std::string_view(value.text()));
    if (place == kNowhere && !is_nothing(value)) throw_unreadable();
    draft.classes[axis->slot()] = place == kNowhere ? NodeId{} : axis->axis.tree.node(place).id;
  } else if (member.starts_with(kAttributePart)) {
    const auto* definition = catalog_.attribute(std::string_view(member).substr(kAttributePart.size()));
    if (definition == nullptr) throw_unreadable();
    archive::AttributeChange change{definition->id, definition->code, {}, {}};
    if (auto row = store_.attribute(customer, definition->id)) change.before = to_value(std::move(*row));
    if (!value.is_null()) change.after = told_value(value);
    if (change.before == change.after) return;
    draft.attributes.push_back(std::move(change));
  } else if (member.starts_with(kContactPart)) {
    std::int64_t number = 0;
    std::from_chars(member.data() + kContactPart.size(), member.data() + member.size(), number);
    archive::ContactChange change;
    for (auto& row : store_.contacts(customer)) {
      if (row.contact_no == number) change.before = to_contact(std::move(row));
    }
    if (!value.is_null()) change.after = told_contact(value);
    if (change.before != change.after) draft.contacts.push_back(std::move(change));
  } else if (member.starts_with(kIdentifierPart)) {
    const auto kind = enum_of<IdentifierKind>(std::string_view(member).substr(kIdentifierPart.size()));
    if (!kind) throw_unreadable();
    archive::IdentifierChange change;
    for (auto& row : store_.identifiers(customer)) {
      if (row.kind == *kind) change.before = to_identifier(std::move(row));
    }
    if (!value.is_null()) change.after = Identifier{*kind, value["value"].text(), value["key"].text()};
    if (change.before != change.after) draft.identifiers.push_back(std::move(change));
  } else if (archive::detail_kind_of(member)) {
    archive::DetailChange change;
    for (auto& detail : details_.of(customer)) {
      if (archive::member_of(detail) == member) change.before = std::move(detail);
    }
    if (!value.is_null()) change.after = archive::told_detail(member, value);
    if (change.before != change.after) draft.details.push_back(std::move(change));
  } else {
    throw_unreadable();
  }
}

std::int64_t CustomerEditor::write(CustomerDraft& draft) {
  if (!draft.is_changed()) return 0;
  std::sort(draft.attributes.begin(), draft.attributes.end(),
            [](const auto& a, const auto& b) { return a.attribute < b.attribute; });
  std::sort(draft.contacts.begin(), draft.contacts.end(),
            [](const auto& a, const auto& b) { return a.number() < b.number(); });
  std::sort(draft.identifiers.begin(), draft.identifiers.end(),
            [](const auto& a, const auto& b) { return a.kind() < b.kind(); });
  std::sort(draft.details.begin(), draft.details.end(),
            [](const auto& a, const auto& b) { return archive::is_before(a.any(), b.any()); });
  const std::int64_t seq = write_.journal().next_seq();
  updater_.write(draft);
  return seq;
}

}  // namespace crmcore::engine
