#include "answer.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "table.hpp"
#include "words.hpp"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

// Members whose values are what somebody wrote: they are told as they are.
constexpr std::string_view kWritten[] = {"name",  "code",  "customer", "about", "reason",
                                         "title", "actor", "words",    "path"};

bool is_list_of_objects(const Json& value) {
  return value.is_array() && !value.empty() && value.front().is_object();
}

std::string cell(std::string_view member, const Json& value, std::string_view language) {
  if (value.is_null()) return "–";
  if (value.is_array()) {
    std::string joined;
    for (const Json& one : value) joined += (joined.empty() ? "" : ", ") + cell(member, one, language);
    return joined.empty() ? "–" : joined;
  }
  if (value.is_boolean()) return std::string(translated(value.dump(), language));
  if (!value.is_string()) return value.dump();
  const std::string text = value.get<std::string>();
  const bool is_written = std::find(std::begin(kWritten), std::end(kWritten), member) != std::end(kWritten);
  return std::string(is_written ? text : translated(text, language));
}

void print_list(std::ostream& out, std::string_view title, const Json& list, std::string_view language) {
  std::vector<std::string> members;
  for (const Json& one : list) {
    for (const auto& [name, value] : one.items()) {
      if (std::find(members.begin(), members.end(), name) == members.end()) members.push_back(name);
    }
  }
  std::vector<terminal::Column> columns;
  for (const std::string& name : members) {
    const bool is_number = std::all_of(list.begin(), list.end(),
                                       [&](const Json& one) { return one.value(name, Json()).is_number(); });
    columns.push_back({std::string(translated(name, language)),
                       is_number ? terminal::Align::right : terminal::Align::left});
  }
  terminal::Table table(std::move(columns));
  for (const Json& one : list) {
    std::vector<std::string> cells;
    for (const std::string& name : members) cells.push_back(cell(name, one.value(name, Json()), language));
    table.add(std::move(cells));
  }
  out << '\n' << translated(title, language) << '\n';
  table.print(out);
}

// Objects within are told member by member behind their own name.
void add_members(terminal::Table& table, const std::string& prefix, const Json& object,
                 std::string_view language) {
  for (const auto& [name, value] : object.items()) {
    const std::string title = prefix + std::string(translated(name, language));
    if (value.is_object() && !value.contains("path")) {
      add_members(table, title + " ", value, language);
    } else if (value.is_object()) {  // a class
      table.add({title, cell("path", value["path"], language)});
    } else if (!is_list_of_objects(value)) {
      table.add({title, cell(name, value, language)});
    }
  }
}

}  // namespace

void print_answer(std::ostream& out, const Json& answer, std::string_view language) {
  terminal::Table table(
      {{std::string(translated("member", language))}, {std::string(translated("value", language))}});
  add_members(table, "", answer, language);
  if (table.row_count() > 0) table.print(out);
  for (const auto& [name, value] : answer.items()) {
    if (is_list_of_objects(value)) print_list(out, name, value, language);
  }
}

}  // namespace cli
