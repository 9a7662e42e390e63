#include "session.hpp"

#include <iostream>
#include <iterator>
#include <pwd.h>
#include <unistd.h>

namespace cli {
std::string user_of_system() {
  const uid_t user = geteuid();
  const passwd* entry = getpwuid(user);
  return entry != nullptr ? entry->pw_name : "uid " + std::to_string(user);
}

crmcore::Connection Session::connect() const {
  crmcore::OpenOptions options;
  options.create = is_created;
  options.base_currency = currency;
  options.time_zone = time_zone;
  if (currency_digits >= 0) options.currency_digits = currency_digits;
  crmcore::Connection connection = crmcore::Database::open(path, options).connect();
  connection.set_actor(actor);
  if (!today.empty()) {
    const auto date = crmcore::parse_date(today);
    if (!date)
      throw crmcore::Error(crmcore::Code::invalid, "'" + today + "' is no date YYYY-MM-DD", "--today");
    connection.set_today(*date);
  }
  return connection;
}

void add_separator(CLI::App& command, char& separator) {
  command.add_option_function<std::string>(
      "--separator",
      [&separator](const std::string& given) {
        if (given != "\\t" && given.size() != 1)
          throw CLI::ValidationError("--separator", "one character, or \\t");
        separator = given.size() == 1 ? given.front() : '\t';
      },
      "Between fields, \\t for a tab");
}

std::string read_standard_input() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

}  // namespace cli
