// crmcore FILE verify: compares totals with entries, and every row with the chain of digests.
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "crmcore/database.hpp"

#include "answer.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace cli {

void add_verify(CLI::App& app, const Session& session, Action& action) {
  auto is_rebuilding = std::make_shared<bool>(false);
  auto is_json = std::make_shared<bool>(false);
  CLI::App* verify =
      app.add_subcommand("verify", "Checks totals and digests; exit status 1 when something is wrong");
  verify->add_flag("--rebuild", *is_rebuilding, "Make the totals anew from the entries when they differ");
  verify->add_flag("--json", *is_json, "As JSON");
  verify->callback([&session, &action, is_rebuilding, is_json] {
    action = [&session, is_rebuilding, is_json] {
      crmcore::Connection connection = session.connect();
      Progress progress("verify");
      connection.set_progress(progress.reporter());
      const auto findings = nlohmann::ordered_json::parse(connection.verify(*is_rebuilding));
      progress.finish();
      if (*is_json) {
        std::cout << findings.dump() << '\n';
      } else {
        print_answer(std::cout, findings, session.language);
      }
      return findings.at("is_ok").get<bool>() ? kDone : kFailed;
    };
  });
}

}  // namespace cli
