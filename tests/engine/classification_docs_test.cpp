// The calls of docs/classification.md, one after another in a new archive, are taken.
#include <doctest/doctest.h>
#include <fstream>
#include <string>
#include <vector>

#include "archive_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct DocumentedCall {
  std::string method;
  std::string request;
};

// A call begins with "room.method {" and goes on until the next one or the end of its block.
std::vector<DocumentedCall> documented_calls() {
  std::ifstream file(std::string(CRMCORE_SOURCE_DIR) + "/docs/classification.md");
  std::vector<DocumentedCall> calls;
  bool is_in_block = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      is_in_block = !is_in_block;
    } else if (is_in_block && line.starts_with(' ')) {
      calls.back().request += line;
    } else if (is_in_block) {
      const std::size_t end = line.find(' ');
      calls.push_back({line.substr(0, end), line.substr(end + 1)});
    }
  }
  return calls;
}

}  // namespace

TEST_CASE("the calls of docs/classification.md are taken") {
  const auto calls = documented_calls();
  REQUIRE(calls.size() >= 12);
  TempArchive archive;
  Connection connection = archive.connect();
  for (const DocumentedCall& call : calls) {
    CAPTURE(call.request);
    CHECK_NOTHROW(connection.call(call.method, call.request));
  }
}
