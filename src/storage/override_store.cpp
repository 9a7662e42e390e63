#include "storage/override_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kOfSubject{
    "SELECT subject_id, override_no, kind, grade, from_day, until_day, lifted_day, reason, actor, status, "
    "decided_by "
    "FROM grade_override WHERE subject_id = ?2 AND scheme_id = ?1 ORDER BY override_no"};
constexpr Sql kInForce{
    "SELECT subject_id, override_no, kind, grade, from_day, until_day, lifted_day, reason, actor, status, "
    "decided_by "
    "FROM grade_override WHERE scheme_id = ?1 AND status = 0 AND from_day <= ?2 "
    "AND (until_day IS NULL OR until_day > ?2) AND (lifted_day IS NULL OR lifted_day > ?2) "
    "ORDER BY subject_id, override_no"};
constexpr Sql kInsertOverride{
    "INSERT INTO grade_override (subject_id, scheme_id, override_no, kind, grade, from_day, until_day, "
    "lifted_day, "
    "reason, actor, status, decided_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, ?8, ?9, ?10, ?11)"};
constexpr Sql kLiftOverride{
    "UPDATE grade_override SET lifted_day = ?4 WHERE subject_id = ?2 AND scheme_id = ?1 AND override_no = "
    "?3"};
constexpr Sql kDecide{
    "UPDATE grade_override SET status = ?4, decided_by = ?5 "
    "WHERE subject_id = ?2 AND scheme_id = ?1 AND override_no = ?3"};
constexpr Sql kBlacklisted{
    "SELECT customer_id FROM blacklist WHERE from_day <= ?1 AND (to_day IS NULL OR to_day > ?1) "
    "ORDER BY customer_id"};
constexpr Sql kOpenBlacklisting{
    "SELECT from_day, reason, actor FROM blacklist WHERE customer_id = ?1 AND to_day IS NULL"};
constexpr Sql kInsertBlacklist{
    "INSERT INTO blacklist (customer_id, from_day, to_day, reason, actor, lift_reason, lift_actor) "
    "VALUES (?1, ?2, NULL, ?3, ?4, '', '') ON CONFLICT (customer_id, from_day) DO UPDATE SET to_day = NULL, "
    "reason = excluded.reason, actor = excluded.actor, lift_reason = '', lift_actor = ''"};
constexpr Sql kLiftBlacklist{
    "UPDATE blacklist SET to_day = ?3, lift_reason = ?4, lift_actor = ?5 WHERE customer_id = ?1 AND from_day "
    "= ?2"};
constexpr Sql kOpenTriggers{
    "SELECT subject_id, day, reason, actor FROM grade_trigger "
    "WHERE scheme_id = ?1 AND review_id = 0 AND day <= ?2 ORDER BY subject_id, day"};
constexpr Sql kInsertTrigger{
    "INSERT INTO grade_trigger (subject_id, scheme_id, day, reason, actor, review_id) "
    "VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT (subject_id, scheme_id, day) DO NOTHING"};
constexpr Sql kSettle{
    "UPDATE grade_trigger SET review_id = ?4 "
    "WHERE subject_id = ?2 AND scheme_id = ?1 AND day <= ?3 AND review_id = 0"};

Date date_at(const Statement& row, int column) {
  return Date{static_cast<std::int32_t>(row.integer(column))};
}

std::optional<Date> maybe_date(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(date_at(row, column));
}

OverrideRow read_override(const Statement& row) {
  return {row.integer(0),
          row.integer(1),
          static_cast<std::int32_t>(row.integer(2)),
          static_cast<std::int32_t>(row.integer(3)),
          date_at(row, 4),
          maybe_date(row, 5),
          maybe_date(row, 6),
          std::string(row.text(7)),
          std::string(row.text(8)),
          static_cast<std::int32_t>(row.integer(9)),
          std::string(row.text(10))};
}

std::vector<OverrideRow> read_overrides(Statement&& rows) {
  std::vector<OverrideRow> found;
  while (rows.step()) found.push_back(read_override(rows));
  return found;
}

}  // namespace

