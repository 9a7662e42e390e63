// What an axis that derives classes does with a class that is set by hand.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace crmcore::classification {

enum class OnManual : std::int32_t { refuse, overrides };
constexpr std::array<std::string_view, 2> words_of(OnManual) noexcept {
  return {"refuse", "override"};
}

}  // namespace crmcore::classification
