#include "storage/told_rows.hpp"

#include <array>
#include <span>

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

// Not the day since when a span is exceeded, nor what a review settles: these follow from other rows.
constexpr Sql kAxisRows{
    "SELECT id, code, name, kind, kind_version, slot, is_required, definition FROM axis_row ORDER BY id"};
constexpr Sql kNodeRows{
    "SELECT id, axis_id, code, name, parent_id, rank, from_day, to_day FROM node_row ORDER BY id"};
constexpr Sql kNodePastRows{
    "SELECT node_id, to_day, name, parent_id FROM node_past_row ORDER BY node_id, to_day"};
constexpr Sql kAliasRows{
    "SELECT axis_id, alias_fold, alias, node_id FROM node_alias ORDER BY axis_id, alias_fold"};
constexpr Sql kToldAttributes{"SELECT id, code, name, type, minimum, maximum FROM attribute_row ORDER BY id"};
constexpr Sql kSchemeRows{"SELECT id, code, code_key, subject FROM scheme ORDER BY id"};
constexpr Sql kToldGrades{"SELECT scheme_id, grade, name FROM scheme_grade ORDER BY scheme_id, grade"};
constexpr Sql kPolicySeriesRows{"SELECT id, code, code_key FROM policy ORDER BY id"};
constexpr Sql kTermsRows{
    "SELECT policy_id, version, scheme_id, ungraded_weight FROM policy_terms ORDER BY policy_id, version"};
constexpr Sql kWeightRows{
    "SELECT policy_id, version, grade, weight FROM policy_weight ORDER BY policy_id, version, grade"};
constexpr Sql kImportRows{
    "SELECT id, what, change_first, change_last, entry_first, entry_last, rows, created, updated, unchanged, "
    "failed, filtered, reverted_seq FROM import_row ORDER BY id"};
constexpr Sql kToldIdentifierKinds{"SELECT kind, is_unique FROM identifier_kind_row ORDER BY kind"};
constexpr Sql kManagerRow{
    "SELECT id, code, code_key, name, level, level_since_day, unit_id, employment, phone, span "
    "FROM manager_row WHERE id = ?1"};
constexpr Sql kSegmentRows{
    "SELECT axis_id, node_id FROM manager_segment WHERE manager_id = ?1 ORDER BY axis_id, node_id"};
constexpr Sql kSkillRows{
    "SELECT specialty, proficiency FROM manager_skill WHERE manager_id = ?1 ORDER BY specialty"};
constexpr Sql kCertificateRows{
    "SELECT certificate, expires_day FROM manager_certificate WHERE manager_id = ?1 ORDER BY certificate"};
constexpr Sql kAbsenceRows{
    "SELECT from_day, to_day, status, reason FROM manager_absence WHERE manager_id = ?1 ORDER BY from_day"};
constexpr Sql kUnitRow{"SELECT id, code, name, parent_id, is_confidential FROM unit_row WHERE id = ?1"};
constexpr Sql kRelationRows{
    "SELECT manager_id, kind, strength, day FROM customer_relation WHERE customer_id = ?1 "
    "ORDER BY manager_id, kind"};
constexpr Sql kExclusionRows{
    "SELECT manager_id, reason, day FROM customer_exclusion WHERE customer_id = ?1 ORDER BY manager_id"};
constexpr Sql kNeedRows{"SELECT specialty FROM customer_need WHERE customer_id = ?1 ORDER BY specialty"};
constexpr Sql kBlacklistRows{
    "SELECT from_day, to_day, reason, actor, lift_reason, lift_actor FROM blacklist WHERE customer_id = ?1 "
    "ORDER BY from_day"};
constexpr Sql kOverrideRows{
    "SELECT scheme_id, override_no, kind, grade, from_day, until_day, lifted_day, reason, actor, status, "
    "decided_by FROM grade_override WHERE subject_id = ?1 ORDER BY scheme_id, override_no"};
constexpr Sql kVoidRows{
    "SELECT entry_id, customer_id, change_seq FROM ledger_void WHERE customer_id = ?1 ORDER BY entry_id"};

// Not the owner, which follows from other customers' rows.
constexpr Sql kGoneRow{"SELECT customer_id, into_id, change_seq FROM customer_gone WHERE customer_id = ?1"};
constexpr Sql kGoneMark{"SELECT gone FROM customer_row WHERE id = ?1 AND gone <> 0"};
constexpr Sql kClassOverrideRows{
    "SELECT id, axis_id, node_id, from_day, reason, actor, lifted_day, lift_reason, lift_actor "
    "FROM class_override_row WHERE customer_id = ?1 ORDER BY id"};

