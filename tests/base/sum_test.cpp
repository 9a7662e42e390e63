// Sums are numbers within 2^53 - 1 and texts beyond.
#include "base/sum.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"

using namespace crmcore;

TEST_CASE("a sum is a number as far as one may be told, and a text beyond") {
  constexpr Wide kMost = kIntegerMax;
  CHECK(to_sum(kMost) == Sum{kIntegerMax, ""});
  CHECK(to_sum(-kMost) == Sum{-kIntegerMax, ""});
  CHECK(to_sum(kMost + 1) == Sum{std::nullopt, "9007199254740992"});
  CHECK(to_sum(-kMost - 1) == Sum{std::nullopt, "-9007199254740992"});
  CHECK(to_sum(kMost * kMost) == Sum{std::nullopt, "81129638414606663681390495662081"});
}

TEST_CASE("a sum is one member, or two where it is beyond") {
  Json json = Json::object();
  add_sum(json, "value", to_sum(7));
  add_sum(json, "whole", to_sum(Wide{kIntegerMax} + 1));
  add_sum(json, "none", Sum{});
  CHECK(dump_json(json) == R"({"value":7,"whole":null,"whole_text":"9007199254740992","none":null})");
}
