// What territory and segment share: the customer's node lies in a subtree that the manager serves.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "assignment/registry.hpp"

namespace crmcore::assignment {

// Whom a manager without segments on the axis serves.
enum class WithoutSegments : std::uint8_t { none, all };
constexpr std::array<std::string_view, 2> words_of(WithoutSegments) noexcept {
  return {"none", "all"};
}

// Reads "axis" (default `axis`, required when empty) and "without_segments".
std::unique_ptr<const Rule> make_subtree_rule(ObjectReader& in, Vocabulary& words, const std::string& axis,
                                              Rejection rejection);

}  // namespace crmcore::assignment
