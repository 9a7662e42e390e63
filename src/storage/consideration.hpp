// What the stages of a run found for customers who look alike, packed: tens of thousands of them in a run
// over a million customers, and JSON is ten times as long.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "crmcore/id.hpp"

namespace crmcore::storage {

// In the numbers of assignment/decision.hpp.
struct StageFindingRow {
  std::int32_t stage = 0;
  std::vector<std::pair<std::int32_t, std::int32_t>> counts;   // by rejection, 0 for the accepted
  std::vector<std::pair<ManagerId, std::int32_t>> candidates;  // and why not

  friend bool operator==(const StageFindingRow&, const StageFindingRow&) = default;
};

std::vector<std::uint8_t> pack_findings(std::span<const StageFindingRow> findings);
// Throws Error(corrupt).
std::vector<StageFindingRow> unpack_findings(std::span<const std::uint8_t> body);

}  // namespace crmcore::storage
