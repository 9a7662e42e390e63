#include "storage/assignment_audit.hpp"

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
constexpr const char* kPastPrimaries =
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, 0 FROM assignment_past";

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

void AssignmentAudit::primaries(const std::function<void(const PrimaryRow&)>& visit) {
  auto row = db_.prepare(kPrimaryRowsAll);
  while (row.step()) visit(read_primary(row));
}

void AssignmentAudit::past_primaries(const std::function<void(const PrimaryRow&)>& visit) {
  auto row = db_.prepare(kPastPrimaries);
  while (row.step()) visit(read_primary(row));
}

}  // namespace crmcore::storage
