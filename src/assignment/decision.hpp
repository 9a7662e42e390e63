// The words in which assignment gives its reasons. The order of the values is part of their meaning.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crmcore/words.hpp"

namespace crmcore::assignment {

// Why a manager may not serve a customer, in the order in which it is asked; the first one counts.
enum class Rejection : std::uint8_t {
  none,
  left,                 // no longer employed
  no_stage,             // no stage of the policy has anything to say about the customer
  level_too_low,        // quality
  level_too_high,       // quality
  territory,            // the region is not among the manager's
  segment,              // industry, ownership or another axis is not among the manager's
  relationship,         // no relationship of the wanted kind
  specialty,            // a needed specialty is missing or too weak
  not_current,          // keep_current: serves somebody else
  not_agent,            // agent: a direct manager
  agent,                // an agent, and the stage is not for agents
  absent,               // on leave
  certificate_expired,  // a certificate that the level requires is missing or no longer valid
  barred,               // excluded by a conflict of interest
  full,                 // no room within the span
};
inline constexpr std::size_t kRejections = 16;
constexpr std::array<std::string_view, kRejections> words_of(Rejection) noexcept {
  return {"none",      "left",    "no_stage",     "level_too_low",       "level_too_high",
          "territory", "segment", "relationship", "specialty",           "not_current",
          "not_agent", "agent",   "absent",       "certificate_expired", "barred",
          "full"};
}

// Why a customer has no manager: the nearest miss. With any accepted manager who has no room: full; else
// with one who is on leave: absent; and so on down to no_match.
enum class UnassignedReason : std::uint8_t { none, full, absent, certificate_expired, barred, no_match };
inline constexpr std::size_t kUnassignedReasons = 6;
constexpr std::array<std::string_view, kUnassignedReasons> words_of(UnassignedReason) noexcept {
  return {"none", "full", "absent", "certificate_expired", "barred", "no_match"};
}

// Why a customer's assignment changes.
enum class Trigger : std::uint8_t {
  none,
  unassigned,      // had no manager
  manager_left,    // the manager is gone
  ineligible,      // no stage accepts the manager any more, apart from level
  level_mismatch,  // grade and level no longer fit, past the grace
  rebalanced,  // might have stayed, and the whole costs less so: where the policy states what that may cost
};
constexpr std::array<std::string_view, 6> words_of(Trigger) noexcept {
  return {"none", "unassigned", "manager_left", "ineligible", "level_mismatch", "rebalanced"};
}

// What decided between the winner and the runner-up.
enum class TieBreak : std::uint8_t {
  only_candidate,  // nobody else had room
  preference,      // the others came after by the stage's rule or preferences
  load,            // smaller load / span
  rotation,        // longer since the last assignment
  id,              // smaller id
  optimum,         // all were placed at once, for the least cost
};
constexpr std::array<std::string_view, 6> words_of(TieBreak) noexcept {
  return {"only_candidate", "preference", "load", "rotation", "id", "optimum"};
}

// What puts one manager who could serve before another.
enum class Precedence : std::uint8_t {
  none,
  serving,     // serves the customer already, and nobody is moved without a reason
  stage,       // an earlier stage of the policy takes him
  nearer,      // serves the smaller part of an axis
  preference,  // the rule or the preferences of the stage
  load,        // smaller load / span
  rotation,    // longer since the last assignment
  id,          // smaller id
};
inline constexpr std::size_t kPrecedences = 8;
constexpr std::array<std::string_view, kPrecedences> words_of(Precedence) noexcept {
  return {"none", "serving", "stage", "nearer", "preference", "load", "rotation", "id"};
}

}  // namespace crmcore::assignment
