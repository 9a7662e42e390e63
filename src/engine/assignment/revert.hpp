// Taking back the last run of a policy, and what a review that is taken back had made of loads.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "storage/assignment_rows.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {

struct ReviewToRevert;

// Told in the journal.
inline constexpr ChangeKind kAssignmentReverted{65, "assignment.reverted"};

// Takes a run back: all is as if it had not been, but for its number and the journal. Throws Error: not_found
// (also for one that is taken back already), conflict where something later rests on it, unsupported for a
// handover and for a run of a format that did not keep what is needed.
Json revert_run(Session& session, RunId run, std::string_view reason);
Json revert_run_answer();

// Room::after_review and Room::before_revert.
void follow_review(Session& session, WriteScope& write, ReviewId review);
void undo_review(Session& session, WriteScope& write, const ReviewToRevert& review);

// Throws Error(not_found) at "/run".
storage::RunRow require_run(sqlite::Connection& db, RunId id);

// Made before a run is applied, and kept with it: what its decisions do not tell.
class RunUndo {
 public:
  RunUndo(sqlite::Connection& db, PolicyId policy);
  void keep(sqlite::Connection& db, RunId run) const;

 private:
  PolicyId policy_;
  std::vector<storage::ManagerRow> managers_;
  std::vector<std::pair<ManagerId, std::int64_t>> turns_;
};

}  // namespace crmcore::engine
