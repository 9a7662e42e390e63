// The words of an enum: one table for JSON, CSV, SQL views, the journal and messages. An enum that has words
// has beside it `constexpr auto words_of(Enum)`, an array of them by value from 0.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace crmcore {

// Returns the word of a value; empty for a number that is none of them.
template <class Enum>
constexpr std::string_view word_of(Enum value) noexcept {
  const auto words = words_of(value);
  const auto index = static_cast<std::size_t>(value);
  return index < words.size() ? words[index] : std::string_view();
}

// Returns the value that a word stands for; nothing when it is none of them.
template <class Enum>
constexpr std::optional<Enum> enum_of(std::string_view word) noexcept {
  const auto words = words_of(Enum{});
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace crmcore
