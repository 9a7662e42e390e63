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

}  // namespace crmcore::storage
