// crmcore: works on a crmcore file from the command line. Each subcommand is a file of its own beside this
// one.
//
//   crmcore shop.crm --create call classification.define_ready_made
//   crmcore shop.crm import customers customers.csv
//   crmcore shop.crm sql "SELECT code, name FROM customer LIMIT 5"
//   crmcore shop.crm report --html shop.html
#include <iostream>
#include <memory>

#include "crmcore/error.hpp"

#include "session.hpp"

namespace {

void print_error(const crmcore::Error& error) {
  for (const crmcore::Diagnostic& one : error.diagnostics()) {
    std::cerr << "crmcore: " << crmcore::code_name(one.code);
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
  app.add_option("FILE", session.path, "The crmcore file")->required();
  app.add_flag("--create", session.is_created, "Make the file when it does not exist");
  app.add_option("--currency", session.currency, "Base currency of a new file")->capture_default_str();
  app.add_option("--digits", session.currency_digits, "Decimals of its minor unit, if not the usual ones")
      ->check(CLI::Range(0, 6));
  app.add_option("--actor", session.actor, "Who is recorded for writes")->capture_default_str();
  app.add_option("--today", session.today, "The date recorded for writes, YYYY-MM-DD, if not the machine's");
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
  cli::add_verify(app, session, action);
  cli::add_report(app, session, action);
  cli::add_describe(app, session, action);
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(crmcore::version()));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::kDone : cli::kUsage;
  }
  try {
    return action();
  } catch (const crmcore::Error& error) {
    print_error(error);
  } catch (const std::exception& error) {
    std::cerr << "crmcore: " << error.what() << '\n';
  }
  return cli::kFailed;
}
