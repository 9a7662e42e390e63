#include "storage/assignment_store.hpp"

#include <algorithm>
#include <cassert>

#include "storage/primary_scan.hpp"
#include "storage/review_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kInsertPolicy{"INSERT INTO policy (id, code, code_key) VALUES (?1, ?2, ?3)"};
constexpr Sql kPutPolicyTerms{
    "INSERT INTO policy_terms (policy_id, version, scheme_id, ungraded_weight) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (policy_id, version) DO UPDATE SET scheme_id = excluded.scheme_id, "
    "ungraded_weight = excluded.ungraded_weight"};
constexpr Sql kPolicyScheme{"SELECT scheme_id FROM policy_terms WHERE policy_id = ?1 AND version = ?2"};
constexpr Sql kRemovePolicyWeights{"DELETE FROM policy_weight WHERE policy_id = ?1 AND version = ?2"};
constexpr Sql kInsertPolicyWeight{
    "INSERT INTO policy_weight (policy_id, version, grade, weight) VALUES (?1, ?2, ?3, ?4)"};

constexpr Sql kRotation{"SELECT manager_id, last FROM rotation WHERE policy_id = ?1 ORDER BY manager_id"};
constexpr Sql kPutRotation{
    "INSERT INTO rotation (policy_id, manager_id, last) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (policy_id, manager_id) DO UPDATE SET last = excluded.last"};

// Numbers of runs that were taken back are not given again.
constexpr Sql kLastRun{
    "SELECT coalesce(max(n.number), 0) FROM (SELECT max(id) AS number FROM assignment_run_row "
    "UNION ALL SELECT max(number) FROM reversal_row WHERE kind = 1) AS n"};
constexpr Sql kFindRun{
    "SELECT policy_id, version, as_of_day, kind, summary, digest, change_seq FROM assignment_run_row WHERE "
    "id = ?1"};
constexpr Sql kInsertRun{
    "INSERT INTO assignment_run_row (id, policy_id, version, as_of_day, kind, summary, digest, change_seq) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr Sql kFindConsideration{
    "SELECT body FROM assignment_consideration WHERE run_id = ?1 AND consideration_no = ?2"};
constexpr Sql kFindFinding{"SELECT body FROM assignment_finding WHERE finding = ?1"};
constexpr sqlite::RowsSql kFindingRows{"assignment_finding", "finding, body"};
constexpr sqlite::RowsSql kDecisionRows{
    "assignment_decision",
    "customer_id, run_id, from_manager, to_manager, cause, lost_by, unassigned, tie_break, stage, "
    "full_count, "
    "full_detailed, runner_up, load_before, runner_up_load, consideration_no"};
constexpr sqlite::RowsSql kPrimaryRows{
    "assignment_now", "customer_id, manager_id, from_day, origin, run_id, reason, is_locked"};
constexpr sqlite::RowsSql kPlacementRows{"placement_block", "block_run, managers, reasons"};
constexpr sqlite::RowsSql kReceivedRows{"placement_received", "manager_id, run_id, customers"};
constexpr int kFindingRunBits = 32;
constexpr Sql kPlacingDecisions{
    "SELECT to_manager, run_id FROM assignment_decision WHERE customer_id = ?1 AND from_manager IS NULL AND "
    "to_manager IS NOT NULL ORDER BY run_id"};
constexpr Sql kFindDecision{
    "SELECT customer_id, run_id, from_manager, to_manager, cause, lost_by, unassigned, tie_break, stage, "
    "full_count, full_detailed, runner_up, load_before, runner_up_load, consideration_no "
    "FROM assignment_decision WHERE customer_id = ?1 AND run_id = ?2"};
constexpr Sql kFindBlock{"SELECT managers, reasons FROM placement_block WHERE block_run = ?1"};
constexpr Sql kManagersOfBlock{
    "SELECT block_run, managers FROM placement_block WHERE block_run >= ?1 AND block_run < ?2"};

// Every customer has a row of classes, which is narrower than its own.
constexpr Sql kLastClassedCustomer{"SELECT coalesce(max(customer_id), 0) FROM customer_class_row"};
constexpr Sql kLostCustomers{
    "SELECT customer_id FROM customer_standing WHERE status = 2 ORDER BY customer_id"};
