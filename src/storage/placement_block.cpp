// Managers lie apart from reasons, so that who serves whom is read of a million customers without the
// reasons, which are five times as many bytes: a first placement takes 2 bytes and 11 more. The order is that
// of the customers and each has at most one, which the bits say by themselves.
// tests/storage/placement_block_test.cpp unpacks what it packed, and damages it.
#include "storage/placement_block.hpp"

#include <bit>
#include <cassert>

#include "storage/packed_numbers.hpp"

namespace crmcore::storage {
namespace {

constexpr std::size_t kPresenceBytes = kPlacementCustomers / 8;
constexpr int kRunBits = 32;
constexpr std::int64_t kTieBreakMask = 7;
constexpr std::int64_t kHasRunnerUp = 8;
constexpr std::int64_t kHasFull = 16;
constexpr std::int32_t kCauseUnassigned = 1;  // assignment::Trigger::unassigned
constexpr const char* kDamagedPlacements = "a block of placements is damaged";

// Calls `each(customer, manager)` in ascending order.
template <class Each>
void read_managers(const PlacementKey& key, std::span<const std::uint8_t> managers, Each each) {
  NumberReader reader(managers, kDamagedPlacements);
  const auto presence = reader.bytes(kPresenceBytes);
  for (std::size_t at = 0; at < kPresenceBytes; ++at) {
    for (unsigned bits = presence[at]; bits != 0; bits &= bits - 1) {
      const auto place = static_cast<std::int64_t>(at * 8) + std::countr_zero(bits);
      each(CustomerId{key.block * kPlacementCustomers + place}, ManagerId{reader.next()});
    }
  }
  if (!reader.is_at_end()) reader.fail();
}

}  // namespace

PlacementKey PlacementKey::unpack(std::int64_t packed) noexcept {
  return {packed >> kRunBits, RunId{packed & ((std::int64_t{1} << kRunBits) - 1)}};
}

std::int64_t PlacementKey::packed() const noexcept {
  return block << kRunBits | run.value;
}

bool is_first_placement(const DecisionRow& decision) noexcept {
  return !decision.from && decision.to && decision.cause == kCauseUnassigned && decision.lost_by == 0 &&
         decision.unassigned == 0 && decision.stage >= 0;
}

PackedPlacements pack_placements(std::span<const DecisionRow> decisions) {
  PackedPlacements packed;
  packed.managers.resize(kPresenceBytes);
  packed.managers.reserve(kPresenceBytes + decisions.size() * 2);
  packed.reasons.reserve(decisions.size() * 14);
  NumberWriter managers(packed.managers);
  NumberWriter reasons(packed.reasons);
  [[maybe_unused]] std::int64_t before = -1;
  for (const DecisionRow& decision : decisions) {
    assert(is_first_placement(decision) && decision.customer.value > before);
    before = decision.customer.value;
    const auto place = static_cast<std::size_t>(decision.customer.value % kPlacementCustomers);
    packed.managers[place / 8] |= static_cast<std::uint8_t>(1U << (place % 8));
    managers.add(decision.to.value);
    const bool has_full = decision.full_count != 0 || decision.full_detailed != 0;
    reasons.add(decision.tie_break | (decision.runner_up ? kHasRunnerUp : 0) | (has_full ? kHasFull : 0))
        .add(decision.stage)
        .add(decision.consideration)
        .add(decision.load_before);
    if (decision.runner_up) reasons.add(decision.runner_up.value).add(decision.runner_up_load);
    if (has_full) reasons.add(decision.full_count).add(decision.full_detailed);
  }
  return packed;
}

void unpack_placements(const PlacementKey& key, std::span<const std::uint8_t> managers,
                       std::vector<Placement>& out) {
  read_managers(key, managers, [&](CustomerId customer, ManagerId manager) {
    out.push_back({customer, manager, key.run});
  });
}

void unpack_placements(const PlacementKey& key, std::span<const std::uint8_t> managers,
                       std::span<const std::uint8_t> reasons, std::vector<DecisionRow>& out) {
  NumberReader reader(reasons, kDamagedPlacements);
  read_managers(key, managers, [&](CustomerId customer, ManagerId manager) {
    DecisionRow& decision = out.emplace_back();
    decision.customer = customer;
    decision.run = key.run;
    decision.to = manager;
    decision.cause = kCauseUnassigned;
    const std::int64_t head = reader.next();
    decision.tie_break = static_cast<std::int32_t>(head & kTieBreakMask);
    decision.stage = reader.next32();
    decision.consideration = reader.next();
    decision.load_before = reader.next();
    if ((head & kHasRunnerUp) != 0) {
      decision.runner_up = ManagerId{reader.next()};
      decision.runner_up_load = reader.next();
    }
    if ((head & kHasFull) != 0) {
      decision.full_count = reader.next32();
      decision.full_detailed = reader.next();
    }
  });
  if (!reader.is_at_end()) reader.fail();
}

std::vector<std::uint8_t> pack_customers(std::span<const CustomerId> customers) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(customers.size() * 2);
  NumberWriter writer(bytes);
  std::int64_t before = 0;
  for (const CustomerId customer : customers) {
    assert(customer.value > before);
    writer.add(customer.value - before);
    before = customer.value;
  }
  return bytes;
}

std::vector<CustomerId> unpack_customers(std::span<const std::uint8_t> bytes) {
  std::vector<CustomerId> customers;
  customers.reserve(bytes.size());
  NumberReader reader(bytes, "a manager's list of customers is damaged");
  for (std::int64_t id = 0; !reader.is_at_end();) {
    const std::int64_t distance = reader.next();
    if (distance <= 0 || __builtin_add_overflow(id, distance, &id)) reader.fail();
    customers.push_back(CustomerId{id});
  }
  return customers;
}

}  // namespace crmcore::storage
