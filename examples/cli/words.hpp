// What members of answers and words in them are called in Chinese.
#pragma once

#include <string_view>

namespace cli {

// The word itself where there is no other, or where the language is not Chinese.
std::string_view translated(std::string_view word, std::string_view language);

}  // namespace cli
