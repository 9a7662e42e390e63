#include "engine/archive/put_customers.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kNameBytesMax = 512;
constexpr std::size_t kTextBytesMax = 1024;
constexpr std::size_t kPhoneBytesMax = 64;
constexpr std::size_t kContactsMax = 100;
constexpr std::int64_t kContactNoMax = 1'000'000;

constexpr std::string_view kKinds[] = {"company", "household", "person"};
constexpr std::string_view kStatuses[] = {"prospect", "existing", "lost"};

// The least and the greatest stored number of an attribute.
std::pair<std::int64_t, std::int64_t> allowed_numbers(const storage::AttributeDefinitionRow& definition) {
  const bool is_boolean = definition.type == static_cast<std::int32_t>(AttributeType::boolean);
  const bool is_date = definition.type == static_cast<std::int32_t>(AttributeType::date);
  const std::int64_t least = is_boolean ? 0 : is_date ? kDateMin.days : -kIntegerMax;
  const std::int64_t greatest = is_boolean ? 1 : is_date ? kDateMax.days : kIntegerMax;
  return {std::max(least, definition.minimum.value_or(least)),
          std::min(greatest, definition.maximum.value_or(greatest))};
}

std::string number_text(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : std::string("null");
}

void append_field(std::string& body, std::string_view name) {
  if (body.back() != '{') body.push_back(',');
  append_json_text(body, name);
  body.push_back(':');
}

void append_text_change(std::string& body, std::string_view name, std::string_view before,
                        std::string_view after) {
  if (before == after) return;
  append_field(body, name);
  body.push_back('[');
  append_json_text(body, before);
  body.push_back(',');
  append_json_text(body, after);
  body.push_back(']');
}

void append_attribute(std::string& body, const storage::AttributeRow& row) {
  body += R"({"value":)";
  if (row.text) {
    append_json_text(body, *row.text);
  } else {
    body += number_text(row.number);
  }
  body.append(R"(,"observed":")").append(format_date(row.observed)).append("\"}");
}

std::string contact_json(const storage::ContactRow& row) {
  Json json{{"contact_no", row.contact_no},
            {"level", row.level},
            {"name", row.name},
            {"title", row.title},
            {"phone", row.phone},
            {"email", row.email},
            {"channel", row.channel},
            {"do_not_contact", row.do_not_contact}};
  return dump_json(json);
}

bool same(const storage::ContactRow& a, const storage::ContactRow& b) {
  return contact_json(a) == contact_json(b);
}

}  // namespace

std::string_view kind_name(CustomerKind kind) noexcept {
  return kKinds[static_cast<std::size_t>(kind)];
}
std::string_view status_name(CustomerStatus status) noexcept {
  return kStatuses[static_cast<std::size_t>(status)];
}

struct CustomerPutter::Draft {
  bool is_new = false;
  std::string key;
  storage::CustomerRow before;
  storage::CustomerRow row;
  storage::ClassRow classes_before{};
  storage::ClassRow classes{};
  struct AttributeChange {
    const storage::AttributeDefinitionRow* definition;
    std::optional<storage::AttributeRow> before;
    storage::AttributeRow after;
  };
  std::vector<AttributeChange> attributes;
  struct ContactChange {
    std::optional<storage::ContactRow> before;
    storage::ContactRow after;
  };
  std::vector<ContactChange> contacts;

  bool is_changed() const {
    return row.name != before.name || row.kind != before.kind || row.short_name != before.short_name ||
           row.since != before.since || classes != classes_before || !attributes.empty() || !contacts.empty();
  }
};

CustomerPutter::CustomerPutter(Session& session, WriteScope& write)
    : session_(session),
      write_(write),
      store_(write.db()),
      catalog_(session.catalog()),
      today_(session.today()),
      last_id_(store_.last_id()),
      last_key_(store_.last_key()) {}

