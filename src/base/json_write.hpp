// Writing JSON.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace crmcore {

// Compact text, UTF-8 as is, keys in insertion order, doubles in the shortest form that reads back exactly.
// Throws Error(utf8) for a text that is not UTF-8; a float that is not finite becomes null.
std::string dump_json(const Json& json);

// Appends a JSON string literal; for texts that are written by the million. `utf8` must be valid.
void append_json_text(std::string& out, std::string_view utf8);

}  // namespace crmcore