constexpr Sql kPrimary{
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_now "
    "WHERE customer_id = ?1"};
constexpr Sql kPastPrimary{
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, 0, to_day FROM assignment_past "
    "WHERE customer_id = ?1 AND to_day > ?2 AND from_day <= ?2"};
constexpr Sql kPutPrimary{
    "INSERT INTO assignment_now (customer_id, manager_id, from_day, origin, run_id, reason, is_locked) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (customer_id) DO UPDATE SET "
    "manager_id = excluded.manager_id, from_day = excluded.from_day, origin = excluded.origin, "
    "run_id = excluded.run_id, reason = excluded.reason, is_locked = excluded.is_locked"};
constexpr Sql kInsertPastPrimary{
    "INSERT INTO assignment_past (customer_id, to_day, from_day, manager_id, origin, run_id, reason) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kKeepReplaced{
    "INSERT INTO assignment_replaced (customer_id, manager_id, from_day, origin, run_id, reason, is_locked, "
    "by_run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};

constexpr Sql kAhead{
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_ahead "
    "WHERE customer_id = ?1 ORDER BY from_day"};
constexpr Sql kAheadOfRun{
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_ahead "
    "WHERE run_id = ?1 ORDER BY customer_id, from_day"};
constexpr Sql kBegun{
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_ahead "
    "WHERE from_day <= ?1 ORDER BY customer_id, from_day"};
constexpr Sql kLater{
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_ahead "
    "WHERE from_day > ?1 ORDER BY customer_id, from_day"};
constexpr Sql kPutAhead{
    "INSERT INTO assignment_ahead (customer_id, manager_id, from_day, origin, run_id, reason, is_locked) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (customer_id, from_day) DO UPDATE SET "
    "manager_id = excluded.manager_id, origin = excluded.origin, run_id = excluded.run_id, "
    "reason = excluded.reason, is_locked = excluded.is_locked"};
constexpr Sql kRemoveAhead{"DELETE FROM assignment_ahead WHERE customer_id = ?1 AND from_day = ?2"};

constexpr Sql kSides{
    "SELECT customer_id, role, manager_id, from_day, to_day, origin, run_id, reason FROM assignment_side "
    "WHERE customer_id = ?1 ORDER BY role, manager_id, from_day"};
constexpr Sql kSidesOf{
    "SELECT customer_id, role, manager_id, from_day, to_day, origin, run_id, reason FROM assignment_side "
    "WHERE manager_id = ?1 ORDER BY customer_id, role, from_day"};
constexpr Sql kPutSide{
    "INSERT INTO assignment_side (customer_id, role, manager_id, from_day, to_day, origin, run_id, reason) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (customer_id, role, manager_id, from_day) "
    "DO UPDATE SET to_day = excluded.to_day, origin = excluded.origin, run_id = excluded.run_id, "
    "reason = excluded.reason"};
constexpr Sql kRemoveSide{
    "DELETE FROM assignment_side WHERE customer_id = ?1 AND role = ?2 AND manager_id = ?3 AND from_day = ?4"};

std::optional<ManagerId> maybe(ManagerId id) {
  return id ? std::optional(id) : std::nullopt;
}

void put_primary(Statement put, const PrimaryRow& row) {
  put.bind(1, row.customer)
      .bind_or_null(2, row.manager)
      .bind(3, row.from)
      .bind(4, row.origin)
      .bind_or_null(5, row.run)
      .bind(6, row.reason)
      .bind(7, row.is_locked)
      .run();
}

std::vector<PrimaryRow> read_primaries(Statement& statement) {
  std::vector<PrimaryRow> rows;
  while (statement.step()) rows.push_back(read_primary(statement));
  return rows;
}

}  // namespace

void AssignmentStore::insert(const PolicyRow& row, std::string_view key) {
  db_.use(kInsertPolicy).bind(1, row.id).bind(2, row.code).bind(3, key).run();
}

