// Rows that stand in no leaf of the journal by themselves: the change that wrote them tells a digest over
// them.
#pragma once

#include <cstdint>
#include <functional>

#include "base/digest.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Of which rows a kind of change tells the digest: all of the archive's, or its subject's own.
enum class ToldRows : std::int32_t {
  none,
  catalogue,  // axes, nodes, aliases, attributes
  grades,     // the grades of schemes
  policies,   // what SQL reads of policies
  imports,
  identifiers,  // what is declared of their kinds
  nodes_past,
  manager,  // with segments, skills, certificates, absences
  unit,
  ties,             // of a customer: relations, exclusions, needs
  blacklist,        // of a customer
  overrides,        // of a customer
  voids,            // of a customer: entries
  gone,             // of a customer: whether it is there no more
  class_overrides,  // of a customer
};
inline constexpr std::size_t kToldRowsKinds = 15;

constexpr bool has_subject(ToldRows rows) noexcept {
  return rows >= ToldRows::manager;
}

// The digest over the rows, all columns in the order of their keys. `subject` is 0 where they have none.
Digest digest_of_rows(sqlite::Connection& db, ToldRows rows, std::int64_t subject);
// Whether subjects_of() tells who has such rows: they were always told, by all formats that have them.
bool has_told_subjects(ToldRows rows) noexcept;
// Visits the subjects that have such rows; 0 where they have none.
void subjects_of(sqlite::Connection& db, ToldRows rows, const std::function<void(std::int64_t)>& visit);

}  // namespace crmcore::storage
