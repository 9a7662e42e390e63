// Customers who are there no more, and whose is now what they had.
//
// A customer who was merged into another one goes on naming that one: its code, its id, its entries. Who was
// merged into whom may be a chain; the owner is the one at its end, kept with each, so that nobody walks it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// As customer_row has it.
enum class Gone : std::int32_t { no, merged, withdrawn };

struct GoneRow {
  CustomerId customer;
  CustomerId into;   // none: of nobody
  CustomerId owner;  // the same at the end of the chain
  std::int64_t change_seq = 0;
};

// All who are gone, in the order of ids; usually nobody.
class GoneCustomers {
 public:
  explicit GoneCustomers(sqlite::Connection& db);

  bool is_empty() const noexcept { return rows_.empty(); }
  bool contains(CustomerId customer) const noexcept { return find(customer) != nullptr; }
  // Whose is what the customer had: its own while it is there; none when it was taken back.
  CustomerId owner_of(CustomerId customer) const noexcept {
    const GoneRow* row = find(customer);
    return row == nullptr ? customer : row->owner;
  }
  // Into whom a customer who is gone was merged; none: into nobody.
  CustomerId into_of(CustomerId customer) const noexcept {
    const GoneRow* row = find(customer);
    return row == nullptr ? CustomerId{} : row->into;
  }
  // Calls `visit(customer)` for those from the first to the last.
  template <class Visit>
  void each(CustomerId first, CustomerId last, Visit visit) const {
    for (auto at = from(first); at != rows_.end() && at->customer <= last; ++at) visit(at->customer);
  }
  const std::vector<GoneRow>& rows() const noexcept { return rows_; }

 private:
  std::vector<GoneRow>::const_iterator from(CustomerId first) const noexcept;
  const GoneRow* find(CustomerId customer) const noexcept;

  std::vector<GoneRow> rows_;
};

// The same for some customers, one look-up each; none where nobody is gone.
class OwnerLookup {
 public:
  explicit OwnerLookup(sqlite::Connection& db);

  // As GoneCustomers::owner_of().
  CustomerId owner_of(CustomerId customer);

 private:
  sqlite::Connection& db_;
  bool is_anybody_gone_;
};

class GoneStore {
 public:
  explicit GoneStore(sqlite::Connection& db) : db_(db) {}

  std::optional<GoneRow> find(CustomerId customer);
  // Who had the code when it was merged.
  std::optional<GoneRow> find_merged(std::string_view key);
  // Who was merged into the customer, in chains too, by id.
  std::vector<CustomerId> merged_into(CustomerId owner);
  // The customer's parts must have been taken away before. Codes that named it name nobody (withdrawn), or
  // `into`.
  void remove(CustomerId customer, CustomerId into, std::int64_t change_seq);
  // Gives a merged customer its place back, without parts. `codes` are those that it had before beside its
  // own: they name it again. Precondition: find() has it.
  void restore(CustomerId customer, const std::vector<std::string>& codes);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
