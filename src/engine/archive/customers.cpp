#include "engine/archive/customers.hpp"

#include "base/format.hpp"
#include "base/text.hpp"
#include "engine/core/changes.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kCodeBytesMax = 128;

std::optional<Customer> customer_of(std::optional<storage::WholeCustomerRow>&& found) {
  if (!found) return std::nullopt;
  storage::CustomerRow& row = found->row;
  return Customer{row.id,
                  std::move(row.code),
                  std::move(row.name),
                  std::move(row.short_name),
                  static_cast<CustomerKind>(row.kind),
                  static_cast<CustomerStatus>(found->standing.status),
                  row.since,
                  found->standing.first_entry,
                  row.version};
}

storage::CustomerRow require_row(storage::CustomerStore& store, CustomerId id) {
  auto row = store.find(id);
  if (!row) throw Error(Code::not_found, fmt::format("no customer with id {}", id.value), "/customer");
  return std::move(*row);
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
  return customer_of(storage::CustomerStore(session.db()).find_whole(id));
}

std::optional<Customer> find_customer(Session& session, std::string_view code) {
  const auto key = key_of(code);
  if (!key) return std::nullopt;
  return customer_of(storage::CustomerStore(session.db()).find_whole(*key));
}

CustomerId require_customer(Session& session, std::string_view code, const std::string& path) {
  if (const auto id = find_customer_id(session, code)) return *id;
  throw Error(Code::not_found, fmt::format("no customer '{}'", text::find_invalid_utf8(code) ? "?" : code),
              path);
}

std::vector<Contact> contacts_of(Session& session, CustomerId id) {
  std::vector<Contact> contacts;
  for (auto& row : storage::CustomerStore(session.db()).contacts(id)) {
    contacts.push_back({row.contact_no, static_cast<ContactLevel>(row.level), std::move(row.name),
                        std::move(row.title), std::move(row.phone), std::move(row.email),
                        static_cast<ContactChannel>(row.channel), row.do_not_contact});
  }
  return contacts;
}

std::vector<Attribute> attributes_of(Session& session, CustomerId id) {
  std::vector<Attribute> attributes;
  for (auto& row : storage::CustomerStore(session.db()).attributes(id)) {
    const auto* definition = session.catalog().attribute(row.attribute);
    if (!definition) throw Error(Code::corrupt, "an attribute value has no definition");
    Attribute attribute{definition->code, static_cast<AttributeType>(definition->type), {}, row.observed};
    if (row.text) {
      attribute.value = std::move(*row.text);
    } else {
      attribute.value = row.number.value_or(0);
    }
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

std::vector<ClassOf> classes_of(Session& session, CustomerId customer, std::optional<Date> as_of) {
  storage::CustomerStore store(session.db());
  const auto row = store.find(customer);
  if (!row) throw Error(Code::not_found, fmt::format("no customer with id {}", customer.value), "/customer");
  storage::ClassRow classes = store.classes(customer);
  const Catalog& catalog = session.catalog();
  if (as_of) {
    if (*as_of < row->since) classes = {};
    for (const auto& past : store.past(customer)) {
      const CatalogAxis* axis = catalog.axis(past.axis);
      if (axis && past.from <= *as_of && *as_of < past.to) classes[axis->slot()] = past.node;
    }
  }
  std::vector<ClassOf> result;
  for (const CatalogAxis& axis : catalog.axes()) {
    ClassOf of{axis.row.code, {}, {}, {}};
    if (const auto* node = axis.node(classes[axis.slot()])) {
      of.node = node->code;
      of.name = node->name;
      for (const Position position : axis.axis.tree.path(axis.axis.tree.find(node->id))) {
        of.path.push_back(axis.axis.tree.node(position).name);
      }
    }
    result.push_back(std::move(of));
  }
  return result;
}

std::vector<Change> history_of(Session& session, CustomerId id, std::int64_t limit) {
  storage::CustomerStore store(session.db());
  require_row(store, id);
  return changes_of(session, id, limit);
}

void set_lost(Session& session, CustomerId id, bool is_lost) {
  WriteScope write(session);
  storage::CustomerStore store(write.db());
  require_row(store, id);
  storage::StandingRow standing = store.standing(id);
  const bool was_lost = standing.status == static_cast<std::int32_t>(CustomerStatus::lost);
  if (was_lost != is_lost) {
    const CustomerStatus back = standing.first_entry ? CustomerStatus::existing : CustomerStatus::prospect;
    standing.status = static_cast<std::int32_t>(is_lost ? CustomerStatus::lost : back);
    store.put_standing(id, standing);
    write.journal().add(is_lost ? kCustomerLost : kCustomerRegained, id, "{}");
  }
  write.commit();
}

}  // namespace crmcore::engine
