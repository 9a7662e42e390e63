// crmcore FILE call METHOD [JSON]: the gateway, which reaches every capability.
#include <iostream>
#include <memory>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace cli {

void add_call(CLI::App& app, const Session& session, Action& action) {
  struct Options {
    std::string method;
    std::string request;
    bool is_table = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* call = app.add_subcommand("call", "Calls a method with a JSON request (see describe)");
  call->add_option("METHOD", options->method, "Such as archive.get")->required();
  call->add_option("JSON", options->request, "The request; - reads it from standard input");
  call->add_flag("--table", options->is_table, "As tables for people: amounts in units of the currency");
  call->callback([&session, &action, options] {
    action = [&session, options] {
      const std::string request = options->request == "-" ? read_standard_input() : options->request;
      crmcore::Connection connection = session.connect();
      Progress progress(options->method);
      connection.set_progress(progress.reporter());
      const std::string response = connection.call(options->method, request);
      progress.finish();
      if (options->is_table) {
        print_answer(std::cout, nlohmann::ordered_json::parse(response), session.language);
        return kDone;
      }
      // For eyes with line breaks; for programs as it came.
      std::cout << (isatty(STDOUT_FILENO) != 0 ? nlohmann::ordered_json::parse(response).dump(2) : response)
                << '\n';
      return kDone;
    };
  });
}

}  // namespace cli
