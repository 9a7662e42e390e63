// crmcore FILE customers --under 华东 --grade A --manager M26: who is chosen by a node, a grade, a manager.
// crmcore FILE search 华兴: who has it in the name, as it is written or typed.
// crmcore FILE card CUSTOMER: all of one customer.
#include <iostream>
#include <map>
#include <memory>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "session.hpp"
#include "table.hpp"
#include "words.hpp"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct CustomersOptions {
  std::string under;
  std::string axis = "region";
  std::string grade;
  std::string scheme;
  std::string manager;
  std::int64_t limit = 100;
  bool is_by_name = false;
  bool is_json = false;
};

struct SearchOptions {
  std::string text;
  std::int64_t limit = 50;
  bool is_json = false;
};

struct CardOptions {
  std::string customer;
  bool is_json = false;
};

constexpr const char* kShown =
    "SELECT c.code, c.name, c.status, "
    "(SELECT group_concat(g.scheme || ' ' || g.grade, ', ') FROM grade_current g "
    "WHERE g.customer_id = c.customer_id) AS grades, "
    "(SELECT a.manager || ' ' || a.manager_name FROM assignment_current a "
    "WHERE a.customer_id = c.customer_id AND a.role = 'primary') AS manager "
    "FROM json_each(?1) k JOIN customer c ON c.customer_id = k.value ORDER BY k.key";

// The scheme that is meant: the one that is named, or the only one.
std::string scheme_of(crmcore::Connection& connection, const std::string& named) {
  if (!named.empty()) return named;
  const Json schemes = Json::parse(connection.call("grading.list_schemes", "{}")).at("schemes");
  if (schemes.size() == 1) return schemes.front().at("scheme");
  throw crmcore::Error(crmcore::Code::invalid,
                       "the file has " + std::to_string(schemes.size()) + " schemes; say which", "--scheme");
}

Json filters_of(crmcore::Connection& connection, const CustomersOptions& options) {
  Json filters = Json::array();
  if (!options.under.empty()) filters.push_back({{"axis", options.axis}, {"node", options.under}});
  if (!options.grade.empty())
    filters.push_back({{"grade", scheme_of(connection, options.scheme)}, {"name", options.grade}});
  if (!options.manager.empty()) filters.push_back({{"manager", options.manager}});
  return filters;
}

// Prints the customers of an answer with their grades and managers; returns how many there are.
std::size_t print_customers(const Session& session, crmcore::Connection& connection, const Json& answer) {
  Json ids = Json::array();
  for (const Json& one : answer.at("customers")) ids.push_back(one.at("customer_id"));
  crmcore::Rows rows = connection.query(kShown, Json{ids.dump()}.dump());
  std::vector<terminal::Column> columns;
  for (int column = 0; column < rows.column_count(); ++column)
    columns.push_back({std::string(translated(rows.column_name(column), session.language))});
  terminal::Table table(std::move(columns));
  while (rows.next()) {
    std::vector<std::string> cells;
    for (int column = 0; column < rows.column_count(); ++column) {
      const bool is_absent = rows.type(column) == crmcore::Rows::Type::null;
      const std::string_view text = is_absent ? "–" : rows.text(column);
      cells.emplace_back(rows.column_name(column) == "status" ? translated(text, session.language) : text);
    }
    table.add(std::move(cells));
  }
  const std::size_t count = table.row_count();  // printing empties it
  table.print(std::cout, terminal::columns_of(STDOUT_FILENO));
  return count;
}

int list_chosen(const Session& session, const CustomersOptions& options) {
  crmcore::Connection connection = session.connect();
  const Json request{{"filters", filters_of(connection, options)},
                     {"order", options.is_by_name ? "name" : "id"},
                     {"limit", options.limit}};
  const Json answer = Json::parse(connection.call("classification.list", request.dump()));
  if (options.is_json) {
    Json ids = Json::array();
    for (const Json& one : answer.at("customers")) ids.push_back(one.at("customer_id"));
    std::cout << connection.query(kShown, Json{ids.dump()}.dump()).drain_json() << '\n';
    return kDone;
  }
  const std::size_t count = print_customers(session, connection, answer);
  const bool has_more = !answer.at("next").is_null();
  std::cout << '(' << count
            << (has_more ? session.say(", and there are more: --limit", "，还有更多：--limit") : "") << ")\n";
  return kDone;
}

