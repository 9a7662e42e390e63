// The use case around the rules of src/archive: what is there is loaded, the rules say what is to be, and the
// difference is written and told. A customer is checked whole before anything of it is written, so that a
// host gets all violations at once. Codes that come in ascending order beyond all known ones, as those of a
// first load do, cost no look-up. tests/archive proves the rules, tests/engine/main_line_test.cpp the way
// through.
#include "engine/archive/put_customers.hpp"

#include <algorithm>
#include <cassert>
#include <unordered_map>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"
#include "engine/archive/derived_classes.hpp"
#include "engine/archive/links.hpp"
#include "engine/archive/rows.hpp"
#include "storage/gone_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kCustomersPerTick = 1024;

// Whether evidence may be of the field; of contacts and addresses whatever their number or key.
bool is_evident(const Catalog& catalog, std::string_view field) {
  const auto behind = [&](std::string_view prefix) {
    return field.starts_with(prefix) ? field.substr(prefix.size()) : std::string_view();
  };
  if (const auto code = behind("attribute:"); !code.empty()) return catalog.attribute(code) != nullptr;
  if (const auto code = behind("class:"); !code.empty()) return catalog.axis(code) != nullptr;
  if (const auto kind = behind("identifier:"); !kind.empty())
    return enum_of<IdentifierKind>(kind).has_value();
  if (!behind("contact:").empty() || !behind("address:").empty()) return true;
  return field == "name" || field == "short_name" || field == "kind" || field == "since";
}

}  // namespace

CustomerPutter::CustomerPutter(Session& session, WriteScope& write)
    : write_(write),
      store_(write.db()),
      identifiers_(write.db()),
      overrides_(write.db()),
      new_(write.db()),
      updater_(write, session.catalog(), session.today()),
      catalog_(session.catalog()),
      today_(session.today()),
      is_deriving_(catalog_.asks_facts()),
      placer_(catalog_, today_),
      last_id_(store_.last_id()),
      last_key_(store_.last_key()) {}

PutResult put_customers(Session& session, std::span<const CustomerInput> customers, const std::string& path) {
  WriteScope write(session);
  CustomerPutter putter(session, write);
  PutResult result;
  std::vector<Diagnostic> found;
  std::unordered_map<CustomerId, std::size_t> places;
  std::string at;
  for (std::size_t i = 0; i < customers.size(); ++i) {
    at.assign(path).append("/").append(std::to_string(i));
    if ((i + 1) % kCustomersPerTick == 0)
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
    if (found.empty()) {
      const auto [first, is_new] = places.try_emplace(putter.last_put(), i);
      if (!is_new) {
        found.push_back({Code::conflict, at + "/code",
                         fmt::format("the customer stands at {}/{} already", path, first->second)});
      }
    }
    if (found.size() >= kViolationsMax) break;
  }
  throw_if_any(std::move(found));
  putter.finish();
  write.commit();
  return result;
}

CustomerId put_customer(Session& session, const CustomerInput& customer) {
  WriteScope write(session);
  CustomerPutter putter(session, write);
  std::vector<Diagnostic> found;
  putter.put(customer, "", found);
  throw_if_any(std::move(found));
  putter.finish();
  write.commit();
  return putter.last_put();
}

std::int64_t derive_everybody(Session& session, WriteScope& write, const std::string& path) {
  storage::CustomerStore store(write.db());
  const std::int64_t last = store.last_id().value;
  CustomerPutter putter(session, write);
  putter.derive_anew();
  std::int64_t changed = 0;
  std::vector<Diagnostic> found;
  for (std::int64_t id = 1; id <= last && found.size() < kViolationsMax; ++id) {
    if (static_cast<std::size_t>(id) % kCustomersPerTick == 0) session.tick(id, last);
    const std::size_t found_before = found.size();
    CustomerInput input;
    input.code = storage::named(store.find(CustomerId{id}), CustomerId{id}, "customer").code;
    if (putter.put(input, path, found) == CustomerPutter::Outcome::updated) ++changed;
    for (std::size_t i = found_before; i < found.size(); ++i)
      found[i] = {found[i].code, path, fmt::format("customer '{}': {}", input.code, found[i].message)};
  }
  throw_if_any(std::move(found));
  putter.finish();
  return changed;
}

std::int32_t PlacesOfCustomers::of(CustomerId id) const noexcept {
  const auto page = pages_.find(id.value / kPageRows);
  return page == pages_.end() ? 0 : page->second[static_cast<std::size_t>(id.value % kPageRows)];
}

void PlacesOfCustomers::set(CustomerId id, std::int64_t place) {
  if (id.value / kPageRows != last_) {
    last_ = id.value / kPageRows;
    last_page_ = &pages_[last_];
  }
  (*last_page_)[static_cast<std::size_t>(id.value % kPageRows)] = static_cast<std::int32_t>(place);
}

