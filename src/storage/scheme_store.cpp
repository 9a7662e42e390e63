#include "storage/scheme_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kFindKey{"SELECT id, code, subject FROM scheme WHERE code_key = ?1"};
constexpr Sql kFindId{"SELECT id, code, subject FROM scheme WHERE id = ?1"};
constexpr Sql kAll{"SELECT id, code, subject FROM scheme ORDER BY id"};
constexpr Sql kLastId{"SELECT coalesce(max(id), 0) FROM scheme"};
constexpr Sql kInsert{"INSERT INTO scheme (id, code, code_key, subject) VALUES (?1, ?2, ?3, ?4)"};
constexpr Sql kGrades{"SELECT grade, name FROM scheme_grade WHERE scheme_id = ?1 ORDER BY grade"};
constexpr Sql kInsertGrade{"INSERT INTO scheme_grade (scheme_id, grade, name) VALUES (?1, ?2, ?3)"};
constexpr Sql kLastVersion{"SELECT coalesce(max(version), 0) FROM scheme_version WHERE scheme_id = ?1"};
constexpr Sql kDocument{"SELECT document FROM scheme_version WHERE scheme_id = ?1 AND version = ?2"};
constexpr Sql kPutVersion{
    "INSERT INTO scheme_version (scheme_id, version, document, change_seq) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (scheme_id, version) DO UPDATE SET document = excluded.document, "
    "change_seq = excluded.change_seq"};
constexpr Sql kIsUsed{"SELECT 1 FROM review WHERE scheme_id = ?1 AND version = ?2 LIMIT 1"};

SchemeRow read(const sqlite::Statement& row) {
  return {SchemeId{row.integer(0)}, std::string(row.text(1)), std::string(row.text(2))};
}

}  // namespace

std::optional<SchemeRow> SchemeStore::find(std::string_view key) {
  auto found = db_.use(kFindKey);
  found.bind(1, key);
  return found.step() ? std::optional(read(found)) : std::nullopt;
}

std::optional<SchemeRow> SchemeStore::find(SchemeId id) {
  auto found = db_.use(kFindId);
  found.bind(1, id.value);
  return found.step() ? std::optional(read(found)) : std::nullopt;
}

std::vector<SchemeRow> SchemeStore::all() {
  std::vector<SchemeRow> schemes;
  auto rows = db_.use(kAll);
  while (rows.step()) schemes.push_back(read(rows));
  return schemes;
}

SchemeId SchemeStore::last_id() {
  auto last = db_.use(kLastId);
  last.step();
  return SchemeId{last.integer(0)};
}

void SchemeStore::insert(const SchemeRow& row, std::string_view key) {
  db_.use(kInsert).bind(1, row.id.value).bind(2, row.code).bind(3, key).bind(4, row.subject).run();
}

std::vector<SchemeGradeRow> SchemeStore::grades(SchemeId scheme) {
  std::vector<SchemeGradeRow> grades;
  auto rows = db_.use(kGrades);
  rows.bind(1, scheme.value);
  while (rows.step()) {
    grades.push_back({static_cast<std::int32_t>(rows.integer(0)), std::string(rows.text(1))});
  }
  return grades;
}

void SchemeStore::insert(SchemeId scheme, const SchemeGradeRow& row) {
  db_.use(kInsertGrade).bind(1, scheme.value).bind(2, row.grade).bind(3, row.name).run();
}

std::int32_t SchemeStore::last_version(SchemeId scheme) {
  auto last = db_.use(kLastVersion);
  last.bind(1, scheme.value).step();
  return static_cast<std::int32_t>(last.integer(0));
}

std::optional<std::string> SchemeStore::document(SchemeId scheme, std::int32_t version) {
  auto found = db_.use(kDocument);
  found.bind(1, scheme.value).bind(2, version);
  return found.step() ? std::optional(std::string(found.text(0))) : std::nullopt;
}

void SchemeStore::put_version(SchemeId scheme, std::int32_t version, std::string_view document,
                              std::int64_t change_seq) {
  db_.use(kPutVersion).bind(1, scheme.value).bind(2, version).bind(3, document).bind(4, change_seq).run();
}

bool SchemeStore::is_used(SchemeId scheme, std::int32_t version) {
  auto used = db_.use(kIsUsed);
  used.bind(1, scheme.value).bind(2, version);
  return used.step();
}

}  // namespace crmcore::storage
