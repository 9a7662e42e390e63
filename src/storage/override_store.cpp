#include "storage/override_store.hpp"

#include <algorithm>

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kOverridesOf{
    "SELECT subject_id, override_no, kind, grade, from_day, until_day, lifted_day, reason, actor, status, "
    "decided_by "
    "FROM grade_override WHERE subject_id = ?2 AND scheme_id = ?1 ORDER BY override_no"};
constexpr Sql kApprovedOverrides{
    "SELECT subject_id, override_no, kind, grade, from_day, until_day, lifted_day, reason, actor, status, "
    "decided_by "
    "FROM grade_override WHERE scheme_id = ?1 AND status = 0 AND from_day <= ?2 "
    "AND (until_day IS NULL OR until_day > ?3) AND (lifted_day IS NULL OR lifted_day > ?3) "
    "ORDER BY subject_id, override_no"};
constexpr Sql kInsertOverride{
    "INSERT INTO grade_override (subject_id, scheme_id, override_no, kind, grade, from_day, until_day, "
    "lifted_day, "
    "reason, actor, status, decided_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, ?8, ?9, ?10, ?11)"};
constexpr Sql kLiftOverride{
    "UPDATE grade_override SET lifted_day = ?4 WHERE subject_id = ?2 AND scheme_id = ?1 AND override_no = "
    "?3"};
constexpr Sql kDecideOverride{
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
constexpr Sql kSettleTriggers{
    "UPDATE grade_trigger SET review_id = ?4 "
    "WHERE subject_id = ?2 AND scheme_id = ?1 AND day <= ?3 AND review_id = 0"};

OverrideRow read_override(const Statement& row) {
  return {row.id<SubjectId>(0),
          row.id<OverrideNo>(1),
          row.enum_at<OverrideKind>(2),
          row.integer32(3),
          row.date(4),
          row.maybe_date(5),
          row.maybe_date(6),
          row.string(7),
          row.string(8),
          row.enum_at<OverrideStatus>(9),
          row.string(10)};
}

std::vector<OverrideRow> read_overrides(Statement&& rows) {
  std::vector<OverrideRow> found;
  while (rows.step()) found.push_back(read_override(rows));
  return found;
}

}  // namespace

std::vector<OverrideRow> OverrideStore::of_subject(SchemeId scheme, SubjectId subject) {
  auto rows = db_.use(kOverridesOf);
  rows.bind(1, scheme).bind(2, subject);
  return read_overrides(std::move(rows));
}

std::vector<OverrideRow> OverrideStore::in_force(SchemeId scheme, Date as_of, Date made) {
  const Date later = std::max(as_of, made);
  auto rows = db_.use(kApprovedOverrides);
  rows.bind(1, scheme).bind(2, later).bind(3, as_of);
  std::vector<OverrideRow> found = read_overrides(std::move(rows));
  for (auto first = found.begin(); first != found.end();) {
    const auto last =
        std::find_if(first, found.end(), [&](const auto& row) { return row.subject != first->subject; });
    const bool is_later = std::any_of(first, last, [&](const OverrideRow& row) { return row.covers(later); });
    const Date day = is_later ? later : as_of;
    const auto kept = std::remove_if(first, last, [&](const OverrideRow& row) { return !row.covers(day); });
    first = found.erase(kept, last);
  }
  return found;
}

void OverrideStore::insert(SchemeId scheme, const OverrideRow& row) {
  db_.use(kInsertOverride)
      .bind(1, row.subject)
      .bind(2, scheme)
      .bind(3, row.override_no)
      .bind(4, row.kind)
      .bind(5, row.grade)
      .bind(6, row.from)
      .bind(7, row.until)
      .bind(8, row.reason)
      .bind(9, row.actor)
      .bind(10, row.status)
      .bind(11, row.decided_by)
      .run();
}

void OverrideStore::lift(SchemeId scheme, SubjectId subject, OverrideNo override_no, Date day) {
  db_.use(kLiftOverride).bind(1, scheme).bind(2, subject).bind(3, override_no).bind(4, day).run();
}

void OverrideStore::decide(SchemeId scheme, SubjectId subject, OverrideNo override_no, OverrideStatus status,
                           std::string_view decided_by) {
  db_.use(kDecideOverride)
      .bind(1, scheme)
      .bind(2, subject)
      .bind(3, override_no)
      .bind(4, status)
      .bind(5, decided_by)
      .run();
}

std::vector<CustomerId> OverrideStore::blacklisted(Date date) {
  std::vector<CustomerId> found;
  auto rows = db_.use(kBlacklisted);
  rows.bind(1, date);
  while (rows.step()) found.push_back(rows.id<CustomerId>(0));
  return found;
}

std::optional<BlacklistRow> OverrideStore::open_blacklisting(CustomerId customer) {
  auto row = db_.use(kOpenBlacklisting);
  row.bind(1, customer);
  if (!row.step()) return std::nullopt;
  return BlacklistRow{customer, row.date(0), std::nullopt, row.string(1), row.string(2)};
}

void OverrideStore::insert(const BlacklistRow& row) {
  db_.use(kInsertBlacklist)
      .bind(1, row.customer)
      .bind(2, row.from)
      .bind(3, row.reason)
      .bind(4, row.actor)
      .run();
}

void OverrideStore::lift(CustomerId customer, Date from, Date to, std::string_view reason,
                         std::string_view actor) {
  db_.use(kLiftBlacklist).bind(1, customer).bind(2, from).bind(3, to).bind(4, reason).bind(5, actor).run();
}

std::vector<TriggerRow> OverrideStore::open_triggers(SchemeId scheme, Date date) {
  std::vector<TriggerRow> found;
  auto rows = db_.use(kOpenTriggers);
  rows.bind(1, scheme).bind(2, date);
  while (rows.step()) {
    found.push_back({rows.id<SubjectId>(0), rows.date(1), rows.string(2), rows.string(3)});
  }
  return found;
}

bool OverrideStore::insert(SchemeId scheme, const TriggerRow& row) {
  db_.use(kInsertTrigger)
      .bind(1, row.subject)
      .bind(2, scheme)
      .bind(3, row.day)
      .bind(4, row.reason)
      .bind(5, row.actor)
      .run();
  return db_.changes() == 1;
}

void OverrideStore::settle(SchemeId scheme, SubjectId subject, Date until, ReviewId review) {
  db_.use(kSettleTriggers).bind(1, scheme).bind(2, subject).bind(3, until).bind(4, review).run();
}

}  // namespace crmcore::storage