std::vector<OverrideRow> OverrideStore::of_subject(SchemeId scheme, std::int64_t subject) {
  auto rows = db_.use(kOfSubject);
  rows.bind(1, scheme.value).bind(2, subject);
  return read_overrides(std::move(rows));
}

std::vector<OverrideRow> OverrideStore::in_force(SchemeId scheme, Date date) {
  auto rows = db_.use(kInForce);
  rows.bind(1, scheme.value).bind(2, date.days);
  return read_overrides(std::move(rows));
}

void OverrideStore::insert(SchemeId scheme, const OverrideRow& row) {
  auto insert = db_.use(kInsertOverride);
  insert.bind(1, row.subject)
      .bind(2, scheme.value)
      .bind(3, row.override_no)
      .bind(4, row.kind)
      .bind(5, row.grade)
      .bind(6, row.from.days)
      .bind(8, row.reason)
      .bind(9, row.actor)
      .bind(10, row.status)
      .bind(11, row.decided_by);
  row.until ? insert.bind(7, row.until->days) : insert.bind_null(7);
  insert.run();
}

void OverrideStore::lift(SchemeId scheme, std::int64_t subject, std::int64_t override_no, Date day) {
  db_.use(kLiftOverride).bind(1, scheme.value).bind(2, subject).bind(3, override_no).bind(4, day.days).run();
}

void OverrideStore::decide(SchemeId scheme, std::int64_t subject, std::int64_t override_no,
                           std::int32_t status, std::string_view decided_by) {
  db_.use(kDecide)
      .bind(1, scheme.value)
      .bind(2, subject)
      .bind(3, override_no)
      .bind(4, status)
      .bind(5, decided_by)
      .run();
}

std::vector<std::int64_t> OverrideStore::blacklisted(Date date) {
  std::vector<std::int64_t> found;
  auto rows = db_.use(kBlacklisted);
  rows.bind(1, date.days);
  while (rows.step()) found.push_back(rows.integer(0));
  return found;
}

std::optional<BlacklistRow> OverrideStore::open_blacklisting(CustomerId customer) {
  auto row = db_.use(kOpenBlacklisting);
  row.bind(1, customer.value);
  if (!row.step()) return std::nullopt;
  return BlacklistRow{customer, date_at(row, 0), std::nullopt, std::string(row.text(1)),
                      std::string(row.text(2))};
}

void OverrideStore::insert(const BlacklistRow& row) {
  db_.use(kInsertBlacklist)
      .bind(1, row.customer.value)
      .bind(2, row.from.days)
      .bind(3, row.reason)
      .bind(4, row.actor)
      .run();
}

void OverrideStore::lift(CustomerId customer, Date from, Date to, std::string_view reason,
                         std::string_view actor) {
  db_.use(kLiftBlacklist)
      .bind(1, customer.value)
      .bind(2, from.days)
      .bind(3, to.days)
      .bind(4, reason)
      .bind(5, actor)
      .run();
}

std::vector<TriggerRow> OverrideStore::open_triggers(SchemeId scheme, Date date) {
  std::vector<TriggerRow> found;
  auto rows = db_.use(kOpenTriggers);
  rows.bind(1, scheme.value).bind(2, date.days);
  while (rows.step()) {
    found.push_back(
        {rows.integer(0), date_at(rows, 1), std::string(rows.text(2)), std::string(rows.text(3))});
  }
  return found;
}

bool OverrideStore::insert(SchemeId scheme, const TriggerRow& row) {
  db_.use(kInsertTrigger)
      .bind(1, row.subject)
      .bind(2, scheme.value)
      .bind(3, row.day.days)
      .bind(4, row.reason)
      .bind(5, row.actor)
      .run();
  return db_.changes() == 1;
}

void OverrideStore::settle(SchemeId scheme, std::int64_t subject, Date until, ReviewId review) {
  db_.use(kSettle).bind(1, scheme.value).bind(2, subject).bind(3, until.days).bind(4, review.value).run();
}

}  // namespace crmcore::storage