constexpr const Sql* kCatalogue[] = {&kAxisRows, &kNodeRows, &kAliasRows, &kToldAttributes};
constexpr const Sql* kNodesPastOfAll[] = {&kNodePastRows};
constexpr const Sql* kGradesOfSchemes[] = {&kSchemeRows, &kToldGrades};
constexpr const Sql* kPolicies[] = {&kPolicySeriesRows, &kTermsRows, &kWeightRows};
constexpr const Sql* kImports[] = {&kImportRows};
constexpr const Sql* kIdentifierKinds[] = {&kToldIdentifierKinds};
constexpr const Sql* kManager[] = {&kManagerRow, &kSegmentRows, &kSkillRows, &kCertificateRows,
                                   &kAbsenceRows};
constexpr const Sql* kUnit[] = {&kUnitRow};
constexpr const Sql* kTies[] = {&kRelationRows, &kExclusionRows, &kNeedRows};
constexpr const Sql* kBlacklistOf[] = {&kBlacklistRows};
constexpr const Sql* kOverridesOfOne[] = {&kOverrideRows};
constexpr const Sql* kVoidsOfOne[] = {&kVoidRows};
constexpr const Sql* kGoneOfOne[] = {&kGoneRow, &kGoneMark};
constexpr const Sql* kClassOverridesOfOne[] = {&kClassOverrideRows};

struct Told {
  std::span<const Sql* const> rows;
  const char* subjects;  // whoever has one
};

constexpr std::array<Told, kToldRowsKinds> kTold = {
    Told{{}, nullptr},
    Told{kCatalogue, nullptr},
    Told{kGradesOfSchemes, nullptr},
    Told{kPolicies, nullptr},
    Told{kImports, nullptr},
    Told{kIdentifierKinds, nullptr},
    Told{kNodesPastOfAll, "SELECT 0 FROM node_past_row LIMIT 1"},
    Told{kManager, "SELECT id FROM manager_row"},
    Told{kUnit, "SELECT id FROM unit_row"},
    Told{kTies,
         "SELECT customer_id FROM customer_relation UNION SELECT customer_id FROM customer_exclusion UNION "
         "SELECT customer_id FROM customer_need"},
    Told{kBlacklistOf, "SELECT DISTINCT customer_id FROM blacklist"},
    Told{kOverridesOfOne, "SELECT DISTINCT subject_id FROM grade_override"},
    Told{kVoidsOfOne, "SELECT DISTINCT customer_id FROM ledger_void"},
    Told{kGoneOfOne,
         "SELECT customer_id FROM customer_gone UNION SELECT id FROM customer_row WHERE gone <> 0"},
    Told{kClassOverridesOfOne, "SELECT DISTINCT customer_id FROM class_override_row"},
};

constexpr int kTypeOfText = 3;

const Told& told_of(ToldRows rows) {
  return kTold.at(static_cast<std::size_t>(rows));
}

// A column by its type, so that no two rows are the same bytes.
void add_column(Digester& digester, const Statement& row, int column) {
  const int type = row.column_type(column);
  digester.integer(type);
  if (type == kTypeOfText) {
    digester.text(row.text(column));
  } else {
    digester.integer(row.integer(column));
  }
}

}  // namespace

Digest digest_of_rows(sqlite::Connection& db, ToldRows rows, std::int64_t subject) {
  Digester digester;
  for (const Sql* sql : told_of(rows).rows) {
    Statement row = db.use(*sql);
    if (has_subject(rows)) row.bind(1, subject);
    std::int64_t count = 0;
    for (; row.step(); ++count) {
      for (int column = 0; column < row.column_count(); ++column) add_column(digester, row, column);
    }
    digester.integer(count);
  }
  return digester.finish();
}

bool has_told_subjects(ToldRows rows) noexcept {
  return told_of(rows).subjects != nullptr;
}

void subjects_of(sqlite::Connection& db, ToldRows rows, const std::function<void(std::int64_t)>& visit) {
  Statement row = db.prepare(told_of(rows).subjects);
  while (row.step()) visit(row.integer(0));
}

}  // namespace crmcore::storage
