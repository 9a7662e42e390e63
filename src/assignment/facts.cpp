#include "assignment/facts.hpp"

#include <algorithm>
#include <array>

namespace crmcore::assignment {
namespace {

constexpr std::array<std::string_view, 3> kPresenceNames = {"present", "on_leave", "left"};
constexpr std::array<std::string_view, 4> kEmploymentNames = {"part_time", "dedicated", "agent", "on_site"};
constexpr std::array<std::string_view, kRelationKinds> kRelationNames = {"developed", "family", "friendship",
                                                                         "referral"};

template <class Enum, std::size_t kCount>
std::optional<Enum> find_in(const std::array<std::string_view, kCount>& names,
                            std::string_view name) noexcept {
  const auto entry = std::find(names.begin(), names.end(), name);
  if (entry == names.end()) return std::nullopt;
  return static_cast<Enum>(entry - names.begin());
}

}  // namespace

std::string_view name_of(Presence value) noexcept {
  return kPresenceNames[static_cast<std::size_t>(value)];
}
std::string_view name_of(Employment value) noexcept {
  return kEmploymentNames[static_cast<std::size_t>(value)];
}
std::string_view name_of(RelationKind value) noexcept {
  return kRelationNames[static_cast<std::size_t>(value)];
}

std::optional<Presence> presence_of(std::string_view name) noexcept {
  return find_in<Presence>(kPresenceNames, name);
}
std::optional<Employment> employment_of(std::string_view name) noexcept {
  return find_in<Employment>(kEmploymentNames, name);
}
std::optional<RelationKind> relation_kind_of(std::string_view name) noexcept {
  return find_in<RelationKind>(kRelationNames, name);
}

}  // namespace crmcore::assignment
