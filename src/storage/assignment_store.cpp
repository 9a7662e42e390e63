#include "storage/assignment_store.hpp"

#include <array>
#include <cassert>

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

constexpr Sql kLastRun{"SELECT coalesce(max(id), 0) FROM assignment_run_row"};
constexpr Sql kFindRun{
    "SELECT policy_id, version, as_of_day, kind, summary, digest, change_seq FROM assignment_run_row WHERE "
    "id = ?1"};
constexpr Sql kInsertRun{
    "INSERT INTO assignment_run_row (id, policy_id, version, as_of_day, kind, summary, digest, change_seq) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr Sql kInsertConsideration{
    "INSERT INTO assignment_consideration (run_id, consideration_no, body) VALUES (?1, ?2, ?3)"};
constexpr Sql kFindConsideration{
    "SELECT body FROM assignment_consideration WHERE run_id = ?1 AND consideration_no = ?2"};
constexpr Sql kInsertDecision{
    "INSERT INTO assignment_decision (customer_id, run_id, from_manager, to_manager, cause, lost_by, "
    "unassigned, "
    "tie_break, stage, full_count, full_detailed, runner_up, load_before, runner_up_load, consideration_no) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"};
constexpr Sql kFindDecision{
    "SELECT from_manager, to_manager, cause, lost_by, unassigned, tie_break, stage, full_count, "
    "full_detailed, "
    "runner_up, load_before, runner_up_load, consideration_no FROM assignment_decision "
    "WHERE customer_id = ?1 AND run_id = ?2"};

// Every customer has a row of classes, which is narrower than its own.
constexpr Sql kAllCustomers{"SELECT customer_id FROM customer_class_row ORDER BY customer_id"};
constexpr Sql kLostCustomers{
    "SELECT customer_id FROM customer_standing WHERE status = 2 ORDER BY customer_id"};
constexpr std::array kClassesOfSlot = {
    Sql{"SELECT customer_id, class_1 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_2 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_3 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_4 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_5 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_6 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_7 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_8 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_9 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_10 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_11 FROM customer_class_row ORDER BY customer_id"},
    Sql{"SELECT customer_id, class_12 FROM customer_class_row ORDER BY customer_id"},
};
constexpr Sql kGradeCountsOf{
    "SELECT coalesce(g.grade, -1), count(*) FROM assignment_now a "
    "LEFT JOIN grade_row g ON g.grade_key = ?2 * 1099511627776 + a.customer_id "
    "WHERE a.manager_id = ?1 GROUP BY 1 ORDER BY 1"};

constexpr Sql kPrimaries{
    "SELECT customer_id, manager_id, from_day, is_locked FROM assignment_now ORDER BY customer_id"};
constexpr Sql kPrimary{
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_now "
    "WHERE customer_id = ?1"};
constexpr Sql kPastPrimary{
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, 0, to_day FROM assignment_past "
    "WHERE customer_id = ?1 AND to_day > ?2 AND from_day <= ?2"};
constexpr Sql kCustomersOf{
    "SELECT customer_id FROM assignment_now WHERE manager_id = ?1 ORDER BY customer_id"};
constexpr Sql kByManager{
    "SELECT manager_id, customer_id FROM assignment_now "
    "WHERE manager_id IS NOT NULL ORDER BY manager_id, customer_id"};
constexpr Sql kInsertPrimary{
    "INSERT INTO assignment_now (customer_id, manager_id, from_day, origin, run_id, reason, is_locked) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kPutPrimary{
    "INSERT INTO assignment_now (customer_id, manager_id, from_day, origin, run_id, reason, is_locked) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (customer_id) DO UPDATE SET "
    "manager_id = excluded.manager_id, from_day = excluded.from_day, origin = excluded.origin, "
    "run_id = excluded.run_id, reason = excluded.reason, is_locked = excluded.is_locked"};
constexpr Sql kSetLocked{"UPDATE assignment_now SET is_locked = ?2, reason = ?3 WHERE customer_id = ?1"};
constexpr Sql kInsertPastPrimary{
    "INSERT INTO assignment_past (customer_id, to_day, from_day, manager_id, origin, run_id, reason) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};

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

PrimaryRow read_primary(const Statement& row) {
  return {row.id<CustomerId>(0), row.id<ManagerId>(1), row.date(2), row.enum_at<Origin>(3),
          row.id<RunId>(4),      row.string(5),        row.flag(6)};
}

void write_primary(Statement put, const PrimaryRow& row) {
  put.bind(1, row.customer)
      .bind_or_null(2, row.manager)
      .bind(3, row.from)
      .bind(4, row.origin)
      .bind_or_null(5, row.run)
      .bind(6, row.reason)
      .bind(7, row.is_locked)
      .run();
}

SideRow read_side(const Statement& row) {
  return {row.id<CustomerId>(0), row.enum_at<AssignmentRole>(1), row.id<ManagerId>(2), row.date(3),
          row.maybe_date(4),     row.enum_at<Origin>(5),         row.id<RunId>(6),     row.string(7)};
}

}  // namespace

void AssignmentStore::insert(const PolicyRow& row, std::string_view key) {
  db_.use(kInsertPolicy).bind(1, row.id).bind(2, row.code).bind(3, key).run();
}

