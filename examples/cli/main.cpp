// crmcore: works on a crmcore file from the command line. Each subcommand is a file of its own beside this
// one.
//
//   crmcore shop.crm --create --time-zone Asia/Shanghai call classification.define_ready_made
//   crmcore shop.crm import customers customers.csv
//   crmcore shop.crm sql "SELECT code, name FROM customer LIMIT 5"
//   crmcore shop.crm report --html shop.html
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/error.hpp"

#include "nearest.hpp"
#include "session.hpp"
#include "words.hpp"

namespace {

void print_error(const crmcore::Error& error, std::string_view language) {
  for (const crmcore::Diagnostic& one : error.diagnostics()) {
    const std::string_view code = crmcore::code_name(one.code);
    std::cerr << "crmcore: " << code;
    if (const auto word = cli::translated(code, language); word != code) std::cerr << ' ' << word;
    if (!one.path.empty()) std::cerr << " at " << one.path;
    std::cerr << ": " << one.message << '\n';
  }
}

// Help that knows the file in front of every subcommand.
class Help : public CLI::Formatter {
  std::string make_usage(const CLI::App* app, std::string name) const override {
    const auto blank = name.find(' ');
    if (blank != std::string::npos) name.insert(blank, " FILE");
    return CLI::Formatter::make_usage(app, name);
  }
};

void add_session_options(CLI::App& app, cli::Session& session) {
  app.add_option("FILE", session.path, "The crmcore file; describe needs none");
  app.add_flag("--create", session.is_created, "Make the file when it does not exist");
  app.add_option("--currency", session.currency, "Base currency of a new file")->capture_default_str();
  app.add_option("--digits", session.currency_digits, "Decimals of its minor unit, if not the usual ones")
      ->check(CLI::Range(0, 6));
  app.add_option("--time-zone", session.time_zone,
                 "Where the days of a new file are counted, such as Asia/Shanghai or +08:00, if not UTC");
  app.add_option("--actor", session.actor,
                 "Who is recorded for writes; the user of the operating system if nobody is named")
      ->capture_default_str();
  app.add_option("--language", session.language, "Of tables and words: en or zh")
      ->check(CLI::IsMember({"en", "zh"}))
      ->capture_default_str();
  app.add_option("--today", session.today, "The date recorded for writes, YYYY-MM-DD, if not the machine's");
}

// All but describe work on a file.
void require_file(const CLI::App& app, const cli::Session& session) {
  if (session.path.empty() && !app.got_subcommand("describe")) throw CLI::RequiredError("FILE");
}

// Names the commands that are nearest to a word that is none.
void hint_at_commands(const CLI::App& app, int argc, char** argv) {
  if (!app.get_subcommands().empty()) return;  // one was found: something else is wrong
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::string near = word.starts_with('-') ? std::string() : cli::nearest_to(word, names);
    if (!near.empty()) std::cerr << "'" << word << "' is no command; near to it: " << near << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Works on a crmcore file: customers, classes, ledger, grades and account managers.",
               "crmcore");
  app.formatter(std::make_shared<Help>());
  cli::Session session;
  cli::Action action;
  add_session_options(app, session);
  app.fallthrough();  // they may stand behind the subcommand as well
  cli::add_call(app, session, action);
  cli::add_sql(app, session, action);
  cli::add_import(app, session, action);
  cli::add_export(app, session, action);
  cli::add_changes(app, session, action);
  cli::add_customers_listed(app, session, action);
  cli::add_search(app, session, action);
  cli::add_duplicates(app, session, action);
  cli::add_card(app, session, action);
  cli::add_history(app, session, action);
  cli::add_merge(app, session, action);
  cli::add_unmerge(app, session, action);
  cli::add_revert_import(app, session, action);
  cli::add_backup(app, session, action);
  cli::add_restore(app, session, action);
  cli::add_verify(app, session, action);
  cli::add_regions(app, session, action);
  cli::add_report(app, session, action);
  cli::add_describe(app, session, action);
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(crmcore::version()));
  try {
    app.parse(argc, argv);
    require_file(app, session);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error) == 0 ? cli::kDone : cli::kUsage;
    if (status != cli::kDone) hint_at_commands(app, argc, argv);
    return status;
  }
  try {
    return action();
  } catch (const crmcore::Error& error) {
    print_error(error, session.language);
  } catch (const std::exception& error) {
    std::cerr << "crmcore: " << error.what() << '\n';
  }
  return cli::kFailed;
}