void AssignmentStore::put(const PolicyTermsRow& row) {
  auto put = db_.use(kPutPolicyTerms);
  const auto scheme = row.scheme ? std::optional(row.scheme.value) : std::nullopt;
  put.bind(1, row.policy).bind(2, row.version).bind(3, scheme).bind(4, row.ungraded_weight).run();
  db_.use(kRemovePolicyWeights).bind(1, row.policy.value).bind(2, row.version).run();
  auto weight = db_.use(kInsertPolicyWeight);
  weight.bind(1, row.policy.value).bind(2, row.version);
  for (std::size_t grade = 0; grade < row.weights.size(); ++grade) {
    weight.bind(3, static_cast<std::int64_t>(grade)).bind(4, row.weights[grade]).run();
  }
}

SchemeId AssignmentStore::scheme_of(PolicyId policy, std::int32_t version) {
  auto row = db_.use(kPolicyScheme);
  row.bind(1, policy.value).bind(2, version);
  return row.step() && !row.is_null(0) ? SchemeId{row.integer(0)} : SchemeId{};
}

std::vector<std::pair<ManagerId, std::int64_t>> AssignmentStore::rotation(PolicyId policy) {
  std::vector<std::pair<ManagerId, std::int64_t>> places;
  auto row = db_.use(kRotation);
  row.bind(1, policy);
  while (row.step()) places.emplace_back(row.id<ManagerId>(0), row.integer(1));
  return places;
}

void AssignmentStore::put_rotation(PolicyId policy, ManagerId manager, std::int64_t last) {
  db_.use(kPutRotation).bind(1, policy).bind(2, manager).bind(3, last).run();
}

RunId AssignmentStore::last_run() {
  auto row = db_.use(kLastRun);
  row.step();
  return row.id<RunId>(0);
}

std::optional<RunRow> AssignmentStore::run(RunId id) {
  auto row = db_.use(kFindRun);
  row.bind(1, id);
  if (!row.step()) return std::nullopt;
  return RunRow{id,
                row.id<PolicyId>(0),
                row.integer32(1),
                row.date(2),
                row.enum_at<RunKind>(3),
                row.string(4),
                row.bytes<sizeof(Digest)>(5),
                row.integer(6)};
}

void AssignmentStore::insert(const RunRow& row) {
  db_.use(kInsertRun)
      .bind(1, row.id)
      .bind(2, row.policy)
      .bind(3, row.version)
      .bind(4, row.as_of)
      .bind(5, row.kind)
      .bind(6, row.summary)
      .bind(7, row.digest)
      .bind(8, row.change_seq)
      .run();
}

std::string AssignmentStore::consideration(RunId run, std::int64_t number) {
  auto row = db_.use(kFindConsideration);
  row.bind(1, run).bind(2, number);
  return row.step() ? row.string(0) : std::string();
}

std::optional<std::vector<StageFindingRow>> AssignmentStore::findings(RunId run, std::int64_t number) {
  auto row = db_.use(kFindFinding);
  row.bind(1, run.value << kFindingRunBits | number);
  if (!row.step()) return std::nullopt;
  return unpack_findings(row.blob(0));
}

std::optional<DecisionRow> AssignmentStore::decision(CustomerId customer, RunId run) {
  {
    auto row = db_.use(kFindDecision);
    row.bind(1, customer).bind(2, run);
    if (row.step()) return read_decision(row);
  }
  const PlacementKey key{PlacementKey::block_of(customer), run};
  auto block = db_.use(kFindBlock);
  block.bind(1, key.packed());
  if (!block.step()) return std::nullopt;
  std::vector<DecisionRow> decisions;
  unpack_placements(key, block.blob(0), block.blob(1), decisions);
  const auto found = std::find_if(decisions.begin(), decisions.end(),
                                  [&](const DecisionRow& row) { return row.customer == customer; });
  return found == decisions.end() ? std::nullopt : std::optional(*found);
}

std::optional<Placement> AssignmentStore::placement(CustomerId customer) {
  const std::int64_t block = PlacementKey::block_of(customer);
  auto blocks = db_.use(kManagersOfBlock);
  blocks.bind(1, PlacementKey{block, {}}.packed()).bind(2, PlacementKey{block + 1, {}}.packed());
  std::vector<Placement> placements;
  while (blocks.step()) {
    unpack_placements(PlacementKey::unpack(blocks.integer(0)), blocks.blob(1), placements);
    const auto found = std::find_if(placements.begin(), placements.end(),
                                    [&](const Placement& row) { return row.customer == customer; });
    if (found != placements.end()) return *found;
    placements.clear();
  }
  return std::nullopt;
}

