// An assignment policy: versioned data that says who may serve whom, in ordered stages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assignment/rule.hpp"
#include "base/json_fwd.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::assignment {

inline constexpr std::int32_t kPolicyVersionMax = 1'000'000;
inline constexpr std::size_t kGradesMax = 26;
inline constexpr std::size_t kLevelsMax = 16;
inline constexpr std::size_t kCertificatesMax = 64;
inline constexpr std::int64_t kGraceDaysMax = 3660;
inline constexpr std::size_t kStagesMax = 16;
inline constexpr std::size_t kUsesMax = 8;  // requirements or preferences of one stage
inline constexpr std::int64_t kWeightMax = 10'000;
inline constexpr std::int64_t kSpanMax = 1'000'000'000;
inline constexpr std::int64_t kCostMax = 10'000;

// A rule as a policy uses it.
struct RuleUse {
  std::string id;
  std::int32_t version = 1;
  std::shared_ptr<const Rule> rule;
};

struct Stage {
  RuleUse rule;
  std::vector<RuleUse> requires_all;     // "requires": must accept as well
  std::vector<RuleUse> prefers;          // tried first, in this order, before those they reject
  bool ends_search = false;              // NoCandidate::unassigned
  Choice choice = Choice::least_loaded;  // what the stage's choosing rule says
};

// Certificate without which a manager of the level gets no customers.
struct LevelCertificate {
  std::int32_t level = 0;
  std::string certificate;
};

enum class UnassignedVisibility : std::uint8_t { everyone, unit_heads, nobody };
constexpr std::array<std::string_view, 3> words_of(UnassignedVisibility) noexcept {
  return {"everyone", "unit_heads", "nobody"};
}

// What a stage does for a customer for whom it has nobody.
enum class NoCandidate : std::uint8_t { next, unassigned };
constexpr std::array<std::string_view, 2> words_of(NoCandidate) noexcept {
  return {"next", "unassigned"};
}

// How a plan is made of the stages.
enum class SolverKind : std::uint8_t {
  ordered,  // customer by customer, stage by stage
  optimal,  // all at once, for the least cost
};
constexpr std::array<std::string_view, 2> words_of(SolverKind) noexcept {
  return {"ordered", "optimal"};
}

// What the optimal solver weighs against each other, each by a unit of a customer's weight.
struct Costs {
  std::int64_t preference = 100;           // for every group of managers that the stages put before his own
  std::int64_t imbalance = 1;              // for every tenth of the manager's span below it, ten at most
  std::optional<std::int64_t> disruption;  // for one who is moved though he might stay; absent: nobody is
};

struct Policy {
  std::string code;
  std::int32_t version = 1;
  std::string name;
  std::string scheme;                 // code of the grading scheme that gives the grades; empty: none
  std::vector<std::string> grades;    // best first; CustomerFacts::grade indexes them
  std::vector<std::string> levels;    // lowest first; ManagerFacts::level indexes them
  std::vector<std::string> axes;      // axes that rules read; facts come in this order
  std::vector<std::int64_t> weights;  // by grade
  std::int64_t ungraded_weight = 1;
  std::int32_t grace_days = 0;      // how long a level that no longer fits the grade is tolerated
  bool is_manual_rotating = false;  // whether manual assignments advance the rotation
  UnassignedVisibility unassigned_visible_to = UnassignedVisibility::unit_heads;
  std::vector<LevelCertificate> certificates;
  SolverKind solver = SolverKind::ordered;
  Costs costs;  // of the optimal solver
  std::vector<Stage> stages;

  // Load that a customer of the grade (kNone: ungraded) puts on a manager.
  std::int64_t weight_of(std::int32_t grade) const {
    return grade < 0 ? ungraded_weight : weights[static_cast<std::size_t>(grade)];
  }
};

// Reads the members of a policy document, all but finish(), or describes them.
Policy read_policy(ObjectReader& in);
// Reads a policy document. Throws Error with all violations and their paths: unknown fields, rules and
// names, contradictions (both places named), stages that can never be reached.
Policy parse_policy(const Json& json);

// The canonical document: every default written out, fields in fixed order. parse_policy reads it back
// to an equal policy.
Json policy_json(const Policy& policy);

}  // namespace crmcore::assignment
