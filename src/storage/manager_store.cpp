#include "storage/manager_store.hpp"

#include <cassert>

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kUnits{"SELECT id, code, name, parent_id, is_confidential FROM unit_row ORDER BY id"};
constexpr Sql kPutUnit{
    "INSERT INTO unit_row (id, code, name, parent_id, is_confidential) VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, parent_id = excluded.parent_id, "
    "is_confidential = excluded.is_confidential"};

constexpr Sql kManagers{
    "SELECT id, code, name, level, level_since_day, unit_id, employment, phone, span, over_span_day "
    "FROM manager_row ORDER BY id"};
constexpr Sql kManagerById{
    "SELECT id, code, name, level, level_since_day, unit_id, employment, phone, span, over_span_day "
    "FROM manager_row WHERE id = ?1"};
constexpr Sql kManagerByKey{
    "SELECT id, code, name, level, level_since_day, unit_id, employment, phone, span, over_span_day "
    "FROM manager_row WHERE code_key = ?1"};
constexpr Sql kLastManager{"SELECT coalesce(max(id), 0) FROM manager_row"};
constexpr Sql kInsertManager{
    "INSERT INTO manager_row (id, code, code_key, name, level, level_since_day, unit_id, employment, phone, "
    "span) "
    "VALUES (?1, ?9, ?10, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr Sql kUpdateManager{
    "UPDATE manager_row SET name = ?2, level = ?3, level_since_day = ?4, unit_id = ?5, employment = ?6, "
    "phone = ?7, span = ?8 WHERE id = ?1"};
constexpr Sql kSetOverSpan{"UPDATE manager_row SET over_span_day = ?2 WHERE id = ?1"};

constexpr Sql kSegments{
    "SELECT manager_id, axis_id, node_id FROM manager_segment WHERE ?1 = 0 OR manager_id = ?1 "
    "ORDER BY manager_id, axis_id, node_id"};
constexpr Sql kSkills{
    "SELECT manager_id, specialty, proficiency FROM manager_skill WHERE ?1 = 0 OR manager_id = ?1 "
    "ORDER BY manager_id, specialty"};
constexpr Sql kCertificates{
    "SELECT manager_id, certificate, expires_day FROM manager_certificate WHERE ?1 = 0 OR manager_id = ?1 "
    "ORDER BY manager_id, certificate"};
constexpr Sql kAbsences{
    "SELECT manager_id, from_day, to_day, status, reason FROM manager_absence WHERE ?1 = 0 OR manager_id = "
    "?1 "
    "ORDER BY manager_id, from_day"};
constexpr Sql kRemoveSegments{"DELETE FROM manager_segment WHERE manager_id = ?1"};
constexpr Sql kRemoveSkills{"DELETE FROM manager_skill WHERE manager_id = ?1"};
constexpr Sql kRemoveCertificates{"DELETE FROM manager_certificate WHERE manager_id = ?1"};
constexpr Sql kRemoveAbsences{"DELETE FROM manager_absence WHERE manager_id = ?1"};
constexpr Sql kInsertSegment{
    "INSERT INTO manager_segment (manager_id, axis_id, node_id) VALUES (?1, ?2, ?3)"};
constexpr Sql kInsertSkill{
    "INSERT INTO manager_skill (manager_id, specialty, proficiency) VALUES (?1, ?2, ?3)"};
constexpr Sql kInsertCertificate{
    "INSERT INTO manager_certificate (manager_id, certificate, expires_day) VALUES (?1, ?2, ?3)"};
constexpr Sql kInsertAbsence{
    "INSERT INTO manager_absence (manager_id, from_day, to_day, status, reason) VALUES (?1, ?2, ?3, ?4, ?5)"};

constexpr Sql kRelations{
    "SELECT customer_id, manager_id, kind, strength, day FROM customer_relation ORDER BY customer_id, "
    "manager_id, kind"};
constexpr Sql kRelationsOf{
    "SELECT customer_id, manager_id, kind, strength, day FROM customer_relation WHERE customer_id = ?1 "
    "ORDER BY manager_id, kind"};
constexpr Sql kExclusions{
    "SELECT customer_id, manager_id, reason, day FROM customer_exclusion ORDER BY customer_id, manager_id"};
constexpr Sql kExclusionsOf{
    "SELECT customer_id, manager_id, reason, day FROM customer_exclusion WHERE customer_id = ?1 ORDER BY "
    "manager_id"};
constexpr Sql kNeeds{"SELECT customer_id, specialty FROM customer_need ORDER BY customer_id, specialty"};
constexpr Sql kNeedsOf{
    "SELECT customer_id, specialty FROM customer_need WHERE customer_id = ?1 ORDER BY specialty"};
