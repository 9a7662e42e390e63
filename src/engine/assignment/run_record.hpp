// The digest over all that a run decided, which the journal's change of the run tells: an edit of a packed
// placement, a decision or a finding shows by it.
#pragma once

#include <cstdint>
#include <span>

#include "base/digest.hpp"
#include "storage/placement_block.hpp"

namespace crmcore::engine {

class RunRecord {
 public:
  // Packed placements by ascending block.
  void add(const storage::PlacementKey& key, std::span<const std::uint8_t> managers,
           std::span<const std::uint8_t> reasons);
  // Decisions that have a row, by ascending customer.
  void add(const storage::DecisionRow& decision);
  // Packed findings by ascending number.
  void add(std::int64_t number, std::span<const std::uint8_t> findings);
  // Ends the record with what the run itself says, but for the change that tells of it.
  Digest finish(const storage::RunRow& run);

 private:
  Digester placements_;
  Digester decisions_;
  Digester findings_;
};

}  // namespace crmcore::engine