CustomerPutter::Outcome CustomerPutter::put(const CustomerInput& input, const std::string& path,
                                            std::vector<Diagnostic>& found, bool is_checked_only,
                                            std::int64_t place) {
  const std::size_t found_before = found.size();
  archive::check_fields(input, path, found);
  if (found.size() != found_before) return Outcome::unchanged;
  CustomerDraft draft;
  if (!load(input, path, draft, found)) return Outcome::unchanged;
  set_attributes(input, path, draft, found);
  set_classes(input, path, draft, found);
  set_contacts(input, path, draft, found);
  set_identifiers(input, path, draft, found);
  set_details(input, path, draft, found);
  if (watch_ && draft.is_new && !is_checked_only && found.size() == found_before) watch_(draft, path, found);
  if (is_checked_only || found.size() != found_before) return Outcome::unchanged;
  last_put_ = draft.after.id;
  if (places_ != nullptr) places_->set(last_put_, place);
  if (draft.is_new) {
    write_created(draft);
    return Outcome::created;
  }
  if (!draft.is_changed()) return Outcome::unchanged;
  updater_.write(draft);
  return Outcome::updated;
}

bool CustomerPutter::load(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                          std::vector<Diagnostic>& found) {
  draft.key = text::key_form(input.code);
  std::optional<storage::CustomerRow> row;
  if (draft.key <= last_key_) {
    new_.flush();  // it may be among them
    row = store_.find(draft.key);
  } else if (const CustomerId past = store_.id_of_past(draft.key)) {
    row = store_.find(past);
  }
  draft.is_new = !row.has_value();
  if (row && places_ != nullptr) {
    if (const std::int32_t before = places_->of(row->id); before != 0) {
      found.push_back({Code::conflict, path + "/code",
                       fmt::format("line {} names customer '{}' already", before, input.code)});
      return false;
    }
  }
  if (row) draft.before = to_customer(std::move(*row));
  auto merged = archive::merge_fields(draft.is_new ? nullptr : &draft.before, input, today_, path, found);
  if (!merged) return false;
  draft.after = std::move(*merged);
  if (input.new_code && !take_code(path, draft, found)) return false;
  if (draft.is_new) {
    draft.after.id = CustomerId{last_id_.value + 1};
  } else if (is_deriving_ || !input.classes.empty() || !input.attributes.empty()) {
    draft.classes_before = draft.classes = store_.classes(draft.after.id);
  }
  return true;
}

// The new code must be nobody else's, neither now nor before.
bool CustomerPutter::take_code(const std::string& path, CustomerDraft& draft,
                               std::vector<Diagnostic>& found) {
  new_.flush();  // it may be of somebody among them
  const CustomerId owner = store_.id_of(draft.after.code);
  if (owner && owner != draft.before.id) {
    found.push_back(
        {Code::conflict, path + "/new_code",
         fmt::format("{} is the code of another customer, now or before", text::quoted(draft.after.code))});
    return false;
  }
  if (storage::GoneStore(write_.db()).find_merged(draft.after.code)) {
    found.push_back({Code::conflict, path + "/new_code",
                     fmt::format("{} is the code of a customer who was merged into this one",
                                 text::quoted(draft.after.code))});
    return false;
  }
  if (draft.after.code > last_key_) last_key_ = draft.after.code;
  return true;
}

void CustomerPutter::set_attributes(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                                    std::vector<Diagnostic>& found) {
  givens_.clear();
  for (const AttributeInput& given : input.attributes) {
    const auto* definition = catalog_.attribute(std::string_view(given.attribute));
    if (definition == nullptr) {
      found.push_back(
          {Code::not_found, join_path(path + "/attributes", given.attribute),
           fmt::format("no attribute '{}'; defined are: {}", given.attribute, catalog_.attribute_codes())});
      continue;
    }
    archive::GivenAttribute& one = givens_.emplace_back();
    one.given = &given;
    one.rule = to_rule(*definition);
    if (draft.is_new) continue;
    if (auto row = store_.attribute(draft.after.id, definition->id)) one.known = to_value(std::move(*row));
  }
  draft.attributes = archive::merge_attributes(givens_, today_, path, found);
  std::sort(draft.attributes.begin(), draft.attributes.end(),
            [](const auto& a, const auto& b) { return a.attribute < b.attribute; });
}

void CustomerPutter::set_classes(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                                 std::vector<Diagnostic>& found) {
  for (const auto& change : draft.attributes) {
    const auto* number = change.after ? std::get_if<std::int64_t>(&change.after->value) : nullptr;
    placer_.derive(change.attribute, number, draft.classes);
  }
  placer_.place(input.classes, path, draft.classes, found);
  if (is_deriving_ && found.empty()) derive_classes(catalog_, store_, overrides_, draft);
  placer_.require_all(draft.is_new ? nullptr : &draft.classes_before, draft.classes, path, found);
}

void CustomerPutter::set_contacts(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                                  std::vector<Diagnostic>& found) {
  if (input.contacts.empty() && !input.replace) return;
  std::vector<Contact> known;
  std::int64_t last_no = 0;
  if (!draft.is_new) {
    for (auto& row : store_.contacts(draft.after.id)) known.push_back(to_contact(std::move(row)));
    last_no = store_.contact_gone(draft.after.id);
  }
  draft.contacts = archive::merge_contacts({known, last_no}, input.contacts, input.replace, path, found);
}

