// Bounds of what a scheme document may say, where more than one part of it reads them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace crmcore::grading {

inline constexpr std::size_t kFactorsMax = 64;
inline constexpr std::size_t kCapsMax = 64;
inline constexpr std::size_t kGradeNameBytesMax = 64;
inline constexpr std::int64_t kMonthsMax = 120;  // of windows, dwell, grace and between reviews
inline constexpr double kValueMax = 1e15;        // magnitude of a metric's value

}  // namespace crmcore::grading
