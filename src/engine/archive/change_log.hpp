// Reading what the journal tells of changes. New customers, who are one row of it each run, are told one by
// one, with what they were then.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crmcore/archive.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "storage/sqlite/table_function.hpp"

namespace crmcore::engine {

// For the view change_log.
sqlite::TableFunction change_table(File& file);

// The most that one call tells, and what it tells when nothing is said.
inline constexpr std::int64_t kChangesMax = 10'000;
inline constexpr std::int64_t kChangesDefault = 1000;

// Which changes are told; what is absent chooses nothing away.
struct ChangeFilter {
  std::int64_t after_seq = 0;
  std::optional<std::int64_t> before_seq;
  std::optional<CustomerId> customer;
  std::vector<std::string> kinds;    // names; empty: all
  std::optional<std::string> actor;  // empty: of nobody
  std::optional<Date> from;          // the days on which they were made
  std::optional<Date> to;            // exclusive
  std::optional<std::int64_t> run;   // of assignment: its own change and those of whom it moved
  std::optional<std::int64_t> review;
  std::optional<std::int64_t> import;  // all that it changed, and its own change
  bool is_newest_first = false;
  std::int64_t limit = kChangesDefault;
};

// Throw Error(range) at "/limit" or "/after_seq", Error(not_found) at "/import".
std::vector<Change> changes_by(Session& session, ChangeFilter filter);
std::vector<Change> changes_after(Session& session, std::int64_t after_seq, std::int64_t limit);
std::vector<Change> changes_of(Session& session, CustomerId id, std::int64_t limit);

// The customer, and those who were merged into it: their history is its own.
std::vector<CustomerId> merged_with(sqlite::Connection& db, CustomerId customer);

Json change_json(const Change& change);
Json change_answer();
// What changes_after() and changes_of() gave, as database.changes and archive.history answer it.
Json changes_after_json(std::span<const Change> changes, std::int64_t after_seq);
Json changes_of_json(std::span<const Change> changes);

}  // namespace crmcore::engine
