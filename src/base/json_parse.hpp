// Strict parsing of JSON.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/json.hpp"

namespace crmcore {

inline constexpr std::size_t kJsonBytesMax = 64u << 20;
inline constexpr std::size_t kJsonDepthMax = 64;

// Parses one JSON document. Refuses with a path where there is one: duplicate keys, trailing text,
// invalid UTF-8 and lone surrogates (utf8), depth over 64 and size over 64 MiB (limit), integers beyond
// 2^53 - 1 and floats that are not finite (range), everything else that is not JSON (invalid, with line
// and column). Integers are held as std::int64_t, -0.0 as 0.0.
Json parse_json(std::string_view text);

}  // namespace crmcore