void AssignmentStore::put(const PolicyTermsRow& row) {
  auto put = db_.use(kPutPolicyTerms);
  put.bind(1, row.policy).bind(2, row.version).bind(3, row.scheme).bind(4, row.ungraded_weight).run();
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
  return row.step() ? SchemeId{row.integer(0)} : SchemeId{};
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

void AssignmentStore::insert_consideration(RunId run, std::int64_t number, std::string_view body) {
  db_.use(kInsertConsideration).bind(1, run).bind(2, number).bind(3, body).run();
}

std::string AssignmentStore::consideration(RunId run, std::int64_t number) {
  auto row = db_.use(kFindConsideration);
  row.bind(1, run).bind(2, number);
  return row.step() ? row.string(0) : std::string();
}

void AssignmentStore::insert(const DecisionRow& row) {
  db_.use(kInsertDecision)
      .bind(1, row.customer)
      .bind(2, row.run)
      .bind_or_null(3, row.from)
      .bind_or_null(4, row.to)
      .bind(5, row.cause)
      .bind(6, row.lost_by)
      .bind(7, row.unassigned)
      .bind(8, row.tie_break)
      .bind(9, row.stage)
      .bind(10, row.full_count)
      .bind(11, row.full_detailed)
      .bind_or_null(12, row.runner_up)
      .bind(13, row.load_before)
      .bind(14, row.runner_up_load)
      .bind(15, row.consideration)
      .run();
}

std::optional<DecisionRow> AssignmentStore::decision(CustomerId customer, RunId run) {
  auto row = db_.use(kFindDecision);
  row.bind(1, customer).bind(2, run);
  if (!row.step()) return std::nullopt;
  return DecisionRow{customer,
                     run,
                     row.id<ManagerId>(0),
                     row.id<ManagerId>(1),
                     row.integer32(2),
                     row.integer32(3),
                     row.integer32(4),
                     row.integer32(5),
                     row.integer32(6),
                     row.integer32(7),
                     row.integer(8),
                     row.id<ManagerId>(9),
                     row.integer(10),
                     row.integer(11),
                     row.integer(12)};
}

void AssignmentStore::customers(const std::function<void(CustomerId)>& visit) {
  auto row = db_.use(kAllCustomers);
  while (row.step()) visit(row.id<CustomerId>(0));
}

void AssignmentStore::lost_customers(const std::function<void(CustomerId)>& visit) {
  auto row = db_.use(kLostCustomers);
  while (row.step()) visit(row.id<CustomerId>(0));
}

void AssignmentStore::classes(std::int32_t slot, const std::function<void(CustomerId, NodeId)>& visit) {
  auto row = db_.use(kClassesOfSlot.at(static_cast<std::size_t>(slot) - 1));
  while (row.step()) visit(row.id<CustomerId>(0), row.id<NodeId>(1));
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

void AssignmentStore::primaries(const std::function<void(const PrimaryRow&)>& visit) {
  auto row = db_.use(kPrimaries);
  PrimaryRow primary;
  while (row.step()) {
    primary.customer = row.id<CustomerId>(0);
    primary.manager = row.id<ManagerId>(1);
    primary.from = row.date(2);
    primary.is_locked = row.flag(3);
    visit(primary);
  }
}

std::vector<std::pair<std::int32_t, std::int64_t>> AssignmentStore::grades_of(ManagerId manager,
                                                                              SchemeId scheme) {
  std::vector<std::pair<std::int32_t, std::int64_t>> counts;
  auto row = db_.use(kGradeCountsOf);
  row.bind(1, manager).bind(2, scheme);
  while (row.step()) counts.emplace_back(row.integer32(0), row.integer(1));
  return counts;
}

void AssignmentStore::by_manager(FunctionRef<void(ManagerId, CustomerId)> visit) {
  auto row = db_.use(kByManager);
  while (row.step()) visit(row.id<ManagerId>(0), row.id<CustomerId>(1));
}

std::optional<PrimaryRow> AssignmentStore::primary(CustomerId customer) {
  auto row = db_.use(kPrimary);
  row.bind(1, customer);
  if (!row.step()) return std::nullopt;
  return read_primary(row);
}

std::optional<std::pair<PrimaryRow, Date>> AssignmentStore::past_primary(CustomerId customer, Date at) {
  auto row = db_.use(kPastPrimary);
  row.bind(1, customer).bind(2, at);
  if (!row.step()) return std::nullopt;
  return std::pair(read_primary(row), row.date(7));
}

std::vector<CustomerId> AssignmentStore::customers_of(ManagerId manager) {
  std::vector<CustomerId> customers;
  auto row = db_.use(kCustomersOf);
  row.bind(1, manager);
  while (row.step()) customers.push_back(row.id<CustomerId>(0));
  return customers;
}

void AssignmentStore::insert(const PrimaryRow& row) {
  write_primary(db_.use(kInsertPrimary), row);
}

void AssignmentStore::put(const PrimaryRow& row) {
  write_primary(db_.use(kPutPrimary), row);
}

void AssignmentStore::set_locked(CustomerId customer, bool is_locked, std::string_view reason) {
  db_.use(kSetLocked).bind(1, customer).bind(2, is_locked).bind(3, reason).run();
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

}  // namespace crmcore::storage
