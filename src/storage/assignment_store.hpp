// Policies, runs with their decisions, and who serves whom.
//
// Each customer has at most one primary by its key; who lost a manager has a row without one, who never had
// one has no row. A primary that ended is moved to the past with its end, where the next one begins, so that
// the intervals of a customer follow each other by construction. What a run reads of all customers comes in
// the order of their ids, one pass for each kind of fact. tests/engine/assignment_intervals_test.cpp proves
// that whatever is done, each customer has one primary at every instant.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crmcore/assignment.hpp"
#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "base/digest.hpp"
#include "base/function_ref.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct PolicyRow {
  PolicyId id;
  std::string code;
};

// What SQL reads of a version of a policy.
struct PolicyTermsRow {
  PolicyId policy;
  std::int32_t version = 0;
  SchemeId scheme;  // none: reads no grades
  std::int64_t ungraded_weight = 1;
  std::vector<std::int64_t> weights;  // by grade
};

enum class RunKind : std::int32_t { policy = 0, handover = 1 };

struct RunRow {
  RunId id;
  PolicyId policy;
  std::int32_t version = 0;
  Date as_of;
  RunKind kind = RunKind::policy;
  std::string summary;
  Digest digest{};
  std::int64_t change_seq = 0;
};

// One change of a run, in the numbers of assignment/decision.hpp.
struct DecisionRow {
  CustomerId customer;
  RunId run;
  ManagerId from;
  ManagerId to;
  std::int32_t cause = 0;
  std::int32_t lost_by = 0;
  std::int32_t unassigned = 0;
  std::int32_t tie_break = 0;
  std::int32_t stage = -1;
  std::int32_t full_count = 0;
  std::int64_t full_detailed = 0;
  ManagerId runner_up;
  std::int64_t load_before = 0;
  std::int64_t runner_up_load = 0;
  std::int64_t consideration = 0;
};

enum class Origin : std::int32_t { policy = 0, handover = 1, manual = 2 };
constexpr std::array<std::string_view, 3> words_of(Origin) noexcept {
  return {"policy", "handover", "manual"};
}

// The primary of a customer now; without manager: the explicit unassigned.
struct PrimaryRow {
  CustomerId customer;
  ManagerId manager;
  Date from;
  Origin origin = Origin::policy;
  RunId run;
  std::string reason;
  bool is_locked = false;
};

// A backup, team member or man on site.
struct SideRow {
  CustomerId customer;
  AssignmentRole role = AssignmentRole::backup;  // never the primary
  ManagerId manager;
  Date from;
  std::optional<Date> to;
  Origin origin = Origin::manual;
  RunId run;
  std::string reason;
};

class AssignmentStore {
 public:
  explicit AssignmentStore(sqlite::Connection& db) : db_(db) {}

  // `key` is the key form of the code. The versions are DocumentStore's.
  void insert(const PolicyRow& row, std::string_view key);
  void put(const PolicyTermsRow& row);
  // Whose grades a version reads; none: nobody's.
  SchemeId scheme_of(PolicyId policy, std::int32_t version);

  std::vector<std::pair<ManagerId, std::int64_t>> rotation(PolicyId policy);
  void put_rotation(PolicyId policy, ManagerId manager, std::int64_t last);

  RunId last_run();
  std::optional<RunRow> run(RunId id);
  void insert(const RunRow& row);
  void insert_consideration(RunId run, std::int64_t number, std::string_view body);
  std::string consideration(RunId run, std::int64_t number);
  void insert(const DecisionRow& row);
  std::optional<DecisionRow> decision(CustomerId customer, RunId run);

  // Facts of customers, each by ascending id. Views end with the visit.
  void customers(const std::function<void(CustomerId)>& visit);
  void lost_customers(const std::function<void(CustomerId)>& visit);
  // The class on the axis of this slot (1 to 12); none: unknown.
  void classes(std::int32_t slot, const std::function<void(CustomerId, NodeId)>& visit);
  // Grade in force: its place, negative for none, and since when.
  void grades(SchemeId scheme, const std::function<void(CustomerId, std::int32_t, Date)>& visit);
  std::optional<std::int32_t> grade(CustomerId customer, SchemeId scheme);
  // `reason` and `run` are not read.
  void primaries(const std::function<void(const PrimaryRow&)>& visit);
  // How many customers of each grade (negative: none) a manager serves as primary.
  std::vector<std::pair<std::int32_t, std::int64_t>> grades_of(ManagerId manager, SchemeId scheme);

  std::optional<PrimaryRow> primary(CustomerId customer);
  // The row whose interval holds the date, among the past ones, and where it ends.
  std::optional<std::pair<PrimaryRow, Date>> past_primary(CustomerId customer, Date at);
  std::vector<CustomerId> customers_of(ManagerId manager);
  // Visits who has a manager, manager by manager.
  void by_manager(FunctionRef<void(ManagerId, CustomerId)> visit);
  // For a customer that has no row; half the price of put().
  void insert(const PrimaryRow& row);
  void put(const PrimaryRow& row);
  void set_locked(CustomerId customer, bool is_locked, std::string_view reason);
  void insert_past(const PrimaryRow& row, Date to);

  std::vector<SideRow> sides(CustomerId customer);
  std::vector<SideRow> sides_of(ManagerId manager);
  void put(const SideRow& row);
  void remove(const SideRow& row);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
