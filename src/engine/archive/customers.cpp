#include "engine/archive/customers.hpp"

#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "engine/archive/change_log.hpp"
#include "engine/archive/rows.hpp"
#include "engine/core/naming.hpp"
#include "storage/customer_store.hpp"
#include "storage/detail_store.hpp"
#include "storage/journal_store.hpp"

namespace crmcore::engine {
namespace {

storage::CustomerRow require_row(sqlite::Connection& db, CustomerId id) {
  auto row = storage::CustomerStore(db).present(id);
  if (!row) throw_no_customer(db, id, "/customer");
  return std::move(*row);
}

// The classes on a day; absent: now.
storage::ClassRow class_row_of(Session& session, CustomerId customer, std::optional<Date> as_of) {
  storage::CustomerStore store(session.db());
  const auto row = require_row(session.db(), customer);
  storage::ClassRow classes = store.classes(customer);
  if (!as_of) return classes;
  if (*as_of < row.since) return {};  // intervals may begin before, since the day was corrected
  for (const auto& past : store.past(customer)) {
    const CatalogAxis* axis = session.catalog().axis(past.axis);
    if (axis && past.from <= *as_of && *as_of < past.to) classes[axis->slot()] = past.node;
  }
  return classes;
}

// Names and path are those of the day, too.
ClassOf class_on(const CatalogAxis& axis, const storage::ClassRow& classes, std::optional<Date> as_of) {
  ClassOf of{axis.row.code, {}, {}, {}};
  if (const auto* node = axis.node(classes[axis.slot()])) {
    of.node = node->code;
    of.path = axis.axis.tree.path_names(axis.axis.tree.find(node->id), as_of);
    of.name = of.path.back();
  }
  return of;
}

// The code as it is stored, if it is one that could be.
std::optional<std::string> key_of(std::string_view code) {
  if (code.empty() || code.size() > kCodeBytesMax || text::find_invalid_utf8(code)) return std::nullopt;
  return text::key_form(code);
}

}  // namespace

std::optional<CustomerId> find_customer_id(Session& session, std::string_view code) {
  const auto key = key_of(code);
  const CustomerId id = key ? storage::CustomerStore(session.db()).id_of(*key) : CustomerId{};
  return id ? std::optional(id) : std::nullopt;
}

std::optional<Customer> find_customer(Session& session, CustomerId id) {
  auto whole = storage::CustomerStore(session.db()).find_whole(id);
  return whole ? std::optional(to_customer(std::move(*whole))) : std::nullopt;
}

std::optional<Customer> find_customer(Session& session, std::string_view code) {
  const auto key = key_of(code);
  if (!key) return std::nullopt;
  auto whole = storage::CustomerStore(session.db()).find_whole(*key);
  return whole ? std::optional(to_customer(std::move(*whole))) : std::nullopt;
}

std::string read_customer_code(ObjectReader& in) {
  return in.require_text("customer", kCodeBytesMax);
}

CustomerId require_customer(Session& session, std::string_view code, const std::string& path) {
  if (const auto id = find_customer_id(session, code)) return *id;
  throw Error(Code::not_found, fmt::format("no customer '{}'", text::find_invalid_utf8(code) ? "?" : code),
              path);
}

std::vector<Contact> contacts_of(Session& session, CustomerId id) {
  std::vector<Contact> contacts;
  for (auto& row : storage::CustomerStore(session.db()).contacts(id)) {
    contacts.push_back(to_contact(std::move(row)));
  }
  return contacts;
}

std::vector<std::string> past_codes_of(Session& session, CustomerId id) {
  return storage::CustomerStore(session.db()).past_codes(id);
}

std::vector<Attribute> attributes_of(Session& session, CustomerId id) {
  std::vector<Attribute> attributes;
  for (auto& row : storage::CustomerStore(session.db()).attributes(id)) {
    const auto* definition = session.catalog().attribute(row.attribute);
    if (!definition) throw Error(Code::corrupt, "an attribute value has no definition");
    auto [value, observed] = to_value(std::move(row));
    attributes.push_back({definition->code, definition->type, std::move(value), observed});
  }
  return attributes;
}

std::vector<Identifier> identifiers_of(Session& session, CustomerId id) {
  std::vector<Identifier> identifiers;
  for (auto& row : storage::CustomerStore(session.db()).identifiers(id))
    identifiers.push_back(to_identifier(std::move(row)));
  return identifiers;
}

std::vector<Detail> details_of(Session& session, CustomerId id) {
  return storage::DetailStore(session.db()).of(id);
}

std::vector<ClassOf> classes_of(Session& session, CustomerId customer, std::optional<Date> as_of) {
  const storage::ClassRow classes = class_row_of(session, customer, as_of);
  std::vector<ClassOf> result;
  for (const CatalogAxis& axis : session.catalog().axes()) result.push_back(class_on(axis, classes, as_of));
  return result;
}

ClassOf class_of(Session& session, CustomerId customer, std::string_view axis, std::optional<Date> as_of) {
  const CatalogAxis& found = require_axis(session.catalog(), axis, "/axis");
  return class_on(found, class_row_of(session, customer, as_of), as_of);
}

std::vector<Change> history_of(Session& session, CustomerId id, std::int64_t limit) {
  require_row(session.db(), id);
  return changes_of(session, id, limit);
}

void set_lost(Session& session, CustomerId id, bool is_lost) {
  WriteScope write(session);
  storage::CustomerStore store(write.db());
  require_row(write.db(), id);
  storage::StandingRow standing = store.standing(id);
  const bool was_lost = standing.status == CustomerStatus::lost;
  if (was_lost != is_lost) {
    const CustomerStatus back = standing.first_entry ? CustomerStatus::existing : CustomerStatus::prospect;
    standing.status = is_lost ? CustomerStatus::lost : back;
    store.put_standing(id, standing);
    FirstEntries& known = session.file().first_entries();
    const std::int32_t first = standing.first_entry ? standing.first_entry->days : FirstEntries::kNone;
    if (known.is_loaded()) known.set(id, is_lost ? FirstEntries::kLost : first);
    write.journal().add(is_lost ? kCustomerLost : kCustomerRegained, id, "{}");
  }
  write.commit();
}

Date day_of(const Session& session, const storage::ChangeScan& changes) {
  return changes.has_link() ? session.zone().day_of(changes.at()) : session.today();
}

Date lost_since(Session& session, CustomerId id) {
  Date since = kDateMin;
  storage::ChangeScan changes(session.db(), id, 0);
  while (changes.next()) {
    if (changes.change().kind == kCustomerLost.number) since = day_of(session, changes);
  }
  return since;
}

}  // namespace crmcore::engine
