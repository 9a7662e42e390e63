// First placements of customers by a run, packed by blocks of 1,024 customers.
//
// managers: a bit for each customer of the block who has a placement, 128 bytes, then the managers of these.
// reasons: for each of them, in the same order, a byte of tie-break (bits 0 to 2), whether there is a
// runner-up (bit 3) and whether managers had no room (bit 4); stage, consideration, load before; the
// runner-up and its load; how many were full and which. What a first placement always is, is not kept: it
// had no manager, and it has one now. Numbers are as packed_numbers.hpp says.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "storage/assignment_rows.hpp"

namespace crmcore::storage {

inline constexpr std::int64_t kPlacementCustomers = 1024;
// With fewer of them in a block a row each is not dearer.
inline constexpr std::size_t kPlacementsPackedMin = 64;

struct PlacementKey {
  std::int64_t block = 0;
  RunId run;

  static std::int64_t block_of(CustomerId customer) noexcept { return customer.value / kPlacementCustomers; }
  static PlacementKey unpack(std::int64_t packed) noexcept;
  std::int64_t packed() const noexcept;
};

struct PackedPlacements {
  std::vector<std::uint8_t> managers;
  std::vector<std::uint8_t> reasons;
};

// Who was placed with whom.
struct Placement {
  CustomerId customer;
  ManagerId manager;
  RunId run;
};

// All of one block and of one run, by ascending customer; each a first placement (is_first_placement()).
PackedPlacements pack_placements(std::span<const DecisionRow> decisions);
// Whether what is not packed of a decision is as that of a first placement.
bool is_first_placement(const DecisionRow& decision) noexcept;

// Both append, by ascending customer. Throw Error(corrupt) for damaged bytes.
void unpack_placements(const PlacementKey& key, std::span<const std::uint8_t> managers,
                       std::vector<Placement>& out);
void unpack_placements(const PlacementKey& key, std::span<const std::uint8_t> managers,
                       std::span<const std::uint8_t> reasons, std::vector<DecisionRow>& out);

// Ascending customers by their distances.
std::vector<std::uint8_t> pack_customers(std::span<const CustomerId> customers);
std::vector<CustomerId> unpack_customers(std::span<const std::uint8_t> bytes);

}  // namespace crmcore::storage