bool CustomerPutter::is_unique(IdentifierKind kind) {
  auto& known = are_unique_[static_cast<std::size_t>(kind)];
  if (!known) known = identifiers_.is_unique(kind).value_or(archive::is_unique_by_default(kind));
  return *known;
}

// They are written at once, so that the next customer's are compared with them.
void CustomerPutter::set_identifiers(const CustomerInput& input, const std::string& path,
                                     CustomerDraft& draft, std::vector<Diagnostic>& found) {
  if (input.identifiers.empty()) return;
  std::vector<Identifier> known;
  if (!draft.is_new) {
    for (auto& row : store_.identifiers(draft.after.id)) known.push_back(to_identifier(std::move(row)));
  }
  draft.identifiers = archive::merge_identifiers(known, input.identifiers, path, found);
  for (const auto& change : draft.identifiers) {
    if (!change.after || !is_unique(change.kind())) continue;
    const CustomerId owner = identifiers_.owner_beside(draft.after.id, change.kind(), change.after->key);
    if (!owner) continue;
    new_.flush();  // it may be among them
    const auto other = storage::named(store_.find(owner), owner, "customer");
    found.push_back({Code::conflict, fmt::format("{}/identifiers/{}/value", path, change.given),
                     fmt::format("{} {} is that of customer '{}'", word_of(change.kind()),
                                 text::quoted(change.after->value), other.code)});
  }
}

void CustomerPutter::set_details(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                                 std::vector<Diagnostic>& found) {
  if (input.details.empty()) return;
  std::vector<Detail> known;
  if (!draft.is_new) known = storage::DetailStore(write_.db()).of(draft.after.id);
  draft.details = archive::merge_details(known, with_linked(input, path, draft, found), today_, path, found);
  for (const auto& change : draft.details) {
    if (!change.after) continue;
    const Detail& detail = *change.after;
    const auto refuse = [&](std::string_view field, std::string message) {
      found.push_back(
          {Code::not_found,
           fmt::format("{}/{}/{}/{}", path, archive::form_of(detail.kind).plural, change.given, field),
           std::move(message)});
    };
    if (detail.kind == DetailKind::consent && detail.number != 0 && !has_contact(draft, detail.number))
      refuse("contact_no", fmt::format("the customer has no contact {}", detail.number));
    if (detail.kind == DetailKind::evidence && !is_evident(catalog_, detail.label)) {
      refuse(
          "field",
          "no such field; name, short_name, kind, since, class:<axis>, attribute:<code>, identifier:<kind>, "
          "contact:<number> and address:<key> are allowed");
    }
  }
}

// With the others of links by their ids.
std::vector<DetailInput> CustomerPutter::with_linked(const CustomerInput& input, const std::string& path,
                                                     const CustomerDraft& draft,
                                                     std::vector<Diagnostic>& found) {
  std::vector<DetailInput> details = input.details;
  std::size_t place = 0;
  for (DetailInput& one : details) {
    if (one.kind != DetailKind::link) continue;
    const std::string at = fmt::format("{}/links/{}/customer", path, place++);
    if (!one.customer || !one.use || text::find_invalid_utf8(*one.customer)) continue;
    new_.flush();  // it may be among them
    const std::string key = text::key_form(*one.customer);
    const CustomerId other = key == draft.key ? draft.after.id : store_.id_of(key);
    if (!other) {
      found.push_back({Code::not_found, at, fmt::format("no customer {}", text::quoted(*one.customer))});
      continue;
    }
    one.number = other.value;
    if (one.remove) continue;
    if (const std::string circle = circle_of(write_.db(), draft.after.id, other, *one.use); !circle.empty())
      found.push_back({Code::conflict, at, circle});
  }
  return details;
}

bool CustomerPutter::has_contact(const CustomerDraft& draft, std::int64_t number) {
  for (const auto& change : draft.contacts) {
    if (change.number() == number) return change.after.has_value();
  }
  if (draft.is_new) return false;
  const auto rows = store_.contacts(draft.after.id);
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.contact_no == number; });
}

void CustomerPutter::write_created(CustomerDraft& draft) {
  const CustomerId id = draft.after.id;
  assert(id.value == last_id_.value + 1);
  draft.after.version = write_.journal().next_seq();
  last_id_ = id;
  if (draft.key > last_key_) last_key_ = draft.key;
  write_contents(body_, draft, catalog_);
  write_.journal().add_created(id, body_);
  for (const CatalogAxis& axis : catalog_.axes()) {
    if (draft.classes[axis.slot()]) updater_.set_vector(id, axis, draft.classes);
  }
  new_.add(to_row(std::move(draft.after)), draft.classes);
  for (auto& change : draft.attributes) new_.add(id, to_row(change.attribute, std::move(*change.after)));
  for (auto& change : draft.contacts) new_.add(id, to_row(std::move(*change.after)));
  updater_.write_parts(id, draft);
}

}  // namespace crmcore::engine
