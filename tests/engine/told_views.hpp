// What an archive tells, as texts that can be compared.
#pragma once

#include <doctest/doctest.h>
#include <set>
#include <string>
#include <string_view>

#include "archive_fixture.hpp"
#include "base/json.hpp"

namespace crmcore::testing {

inline bool is_sound(Connection& connection) {
  const Json findings = parse_json(connection.verify(false));
  INFO(dump_json(findings));
  return findings["is_ok"] == true;
}

// Rows as a text, without the columns that every write moves.
inline std::string told(Connection& connection, const std::string& sql) {
  std::multiset<std::string> lines;
  for (Json row : parse_json(connection.query(sql).drain_json())) {
    for (const std::string_view member : {"version", "change_seq", "seq"}) row.erase(member);
    lines.insert(dump_json(row));
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace crmcore::testing
