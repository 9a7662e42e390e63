#include "assignment/decision.hpp"

#include <array>

namespace crmcore::assignment {
namespace {

constexpr std::array<std::string_view, kRejections> kRejectionNames = {
    "none",      "left",    "no_stage",     "level_too_low",       "level_too_high",
    "territory", "segment", "relationship", "specialty",           "not_current",
    "not_agent", "agent",   "absent",       "certificate_expired", "barred",
    "full",
};

constexpr std::array<std::string_view, kUnassignedReasons> kUnassignedNames = {
    "none", "full", "absent", "certificate_expired", "barred", "no_match",
};

constexpr std::array<std::string_view, 5> kTriggerNames = {
    "none", "unassigned", "manager_left", "ineligible", "level_mismatch",
};

constexpr std::array<std::string_view, 5> kTieBreakNames = {
    "only_candidate", "preference", "load", "rotation", "id",
};

}  // namespace

std::string_view name_of(Rejection value) noexcept {
  return kRejectionNames[static_cast<std::size_t>(value)];
}
std::string_view name_of(UnassignedReason value) noexcept {
  return kUnassignedNames[static_cast<std::size_t>(value)];
}
std::string_view name_of(Trigger value) noexcept {
  return kTriggerNames[static_cast<std::size_t>(value)];
}
std::string_view name_of(TieBreak value) noexcept {
  return kTieBreakNames[static_cast<std::size_t>(value)];
}

}  // namespace crmcore::assignment
