// Pinyin (拼音) of Chinese characters, without tones; ü is v.
//
// Source: Unihan's kMandarin and kTGHZ2013, and what docs/decisions/0035-finding-by-name.md adds and drops.
// tests/archive/pinyin_test.cpp has names whose readings are known.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crmcore::archive {

// A syllable by its number in the order of the alphabet, from 1; 0 is none.
using Syllable = std::uint16_t;

std::string_view spelling(Syllable syllable) noexcept;
// All of them, in the order of the alphabet.
std::size_t syllable_count() noexcept;
// 0 when there is none of this spelling.
Syllable syllable_of(std::string_view spelling) noexcept;

// The readings of a character, the usual one first; none for what is no Chinese character.
class Readings {
 public:
  static constexpr std::size_t kReadingsMax = 6;

  Readings() = default;
  explicit Readings(char32_t point) noexcept;

  std::span<const Syllable> all() const noexcept { return std::span(syllables_).first(count_); }
  bool has(Syllable syllable) const noexcept;
  // Whether one begins with these letters.
  bool has_prefix(std::string_view letters) const noexcept;

 private:
  void add(Syllable syllable) noexcept;

  std::array<Syllable, kReadingsMax> syllables_{};
  std::size_t count_ = 0;
};

// The character that stands for a traditional one; any other is itself.
char32_t simplified(char32_t point) noexcept;

inline constexpr std::size_t kInitialsMax = 8;

// Appends the initials of a name in its search form, one letter for each character that can be typed (letters
// and digits are typed as they are), in every way in which it may be read, at most kInitialsMax, each with a
// line end behind it; the usual one first. Nothing for a name without Chinese characters.
void append_initials(std::string_view search_form, std::string& lines);

// Under which of A to Z, or '#', a name stands in an address book.
char letter_of(std::string_view search_form) noexcept;

// A way in which letters may be meant as pinyin: syllables, and a last one of which the letters are the
// beginning, or all of it.
struct PinyinReading {
  std::vector<Syllable> syllables;
  std::string begun;

  std::string initials() const;
};

inline constexpr std::size_t kPinyinReadingsMax = 32;

// "xian" is 先 and 西安; at most kPinyinReadingsMax ways, those with longer syllables first; none for what
// has other characters than a to z, or is no pinyin.
std::vector<PinyinReading> read_pinyin(std::string_view letters);

// Whether a name in its search form can be read so from its character that can be typed on of which there are
// `skipped` before.
bool is_read_as(std::string_view search_form, std::size_t skipped, const PinyinReading& reading) noexcept;

}  // namespace crmcore::archive
