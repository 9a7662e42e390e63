// What assignment knows of managers and customers at a date: plain values, in the policy's own indexes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crmcore/assignment.hpp"
#include "crmcore/date.hpp"
#include "crmcore/id.hpp"
#include "crmcore/position.hpp"

namespace crmcore::assignment {

inline constexpr std::int32_t kNone = -1;  // no level, no grade

struct Skill {
  std::string specialty;
  std::int32_t proficiency = 0;  // 0 to 100
};

struct Certificate {
  std::string code;
  std::optional<Date> expires;  // the first day on which it no longer counts; absent: never
};

// One account manager at the date of the plan.
struct ManagerFacts {
  ManagerId id;
  std::int32_t level = kNone;  // index into Policy::levels
  Date level_since = kDateMin;
  Employment employment = Employment::dedicated;
  ManagerStatus status = ManagerStatus::present;
  std::int64_t span = 0;  // greatest weighted load; 0 takes nobody
  // Weight of all customers served as primary now, those of the plan included, by Policy::weight_of.
  std::int64_t load = 0;
  // Weight of those who come later, which is kept free for them within the span.
  std::int64_t reserved = 0;
  // Place in the rotation: grows with every assignment that counts, 0 for never. It says when, not how
  // often, so that who joins or returns gets one turn and no burst to catch up.
  std::int64_t last_assigned = 0;
  // Served subtrees by axis, in the order of Policy::axes; empty for an axis without segments.
  std::vector<std::vector<PositionRange>> segments;
  std::vector<Skill> skills;
  std::vector<Certificate> certificates;
};

// An edge between a customer and a manager.
struct Relationship {
  ManagerId manager;
  RelationshipKind kind = RelationshipKind::developed;
  std::int32_t strength = 0;  // 0 to 100
};

// What few customers have.
struct CustomerTies {
  std::vector<Relationship> relationships;
  std::vector<ManagerId> excluded;  // conflict of interest
  std::vector<std::string> needs;   // specialties that the customer asks for
};

// One customer at the date of the plan. Views must outlive the plan's computation.
struct CustomerFacts {
  CustomerId id;
  ManagerId manager;  // the present primary; none when unassigned
  Date since;         // when the present primary began
  Date grade_since = kDateMin;
  std::int16_t grade = kNone;  // index into Policy::grades
  bool is_locked = false;
  bool is_blacklisted = false;
  std::span<const Position> classes;   // by axis, in the order of Policy::axes
  const CustomerTies* ties = nullptr;  // nullptr: none
};

}  // namespace crmcore::assignment