PutResult put_customers(Session& session, std::span<const CustomerInput> customers, const std::string& path) {
  WriteScope write(session);
  CustomerPutter putter(session, write);
  PutResult result;
  std::vector<Diagnostic> found;
  std::string at;
  for (std::size_t i = 0; i < customers.size(); ++i) {
    at.assign(path).append("/").append(std::to_string(i));
    if (i % 1024 == 1023)
      session.tick(static_cast<std::int64_t>(i), static_cast<std::int64_t>(customers.size()));
    switch (putter.put(customers[i], at, found)) {
      case CustomerPutter::Outcome::created:
        ++result.created;
        break;
      case CustomerPutter::Outcome::updated:
        ++result.updated;
        break;
      case CustomerPutter::Outcome::unchanged:
        ++result.unchanged;
        break;
    }
    if (found.size() >= kDiagnosticsMax) break;
  }
  throw_if_any(std::move(found));
  write.commit();
  return result;
}

CustomerId put_customer(Session& session, const CustomerInput& customer) {
  WriteScope write(session);
  CustomerPutter putter(session, write);
  std::vector<Diagnostic> found;
  putter.put(customer, "", found);
  throw_if_any(std::move(found));
  write.commit();
  return putter.last_put();
}

CustomerPutter::Outcome CustomerPutter::put(const CustomerInput& input, const std::string& path,
                                            std::vector<Diagnostic>& found) {
  const std::size_t found_before = found.size();
  check_fields(input, path, found);
  if (found.size() != found_before) return Outcome::unchanged;
  Draft draft;
  if (!load(input, path, draft, found)) return Outcome::unchanged;
  set_attributes(input, path, draft, found);
  derive_classes(draft);
  set_classes(input, path, draft, found);
  set_contacts(input, path, draft, found);
  if (found.size() != found_before) return Outcome::unchanged;
  last_put_ = draft.row.id;
  if (draft.is_new) {
    write_created(draft);
    return Outcome::created;
  }
  if (!draft.is_changed()) return Outcome::unchanged;
  write_updated(draft);
  return Outcome::updated;
}

void CustomerPutter::check_fields(const CustomerInput& input, const std::string& path,
                                  std::vector<Diagnostic>& found) {
  collect(found, path, "/code", [&] { text::require_code(input.code, {}); });
  if (input.name) collect(found, path, "/name", [&] { text::require_name(*input.name, {}); });
  if (input.short_name) {
    collect(found, path, "/short_name", [&] { text::require_text(*input.short_name, kNameBytesMax, {}); });
  }
  if (input.kind && (*input.kind < CustomerKind::company || *input.kind > CustomerKind::person)) {
    found.push_back(
        {Code::invalid, path + "/kind", "unknown kind; company, household or person are allowed"});
  }
  if (input.since && (*input.since < kDateMin || kDateMax < *input.since)) {
    found.push_back({Code::range, path + "/since", "the date lies outside 0001-01-01 to 9999-12-31"});
  }
}

bool CustomerPutter::load(const CustomerInput& input, const std::string& path, Draft& draft,
                          std::vector<Diagnostic>& found) {
  draft.key = text::key_form(input.code);
  auto known = draft.key > last_key_ ? std::nullopt : store_.find(draft.key);
  draft.is_new = !known.has_value();
  if (known) {
    if (known->code != input.code) {
      found.push_back(
          {Code::conflict, path + "/code",
           "another customer's code differs only in its Unicode form; use that customer's own form"});
      return false;
    }
    if (input.version && *input.version != known->version) {
      found.push_back({Code::conflict, path + "/version",
                       fmt::format("the customer is at version {}, not {}; read it again", known->version,
                                   *input.version)});
      return false;
    }
    draft.before = *known;
    draft.row = std::move(*known);
    if (!input.classes.empty() || !input.attributes.empty()) {
      draft.classes_before = draft.classes = store_.classes(draft.row.id);
    }
  } else {
    if (input.version) {
      found.push_back({Code::conflict, path + "/version", "there is no such customer, so it has no version"});
      return false;
    }
    if (!input.name) {
      found.push_back({Code::invalid, path + "/name", "a new customer needs a name"});
      return false;
    }
    draft.row.id = CustomerId{last_id_.value + 1};
    draft.row.code = input.code;
    draft.row.since = today_;
  }
  if (input.name) draft.row.name = *input.name;
  if (input.kind) draft.row.kind = static_cast<std::int32_t>(*input.kind);
  if (input.short_name) draft.row.short_name = *input.short_name;
  if (input.since) draft.row.since = *input.since;
  return true;
}

