// The one list of rooms: what they bring along is told apart, and what was stored keeps its meaning.
#include <doctest/doctest.h>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "engine/core/room.hpp"

using namespace crmcore;

namespace {

// number → name, as they were ever stored.
std::map<std::int32_t, std::string> known_changes() {
  std::ifstream file(std::string(CRMCORE_SOURCE_DIR) + "/tests/engine/changes.txt");
  std::map<std::int32_t, std::string> known;
  std::int32_t number = 0;
  for (std::string name; file >> number >> name;) known[number] = name;
  return known;
}

}  // namespace

TEST_CASE("kinds of changes are told apart by number and by name") {
  std::set<std::int32_t> numbers;
  std::set<std::string_view> names;
  for (const auto room : engine::rooms()) {
    for (const engine::ChangeKind& kind : room().changes) {
      CAPTURE(kind.name);
      CHECK(numbers.insert(kind.number).second);
      CHECK(names.insert(kind.name).second);
      CHECK(engine::change_name(kind.number) == kind.name);
    }
  }
  CHECK(engine::change_name(0).empty());
}

TEST_CASE("a number that was once stored keeps its name: tests/engine/changes.txt only grows") {
  const auto known = known_changes();
  CHECK(known.size() >= 35);
  for (const auto& [number, name] : known) CHECK(engine::change_name(number) == name);
  for (const auto room : engine::rooms()) {
    for (const engine::ChangeKind& kind : room().changes) {
      CAPTURE(kind.name);
      CHECK(known.count(kind.number) == 1);
    }
  }
}

TEST_CASE("methods are told apart, and each describes itself") {
  std::set<std::string_view> names;
  for (const auto room : engine::rooms()) {
    for (const engine::Method& method : room().methods) {
      CAPTURE(method.name);
      CHECK(names.insert(method.name).second);
      CHECK(method.version >= 1);
      CHECK(method.summary.ends_with('.'));
      Json request;
      ObjectReader in(request);
      method.describe(in);
      CHECK(request["type"] == "object");
      CHECK(method.answer()["type"] == "object");
    }
  }
}
