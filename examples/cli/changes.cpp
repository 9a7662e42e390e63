// crmcore FILE changes: the change sequence, which tells what happened, in order and without gaps.
#include <iostream>
#include <memory>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "crmcore/archive.hpp"

#include "session.hpp"
#include "table.hpp"

namespace cli {
namespace {

constexpr int kChangesMax = 10'000;

using Json = nlohmann::ordered_json;

struct ChangesOptions {
  Json request = Json::object();
  bool is_json = false;
};

struct HistoryOptions {
  std::string customer;
  bool is_newest_first = false;
  bool is_json = false;
};

// In the archive's time zone, which goes without saying.
std::string time_of(const Json& change) {
  std::string text =
      change.at("at").get<std::string>().substr(0, std::string_view("2026-11-05T07:30:00").size());
  text[text.find('T')] = ' ';
  return text;
}

// Where nothing was found, that is said: an empty table might be one that could not be read.
void print_told(const Session& session, terminal::Table& table) {
  if (table.row_count() == 0) {
    std::cout << session.say("(nothing was found)\n", "（没有找到）\n");
    return;
  }
  table.print(std::cout, terminal::columns_of(STDOUT_FILENO));
}

int list_changes(const Session& session, const ChangesOptions& options) {
  crmcore::Connection connection = session.connect();
  const std::string answer = connection.call("database.changes", options.request.dump());
  if (options.is_json) {
    std::cout << answer << '\n';
    return kDone;
  }
  terminal::Table table({{session.say("seq", "序号"), terminal::Align::right},
                         {session.say("at", "时间")},
                         {session.say("actor", "操作人")},
                         {session.say("kind", "变更")},
                         {session.say("customer", "客户")},
                         {session.say("body", "内容")}});
  crmcore::Archive archive(connection);
  const Json told = Json::parse(answer);
  for (const Json& change : told.at("changes")) {
    const crmcore::CustomerId id{change.value("customer_id", std::int64_t{0})};
    const auto customer = id ? archive.find(id) : std::nullopt;
    table.add({change.at("seq").dump(), time_of(change), change.at("actor"), change.at("kind"),
               customer ? customer->name + " (" + customer->code + ")" : "", change.at("body").dump()});
  }
  print_told(session, table);
  return kDone;
}

int tell_history(const Session& session, const HistoryOptions& options) {
  crmcore::Connection connection = session.connect();
  const Json request{{"customer", options.customer},
                     {"language", session.language},
                     {"limit", kChangesMax},
                     {"is_newest_first", options.is_newest_first}};
  const std::string answer = connection.call("archive.history", request.dump());
  if (options.is_json) {
    std::cout << answer << '\n';
    return kDone;
  }
  terminal::Table table({{session.say("at", "时间")},
                         {session.say("actor", "操作人")},
                         {session.say("what happened", "发生了什么")}});
  const Json told = Json::parse(answer);
  for (const Json& change : told.at("changes"))
    table.add({time_of(change), change.at("actor"), change.at("words")});
  print_told(session, table);
  return kDone;
}

}  // namespace

void add_changes(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<ChangesOptions>();
  CLI::App* changes = app.add_subcommand("changes", "Lists what happened to the file, oldest first");
  const auto add_number = [&](const char* flag, const char* member, const char* what) {
    return changes->add_option_function<std::int64_t>(
        flag, [options, member](std::int64_t number) { options->request[member] = number; }, what);
  };
  const auto add_text = [&](const char* flag, const char* member, const char* what) {
    return changes->add_option_function<std::string>(
        flag, [options, member](const std::string& text) { options->request[member] = text; }, what);
  };
  add_number("--after", "after_seq", "Only what follows this number")->check(CLI::NonNegativeNumber);
  add_number("--before", "before_seq", "Only what is in front of this number")->check(CLI::PositiveNumber);
  add_number("--limit", "limit", "At most so many; 1000 if nothing is said")
      ->check(CLI::Range(1, kChangesMax));
  add_number("--run", "run", "Of this run of assignment")->check(CLI::PositiveNumber);
  add_number("--review", "review", "Of this review")->check(CLI::PositiveNumber);
  add_number("--import", "import", "All that this import changed")->check(CLI::PositiveNumber);
  add_text("--customer", "customer", "Of the customer with this code");
  add_text("--by", "actor", "Made by this actor");
  add_text("--from", "from", "Made on this day or later, YYYY-MM-DD");
  add_text("--to", "to", "Made before this day, YYYY-MM-DD");
  changes->add_option_function<std::vector<std::string>>(
      "--kind", [options](const std::vector<std::string>& kinds) { options->request["kinds"] = kinds; },
      "Of this kind, such as grade.promoted; may be said again");
  changes->add_flag_callback(
      "--newest", [options] { options->request["is_newest_first"] = true; }, "The newest first");
  changes->add_flag("--json", options->is_json, "As JSON, with the bodies whole");
  changes->callback([&session, &action, options] {
    action = [&session, options] { return list_changes(session, *options); };
  });
}

void add_history(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App* history = app.add_subcommand("history", "Tells in words what happened to a customer");
  history->add_option("CUSTOMER", options->customer, "Its code")->required();
  history->add_flag("--newest", options->is_newest_first, "The newest first");
  history->add_flag("--json", options->is_json, "As JSON");
  history->callback([&session, &action, options] {
    action = [&session, options] { return tell_history(session, *options); };
  });
}

}  // namespace cli