void CustomerPutter::set_attributes(const CustomerInput& input, const std::string& path, Draft& draft,
                                    std::vector<Diagnostic>& found) {
  for (std::size_t i = 0; i < input.attributes.size(); ++i) {
    const AttributeInput& given = input.attributes[i];
    const auto at = [&] { return join_path(path + "/attributes", given.attribute); };
    const auto* definition = catalog_.attribute(std::string_view(given.attribute));
    if (!definition) {
      found.push_back(
          {Code::not_found, at(),
           fmt::format("no attribute '{}'; defined are: {}", given.attribute, catalog_.attribute_codes())});
      continue;
    }
    storage::AttributeRow row{definition->id, {}, {}, given.observed.value_or(today_)};
    const auto is_same = [&](const AttributeInput& other) { return other.attribute == given.attribute; };
    if (std::any_of(input.attributes.begin(), input.attributes.begin() + static_cast<std::ptrdiff_t>(i),
                    is_same)) {
      found.push_back({Code::invalid, at(), fmt::format("attribute '{}' is given twice", given.attribute)});
      continue;
    }
    const auto type = static_cast<AttributeType>(definition->type);
    if (const auto* text = std::get_if<std::string>(&given.value)) {
      if (type != AttributeType::text) {
        found.push_back({Code::invalid, at(), fmt::format("attribute '{}' is a number", given.attribute)});
        continue;
      }
      collect(found, at(), {}, [&] { text::require_text(*text, kTextBytesMax, {}); });
      row.text = *text;
    } else {
      const std::int64_t number = std::get<std::int64_t>(given.value);
      const auto [low, high] = allowed_numbers(*definition);
      if (type == AttributeType::text) {
        found.push_back({Code::invalid, at(), fmt::format("attribute '{}' is a text", given.attribute)});
        continue;
      }
      if (number < low || number > high) {
        found.push_back(
            {Code::range, at(),
             fmt::format("{} for attribute '{}'; {} to {} are allowed", number, given.attribute, low, high)});
        continue;
      }
      row.number = number;
    }
    auto before = draft.is_new ? std::nullopt : store_.attribute(draft.row.id, definition->id);
    if (before && before->number == row.number && before->text == row.text &&
        before->observed == row.observed)
      continue;
    draft.attributes.push_back({definition, std::move(before), std::move(row)});
  }
}

void CustomerPutter::derive_classes(Draft& draft) {
  for (const CatalogAxis& axis : catalog_.axes()) {
    if (!axis.is_derived()) continue;
    for (const auto& change : draft.attributes) {
      if (change.after.attribute != axis.attribute || !change.after.number) continue;
      const Position position = axis.axis.place(*change.after.number);
      draft.classes[axis.slot()] = position == kNowhere ? NodeId{} : axis.axis.tree.node(position).id;
    }
  }
}

std::optional<NodeId> CustomerPutter::resolve(const CatalogAxis& axis, const std::string& text,
                                              Diagnostic& refusal) {
  if (text.empty()) return NodeId{};
  resolve_key_.assign(axis.row.code).append("\n").append(text);
  if (const auto known = resolved_.find(resolve_key_); known != resolved_.end()) return known->second;
  const auto resolution = axis.axis.tree.resolve(text, today_);
  if (resolution.kind != classification::Resolution::Kind::found) {
    const bool is_unknown = resolution.kind == classification::Resolution::Kind::unknown;
    refusal.code = is_unknown ? Code::not_found : Code::invalid;
    refusal.message = fmt::format("axis '{}': {}", axis.row.code, resolution.reason);
    return std::nullopt;
  }
  const NodeId node = axis.axis.tree.node(resolution.position).id;
  resolved_.emplace(resolve_key_, node);
  return node;
}

