// What a customer is to be into whom another one is merged.
#include "archive/merging.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace crmcore;
using archive::MergeChoices;
using archive::MergeSide;

namespace {

constexpr Date kMergeDay{20000};

Json person(std::int64_t number, const char* name, const char* phone = "", const char* email = "",
            bool do_not_contact = false) {
  return {{"contact_no", number},
          {"level", "operational"},
          {"name", name},
          {"title", ""},
          {"phone", phone},
          {"email", email},
          {"channel", "unspecified"},
          {"do_not_contact", do_not_contact}};
}

}  // namespace

TEST_CASE("what one of both has is taken, what differs is decided") {
  const Json into{{"code", "K"}, {"name", "A"}, {"since", "2020-01-01"}, {"class:region", "11"}};
  const Json from{{"code", "L"},
                  {"name", "B"},
                  {"since", "2019-01-01"},
                  {"class:ownership", "private"},
                  {"class:region", "31"}};
  MergeChoices choices;
  auto merged = archive::merge_contents(into, from, choices, {{}, {}, 0, kMergeDay});
  CHECK(merged.changes == Json{{"since", "2019-01-01"}, {"class:ownership", "private"}});
  REQUIRE(merged.conflicts.size() == 2);
  CHECK(merged.conflicts[0].field == "name");
  CHECK_FALSE(merged.conflicts[0].kept);
  choices.otherwise = MergeSide::into;
  choices.fields["class:region"] = MergeSide::from;
  merged = archive::merge_contents(into, from, choices, {{}, {}, 0, kMergeDay});
  CHECK(merged.conflicts[0].kept == MergeSide::into);
  CHECK(merged.changes["class:region"] == "31");
  CHECK_FALSE(merged.changes.contains("name"));
}

TEST_CASE("a value is the same whenever it was observed") {
  const Json into{{"attribute:staff", {{"value", 5}, {"observed", "2024-01-01"}}}};
  const Json from{{"attribute:staff", {{"value", 5}, {"observed", "2023-01-01"}}}};
  const auto merged = archive::merge_contents(into, from, {}, {{}, {}, 0, kMergeDay});
  CHECK(merged.conflicts.empty());
  CHECK(merged.changes.items().empty());
}

TEST_CASE("who is among the contacts gets what it lacks, others get the next numbers") {
  const Json into{{"contact:1", person(1, "王芳", "010-1")}, {"contact:2", person(2, "李雷")}};
  const Json from{{"contact:1", person(1, "王芳", "010-1", "w@x.cn", true)},
                  {"contact:4", person(4, "李雷", "010-2")}};
  const auto merged = archive::merge_contents(into, from, {}, {{}, {}, 7, kMergeDay});
  CHECK(merged.changes == Json{{"contact:1", person(1, "王芳", "010-1", "w@x.cn", true)},
                               {"contact:8", person(8, "李雷", "010-2")}});
}

TEST_CASE("contacts are compared as a put compares them") {
  const Json into{{"contact:1", person(1, "W", "010-12345678", "A@X.cn")},
                  {"contact:2", person(2, "Nobody")}};
  const Json from{{"contact:1", person(1, "w", "01012345678")}, {"contact:2", person(2, "NOBODY")}};
  CHECK(archive::merge_contents(into, from, {}, {{}, {}, 2, kMergeDay}).changes.items().empty());
}

TEST_CASE("merging the same contents changes nothing") {
  rc::check([] {
    Json contents{{"code", "K"}, {"name", *rc::gen::arbitrary<std::string>()}, {"since", "2020-01-01"}};
    const int count = *rc::gen::inRange(0, 5);
    for (int i = 1; i <= count; ++i) {
      const std::string text = std::to_string(*rc::gen::inRange(0, 3));
      contents["attribute:" + std::to_string(i)] = {{"value", text}, {"observed", "2024-01-01"}};
      contents["contact:" + std::to_string(i)] = person(i, text.c_str(), std::to_string(i).c_str());
    }
    const auto merged = archive::merge_contents(contents, contents, {}, {{}, {}, count, kMergeDay});
    RC_ASSERT(merged.conflicts.empty());
    RC_ASSERT(merged.changes.items().empty());
  });
}
