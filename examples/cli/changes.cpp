// crmcore FILE changes: the change sequence, which tells what happened, in order and without gaps.
#include <ctime>
#include <iostream>
#include <memory>
#include <unistd.h>

#include "crmcore/archive.hpp"

#include "session.hpp"
#include "table.hpp"

namespace cli {
namespace {

constexpr std::int64_t kMicroseconds = 1'000'000;

struct ChangesOptions {
  std::int64_t after = 0;
  std::int64_t limit = 1000;
  bool is_json = false;
};

std::string utc(std::int64_t microseconds) {
  const std::time_t seconds = microseconds / kMicroseconds;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return {text, size};
}

int list_changes(const Session& session, const ChangesOptions& options) {
  crmcore::Connection connection = session.connect();
  if (options.is_json) {
    std::cout << connection.call("database.changes", "{\"after_seq\":" + std::to_string(options.after) +
                                                         ",\"limit\":" + std::to_string(options.limit) + "}")
              << '\n';
    return kDone;
  }
  terminal::Table table(
      {{"seq", terminal::Align::right}, {"at (UTC)"}, {"actor"}, {"kind"}, {"customer"}, {"body"}});
  crmcore::Archive archive(connection);
  for (const crmcore::Change& change : connection.changes(options.after, options.limit)) {
    const auto customer = change.customer ? archive.find(change.customer) : std::nullopt;
    table.add({std::to_string(change.seq), utc(change.at_us), change.actor, change.kind,
               customer ? customer->code : "", change.body});
  }
  table.print(std::cout, terminal::columns_of(STDOUT_FILENO));
  return kDone;
}

}  // namespace

void add_changes(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<ChangesOptions>();
  CLI::App* changes = app.add_subcommand("changes", "Lists what happened to the file, oldest first");
  changes->add_option("--after", options->after, "Only what follows this number")
      ->check(CLI::NonNegativeNumber);
  changes->add_option("--limit", options->limit, "At most so many")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  changes->add_flag("--json", options->is_json, "As JSON, with the bodies whole");
  changes->callback([&session, &action, options] {
    action = [&session, options] { return list_changes(session, *options); };
  });
}

}  // namespace cli
