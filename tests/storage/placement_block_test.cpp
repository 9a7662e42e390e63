// Packing loses nothing of a first placement, and what is damaged is refused.
#include "storage/placement_block.hpp"

#include <doctest/doctest.h>
#include <functional>
#include <rapidcheck.h>
#include <vector>

#include "crmcore/error.hpp"

#include "storage/consideration.hpp"

using namespace crmcore;
using namespace crmcore::storage;

namespace {

constexpr PlacementKey kSomeKey{7, RunId{3}};

template <class Number>
Number below(Number limit) {
  return *rc::gen::inRange<Number>(0, limit);
}

std::vector<DecisionRow> any_placements() {
  std::vector<DecisionRow> decisions;
  const auto step = 1 + below<std::int64_t>(40);
  for (std::int64_t place = below(step); place < kPlacementCustomers; place += 1 + below(step)) {
    DecisionRow& decision = decisions.emplace_back();
    decision.customer = CustomerId{kSomeKey.block * kPlacementCustomers + place};
    decision.run = kSomeKey.run;
    decision.to = ManagerId{1 + below<std::int64_t>(1'000'000)};
    decision.cause = 1;
    decision.tie_break = below(5);
    decision.stage = below(16);
    decision.consideration = below<std::int64_t>(100'000);
    decision.load_before = below<std::int64_t>(10'000);
    if (below(2) == 1) {
      decision.runner_up = ManagerId{1 + below<std::int64_t>(1000)};
      decision.runner_up_load = below<std::int64_t>(10'000);
    }
    if (below(2) == 1) {
      decision.full_count = below(1000);
      decision.full_detailed = below<std::int64_t>(1 << 20);
    }
  }
  return decisions;
}

bool is_refused_as_damaged(const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& error) {
    return error.code() == Code::corrupt;
  }
  return false;
}

}  // namespace

TEST_CASE("placements come back as they were packed, in whole and without reasons") {
  CHECK(rc::check([] {
    const std::vector<DecisionRow> decisions = any_placements();
    for (const DecisionRow& decision : decisions) RC_ASSERT(is_first_placement(decision));
    const PackedPlacements packed = pack_placements(decisions);
    std::vector<DecisionRow> back;
    unpack_placements(kSomeKey, packed.managers, packed.reasons, back);
    RC_ASSERT(back == decisions);
    std::vector<Placement> placements;
    unpack_placements(kSomeKey, packed.managers, placements);
    RC_ASSERT(placements.size() == decisions.size());
    std::vector<CustomerId> customers;
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      RC_ASSERT(placements[i].customer == decisions[i].customer);
      RC_ASSERT(placements[i].manager == decisions[i].to);
      RC_ASSERT(placements[i].run == kSomeKey.run);
      customers.push_back(decisions[i].customer);
    }
    RC_ASSERT(unpack_customers(pack_customers(customers)) == customers);
  }));
}

TEST_CASE("keys keep block and run") {
  const PlacementKey back = PlacementKey::unpack(kSomeKey.packed());
  CHECK(back.block == kSomeKey.block);
  CHECK(back.run == kSomeKey.run);
}

TEST_CASE("findings come back as they were packed") {
  const std::vector<StageFindingRow> findings = {
      {0, {{0, 12}, {5, 900}}, {{ManagerId{3}, 0}, {ManagerId{900}, 5}}}, {2, {}, {}}};
  CHECK(unpack_findings(pack_findings(findings)) == findings);
  auto body = pack_findings(findings);
  body.pop_back();
  CHECK(is_refused_as_damaged([&] { unpack_findings(body); }));
}

TEST_CASE("what is cut off or too long is refused") {
  std::vector<DecisionRow> decisions(3);
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    decisions[i].customer =
        CustomerId{kSomeKey.block * kPlacementCustomers + static_cast<std::int64_t>(i) * 9};
    decisions[i].to = ManagerId{300};
    decisions[i].cause = 1;
    decisions[i].stage = 0;
  }
  const PackedPlacements packed = pack_placements(decisions);
  std::vector<DecisionRow> out;
  std::vector<Placement> placements;
  auto reasons = packed.reasons;
  reasons.push_back(0);
  CHECK(is_refused_as_damaged([&] { unpack_placements(kSomeKey, packed.managers, reasons, out); }));
  auto managers = packed.managers;
  managers.pop_back();
  CHECK(is_refused_as_damaged([&] { unpack_placements(kSomeKey, managers, placements); }));
  CHECK(is_refused_as_damaged([&] { unpack_placements(kSomeKey, {}, placements); }));
  const std::vector<std::uint8_t> twice = {5, 0};
  CHECK(is_refused_as_damaged([&] { unpack_customers(twice); }));
}