std::vector<Placement> AssignmentStore::placements(CustomerId customer) {
  std::vector<Placement> placements;
  if (const auto packed = placement(customer)) placements.push_back(*packed);
  auto row = db_.use(kPlacingDecisions);
  row.bind(1, customer);
  while (row.step()) placements.push_back({customer, row.id<ManagerId>(0), row.id<RunId>(1)});
  return placements;
}

CustomerId AssignmentStore::last_customer() {
  auto row = db_.use(kLastClassedCustomer);
  row.step();
  return row.id<CustomerId>(0);
}

void AssignmentStore::lost_customers(const std::function<void(CustomerId)>& visit) {
  auto row = db_.use(kLostCustomers);
  while (row.step()) visit(row.id<CustomerId>(0));
}

void AssignmentStore::grades(SchemeId scheme,
                             const std::function<void(CustomerId, std::int32_t, Date)>& visit) {
  ReviewStore(db_).states(
      scheme, [&](const GradeStateRow& row) { visit(customer_of(row.subject), row.grade, row.since); });
}

std::optional<std::int32_t> AssignmentStore::grade(CustomerId customer, SchemeId scheme) {
  const auto state = ReviewStore(db_).state(scheme, subject_of(customer));
  return state ? std::optional(state->grade) : std::nullopt;
}

void AssignmentStore::primaries(Date day, const std::function<void(const PrimaryRow&)>& visit) {
  PrimaryScan scan(db_, CustomerId{0}, CustomerId{INT64_MAX}, day);
  while (scan.next()) visit(scan.row());
}

std::optional<PrimaryRow> AssignmentStore::present(CustomerId customer) {
  {
    auto row = db_.use(kPrimary);
    row.bind(1, customer);
    if (row.step()) return read_primary(row);
  }
  const auto first = placement(customer);
  return first ? std::optional(primary_of(*first, RunDays(db_).of(first->run))) : std::nullopt;
}

std::optional<PrimaryRow> AssignmentStore::primary(CustomerId customer) {
  const auto rows = ahead(customer);
  const Date today = rows.empty() ? Date{} : db_.today();
  const auto begun =
      std::find_if(rows.rbegin(), rows.rend(), [&](const PrimaryRow& row) { return row.from <= today; });
  return begun == rows.rend() ? present(customer) : std::optional(*begun);
}

std::optional<std::pair<PrimaryRow, std::optional<Date>>> AssignmentStore::primary_on(CustomerId customer,
                                                                                      Date day) {
  std::optional<Date> to;
  const auto rows = ahead(customer);
  for (auto row = rows.rbegin(); row != rows.rend(); to = (row++)->from) {
    if (row->from <= day) return std::pair(*row, to);
  }
  if (auto row = present(customer); row && row->from <= day) return std::pair(std::move(*row), to);
  auto past = db_.use(kPastPrimary);
  past.bind(1, customer).bind(2, day);
  if (!past.step()) return std::nullopt;
  return std::pair(read_primary(past), std::optional(past.date(7)));
}

std::vector<CustomerId> AssignmentStore::customers_of(ManagerId manager) {
  return customers_of(manager, db_.today());
}

std::vector<CustomerId> AssignmentStore::customers_of(ManagerId manager, Date day) {
  std::vector<CustomerId> customers;
  PrimaryScan scan(db_, manager, day);
  while (scan.next()) customers.push_back(scan.row().customer);
  return customers;
}

void AssignmentStore::put(const PrimaryRow& row) {
  put_primary(db_.use(kPutPrimary), row);
}

std::vector<PrimaryRow> AssignmentStore::ahead(CustomerId customer) {
  auto rows = db_.use(kAhead);
  rows.bind(1, customer);
  return read_primaries(rows);
}

std::vector<PrimaryRow> AssignmentStore::ahead(RunId run) {
  auto rows = db_.use(kAheadOfRun);
  rows.bind(1, run);
  return read_primaries(rows);
}

