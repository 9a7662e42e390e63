// crmcore FILE describe [METHOD]: what can be called, and with what.
#include <iostream>
#include <memory>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "nearest.hpp"
#include "session.hpp"
#include "table.hpp"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

void print_methods(const Session& session, const Json& description) {
  terminal::Table table({{session.say("method", "方法")}, {session.say("what it does", "作用")}});
  for (const Json& method : description.at("methods")) {
    table.add({method.at("name").get<std::string>(), method.at("summary").get<std::string>()});
  }
  table.print(std::cout, terminal::columns_of(STDOUT_FILENO));
}

int print_method(const Json& description, const std::string& name) {
  for (const Json& method : description.at("methods")) {
    if (method.at("name") != name) continue;
    std::cout << name << '@' << method.at("version") << ": " << method.at("summary").get<std::string>()
              << "\n\nrequest " << method.at("request").dump(2) << "\n\nresponse "
              << method.at("response").dump(2) << '\n';
    return kDone;
  }
  std::vector<std::string> names;
  for (const Json& method : description.at("methods")) names.push_back(method.at("name"));
  const std::string near = nearest_to(name, names);
  const std::string what = near.empty() ? "describe without a name lists all" : "near to it: " + near;
  throw crmcore::Error(crmcore::Code::not_found, "no method '" + name + "'; " + what, "METHOD");
}

}  // namespace

void add_describe(CLI::App& app, const Session& session, Action& action) {
  auto method = std::make_shared<std::string>();
  CLI::App* describe =
      app.add_subcommand("describe", "Lists the methods of call, or shows one; needs no file");
  describe->add_option("METHOD", *method, "Such as archive.put");
  describe->callback([&session, &action, method] {
    action = [&session, method] {
      const Json description = Json::parse(crmcore::describe());
      if (!method->empty()) return print_method(description, *method);
      print_methods(session, description);
      return kDone;
    };
  });
}

}  // namespace cli
