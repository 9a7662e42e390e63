#include "storage/scheme_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kSchemeByKey{"SELECT id, code, subject FROM scheme WHERE code_key = ?1"};
constexpr Sql kSchemeById{"SELECT id, code, subject FROM scheme WHERE id = ?1"};
constexpr Sql kSchemes{"SELECT id, code, subject FROM scheme ORDER BY id"};
constexpr Sql kLastScheme{"SELECT coalesce(max(id), 0) FROM scheme"};
constexpr Sql kInsertScheme{"INSERT INTO scheme (id, code, code_key, subject) VALUES (?1, ?2, ?3, ?4)"};
constexpr Sql kSchemeGrades{"SELECT grade, name FROM scheme_grade WHERE scheme_id = ?1 ORDER BY grade"};
constexpr Sql kInsertSchemeGrade{"INSERT INTO scheme_grade (scheme_id, grade, name) VALUES (?1, ?2, ?3)"};

SchemeRow read_scheme(const sqlite::Statement& row) {
  return {row.id<SchemeId>(0), row.string(1), row.string(2)};
}

}  // namespace

std::optional<SchemeRow> SchemeStore::find(std::string_view key) {
  auto found = db_.use(kSchemeByKey);
  found.bind(1, key);
  return found.step() ? std::optional(read_scheme(found)) : std::nullopt;
}

std::optional<SchemeRow> SchemeStore::find(SchemeId id) {
  auto found = db_.use(kSchemeById);
  found.bind(1, id);
  return found.step() ? std::optional(read_scheme(found)) : std::nullopt;
}

std::vector<SchemeRow> SchemeStore::all() {
  std::vector<SchemeRow> schemes;
  auto rows = db_.use(kSchemes);
  while (rows.step()) schemes.push_back(read_scheme(rows));
  return schemes;
}

SchemeId SchemeStore::last_id() {
  auto last = db_.use(kLastScheme);
  last.step();
  return last.id<SchemeId>(0);
}

void SchemeStore::insert(const SchemeRow& row, std::string_view key) {
  db_.use(kInsertScheme).bind(1, row.id).bind(2, row.code).bind(3, key).bind(4, row.subject).run();
}

std::vector<SchemeGradeRow> SchemeStore::grades(SchemeId scheme) {
  std::vector<SchemeGradeRow> grades;
  auto rows = db_.use(kSchemeGrades);
  rows.bind(1, scheme);
  while (rows.step()) {
    grades.push_back({rows.integer32(0), rows.string(1)});
  }
  return grades;
}

void SchemeStore::insert(SchemeId scheme, const SchemeGradeRow& row) {
  db_.use(kInsertSchemeGrade).bind(1, scheme).bind(2, row.grade).bind(3, row.name).run();
}

}  // namespace crmcore::storage
