// Random lives are undone back to their beginning.
#include "archive/contents.hpp"

#include <doctest/doctest.h>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "base/json.hpp"

namespace crmcore::archive {
namespace {

const ContentsOrder kOrder{{"region", "ownership"}, {"staff", "assets"}};
// In the order that contents have.
const std::vector<std::string> kMembers = {"code",
                                           "name",
                                           "short_name",
                                           "class:region",
                                           "class:ownership",
                                           "attribute:staff",
                                           "attribute:assets",
                                           "contact:1",
                                           "contact:2",
                                           "contact:10",
                                           "identifier:uscc",
                                           "identifier:email",
                                           "alias:A",
                                           "alias:王",
                                           "note:0000002",
                                           "note:0000010"};

bool is_object_member(const std::string& member) {
  return member.starts_with("attribute:") || member.starts_with("contact:") ||
         member.starts_with("identifier:") || member.starts_with("alias:") || member.starts_with("note:");
}

Json random_value(const std::string& member, std::mt19937& random) {
  const std::string text = fmt::format("\"\\{}\n王", random() % 3);
  if (!is_object_member(member)) return text;
  return {{"value", static_cast<std::int64_t>(random() % 3)}, {"note", text}};
}

std::string contents_of(const std::map<std::string, Json>& state) {
  Json json = Json::object();
  for (const std::string& member : kMembers) {
    if (const auto found = state.find(member); found != state.end()) json[member] = found->second;
  }
  return dump_json(json);
}

bool is_told_as_damage(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code() == Code::corrupt;
  }
  return false;
}

TEST_CASE("what a customer was at first is what it is without its updates") {
  std::mt19937 random(7);
  for (int life = 0; life < 500; ++life) {
    std::map<std::string, Json> state{{"code", "K"}, {"name", "n"}};
    for (const std::string& member : kMembers) {
      if (random() % 2 == 0) state[member] = random_value(member, random);
    }
    const std::string first = contents_of(state);
    std::vector<std::string> updates;
    for (auto left = random() % 8; left > 0; --left) {
      Json body = Json::object();
      for (std::size_t i = 2; i < kMembers.size(); ++i) {
        if (random() % 3 != 0) continue;
        const std::string& member = kMembers[i];
        const auto known = state.find(member);
        const Json before = known != state.end()       ? known->second
                            : is_object_member(member) ? Json()
                                                       : Json("");
        // Texts can be cleared; what is an object stays once it is there.
        const bool clears = !is_object_member(member) && random() % 3 == 0;
        const Json after = clears ? Json("") : random_value(member, random);
        Json pair = Json::array();
        pair.push_back(before);
        pair.push_back(after);
        body[member] = std::move(pair);
        if (clears) {
          state.erase(member);
        } else {
          state[member] = after;
        }
      }
      updates.push_back(dump_json(body));
    }
    CHECK(undo_updates(contents_of(state), updates, kOrder) == first);
    if (updates.empty()) continue;
    // Whatever the last update left is compared with what is there.
    const Json last = parse_json(updates.back());
    for (const auto& change : last.items()) {
      const std::string& member = change.first;
      CAPTURE(member);
      auto edited = state;
      if (state.contains(member) && random() % 2 == 0) {
        edited.erase(member);
      } else {
        do edited[member] = random_value(member, random);
        while (state.contains(member) && edited[member] == state[member]);
      }
      CHECK(is_told_as_damage([&] { undo_updates(contents_of(edited), updates, kOrder); }));
    }
  }
}

TEST_CASE("a body that is none is told as damage") {
  for (const char* body :
       {"", "[]", "{", R"({"name":"n"})", R"({"name":["a"]})", R"({"name":["a","b","c"]})"}) {
    CAPTURE(body);
    const std::string updates[] = {body};
    CHECK(is_told_as_damage([&] { undo_updates(R"({"code":"K"})", updates, kOrder); }));
  }
}

}  // namespace
}  // namespace crmcore::archive
