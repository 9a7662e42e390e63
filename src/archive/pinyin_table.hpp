// The readings and simplified forms of Chinese characters, packed; the library's build makes it from the
// Unihan database (cmake/pinyin_table.py). Read it through pinyin.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace crmcore::archive::pinyin_table {

inline constexpr char32_t kFirst = 0x4E00;
inline constexpr char32_t kLast = 0x9FA5;
inline constexpr int kSyllableBits = 9;

// Syllables one after another in the order of the alphabet; number n, from 1, ends where n + 1 starts.
extern const char kSyllables[];
extern const std::uint16_t kSyllableStarts[];
extern const std::size_t kSyllableCount;
// The usual reading of each character from kFirst to kLast, in 9 bits, the lowest first; 0: none.
extern const std::uint8_t kPacked[];
// code point << 9 | syllable, ascending by code point: what else there is, usual ones first.
extern const std::uint32_t kMore[];
extern const std::size_t kMoreCount;
// traditional << 16 | simplified, ascending.
extern const std::uint32_t kForms[];
extern const std::size_t kFormCount;

}  // namespace crmcore::archive::pinyin_table
