// The languages in which answers say things in words.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace crmcore::engine {

enum class Language : std::int32_t { en, zh };
constexpr std::array<std::string_view, 2> words_of(Language) noexcept {
  return {"en", "zh"};
}

// A text in each language.
using Phrases = std::array<std::string_view, 2>;
constexpr std::string_view in_language(const Phrases& phrases, Language language) noexcept {
  return phrases[static_cast<std::size_t>(language)];
}

}  // namespace crmcore::engine
