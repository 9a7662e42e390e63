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

// Members whose values are what somebody wrote, or names of codes: they are told as they are.
constexpr std::string_view kWritten[] = {
    "name",  "code",     "customer",   "about",   "reason",   "title",      "actor",        "words",
    "path",  "scheme",   "grade",      "grades",  "computed", "manager",    "manager_name", "policy",
    "from",  "to",       "from_name",  "to_name", "factor",   "phone",      "email",        "short_name",
    "axis",  "node",     "text",       "column",  "message",  "past_codes", "candidates",   "currency",
    "first", "document", "successors", "heading", "would_get"};
// Members whose own members are called by codes, not by words.
constexpr std::string_view kByCode[] = {"classes", "attributes"};
// What stands beside a number for people: an amount in units of the currency, a sum that no number holds.
constexpr std::string_view kBeside[] = {"_amount", "_text"};

bool is_among(const auto& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

bool is_list_of_objects(const Json& value) {
  return value.is_array() && !value.empty() && value.front().is_object();
}

bool is_beside(const std::string& name, const Json& object) {
  return std::any_of(std::begin(kBeside), std::end(kBeside), [&](std::string_view ending) {
    return name.ends_with(ending) && object.contains(name.substr(0, name.size() - ending.size()));
  });
}
Json shown(const std::string& name, const Json& object) {
  for (const std::string_view ending : kBeside) {
    const std::string beside = name + std::string(ending);
    if (object.contains(beside)) return object.at(beside);
  }
  return object.value(name, Json());
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
  return std::string(is_among(kWritten, member) ? text : translated(text, language));
}

void print_list(std::ostream& out, const std::string& title, const Json& list, std::string_view language) {
  std::vector<std::string> members;
  for (const Json& one : list) {
    for (const auto& [name, value] : one.items()) {
      if (!is_beside(name, one) && !is_among(members, name)) members.push_back(name);
    }
  }
  std::vector<terminal::Column> columns;
  for (const std::string& name : members) {
    const bool is_number = std::all_of(list.begin(), list.end(), [&](const Json& one) {
      const Json value = one.value(name, Json());
      return value.is_number() || (value.is_null() && one.contains(name));
    });
    columns.push_back({std::string(translated(name, language)),
                       is_number ? terminal::Align::right : terminal::Align::left});
  }
  terminal::Table table(std::move(columns));
  for (const Json& one : list) {
    std::vector<std::string> cells;
    for (const std::string& name : members) cells.push_back(cell(name, shown(name, one), language));
    table.add(std::move(cells));
  }
  out << '\n' << title << '\n';
  table.print(out);
}

// Objects within are told member by member behind their own name; `is_by_code` where members are called by
// codes.
void add_members(terminal::Table& table, const std::string& prefix, const Json& object,
                 std::string_view language, bool is_by_code) {
  for (const auto& [name, value] : object.items()) {
    if (is_beside(name, object)) continue;
    const std::string title = prefix + std::string(is_by_code ? name : translated(name, language));
    if (value.is_object() && !value.contains("path")) {
      add_members(table, title + " ", value, language, is_among(kByCode, name));
    } else if (value.is_object()) {  // a class
      table.add({title, cell("path", value["path"], language)});
    } else if (!is_list_of_objects(value)) {
      table.add({title, cell(name, shown(name, object), language)});
    }
  }
}

void print_lists(std::ostream& out, const std::string& prefix, const Json& object,
                 std::string_view language) {
  for (const auto& [name, value] : object.items()) {
    const std::string title = prefix + std::string(translated(name, language));
    if (is_list_of_objects(value)) print_list(out, title, value, language);
    if (value.is_object()) print_lists(out, title + " ", value, language);
  }
}

}  // namespace

void print_answer(std::ostream& out, const Json& answer, std::string_view language) {
  terminal::Table table(
      {{std::string(translated("member", language))}, {std::string(translated("value", language))}});
  add_members(table, "", answer, language, false);
  if (table.row_count() > 0) table.print(out);
  print_lists(out, "", answer, language);
}

}  // namespace cli
