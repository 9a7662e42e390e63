// What assignment knows of managers and customers at a date: plain values, in the policy's own indexes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"
#include "crmcore/position.hpp"

namespace crmcore::assignment {

inline constexpr std::int32_t kNone = -1;  // no level, no grade

enum class Presence : std::uint8_t { present, on_leave, left };

enum class Employment : std::uint8_t { part_time, dedicated, agent, on_site };

enum class RelationKind : std::uint8_t { developed, family, friendship, referral };
inline constexpr std::size_t kRelationKinds = 4;

// Names in documents and JSON, e.g. "on_leave"; nothing for a text that names none.
std::string_view name_of(Presence value) noexcept;
std::string_view name_of(Employment value) noexcept;
std::string_view name_of(RelationKind value) noexcept;
std::optional<Presence> presence_of(std::string_view name) noexcept;
std::optional<Employment> employment_of(std::string_view name) noexcept;
std::optional<RelationKind> relation_kind_of(std::string_view name) noexcept;

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
  Presence presence = Presence::present;
  std::int64_t span = 0;  // greatest weighted load; 0 takes nobody
  // Weight of all customers served as primary now, those of the plan included, by Policy::weight_of.
  std::int64_t load = 0;
  // Place in the rotation: grows with every assignment that counts, 0 for never. It says when, not how
  // often, so that who joins or returns gets one turn and no burst to catch up.
  std::int64_t last_assigned = 0;
  // Served subtrees by axis, in the order of Policy::axes; empty for an axis without segments.
  std::vector<std::vector<PositionRange>> segments;
  std::vector<Skill> skills;
  std::vector<Certificate> certificates;
};

// An edge between a customer and a manager.
struct Relation {
  ManagerId manager;
  RelationKind kind = RelationKind::developed;
  std::int32_t strength = 0;  // 0 to 100
};

// What few customers have.
struct CustomerTies {
  std::vector<Relation> relations;
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
