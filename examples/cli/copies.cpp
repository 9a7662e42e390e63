// crmcore FILE backup COPY, and crmcore FILE restore COPY: verified copies of a file, while others use it.
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace cli {
namespace {

struct CopyOptions {
  std::string copy;
  bool is_json = false;
};

// Copies what the session has open to `to`, and tells how the copy verifies.
int copy_file(const Session& session, const std::string& to, const CopyOptions& options) {
  crmcore::Connection connection = session.connect();
  Progress progress("copy");
  connection.set_progress(progress.reporter());
  const std::string findings = connection.backup(to);
  progress.finish();
  if (options.is_json) {
    std::cout << findings << '\n';
  } else {
    print_answer(std::cout, nlohmann::ordered_json::parse(findings), session.language);
  }
  return kDone;
}

}  // namespace

void add_backup(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<CopyOptions>();
  CLI::App* backup = app.add_subcommand("backup", "Copies the file as it is now, and verifies the copy");
  backup->add_option("COPY", options->copy, "The file to write, which is not there yet")->required();
  backup->add_flag("--json", options->is_json, "As JSON");
  backup->callback([&session, &action, options] {
    action = [&session, options] { return copy_file(session, options->copy, *options); };
  });
}

void add_restore(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<CopyOptions>();
  CLI::App* restore =
      app.add_subcommand("restore", "Makes FILE, which is not there, from a backup, and verifies it");
  restore->add_option("COPY", options->copy, "The backup, which stays as it is")->required();
  restore->add_flag("--json", options->is_json, "As JSON");
  restore->callback([&session, &action, options] {
    action = [&session, options] {
      Session backup = session;
      backup.path = options->copy;
      backup.is_created = false;
      return copy_file(backup, session.path, *options);
    };
  });
}

}  // namespace cli
