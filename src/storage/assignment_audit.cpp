#include "storage/assignment_audit.hpp"

#include <algorithm>

#include "storage/primary_scan.hpp"

namespace crmcore::storage {
namespace {

// Prepared and not kept: verify reads them once.
constexpr const char* kRunIds = "SELECT id FROM assignment_run_row ORDER BY id";
constexpr const char* kPackedPlacements =
    "SELECT block_run, managers, reasons FROM placement_block ORDER BY block_run";
constexpr const char* kDecisionRowsAll =
    "SELECT customer_id, run_id, from_manager, to_manager, cause, lost_by, unassigned, tie_break, stage, "
    "full_count, full_detailed, runner_up, load_before, runner_up_load, consideration_no "
    "FROM assignment_decision ORDER BY customer_id, run_id";
constexpr const char* kFindingBodies = "SELECT finding, body FROM assignment_finding ORDER BY finding";
constexpr const char* kReceivedLists = "SELECT manager_id, run_id, customers FROM placement_received";
constexpr const char* kPrimaryRowsAll =
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_now "
    "ORDER BY customer_id";
constexpr const char* kPastRowsAll =
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, 0, to_day FROM assignment_past "
    "ORDER BY customer_id, to_day";
constexpr const char* kAheadRowsAll =
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_ahead "
    "ORDER BY customer_id, from_day";
constexpr const char* kSideRowsAll =
    "SELECT customer_id, role, manager_id, from_day, to_day, origin, run_id, reason FROM assignment_side "
    "ORDER BY customer_id, role, manager_id, from_day";

}  // namespace

void AssignmentAudit::runs(const std::function<void(RunId)>& visit) {
  auto row = db_.prepare(kRunIds);
  while (row.step()) visit(row.id<RunId>(0));
}

void AssignmentAudit::placements(const std::function<void(const PlacementKey&, Bytes, Bytes)>& visit) {
  auto row = db_.prepare(kPackedPlacements);
  while (row.step()) visit(PlacementKey::unpack(row.integer(0)), row.blob(1), row.blob(2));
}

void AssignmentAudit::decisions(const std::function<void(const DecisionRow&)>& visit) {
  auto row = db_.prepare(kDecisionRowsAll);
  while (row.step()) visit(read_decision(row));
}

void AssignmentAudit::findings(const std::function<void(RunId, std::int64_t, Bytes)>& visit) {
  auto row = db_.prepare(kFindingBodies);
  while (row.step()) {
    // A run and a number are packed as a run and a block are.
    const PlacementKey key = PlacementKey::unpack(row.integer(0));
    visit(RunId{key.block}, key.run.value, row.blob(1));
  }
}

void AssignmentAudit::received(const std::function<void(ManagerId, RunId, Bytes)>& visit) {
  auto row = db_.prepare(kReceivedLists);
  while (row.step()) visit(row.id<ManagerId>(0), row.id<RunId>(1), row.blob(2));
}

ServingRows::ServingRows(sqlite::Connection& db)
    : past_(db.prepare(kPastRowsAll)),
      now_(db.prepare(kPrimaryRowsAll)),
      ahead_(db.prepare(kAheadRowsAll)),
      sides_(db.prepare(kSideRowsAll)),
      has_past_(past_.step()),
      has_now_(now_.step()),
      has_ahead_(ahead_.step()),
      has_side_(sides_.step()) {}

CustomerId ServingRows::customer() const {
  std::int64_t least = INT64_MAX;
  if (has_past_) least = std::min(least, past_.integer(0));
  if (has_now_) least = std::min(least, now_.integer(0));
  if (has_ahead_) least = std::min(least, ahead_.integer(0));
  if (has_side_) least = std::min(least, sides_.integer(0));
  return CustomerId{least == INT64_MAX ? 0 : least};
}

void ServingRows::take() {
  const std::int64_t of = customer().value;
  past.clear();
  now.reset();
  ahead.clear();
  sides.clear();
  for (; has_past_ && past_.integer(0) == of; has_past_ = past_.step())
    past.push_back({read_primary(past_), past_.date(7)});
  for (; has_now_ && now_.integer(0) == of; has_now_ = now_.step()) now = read_primary(now_);
  for (; has_ahead_ && ahead_.integer(0) == of; has_ahead_ = ahead_.step())
    ahead.push_back(read_primary(ahead_));
  for (; has_side_ && sides_.integer(0) == of; has_side_ = sides_.step()) sides.push_back(read_side(sides_));
}

}  // namespace crmcore::storage
