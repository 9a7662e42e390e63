// The rows of assignment.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/assignment.hpp"
#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "base/digest.hpp"

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
constexpr std::array<std::string_view, 2> words_of(RunKind) noexcept {
  return {"policy", "handover"};
}

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

  friend bool operator==(const DecisionRow&, const DecisionRow&) = default;
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

  friend bool operator==(const PrimaryRow&, const PrimaryRow&) = default;
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

  friend bool operator==(const SideRow&, const SideRow&) = default;
};

}  // namespace crmcore::storage
