// What every subcommand shares: the file it works on, who works, and how it ends.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "crmcore/database.hpp"

namespace cli {

// Exit statuses.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kLeftOut = 3;  // an import left rows out

// The name of the user who runs the program, as the operating system has it; "uid 1000" for one without.
std::string user_of_system();

// The options in front of the subcommand.
struct Session {
  std::string path;
  bool is_created = false;
  std::string currency = "CNY";
  int currency_digits = -1;  // the currency's own
  std::string time_zone;     // of a new file: UTC
  std::string actor = user_of_system();
  std::string language = "en";  // or "zh"
  std::string today;            // in the file's time zone, instead of the machine's

  bool is_chinese() const { return language == "zh"; }
  // The text in the language of tables and words.
  std::string say(std::string_view english, std::string_view chinese) const {
    return std::string(is_chinese() ? chinese : english);
  }
  // Opens the file. Throws crmcore::Error.
  crmcore::Connection connect() const;
};

// What the subcommand that was asked for does; set while the command line is read. Returns an exit status.
using Action = std::function<int()>;

// Each declares one subcommand. `session` and `action` outlive the parsing.
void add_call(CLI::App& app, const Session& session, Action& action);
void add_sql(CLI::App& app, const Session& session, Action& action);
void add_import(CLI::App& app, const Session& session, Action& action);
void add_export(CLI::App& app, const Session& session, Action& action);
void add_changes(CLI::App& app, const Session& session, Action& action);
void add_history(CLI::App& app, const Session& session, Action& action);
void add_customers_listed(CLI::App& app, const Session& session, Action& action);
void add_search(CLI::App& app, const Session& session, Action& action);
void add_duplicates(CLI::App& app, const Session& session, Action& action);
void add_card(CLI::App& app, const Session& session, Action& action);
void add_merge(CLI::App& app, const Session& session, Action& action);
void add_unmerge(CLI::App& app, const Session& session, Action& action);
void add_revert_import(CLI::App& app, const Session& session, Action& action);
void add_backup(CLI::App& app, const Session& session, Action& action);
void add_restore(CLI::App& app, const Session& session, Action& action);
void add_verify(CLI::App& app, const Session& session, Action& action);
void add_regions(CLI::App& app, const Session& session, Action& action);
void add_report(CLI::App& app, const Session& session, Action& action);
void add_describe(CLI::App& app, const Session& session, Action& action);

// Declares --separator. `separator` outlives the parsing.
void add_separator(CLI::App& command, char& separator);

// All of standard input.
std::string read_standard_input();

}  // namespace cli