int search(const Session& session, const SearchOptions& options) {
  crmcore::Connection connection = session.connect();
  const std::string told =
      connection.call("archive.search", Json{{"text", options.text}, {"limit", options.limit}}.dump());
  if (options.is_json) {
    std::cout << told << '\n';
    return kDone;
  }
  const Json answer = Json::parse(told);
  const std::size_t count = print_customers(session, connection, answer);
  std::cout << '(' << count;
  if (answer.contains("next")) {
    std::cout << session.say(" of ", "，共 ") << answer.at("total")
              << session.say(", the best first: --limit", "，最相符的在前：--limit");
  }
  std::cout << ")\n";
  return kDone;
}

// Names of axes or attributes by their codes.
std::map<std::string, std::string> names_by_code(crmcore::Connection& connection, const char* sql) {
  std::map<std::string, std::string> names;
  crmcore::Rows rows = connection.query(sql);
  while (rows.next()) names.emplace(rows.text(0), rows.text(1));
  return names;
}

// The object with its members called by the names of their codes, and by both where two have one name.
Json renamed(const Json& object, const std::map<std::string, std::string>& names) {
  Json shown = Json::object();
  for (const auto& [code, value] : object.items()) {
    const auto name = names.find(code);
    const bool is_free = name != names.end() && !shown.contains(name->second);
    shown[is_free ? name->second : code] = value;
  }
  return shown;
}

// The card for eyes: names instead of codes, amounts in units of the currency, without numbers that only
// programs use.
Json shown_card(crmcore::Connection& connection, const std::string& answer) {
  Json card = Json::parse(answer);
  for (auto& [code, attribute] : card.at("attributes").items()) {
    if (!attribute.contains("text")) continue;
    attribute["value"] = attribute.at("text");
    attribute.erase("text");
  }
  card["classes"] = renamed(card.at("classes"), names_by_code(connection, "SELECT code, name FROM axis"));
  card["attributes"] =
      renamed(card.at("attributes"),
              names_by_code(connection, "SELECT DISTINCT attribute, attribute_name FROM customer_attribute"));
  card.erase("customer_id");
  card.erase("version");
  return card;
}

int show_card(const Session& session, const CardOptions& options) {
  crmcore::Connection connection = session.connect();
  const std::string answer = connection.call(
      "archive.card", Json{{"customer", options.customer}, {"language", session.language}}.dump());
  if (options.is_json) {
    std::cout << answer << '\n';
  } else {
    print_answer(std::cout, shown_card(connection, answer), session.language);
  }
  return kDone;
}

}  // namespace

void add_customers_listed(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<CustomersOptions>();
  CLI::App* customers =
      app.add_subcommand("customers", "Lists customers: all, or under a node, of a grade, of a manager");
  customers->add_option("--under", options->under,
                        "In this node or below it: a code, a name, an alias or a path");
  customers->add_option("--axis", options->axis, "The axis of the node")->capture_default_str();
  customers->add_option("--grade", options->grade, "With this grade");
  customers->add_option("--scheme", options->scheme, "The scheme of the grade, if there are several");
  customers->add_option("--manager", options->manager, "Whose primary is the manager with this code");
  customers->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  customers->add_flag("--by-name", options->is_by_name, "In the order of names, not of their making");
  customers->add_flag("--json", options->is_json, "As JSON");
  customers->callback([&session, &action, options] {
    action = [&session, options] { return list_chosen(session, *options); };
  });
}

void add_search(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App* search_command =
      app.add_subcommand("search", "Finds customers by a part of the name, initials, pinyin or the code");
  search_command->add_option("TEXT", options->text, "华兴, hx, huaxing, harbor, C-001")->required();
  search_command->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  search_command->add_flag("--json", options->is_json, "As JSON");
  search_command->callback(
      [&session, &action, options] { action = [&session, options] { return search(session, *options); }; });
}

void add_card(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<CardOptions>();
  CLI::App* card = app.add_subcommand("card", "Shows all of one customer, and what to be warned of");
  card->add_option("CUSTOMER", options->customer, "Its code")->required();
  card->add_flag("--json", options->is_json, "As JSON");
  card->callback([&session, &action, options] {
    action = [&session, options] { return show_card(session, *options); };
  });
}

}  // namespace cli
