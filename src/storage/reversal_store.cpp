#include "storage/reversal_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kKeepUndo{"INSERT INTO reversal_row (kind, number, undo) VALUES (?1, ?2, ?3)"};
constexpr Sql kFindReversal{"SELECT undo, change_seq FROM reversal_row WHERE kind = ?1 AND number = ?2"};
constexpr Sql kTellReversal{
    "INSERT INTO reversal_row (kind, number, undo, change_seq) VALUES (?1, ?2, '{}', ?3) "
    "ON CONFLICT (kind, number) DO UPDATE SET undo = excluded.undo, change_seq = excluded.change_seq"};
constexpr Sql kReversals{
    "SELECT kind, number, change_seq FROM reversal_row WHERE change_seq IS NOT NULL ORDER BY kind, number"};

constexpr int kReviewOfBlockBits = 24;
constexpr Sql kRemoveReview{"DELETE FROM review WHERE id = ?1"};
constexpr Sql kRemoveReviewBlocks{"DELETE FROM review_block WHERE review_block BETWEEN ?1 AND ?2"};
constexpr Sql kRemoveReviewReport{"DELETE FROM review_report WHERE review_id = ?1"};
constexpr Sql kRemoveGradeEvents{
    "DELETE FROM grade_event WHERE subject_id = ?1 AND scheme_id = ?2 AND review_id = ?3"};
constexpr Sql kReopenTriggers{
    "UPDATE grade_trigger SET review_id = 0 WHERE subject_id = ?1 AND scheme_id = ?2 AND review_id = ?3"};

constexpr Sql kRunByGrades{
    "SELECT coalesce(min(r.id), 0) FROM assignment_run_row r "
    "JOIN policy_terms t ON t.policy_id = r.policy_id AND t.version = r.version "
    "WHERE t.scheme_id = ?1 AND r.change_seq > ?2"};
constexpr Sql kPoliciesOfScheme{"SELECT count(*) FROM policy_terms WHERE scheme_id = ?1"};
constexpr Sql kLastStandingRun{"SELECT coalesce(max(id), 0) FROM assignment_run_row"};
constexpr Sql kChangedByRun{
    "SELECT customer_id FROM assignment_decision WHERE run_id = ?1 ORDER BY customer_id"};
constexpr Sql kRemoveNow{"DELETE FROM assignment_now WHERE customer_id = ?1"};
constexpr Sql kRestoreReplaced{
    "INSERT INTO assignment_now (customer_id, manager_id, from_day, origin, run_id, reason, is_locked) "
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_replaced "
    "WHERE customer_id = ?1 AND by_run = ?2"};
// A run moves nobody who is locked.
constexpr Sql kRestorePast{
    "INSERT INTO assignment_now (customer_id, manager_id, from_day, origin, run_id, reason, is_locked) "
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, 0 FROM assignment_past "
    "WHERE customer_id = ?1 AND to_day = ?2"};
constexpr Sql kRemovePast{"DELETE FROM assignment_past WHERE customer_id = ?1 AND to_day = ?2"};
constexpr Sql kRemoveRotation{"DELETE FROM rotation WHERE policy_id = ?1 AND manager_id = ?2"};
constexpr int kNumberOfFindingBits = 32;
constexpr Sql kRemoveRun{"DELETE FROM assignment_run_row WHERE id = ?1"};
constexpr Sql kRemoveDecisions{"DELETE FROM assignment_decision WHERE run_id = ?1"};
constexpr Sql kRemoveReplaced{"DELETE FROM assignment_replaced WHERE by_run = ?1"};
constexpr Sql kRemoveReceived{"DELETE FROM placement_received WHERE run_id = ?1"};
constexpr Sql kRemovePlacements{"DELETE FROM placement_block WHERE block_run % 4294967296 = ?1"};
constexpr Sql kRemoveFindings{"DELETE FROM assignment_finding WHERE finding BETWEEN ?1 AND ?2"};

}  // namespace