std::vector<PrimaryRow> AssignmentStore::begun(Date day) {
  auto rows = db_.use(kBegun);
  rows.bind(1, day);
  return read_primaries(rows);
}

std::vector<PrimaryRow> AssignmentStore::later(Date day) {
  auto rows = db_.use(kLater);
  rows.bind(1, day);
  return read_primaries(rows);
}

void AssignmentStore::put_ahead(const PrimaryRow& row) {
  put_primary(db_.use(kPutAhead), row);
}

void AssignmentStore::remove_ahead(CustomerId customer, Date from) {
  db_.use(kRemoveAhead).bind(1, customer).bind(2, from).run();
}

void AssignmentStore::insert_past(const PrimaryRow& row, Date to) {
  db_.use(kInsertPastPrimary)
      .bind(1, row.customer)
      .bind(2, to)
      .bind(3, row.from)
      .bind_or_null(4, row.manager)
      .bind(5, row.origin)
      .bind_or_null(6, row.run)
      .bind(7, row.reason)
      .run();
}

void AssignmentStore::keep_replaced(const PrimaryRow& row, RunId by_run) {
  auto keep = db_.use(kKeepReplaced);
  keep.bind(8, by_run);
  put_primary(std::move(keep), row);
}

std::vector<SideRow> AssignmentStore::sides(CustomerId customer) {
  std::vector<SideRow> rows;
  auto row = db_.use(kSides);
  row.bind(1, customer);
  while (row.step()) rows.push_back(read_side(row));
  return rows;
}

std::vector<SideRow> AssignmentStore::sides_of(ManagerId manager) {
  std::vector<SideRow> rows;
  auto row = db_.use(kSidesOf);
  row.bind(1, manager);
  while (row.step()) rows.push_back(read_side(row));
  return rows;
}

void AssignmentStore::put(const SideRow& row) {
  assert(row.role != AssignmentRole::primary);
  db_.use(kPutSide)
      .bind(1, row.customer)
      .bind(2, row.role)
      .bind(3, row.manager)
      .bind(4, row.from)
      .bind(5, row.to)
      .bind(6, row.origin)
      .bind_or_null(7, row.run)
      .bind(8, row.reason)
      .run();
}

void AssignmentStore::remove(const SideRow& row) {
  db_.use(kRemoveSide).bind(1, row.customer).bind(2, row.role).bind(3, row.manager).bind(4, row.from).run();
}

DecisionInsert::DecisionInsert(sqlite::Connection& db, RunId run)
    : run_(run),
      findings_(db, kFindingRows),
      decisions_(db, kDecisionRows),
      primaries_(db, kPrimaryRows),
      blocks_(db, kPlacementRows),
      received_(db, kReceivedRows) {}

void DecisionInsert::add(std::int64_t number, std::span<const std::uint8_t> findings) {
  findings_.add(run_.value << kFindingRunBits | number, findings);
}

void DecisionInsert::add(const DecisionRow& row) {
  decisions_.add(row.customer, row.run, maybe(row.from), maybe(row.to), row.cause, row.lost_by,
                 row.unassigned, row.tie_break, row.stage, row.full_count, row.full_detailed,
                 maybe(row.runner_up), row.load_before, row.runner_up_load, row.consideration);
}

void DecisionInsert::add(const PrimaryRow& row) {
  primaries_.add(row.customer, maybe(row.manager), row.from, row.origin,
                 row.run ? std::optional(row.run) : std::nullopt, std::string_view(row.reason),
                 row.is_locked);
}

void DecisionInsert::add(const PlacementKey& key, const PackedPlacements& packed) {
  blocks_.add(key.packed(), std::span<const std::uint8_t>(packed.managers),
              std::span<const std::uint8_t>(packed.reasons));
}

void DecisionInsert::add(ManagerId manager, std::span<const CustomerId> received) {
  const auto customers = pack_customers(received);
  received_.add(manager, run_, std::span<const std::uint8_t>(customers));
}

void DecisionInsert::flush() {
  findings_.flush();
  decisions_.flush();
  primaries_.flush();
  blocks_.flush();
  received_.flush();
}

}  // namespace crmcore::storage
