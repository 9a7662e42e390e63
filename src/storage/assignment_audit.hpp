// The rows of assignment as they lie in the file, for verify: nothing is laid over anything.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "storage/placement_block.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

class AssignmentAudit {
 public:
  using Bytes = std::span<const std::uint8_t>;

  explicit AssignmentAudit(sqlite::Connection& db) : db_(db) {}

  void runs(const std::function<void(RunId)>& visit);
  // By block and run.
  void placements(const std::function<void(const PlacementKey&, Bytes managers, Bytes reasons)>& visit);
  // By customer and run.
  void decisions(const std::function<void(const DecisionRow&)>& visit);
  // By run and number.
  void findings(const std::function<void(RunId, std::int64_t number, Bytes body)>& visit);
  void received(const std::function<void(ManagerId, RunId, Bytes customers)>& visit);
  // By customer.
  void primaries(const std::function<void(const PrimaryRow&)>& visit);
  void past_primaries(const std::function<void(const PrimaryRow&)>& visit);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
