// Bounds of texts, in bytes, that more than one room has.
#pragma once

#include <cstddef>

namespace crmcore {

inline constexpr std::size_t kCodeBytesMax = 128;
inline constexpr std::size_t kNameBytesMax = 512;
inline constexpr std::size_t kReasonBytesMax = 1024;
inline constexpr std::size_t kTextBytesMax =
    4096;  // of a text whose rules say more precisely what is allowed

}  // namespace crmcore
