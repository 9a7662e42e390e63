// crmcore FILE merge C-002 --into C-001 --reason "one company": makes one customer of two.
// crmcore FILE unmerge C-002 --reason "two after all": takes that back.
// crmcore FILE revert-import 3 --reason "wrong file": takes back what an import of customers or contacts did.
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "session.hpp"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct Merging {
  std::string customer;  // who goes, or comes back
  std::string into;
  std::vector<std::string> keep;  // FIELD=into or FIELD=from
  std::string otherwise;
  std::int64_t import = 0;
  bool leaves_changed = false;
  std::string reason;
  bool is_dry_run = false;
  bool is_json = false;
};

Json kept_fields(const std::vector<std::string>& given) {
  Json keep = Json::object();
  for (const std::string& one : given) {
    const std::size_t equals = one.rfind('=');
    if (equals == std::string::npos)
      throw crmcore::Error(crmcore::Code::invalid, "'" + one + "' is not FIELD=into or FIELD=from", "--keep");
    keep[one.substr(0, equals)] = one.substr(equals + 1);
  }
  return keep;
}

int call(const Session& session, const Merging& options, const char* method, Json request) {
  request["reason"] = options.reason;
  request["is_dry_run"] = options.is_dry_run;
  crmcore::Connection connection = session.connect();
  const std::string told = connection.call(method, request.dump());
  if (options.is_json) {
    std::cout << told << '\n';
  } else {
    print_answer(std::cout, Json::parse(told), session.language);
  }
  return kDone;
}

void add_common(CLI::App& command, Merging& options) {
  command.add_option("--reason", options.reason, "Why; it is recorded")->required();
  command.add_flag("--dry-run", options.is_dry_run, "Tell what would be done, and do nothing");
  command.add_flag("--json", options.is_json, "As JSON");
}

}  // namespace

void add_merge(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<Merging>();
  CLI::App* merge = app.add_subcommand("merge", "Makes one customer of two");
  merge->add_option("CUSTOMER", options->customer, "Code of who goes; it names the other one then")
      ->required();
  merge->add_option("--into", options->into, "Code of who stays")->required();
  merge->add_option("--keep", options->keep,
                    "Whose value stays where both differ: name=into, class:region=from");
  merge->add_option("--otherwise", options->otherwise, "Of all other fields: into or from")
      ->check(CLI::IsMember({"into", "from"}));
  add_common(*merge, *options);
  merge->callback([&session, &action, options] {
    action = [&session, options] {
      Json request{
          {"from", options->customer}, {"into", options->into}, {"keep", kept_fields(options->keep)}};
      if (!options->otherwise.empty()) request["otherwise"] = options->otherwise;
      return call(session, *options, "archive.merge", std::move(request));
    };
  });
}

void add_unmerge(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<Merging>();
  CLI::App* unmerge = app.add_subcommand("unmerge", "Takes a merge back");
  unmerge->add_option("CUSTOMER", options->customer, "Code of who was merged")->required();
  add_common(*unmerge, *options);
  unmerge->callback([&session, &action, options] {
    action = [&session, options] {
      return call(session, *options, "archive.unmerge", {{"customer", options->customer}});
    };
  });
}

void add_revert_import(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<Merging>();
  CLI::App* revert =
      app.add_subcommand("revert-import", "Takes back what an import of customers or contacts did");
  revert->add_option("IMPORT", options->import, "Its number, which the import told")->required();
  revert->add_flag("--leaves-changed", options->leaves_changed,
                   "What was changed since, or has something resting on it, stays");
  add_common(*revert, *options);
  revert->callback([&session, &action, options] {
    action = [&session, options] {
      return call(session, *options, "archive.revert_import",
                  {{"import", options->import}, {"leaves_changed", options->leaves_changed}});
    };
  });
}

}  // namespace cli
