// How the demo reads its data and speaks to the terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "crmcore/archive.hpp"
#include "crmcore/database.hpp"

#include "table.hpp"

namespace demo {

using Json = nlohmann::ordered_json;

inline constexpr std::size_t kColumns = 100;

// A file of examples/data, whole or piece by piece.
std::string data_file(std::string_view name);
crmcore::ByteSource data_source(std::string_view name);

// Calls a method of the gateway.
Json ask(crmcore::Connection& connection, std::string_view method, const Json& request);
// All rows of a query, as texts; NULL is empty.
std::vector<std::vector<std::string>> rows_of(crmcore::Connection& connection, std::string_view sql);

// Lets the connection believe that it is the morning of that day.
void set_today(crmcore::Connection& connection, std::string_view iso_date);

// "3  Grades 分级" over a line, numbered by itself.
void heading(std::string_view title);
// A paragraph, broken at blanks to fit.
void say(std::string_view text);
void print(terminal::Table& table);

// 1234567 fen as "12,345.67" or, without fen, "12,346"; 1234 as "1,234".
std::string yuan(std::int64_t fen);
std::string whole_yuan(std::int64_t fen);
std::string grouped(std::int64_t number);
// "23 %"; 82.5 as "82.5 %"; nothing of nothing is "–".
std::string per_cent(std::int64_t part, std::int64_t whole);
std::string per_cent(double value);

}  // namespace demo
