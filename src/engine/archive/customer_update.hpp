// How a change of a customer is written and told, whatever it comes from.
#pragma once

#include <string>

#include "engine/archive/customer_draft.hpp"
#include "engine/core/session.hpp"
#include "storage/customer_store.hpp"
#include "storage/detail_store.hpp"
#include "storage/packed_vector.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kCustomerUpdated{2, "customer.updated"};

class CustomerUpdater {
 public:
  // `catalog` must outlive it.
  CustomerUpdater(WriteScope& write, const Catalog& catalog, Date today)
      : write_(write),
        store_(write.db()),
        details_(write.db()),
        vectors_(write.db()),
        catalog_(catalog),
        today_(today) {}

  // Takes the texts of the draft. Precondition: it is changed, and is of a customer who is there.
  void write(CustomerDraft& draft);
  // Puts and takes away what changes of the draft's identifiers and details; takes the texts.
  void write_parts(CustomerId id, CustomerDraft& draft);
  void set_vector(CustomerId id, const CatalogAxis& axis, const storage::ClassRow& classes) {
    vectors_.set(storage::vector_of(axis.row.id), id, axis.numbers.number(classes[axis.slot()]));
  }
  // Writes what is pending; last, before the commit.
  void flush() { vectors_.flush(); }

 private:
  void end_class(const CustomerDraft& draft, const CatalogAxis& axis);

  WriteScope& write_;
  storage::CustomerStore store_;
  storage::DetailStore details_;
  storage::VectorWriter vectors_;
  const Catalog& catalog_;
  Date today_;
  std::string body_;  // kept for its memory
};

}  // namespace crmcore::engine
