#include "engine/archive/customer_update.hpp"

#include <utility>

#include "engine/archive/rows.hpp"

namespace crmcore::engine {

void CustomerUpdater::write(CustomerDraft& draft) {
  const CustomerId id = draft.after.id;
  draft.after.version = write_.journal().next_seq();
  write_updated_body(body_, draft, catalog_, today_);
  if (draft.before.code != draft.after.code) store_.rename(id, draft.before.code, draft.after.code);
  store_.update(to_row(std::move(draft.after)));
  if (draft.classes != draft.classes_before) store_.update_classes(id, draft.classes);
  for (const CatalogAxis& axis : catalog_.axes()) {
    if (draft.classes_before[axis.slot()] == draft.classes[axis.slot()]) continue;
    end_class(draft, axis);
    set_vector(id, axis, draft.classes);
  }
  write_.journal().add(kCustomerUpdated, id, body_);
  for (auto& change : draft.attributes) {
    if (change.after) {
      store_.put_attribute(id, to_row(change.attribute, std::move(*change.after)));
    } else {
      store_.remove_attribute(id, change.attribute);
    }
  }
  for (auto& change : draft.contacts) {
    if (change.after) {
      store_.put_contact(id, to_row(std::move(*change.after)));
    } else {
      store_.remove_contact(id, change.number());
    }
  }
  write_parts(id, draft);
}

void CustomerUpdater::write_parts(CustomerId id, CustomerDraft& draft) {
  for (auto& change : draft.identifiers) {
    if (change.after) {
      store_.put_identifier(id, to_row(std::move(*change.after)));
    } else {
      store_.remove_identifier(id, change.kind());
    }
  }
  for (const auto& change : draft.details) {
    if (change.after) {
      details_.put(id, *change.after);
    } else {
      details_.remove(id, *change.before);
    }
  }
}

// Ends the present class on an axis today. A class that began today (or later, by a clock that was set)
// leaves no interval behind.
void CustomerUpdater::end_class(const CustomerDraft& draft, const CatalogAxis& axis) {
  const Date from = store_.last_change(draft.before.id, axis.row.id).value_or(draft.before.since);
  if (!(from < today_)) return;
  store_.insert_past(draft.before.id, {axis.row.id, from, today_, draft.classes_before[axis.slot()]});
}

}  // namespace crmcore::engine
