// The calls in docs/archive.md are made in their order, and answer what the page says, and perhaps more.
#include <doctest/doctest.h>
#include <fstream>

#include "archive_fixture.hpp"
#include "base/json.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// Whether all that is written stands in the answer.
bool is_in(const Json& written, const Json& answer) {
  if (written.is_object() && answer.is_object()) {
    for (const auto& [name, value] : written.items()) {
      if (!answer.contains(name) || !is_in(value, answer[name])) return false;
    }
    return true;
  }
  if (!written.is_array() || !answer.is_array()) return written == answer;
  if (written.size() != answer.size()) return false;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (!is_in(written[i], answer[i])) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("docs/archive.md says what its calls answer") {
  TempArchive archive;
  Connection connection = archive.connect();
  std::ifstream page(std::string(CRMCORE_SOURCE_DIR) + "/docs/archive.md");
  REQUIRE(page.good());
  constexpr std::string_view kAnswer = "→ ";
  std::string line;
  Json answer;
  int answers = 0;
  while (std::getline(page, line)) {
    if (line.starts_with(kAnswer)) {
      CAPTURE(line);
      CHECK_MESSAGE(is_in(parse_json(line.substr(kAnswer.size())), answer), dump_json(answer));
      ++answers;
    } else if (line.starts_with("archive.") && line.find(" {") != std::string::npos) {
      const std::size_t blank = line.find(' ');
      answer = parse_json(connection.call(line.substr(0, blank), line.substr(blank + 1)));
    }
  }
  CHECK(answers >= 6);
}
