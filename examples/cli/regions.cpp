// crmcore FILE regions [LIST.csv …]: the regions of China, with cities and counties from lists (GB/T 2260).
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include <nlohmann/json.hpp>

#include "session.hpp"
#include "table.hpp"
#include "words.hpp"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct RegionsOptions {
  std::vector<std::string> lists;
  std::string successors;
  std::string axis = "region";
  std::string on;
  bool is_dry_run = false;
  bool is_json = false;
};

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw crmcore::Error(crmcore::Code::io, "cannot read '" + path + "'", "LIST");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void print_gone(const Session& session, const Json& gone) {
  const auto heading = [&](const char* word) { return std::string(translated(word, session.language)); };
  terminal::Table table({{heading("gone")},
                         {heading("name")},
                         {heading("customers"), terminal::Align::right},
                         {heading("such as")},
                         {heading("successor")}});
  for (const Json& one : gone) {
    std::string codes;
    for (const Json& code : one.at("codes")) codes += (codes.empty() ? "" : " ") + code.get<std::string>();
    std::string name;
    for (const Json& step : one.at("path")) name += (name.empty() ? "" : "/") + step.get<std::string>();
    table.add({one.at("code"), name, one.at("customers").dump(), codes,
               one.at("successor").is_null() ? "–" : one.at("successor").get<std::string>()});
  }
  if (!gone.empty()) table.print(std::cout, 0);
}

int load_regions(const Session& session, const RegionsOptions& options) {
  Json request{{"axis", options.axis}, {"csv", Json::array()}, {"is_dry_run", options.is_dry_run}};
  for (const std::string& path : options.lists) request["csv"].push_back(contents_of(path));
  if (!options.successors.empty()) request["successors"] = Json::parse(contents_of(options.successors));
  if (!options.on.empty()) request["on"] = options.on;
  crmcore::Connection connection = session.connect();
  const bool is_new =
      connection.query("SELECT 1 FROM axis WHERE code = ?1", Json{options.axis}.dump()).next() == false;
  if (is_new && options.axis == "region") connection.call("classification.define_ready_made", "{}");
  const std::string answer = connection.call("classification.import_divisions", request.dump());
  if (options.is_json) {
    std::cout << answer << '\n';
    return kDone;
  }
  const Json told = Json::parse(answer);
  print_gone(session, told.at("gone"));
  std::vector<terminal::Column> columns;
  for (const char* word : {"regions", "changed", "gone", "customers moved"})
    columns.push_back({std::string(translated(word, session.language)), terminal::Align::right});
  terminal::Table table(std::move(columns));
  table.add({told.at("nodes").dump(), told.at("changed").dump(), std::to_string(told.at("gone").size()),
             told.at("moved").dump()});
  table.print(std::cout);
  return kDone;
}

}  // namespace

void add_regions(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<RegionsOptions>();
  CLI::App* regions = app.add_subcommand(
      "regions", "Puts the regions of China: 34 provinces, and cities and counties from lists");
  regions->add_option("LIST", options->lists, "CSV files of codes (GB/T 2260) and names, with a heading");
  regions->add_option(
      "--successors", options->successors,
      "A JSON file {\"330103\": \"330105\"}: where customers of regions go that the lists no longer have");
  regions->add_option("--on", options->on, "The day from which the lists hold, YYYY-MM-DD");
  regions->add_option("--axis", options->axis, "The axis of regions")->capture_default_str();
  regions->add_flag("--dry-run", options->is_dry_run, "Tell what would be done, and do nothing");
  regions->add_flag("--json", options->is_json, "As JSON");
  regions->callback([&session, &action, options] {
    action = [&session, options] { return load_regions(session, *options); };
  });
}

}  // namespace cli
