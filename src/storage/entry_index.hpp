// Which entries customers have: what leads from a customer to its rows of the ledger, which lie in posting
// order.
//
// Kept beside the packed totals of a month and block (ledger_block.hpp), so that what a posting writes is
// written once. Documents have several lines of one customer, so that an item of 4 bytes tells of some
// entries: a place in the block, how many, and how far the first one's id is from a base. A posting adds to
// the end, which copies bytes; who looks for one customer compares ten bits of each item. An index of the
// rows by customer would cost eleven times the processor while posting (performance.md).
// tests/storage/entry_index_test.cpp proves that nothing is lost, and that damage is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "base/function_ref.hpp"

namespace crmcore::storage {

// Entries of one customer and day whose ids follow each other.
struct EntryRun {
  CustomerId customer;
  Date day;
  std::int64_t first = 0;  // id
  std::int64_t count = 0;

  friend bool operator==(const EntryRun&, const EntryRun&) = default;
};

// Adds an entry to the last run, or as a run of its own.
void add_entry_id(std::vector<EntryRun>& runs, CustomerId customer, Date day, std::int64_t id);

// Appends to a body, which may be empty: a version byte, then pieces of a base, a number of items and those.
// Precondition: the runs are of one block and month.
void append_entries(std::vector<std::uint8_t>& body, std::span<const EntryRun> runs);

// Calls `visit(place, first, count)` for the entries of a body, in the order in which they were appended;
// with `only` for those of the customer at that place. Throws Error(corrupt) when the body is damaged.
void visit_entries(std::span<const std::uint8_t> body, std::optional<std::uint32_t> only,
                   FunctionRef<void(std::uint32_t, std::int64_t, std::int64_t)> visit);

}  // namespace crmcore::storage