constexpr Sql kPutRelation{
    "INSERT INTO customer_relation (customer_id, manager_id, kind, strength, day) VALUES (?1, ?2, ?3, ?4, "
    "?5) "
    "ON CONFLICT (customer_id, manager_id, kind) DO UPDATE SET strength = excluded.strength, day = "
    "excluded.day "
    "WHERE customer_relation.strength <> excluded.strength"};
constexpr Sql kPutExclusion{
    "INSERT INTO customer_exclusion (customer_id, manager_id, reason, day) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (customer_id, manager_id) DO UPDATE SET reason = excluded.reason, day = excluded.day "
    "WHERE customer_exclusion.reason <> excluded.reason"};
constexpr Sql kRemoveRelation{
    "DELETE FROM customer_relation WHERE customer_id = ?1 AND manager_id = ?2 AND kind = ?3"};
constexpr Sql kRemoveExclusion{"DELETE FROM customer_exclusion WHERE customer_id = ?1 AND manager_id = ?2"};
constexpr Sql kRemoveNeeds{"DELETE FROM customer_need WHERE customer_id = ?1"};
constexpr Sql kInsertNeed{"INSERT INTO customer_need (customer_id, specialty) VALUES (?1, ?2)"};

ManagerRow read_manager(const Statement& row) {
  return {row.id<ManagerId>(0),
          row.string(1),
          row.string(2),
          row.string(3),
          row.date(4),
          row.id<UnitId>(5),
          row.enum_at<Employment>(6),
          row.string(7),
          row.integer(8),
          row.maybe_date(9)};
}

void bind_manager(Statement& put, const ManagerRow& row) {
  put.bind(1, row.id)
      .bind(2, row.name)
      .bind(3, row.level)
      .bind(4, row.level_since)
      .bind_or_null(5, row.unit)
      .bind(6, row.employment)
      .bind(7, row.phone)
      .bind(8, row.span);
}

// Runs a statement whose first parameter is an id, and reads every row.
template <class Row, class Read>
std::vector<Row> read_all(sqlite::Connection& db, const Sql& sql, std::int64_t id, Read read) {
  std::vector<Row> rows;
  auto row = db.use(sql);
  if (row.parameter_count() > 0) row.bind(1, id);
  while (row.step()) rows.push_back(read(row));
  return rows;
}

}  // namespace

std::vector<UnitRow> ManagerStore::units() {
  return read_all<UnitRow>(db_, kUnits, 0, [](const Statement& row) {
    return UnitRow{row.id<UnitId>(0), row.string(1), row.string(2), row.id<UnitId>(3), row.flag(4)};
  });
}

void ManagerStore::put(const UnitRow& row) {
  db_.use(kPutUnit)
      .bind(1, row.id)
      .bind(2, row.code)
      .bind(3, row.name)
      .bind_or_null(4, row.parent)
      .bind(5, row.is_confidential)
      .run();
}

std::vector<ManagerRow> ManagerStore::managers() {
  return read_all<ManagerRow>(db_, kManagers, 0, read_manager);
}

std::optional<ManagerRow> ManagerStore::find(ManagerId id) {
  auto row = db_.use(kManagerById);
  row.bind(1, id);
  if (!row.step()) return std::nullopt;
  return read_manager(row);
}

std::optional<ManagerRow> ManagerStore::find(std::string_view key) {
  auto row = db_.use(kManagerByKey);
  row.bind(1, key);
  if (!row.step()) return std::nullopt;
  return read_manager(row);
}

ManagerId ManagerStore::last_id() {
  auto row = db_.use(kLastManager);
  row.step();
  return row.id<ManagerId>(0);
}

void ManagerStore::insert(const ManagerRow& row, std::string_view key) {
  auto put = db_.use(kInsertManager);
  bind_manager(put, row);
  put.bind(9, row.code).bind(10, key).run();
}

void ManagerStore::update(const ManagerRow& row) {
  auto put = db_.use(kUpdateManager);
  bind_manager(put, row);
  put.run();
}

void ManagerStore::set_over_span(ManagerId id, std::optional<Date> since) {
  db_.use(kSetOverSpan).bind(1, id).bind(2, since).run();
}

std::vector<SegmentRow> ManagerStore::segments(ManagerId only) {
  return read_all<SegmentRow>(db_, kSegments, only.value, [](const Statement& row) {
    return SegmentRow{row.id<ManagerId>(0), row.id<AxisId>(1), row.id<NodeId>(2)};
  });
}

std::vector<SkillRow> ManagerStore::skills(ManagerId only) {
  return read_all<SkillRow>(db_, kSkills, only.value, [](const Statement& row) {
    return SkillRow{row.id<ManagerId>(0), row.string(1), row.integer32(2)};
  });
}

