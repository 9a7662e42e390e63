// What an error says stays small, however much is wrong.
#include <doctest/doctest.h>
#include <string>

#include "base/json.hpp"
#include "engine/archive_fixture.hpp"

namespace crmcore::testing {
namespace {

Error refusal_of(Connection& connection, std::string_view method, const std::string& request) {
  try {
    connection.call(method, request);
  } catch (const Error& error) {
    return error;
  }
  return {Code::ok, "it was not refused"};
}

TEST_CASE("a hundred thousand bad customers are told by a hundred violations") {
  constexpr int kCustomers = 100'000;
  TempArchive archive;
  Connection connection = archive.connect();
  for (const std::string_view bad :
       {R"({"code":"","name":"x"})", R"({"code":"c","name":"x","classes":{"region":"1\n2"}})",
        R"({"code":"c","name":"x","kind":"a\u2028b\u0085c"})", R"({"code":"c","name":"x","a\nb":1})", "7"}) {
    CAPTURE(bad);
    std::string request = R"({"customers":[)";
    for (int i = 0; i < kCustomers; ++i) request.append(i == 0 ? "" : ",").append(bad);
    const Error error = refusal_of(connection, "archive.put", request + "]}");
    CHECK(error.code() != Code::ok);
    CHECK(error.diagnostics().size() <= kViolationsMax);
    CHECK(error.violations_json().size() < 32'768);
    for (const Diagnostic& one : error.diagnostics()) {
      const std::string said = one.path + one.message;
      CHECK(said.find('\n') == std::string::npos);
      CHECK(said.find("\xE2\x80\xA8") == std::string::npos);
    }
  }
  CHECK(parse_json(connection.call("database.head", "{}"))["links"] == 0);
}

TEST_CASE("a word of a megabyte is told in a kilobyte") {
  TempArchive archive;
  Connection connection = archive.connect();
  const std::string word(1'000'000, 'w');
  const Error error = refusal_of(connection, "archive.get", R"({")" + word + R"(":1,"customer":7})");
  CHECK(error.code() == Code::invalid);
  for (const Diagnostic& one : error.diagnostics()) {
    CHECK(one.path.size() <= kMessageBytesMax);
    CHECK(one.message.size() <= kMessageBytesMax);
  }
  const Error unknown = refusal_of(connection, "no\nsuch." + word, "{}");
  CHECK(unknown.message().size() <= kMessageBytesMax);
  CHECK(unknown.message().find('\n') == std::string::npos);
}

}  // namespace
}  // namespace crmcore::testing
