// The words in which assignment gives its reasons. The order of the values is part of their meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

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
  relationship,         // no relation of the wanted kind
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

// Why a customer has no manager: the nearest miss. With any accepted manager who has no room: full; else
// with one who is on leave: absent; and so on down to no_match.
enum class UnassignedReason : std::uint8_t { none, full, absent, certificate_expired, barred, no_match };
inline constexpr std::size_t kUnassignedReasons = 6;

// Why a customer's assignment changes.
enum class Trigger : std::uint8_t {
  none,
  unassigned,      // had no manager
  manager_left,    // the manager is gone
  ineligible,      // no stage accepts the manager any more, apart from level
  level_mismatch,  // grade and level no longer fit, past the grace
};

// What decided between the winner and the runner-up.
enum class TieBreak : std::uint8_t {
  only_candidate,  // nobody else had room
  preference,      // the others came after by the stage's rule or preferences
  load,            // smaller load / span
  rotation,        // longer since the last assignment
  id,              // smaller id
};

std::string_view name_of(Rejection value) noexcept;
std::string_view name_of(UnassignedReason value) noexcept;
std::string_view name_of(Trigger value) noexcept;
std::string_view name_of(TieBreak value) noexcept;

}  // namespace crmcore::assignment
