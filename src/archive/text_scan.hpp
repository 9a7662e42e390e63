// Finding a text in a long one, at the speed of memory.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace crmcore::archive {

// Appends where `needle` begins in `text`, ascending; occurrences may overlap. Nothing for an empty needle.
//
// Two bytes of the needle are compared with 16 or 32 places at once, as the processor can, and the rest where
// both are there. They are two that differ between characters: of three bytes of a Chinese one the last.
void find_all(std::string_view text, std::string_view needle, std::vector<std::size_t>& found);

}  // namespace crmcore::archive
