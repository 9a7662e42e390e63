// What a customer is by its entries, made again from them.
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/session.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {

struct KeptEntry {
  std::int64_t id = 0;
  Date day;
  bool is_revenue = false;
};

// The standing that postings would have left of these entries alone, which come in the order of their ids:
// losses, and what was taken back by hand, are those that the journal tells.
storage::StandingRow standing_by(Session& session, sqlite::Connection& db, CustomerId customer,
                                 std::span<const KeptEntry> entries);

}  // namespace crmcore::engine