void CustomerPutter::set_classes(const CustomerInput& input, const std::string& path, Draft& draft,
                                 std::vector<Diagnostic>& found) {
  for (std::size_t i = 0; i < input.classes.size(); ++i) {
    const ClassInput& given = input.classes[i];
    const auto at = [&] { return join_path(path + "/classes", given.axis); };
    const auto is_same = [&](const ClassInput& other) { return other.axis == given.axis; };
    const CatalogAxis* axis = catalog_.axis(std::string_view(given.axis));
    if (!axis) {
      found.push_back({Code::not_found, at(),
                       fmt::format("no axis '{}'; defined are: {}", given.axis, catalog_.axis_codes())});
    } else if (axis->is_derived()) {
      found.push_back(
          {Code::invalid, at(),
           fmt::format("the class on axis '{}' follows from attribute '{}' and is not set by hand",
                       given.axis, axis->axis.attribute)});
    } else if (std::any_of(input.classes.begin(), input.classes.begin() + static_cast<std::ptrdiff_t>(i),
                           is_same)) {
      found.push_back(
          {Code::invalid, at(), fmt::format("the class on axis '{}' is given twice", given.axis)});
    } else {
      Diagnostic refusal{};
      const auto node = resolve(*axis, given.node, refusal);
      draft.classes[axis->slot()] = node.value_or(NodeId{});
      if (!node) found.push_back({refusal.code, at(), std::move(refusal.message)});
    }
  }
  for (const CatalogAxis& axis : catalog_.axes()) {
    const bool is_touched = draft.is_new || draft.classes[axis.slot()] != draft.classes_before[axis.slot()];
    if (axis.row.is_required && is_touched && !draft.classes[axis.slot()]) {
      found.push_back({Code::invalid, path + "/classes",
                       fmt::format("axis '{}' is required; the customer has no class on it", axis.row.code)});
    }
  }
}

void CustomerPutter::set_contacts(const CustomerInput& input, const std::string& path, Draft& draft,
                                  std::vector<Diagnostic>& found) {
  if (input.contacts.empty()) return;
  const auto known = draft.is_new ? std::vector<storage::ContactRow>{} : store_.contacts(draft.row.id);
  std::int64_t last_no = known.empty() ? 0 : known.back().contact_no;
  std::set<std::int64_t> numbers;
  if (known.size() + input.contacts.size() > kContactsMax) {
    found.push_back({Code::limit, path + "/contacts", fmt::format("more than {} contacts", kContactsMax)});
    return;
  }
  for (std::size_t i = 0; i < input.contacts.size(); ++i) {
    const ContactInput& given = input.contacts[i];
    const std::string at = fmt::format("{}/contacts/{}", path, i);
    collect(found, at, "/name", [&] { text::require_name(given.name, {}); });
    collect(found, at, "/title", [&] { text::require_text(given.title, kNameBytesMax, {}); });
    collect(found, at, "/phone", [&] { text::require_text(given.phone, kPhoneBytesMax, {}); });
    collect(found, at, "/email", [&] { text::require_text(given.email, kNameBytesMax, {}); });
    if (given.contact_no < 0 || given.contact_no > kContactNoMax) {
      found.push_back({Code::range, at + "/contact_no", fmt::format("0 to {} are allowed", kContactNoMax)});
      continue;
    }
    const auto level = static_cast<std::int32_t>(given.level);
    const auto channel = static_cast<std::int32_t>(given.channel);
    if (level < 0 || level > 2) found.push_back({Code::invalid, at + "/level", "0 to 2 are allowed"});
    if (channel < 0 || channel > 4) found.push_back({Code::invalid, at + "/channel", "0 to 4 are allowed"});
    const std::int64_t number = given.contact_no != 0 ? given.contact_no : last_no + 1;
    last_no = std::max(last_no, number);
    if (!numbers.insert(number).second) {
      found.push_back({Code::invalid, at + "/contact_no", fmt::format("contact {} is given twice", number)});
      continue;
    }
    storage::ContactRow row{number,      level,       given.name, given.title,
                            given.phone, given.email, channel,    given.do_not_contact};
    const auto before = std::find_if(known.begin(), known.end(),
                                     [&](const auto& contact) { return contact.contact_no == number; });
    if (before == known.end()) {
      draft.contacts.push_back({std::nullopt, std::move(row)});
    } else if (!same(*before, row)) {
      draft.contacts.push_back({*before, std::move(row)});
    }
  }
}

