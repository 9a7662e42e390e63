// The words of the public views are those of the enums.
#include <algorithm>
#include <doctest/doctest.h>
#include <regex>
#include <span>
#include <string>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/ledger.hpp"

#include "storage/migrations.hpp"

namespace crmcore::storage {
namespace {

std::string text_of_view(std::string_view view) {
  const std::string head = "CREATE VIEW " + std::string(view) + " AS";
  for (const Migration& migration : migrations()) {
    const std::string_view sql = migration.script;
    const auto begin = sql.find(head);
    if (begin != std::string_view::npos) return std::string(sql.substr(begin, sql.find(';', begin) - begin));
  }
  return {};
}

// The words of `CASE x WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END AS column`, by their numbers.
std::vector<std::string> words_in(const std::string& sql, const std::string& column) {
  const std::regex whole(
      R"(CASE (\w+\.\w+|coalesce\(\w+\.\w+, 0\))((?:\s+WHEN \d+ THEN '\w+')+)\s+ELSE '(\w+)'\s+END AS )" +
      column + R"(\b)");
  std::smatch found;
  if (!std::regex_search(sql, found, whole)) return {};
  const std::string cases = found[2];
  const std::regex one(R"(WHEN (\d+) THEN '(\w+)')");
  std::vector<std::string> words;
  for (std::sregex_iterator at(cases.begin(), cases.end(), one), end; at != end; ++at) {
    if (std::stoul((*at)[1]) != words.size()) return {};
    words.push_back((*at)[2]);
  }
  words.push_back(found[3]);
  return words;
}

template <class Enum>
std::vector<std::string> words() {
  const auto all = words_of(Enum{});
  return {all.begin(), all.end()};
}

TEST_CASE("a view calls a value as the gateway does") {
  struct Case {
    const char* view;
    const char* column;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"customer", "kind", words<CustomerKind>()},  {"customer", "status", words<CustomerStatus>()},
      {"contact", "level", words<ContactLevel>()},  {"contact", "channel", words<ContactChannel>()},
      {"ledger_entry", "kind", words<EntryKind>()},
  };
  for (const Case& one : cases) {
    CAPTURE(one.view);
    CAPTURE(one.column);
    CHECK(words_in(text_of_view(one.view), one.column) == one.words);
  }
}

TEST_CASE("the comparison sees a word or a number that differs") {
  const std::string sql = "CASE c.kind WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END AS kind";
  CHECK(words_in(sql, "kind") == std::vector<std::string>{"a", "b", "c"});
  CHECK(words_in(sql, "status").empty());
  CHECK(words_in("CASE c.kind WHEN 1 THEN 'a' WHEN 0 THEN 'b' ELSE 'c' END AS kind", "kind").empty());
}

}  // namespace
}  // namespace crmcore::storage
