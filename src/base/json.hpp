// JSON at the boundary: strict parsing, and writing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "crmcore/date.hpp"
#include "crmcore/error.hpp"

namespace crmcore {

// Ordered, so that the same input gives the same bytes.
using Json = nlohmann::ordered_json;

inline constexpr std::size_t kJsonBytesMax = 64u << 20;
inline constexpr std::size_t kJsonDepthMax = 64;

// Parses one JSON document. Refuses with a path where there is one: duplicate keys, trailing text,
// invalid UTF-8 and lone surrogates (utf8), depth over 64 and size over 64 MiB (limit), integers beyond
// 2^53 - 1 and floats that are not finite (range), everything else that is not JSON (invalid, with line
// and column). Integers are held as std::int64_t, -0.0 as 0.0.
Json parse_json(std::string_view text);

// Compact text, UTF-8 as is, keys in insertion order, doubles in a short form that reads back exactly.
// Throws Error(utf8) for a text that is not UTF-8; a float that is not finite becomes null.
std::string dump_json(const Json& json);

// Appends a JSON string literal; for texts that are written by the million. `utf8` must be valid.
void append_json_text(std::string& out, std::string_view utf8);

// Appends a member or index to a JSON Pointer, escaping '~' and '/'.
std::string join_path(std::string_view path, std::string_view key);
std::string join_path(std::string_view path, std::size_t index);

}  // namespace crmcore
