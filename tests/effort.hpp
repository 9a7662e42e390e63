// How much a test of many tries does, and with which seed: all of it, unless the build is slow or somebody
// wants more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace crmcore::testing {

// What the environment says, or `otherwise`.
inline int number_from(const char* variable, int otherwise) {
  const char* const given = std::getenv(variable);
  return given != nullptr ? std::atoi(given) : otherwise;
}

// CRMCORE_EFFORT percent of `full`, at least one.
inline int effort(int full) {
  const auto percent = static_cast<std::int64_t>(number_from("CRMCORE_EFFORT", 100));
  return static_cast<int>(std::max<std::int64_t>(1, full * percent / 100));
}

// What goes through all of something tries one of so many: each of them, unless the effort is below 100.
inline int stride() {
  return 100 / std::min(100, effort(100));
}

}  // namespace crmcore::testing