void CustomerPutter::write_created(Draft& draft) {
  draft.row.version = write_.journal().next_seq();
  last_id_ = draft.row.id;
  if (draft.key > last_key_) last_key_ = draft.key;
  store_.insert(draft.row, draft.key);
  store_.insert_classes(draft.row.id, draft.classes);

  body_ = R"({"code":)";
  append_json_text(body_, draft.row.code);
  append_field(body_, "name");
  append_json_text(body_, draft.row.name);
  append_field(body_, "kind");
  append_json_text(body_, kKinds[draft.row.kind]);
  if (!draft.row.short_name.empty()) {
    append_field(body_, "short_name");
    append_json_text(body_, draft.row.short_name);
  }
  append_field(body_, "since");
  append_json_text(body_, format_date(draft.row.since));
  for (const CatalogAxis& axis : catalog_.axes()) {
    const auto* node = axis.node(draft.classes[axis.slot()]);
    if (!node) continue;
    append_field(body_, "class:" + axis.row.code);
    append_json_text(body_, node->code);
  }
  for (const auto& attribute : draft.attributes) {
    store_.put_attribute(draft.row.id, attribute.after);
    append_field(body_, "attribute:" + attribute.definition->code);
    append_attribute(body_, attribute.after);
  }
  for (const auto& contact : draft.contacts) {
    store_.put_contact(draft.row.id, contact.after);
    append_field(body_, fmt::format("contact:{}", contact.after.contact_no));
    body_ += contact_json(contact.after);
  }
  body_.push_back('}');
  write_.journal().add(kCustomerCreated, draft.row.id, body_);
}

// Ends the present class on an axis today. A class that began today (or later, by a clock that was set)
// leaves no interval behind.
void CustomerPutter::end_class(const Draft& draft, const CatalogAxis& axis) {
  const Date from = store_.last_change(draft.row.id, axis.row.id).value_or(draft.before.since);
  if (!(from < today_)) return;
  store_.insert_past(draft.row.id, {axis.row.id, from, today_, draft.classes_before[axis.slot()]});
}

void CustomerPutter::write_updated(Draft& draft) {
  draft.row.version = write_.journal().next_seq();
  store_.update(draft.row);
  body_ = "{";
  append_text_change(body_, "name", draft.before.name, draft.row.name);
  append_text_change(body_, "kind", kKinds[draft.before.kind], kKinds[draft.row.kind]);
  append_text_change(body_, "short_name", draft.before.short_name, draft.row.short_name);
  append_text_change(body_, "since", format_date(draft.before.since), format_date(draft.row.since));
  if (draft.classes != draft.classes_before) store_.update_classes(draft.row.id, draft.classes);
  for (const CatalogAxis& axis : catalog_.axes()) {
    const NodeId before = draft.classes_before[axis.slot()];
    const NodeId after = draft.classes[axis.slot()];
    if (before == after) continue;
    end_class(draft, axis);
    const auto code = [&](NodeId id) { return axis.node(id) ? std::string_view(axis.node(id)->code) : ""; };
    append_text_change(body_, "class:" + axis.row.code, code(before), code(after));
  }
  for (const auto& change : draft.attributes) {
    store_.put_attribute(draft.row.id, change.after);
    append_field(body_, "attribute:" + change.definition->code);
    body_.push_back('[');
    if (change.before) {
      append_attribute(body_, *change.before);
    } else {
      body_ += "null";
    }
    body_.push_back(',');
    append_attribute(body_, change.after);
    body_.push_back(']');
  }
  for (const auto& change : draft.contacts) {
    store_.put_contact(draft.row.id, change.after);
    append_field(body_, fmt::format("contact:{}", change.after.contact_no));
    body_ += fmt::format("[{},{}]", change.before ? contact_json(*change.before) : "null",
                         contact_json(change.after));
  }
  body_.push_back('}');
  write_.journal().add(kCustomerUpdated, draft.row.id, body_);
}

}  // namespace crmcore::engine