std::vector<CertificateRow> ManagerStore::certificates(ManagerId only) {
  return read_all<CertificateRow>(db_, kCertificates, only.value, [](const Statement& row) {
    return CertificateRow{row.id<ManagerId>(0), row.string(1), row.maybe_date(2)};
  });
}

std::vector<AbsenceRow> ManagerStore::absences(ManagerId only) {
  return read_all<AbsenceRow>(db_, kAbsences, only.value, [](const Statement& row) {
    return AbsenceRow{row.id<ManagerId>(0), row.date(1), row.maybe_date(2), row.enum_at<ManagerStatus>(3),
                      row.string(4)};
  });
}

void ManagerStore::remove_segments(ManagerId manager) {
  db_.use(kRemoveSegments).bind(1, manager).run();
}
void ManagerStore::remove_skills(ManagerId manager) {
  db_.use(kRemoveSkills).bind(1, manager).run();
}
void ManagerStore::remove_certificates(ManagerId manager) {
  db_.use(kRemoveCertificates).bind(1, manager).run();
}
void ManagerStore::remove_absences(ManagerId manager) {
  db_.use(kRemoveAbsences).bind(1, manager).run();
}

void ManagerStore::insert(const SegmentRow& row) {
  db_.use(kInsertSegment).bind(1, row.manager).bind(2, row.axis).bind(3, row.node).run();
}

void ManagerStore::insert(const SkillRow& row) {
  db_.use(kInsertSkill).bind(1, row.manager).bind(2, row.specialty).bind(3, row.proficiency).run();
}

void ManagerStore::insert(const CertificateRow& row) {
  db_.use(kInsertCertificate).bind(1, row.manager).bind(2, row.certificate).bind(3, row.expires).run();
}

void ManagerStore::insert(const AbsenceRow& row) {
  assert(row.status != ManagerStatus::present);
  db_.use(kInsertAbsence)
      .bind(1, row.manager)
      .bind(2, row.from)
      .bind(3, row.to)
      .bind(4, row.status)
      .bind(5, row.reason)
      .run();
}

std::vector<RelationRow> ManagerStore::relations(CustomerId only) {
  return read_all<RelationRow>(db_, only ? kRelationsOf : kRelations, only.value, [](const Statement& row) {
    return RelationRow{row.id<CustomerId>(0), row.id<ManagerId>(1), row.enum_at<RelationshipKind>(2),
                       row.integer32(3), row.date(4)};
  });
}

std::vector<ExclusionRow> ManagerStore::exclusions(CustomerId only) {
  return read_all<ExclusionRow>(
      db_, only ? kExclusionsOf : kExclusions, only.value, [](const Statement& row) {
        return ExclusionRow{row.id<CustomerId>(0), row.id<ManagerId>(1), row.string(2), row.date(3)};
      });
}

std::vector<NeedRow> ManagerStore::needs(CustomerId only) {
  return read_all<NeedRow>(db_, only ? kNeedsOf : kNeeds, only.value, [](const Statement& row) {
    return NeedRow{row.id<CustomerId>(0), row.string(1)};
  });
}

std::optional<RelationRow> ManagerStore::find(const RelationRow& row) {
  for (const RelationRow& one : relations(row.customer)) {
    if (one.manager == row.manager && one.kind == row.kind) return one;
  }
  return std::nullopt;
}

std::optional<ExclusionRow> ManagerStore::find(const ExclusionRow& row) {
  for (ExclusionRow& one : exclusions(row.customer)) {
    if (one.manager == row.manager) return std::move(one);
  }
  return std::nullopt;
}

bool ManagerStore::put(const RelationRow& row) {
  db_.use(kPutRelation)
      .bind(1, row.customer)
      .bind(2, row.manager)
      .bind(3, row.kind)
      .bind(4, row.strength)
      .bind(5, row.day)
      .run();
  return db_.changes() > 0;
}

bool ManagerStore::put(const ExclusionRow& row) {
  db_.use(kPutExclusion)
      .bind(1, row.customer)
      .bind(2, row.manager)
      .bind(3, row.reason)
      .bind(4, row.day)
      .run();
  return db_.changes() > 0;
}

bool ManagerStore::remove(const RelationRow& row) {
  db_.use(kRemoveRelation).bind(1, row.customer).bind(2, row.manager).bind(3, row.kind).run();
  return db_.changes() > 0;
}

bool ManagerStore::remove(const ExclusionRow& row) {
  db_.use(kRemoveExclusion).bind(1, row.customer).bind(2, row.manager).run();
  return db_.changes() > 0;
}

void ManagerStore::remove_needs(CustomerId customer) {
  db_.use(kRemoveNeeds).bind(1, customer).run();
}

void ManagerStore::insert(const NeedRow& row) {
  db_.use(kInsertNeed).bind(1, row.customer).bind(2, row.specialty).run();
}

}  // namespace crmcore::storage
