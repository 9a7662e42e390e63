// crmcore FILE duplicates: pairs of customers who are probably one, with points and reasons.
// crmcore FILE duplicates C-001: who is probably this one.
#include <iostream>
#include <memory>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "session.hpp"
#include "table.hpp"
#include "words.hpp"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct DuplicatesOptions {
  std::string customer;  // empty: all pairs
  std::int64_t points_min = 60;
  std::int64_t limit = 50;
  bool is_json = false;
};

std::string reasons_of(const Json& one) {
  std::string told;
  for (const Json& reason : one.at("reasons")) {
    if (!told.empty()) told += ", ";
    told += reason.at("words").get<std::string>() + " " + std::to_string(reason.at("points").get<int>());
  }
  return told;
}

int duplicates(const Session& session, const DuplicatesOptions& options) {
  crmcore::Connection connection = session.connect();
  const bool is_of_one = !options.customer.empty();
  Json request{{"min_score", options.points_min}, {"limit", options.limit}, {"language", session.language}};
  if (is_of_one) request["customer"] = options.customer;
  const std::string told =
      connection.call(is_of_one ? "archive.check_duplicates" : "archive.find_duplicates", request.dump());
  if (options.is_json) {
    std::cout << told << '\n';
    return kDone;
  }
  const Json answer = Json::parse(told);
  std::vector<terminal::Column> columns;
  std::vector<const char*> members = {"score", "customer", "customer_name", "other", "other_name"};
  if (is_of_one) members = {"score", "code", "name"};
  for (const char* member : members) columns.push_back({std::string(translated(member, session.language))});
  columns.front().align = terminal::Align::right;
  columns.push_back({std::string(translated("reasons", session.language))});
  terminal::Table table(std::move(columns));
  for (const Json& one : answer.at(is_of_one ? "candidates" : "pairs")) {
    std::vector<std::string> cells;
    for (const char* member : members) {
      const Json& value = one.at(member);
      cells.push_back(value.is_string() ? value.get<std::string>() : value.dump());
    }
    cells.push_back(reasons_of(one));
    table.add(std::move(cells));
  }
  const std::size_t count = table.row_count();  // printing empties it
  table.print(std::cout, terminal::columns_of(STDOUT_FILENO));
  std::cout << '(' << count << session.say(" of ", "，共 ") << answer.at("total") << ")\n";
  if (!is_of_one && answer.at("crowded_count") > 0) {
    std::cout << answer.at("crowded_count")
              << session.say(" keys are those of too many customers to compare all of them: --json\n",
                             " 组客户过多，未逐一比较：--json\n");
  }
  return kDone;
}

}  // namespace

void add_duplicates(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<DuplicatesOptions>();
  CLI::App* command =
      app.add_subcommand("duplicates", "Shows customers who are probably one, with points and reasons");
  command->add_option("CUSTOMER", options->customer, "Who is probably this one; else all pairs");
  command->add_option("--min-score", options->points_min, "Of at least so many points")
      ->check(CLI::Range(50, 100))
      ->capture_default_str();
  command->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_flag("--json", options->is_json, "As JSON");
  command->callback([&session, &action, options] {
    action = [&session, options] { return duplicates(session, *options); };
  });
}

}  // namespace cli
