#include "engine/archive/first_contents.hpp"

#include "base/format.hpp"
#include "engine/archive/rows.hpp"

namespace crmcore::engine {

FirstContents::FirstContents(sqlite::Connection& db, const Catalog& catalog, CustomerId first,
                             CustomerId last)
    : catalog_(catalog), scan_(db, first, last) {
  for (const CatalogAxis& axis : catalog.axes()) {
    order_.axes.emplace_back(axis.row.code);
    axes_.at(axis.slot()) = &axis;
  }
  for (const auto& attribute : catalog.attributes()) order_.attributes.emplace_back(attribute.code);
}

bool FirstContents::next() {
  if (!next_present()) return false;
  const auto& updates = scan_.customer().updates;
  created_at_.reset();
  if (updates.empty()) created_at_ = draft_.after.version;
  if (!updates.empty()) text_ = archive::undo_updates(text_, updates, order_);
  return true;
}

bool FirstContents::next_present() {
  if (!scan_.next()) return false;
  storage::ScannedCustomer& scanned = scan_.customer();
  draft_.after = to_customer(std::move(scanned.row));
  draft_.classes = scanned.classes;
  for (std::size_t slot = 0; slot < axes_.size(); ++slot) {
    if (!draft_.classes[slot]) continue;
    const CatalogAxis* axis = axes_[slot];
    if (axis == nullptr || axis->node(draft_.classes[slot]) == nullptr)
      throw Error(Code::corrupt,
                  fmt::format("customer {} has a class that is no node of its axis", draft_.after.id.value));
  }
  draft_.attributes.clear();
  for (auto& row : scanned.attributes) {
    const auto* definition = catalog_.attribute(row.attribute);
    if (!definition) throw Error(Code::corrupt, "an attribute value has no definition");
    draft_.attributes.push_back({row.attribute, definition->code, {}, to_value(std::move(row))});
  }
  draft_.contacts.clear();
  for (auto& row : scanned.contacts) draft_.contacts.push_back({{}, to_contact(std::move(row))});
  draft_.identifiers.clear();
  for (auto& row : scanned.identifiers) draft_.identifiers.push_back({{}, to_identifier(std::move(row))});
  draft_.details.clear();
  for (auto& detail : scanned.details) {
    archive::require_form(detail);
    draft_.details.push_back({{}, std::move(detail), 0});
  }
  write_contents(text_, draft_, catalog_);
  return true;
}

}  // namespace crmcore::engine
