// The names that are near to a word that is none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

// Those that differ from it by few characters, "a, b"; empty when there are none.
std::string nearest_to(std::string_view word, const std::vector<std::string>& names);

}  // namespace cli