void ReversalStore::keep(ReversalKind kind, std::int64_t number, std::string_view undo) {
  db_.use(kKeepUndo).bind(1, kind).bind(2, number).bind(3, undo).run();
}

std::optional<ReversalRow> ReversalStore::find(ReversalKind kind, std::int64_t number) {
  auto row = db_.use(kFindReversal);
  row.bind(1, kind).bind(2, number);
  if (!row.step()) return std::nullopt;
  return ReversalRow{row.string(0), row.integer(1)};
}

void ReversalStore::tell(ReversalKind kind, std::int64_t number, std::int64_t change_seq) {
  db_.use(kTellReversal).bind(1, kind).bind(2, number).bind(3, change_seq).run();
}

void ReversalStore::all(const std::function<void(ReversalKind, std::int64_t, std::int64_t)>& visit) {
  auto row = db_.use(kReversals);
  while (row.step()) visit(row.enum_at<ReversalKind>(0), row.integer(1), row.integer(2));
}

void ReversalStore::remove(ReviewId review) {
  db_.use(kRemoveReviewBlocks)
      .bind(1, review.value << kReviewOfBlockBits)
      .bind(2, ((review.value + 1) << kReviewOfBlockBits) - 1)
      .run();
  db_.use(kRemoveReviewReport).bind(1, review).run();
  db_.use(kRemoveReview).bind(1, review).run();
}

bool ReversalStore::remove_events(SchemeId scheme, SubjectId subject, ReviewId review) {
  db_.use(kRemoveGradeEvents).bind(1, subject).bind(2, scheme).bind(3, review).run();
  return db_.changes() > 0;
}

void ReversalStore::reopen_triggers(SchemeId scheme, SubjectId subject, ReviewId review) {
  db_.use(kReopenTriggers).bind(1, subject).bind(2, scheme).bind(3, review).run();
}

RunId ReversalStore::run_by_grades(SchemeId scheme, std::int64_t change_seq) {
  auto row = db_.use(kRunByGrades);
  row.bind(1, scheme).bind(2, change_seq);
  row.step();
  return row.id<RunId>(0);
}

bool ReversalStore::is_read_by_policies(SchemeId scheme) {
  auto row = db_.use(kPoliciesOfScheme);
  row.bind(1, scheme);
  return row.step() && row.integer(0) > 0;
}

RunId ReversalStore::last_standing_run() {
  auto row = db_.use(kLastStandingRun);
  row.step();
  return row.id<RunId>(0);
}

void ReversalStore::changed(RunId run, const std::function<void(CustomerId)>& visit) {
  auto row = db_.use(kChangedByRun);
  row.bind(1, run);
  while (row.step()) visit(row.id<CustomerId>(0));
}

void ReversalStore::restore_primary(CustomerId customer, RunId run, Date day) {
  db_.use(kRemoveNow).bind(1, customer).run();
  db_.use(kRestoreReplaced).bind(1, customer).bind(2, run).run();
  if (db_.changes() > 0) return;
  db_.use(kRestorePast).bind(1, customer).bind(2, day).run();
  db_.use(kRemovePast).bind(1, customer).bind(2, day).run();
}

void ReversalStore::remove_rotation(PolicyId policy, ManagerId manager) {
  db_.use(kRemoveRotation).bind(1, policy).bind(2, manager).run();
}

void ReversalStore::remove(RunId run) {
  for (const Sql* sql :
       {&kRemoveDecisions, &kRemoveReplaced, &kRemoveReceived, &kRemovePlacements, &kRemoveRun})
    db_.use(*sql).bind(1, run).run();
  db_.use(kRemoveFindings)
      .bind(1, run.value << kNumberOfFindingBits)
      .bind(2, ((run.value + 1) << kNumberOfFindingBits) - 1)
      .run();
}

}  // namespace crmcore::storage
