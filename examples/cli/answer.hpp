// Answers of the gateway as tables.
#pragma once

#include <ostream>
#include <string_view>

#include <nlohmann/json.hpp>

namespace cli {

// Members with their values, then a table for each list of objects. Names and words are told in the language.
void print_answer(std::ostream& out, const nlohmann::ordered_json& answer, std::string_view language);

}  // namespace cli
