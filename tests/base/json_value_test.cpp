// The value type: how it is built, read and written, against nlohmann/json as a second implementation; and
// memory that runs out.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <limits>
#include <new>
#include <random>
#include <rapidcheck.h>
#include <string>

#include <nlohmann/json.hpp>

#include "crmcore/error.hpp"

#include "base/json.hpp"

namespace {

std::int64_t allocated = 0;
std::int64_t until_failure = -1;  // allocations that still succeed; -1: all do

}  // namespace

void* operator new(std::size_t size) {
  if (until_failure == 0) throw std::bad_alloc();
  if (until_failure > 0) --until_failure;
  ++allocated;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace crmcore {
namespace {

using Other = nlohmann::ordered_json;

constexpr std::string_view kDocument =
    R"({"code":"a text that is too long to be held in place","list":[1,-2.5,true,null,{"x":[]}],)"
    R"("more":{"second":"\u00e9\n","first":1e300,"deep":[[[["another text that is held elsewhere"]]]]}})";

// A document of any shape, spaced as no writer here spaces it.
std::string any_document(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
    case 0:
      return *rc::gen::element<std::string>("null", "true", "false");
    case 1:
      return std::to_string(*rc::gen::inRange<std::int64_t>(-(1LL << 53) + 1, 1LL << 53));
    case 2:  // of few digits: where more are needed, the two may choose others
      return Other(*rc::gen::inRange(-100'000'000, 100'000'000) / 100.0).dump();
    case 3:
    case 4:
      return Other(*rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)) + "中𠮷\x7F").dump();
    case 5: {
      std::string text = "[";
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) text += any_document(depth - 1) + (i > 1 ? ", " : "");
      return text + "]";
    }
    default: {
      std::string text = "{";
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        text += "\"k" + std::to_string(i) + "\\t\": " + any_document(depth - 1) + (i > 1 ? " ," : "");
      }
      return text + "}";
    }
  }
}

}  // namespace

TEST_CASE("a value is small, and moves without copying") {
  static_assert(sizeof(Json) == 16);
  static_assert(std::is_nothrow_move_constructible_v<Json> && std::is_nothrow_move_assignable_v<Json>);
  static_assert(std::is_nothrow_destructible_v<Json>);
  static_assert(!std::is_constructible_v<Json, void*> && !std::is_constructible_v<Json, const int*>);
  Json json = parse_json(kDocument);
  const Json copy = json;
  const Json moved = std::move(json);
  CHECK(json.is_null());
  CHECK(moved == copy);
  CHECK(dump_json(copy) == Other::parse(kDocument).dump());
}

TEST_CASE("braced lists are objects when they are pairs that begin with a text") {
  const std::string name = "b";
  const std::string_view view = "view";
  Json part = {{"x", 1}};
  CHECK(dump_json({{"a", 1}, {name, view}}) == R"({"a":1,"b":"view"})");
  CHECK(dump_json({{"a", {1, 2}}, {"b", {{"c", nullptr}}}}) == R"({"a":[1,2],"b":{"c":null}})");
  CHECK(dump_json({{"a", part}, {"b", std::move(part)}}) == R"({"a":{"x":1},"b":{"x":1}})");
  CHECK(dump_json({"a", 1}) == R"(["a",1])");
  CHECK(dump_json({{1, 2}, {3, 4}}) == "[[1,2],[3,4]]");
  CHECK(dump_json({{"a", 1}, {"b"}}) == R"([["a",1],["b"]])");
  CHECK(dump_json({{"a", "b"}}) == R"({"a":"b"})");
  CHECK(dump_json({{"a", {}}, {"b", {{}}}}) == R"({"a":null,"b":[null]})");
  CHECK(dump_json(Json::array({{"a", 1}})) == R"([["a",1]])");
  CHECK(dump_json(Json::array()) == "[]");
  CHECK(dump_json(Json::object()) == "{}");
  CHECK(dump_json(Json{{"a", 1}, {"a", 2}}) == R"({"a":1})");
  CHECK(dump_json(std::vector<std::string>{"x", "y"}) == R"(["x","y"])");
  CHECK(dump_json({true, 'c', 1.0F, std::uint64_t{7}, std::int8_t{-1}}) == "[true,99,1.0,7,-1]");
  CHECK_THROWS_AS(Json::object({{1, 2}}), Error);
  CHECK_THROWS_AS(Json::array({std::numeric_limits<std::uint64_t>::max()}), Error);
}

TEST_CASE("members and elements are added, changed and taken out") {
  Json json;
  json["z"] = 1;
  json["a"]["b"] = "deep";
  json["list"].push_back(1);
  json["list"].push_back({{"c", 2}});
  json["list"].emplace_back("three");
  json["z"] = {json["z"], 2};
  CHECK(dump_json(json) == R"({"z":[1,2],"a":{"b":"deep"},"list":[1,{"c":2},"three"]})");
  json.update({{"a", 0}, {"new", true}});
  CHECK(json.erase("z"));
  CHECK_FALSE(json.erase("z"));
  CHECK(dump_json(json) == R"({"a":0,"list":[1,{"c":2},"three"],"new":true})");
  json = json["list"];
  CHECK(json.back() == "three");
  std::string seen;
  for (const Json& element : std::as_const(json)) seen += dump_json(element) + ";";
  CHECK(seen == R"(1;{"c":2};"three";)");
  CHECK(Json().begin() == Json().end());
  CHECK(Json().empty());
  CHECK(Json(1).size() == 1);
}

TEST_CASE("numbers are equal by value, objects in the same order only") {
  CHECK(Json(1) == Json(1.0));
  CHECK(Json(1) != Json(true));
  CHECK(Json(1) != Json("1"));
  CHECK(Json(nullptr) != Json(false));
  CHECK(Json{{"a", 1}, {"b", 2}} != Json{{"b", 2}, {"a", 1}});
  CHECK(Json(1).get<double>() == 1.0);
}

TEST_CASE("what the kind of a value does not allow is refused") {
  const Json json = {{"text", "x"}, {"real", 1.5}, {"list", {1}}};
  CHECK_THROWS_AS(json["absent"], Error);
  CHECK_THROWS_AS(json["text"]["x"], Error);
  CHECK_THROWS_AS(json["list"][1], Error);
  CHECK_THROWS_AS(json["real"].get<std::int64_t>(), Error);
  CHECK_THROWS_AS(json["real"].get<bool>(), Error);
  CHECK_THROWS_AS(json["text"].get<double>(), Error);
  CHECK_THROWS_AS(json["real"].get<std::string>(), Error);
  CHECK_THROWS_AS(json.begin(), Error);
  CHECK_THROWS_AS(json["list"].items(), Error);
  CHECK_THROWS_AS(Json("x").push_back(1), Error);
  CHECK_THROWS_AS(Json("x")["key"], Error);
  CHECK_THROWS_AS(Json::array().back(), Error);
  CHECK_FALSE(json["text"].contains("x"));
}

TEST_CASE("documents are written as the second implementation writes them") {
  CHECK(rc::check("parse and dump", [] {
    const std::string text = any_document(4);
    RC_ASSERT(dump_json(parse_json(text)) == Other::parse(text).dump());
  }));
}

TEST_CASE("doubles read back, in the form of the second implementation") {
  // Where nlohmann/json writes a digit more than it takes, or not the nearest ones, ours is right.
  const auto is_right = [](double value) {
    const std::string ours = dump_json(Json(value));
    const std::string theirs = Other(value).dump();
    const double back = Other::parse(ours).get<double>();
    return std::memcmp(&back, &value, sizeof value) == 0 && ours.size() <= theirs.size();
  };
  for (const double value : {0.0, -0.0, 1.0, -1.0, 0.1, 1e-4, 9.9e-5, 1e14, 1e15, 123456789012345.6, 1e16,
                             1e21, 1e22, 1e100, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308}) {
    CAPTURE(value);
    CHECK(dump_json(Json(value)) == Other(value).dump());
    CHECK(is_right(value));
  }
  CHECK(dump_json(Json(1e23)) == "1e+23");
  CHECK(dump_json({std::nan(""), std::numeric_limits<double>::infinity()}) == "[null,null]");
  std::mt19937_64 bits(1);
  int wrong = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t drawn = bits();
    double value = 0;
    std::memcpy(&value, &drawn, sizeof value);
    const double money = static_cast<double>(drawn % 100'000'000) / 100;
    if (!std::isfinite(value)) continue;
    if (!is_right(value) || !is_right(money) || !is_right(std::ldexp(value, -1000))) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("giving a value back allocates nothing") {
  Json json = parse_json(kDocument);
  const std::int64_t before = allocated;
  json = nullptr;
  CHECK(allocated == before);
}

TEST_CASE("memory that runs out is an exception wherever it happens") {
  const std::string bad = std::string(kDocument) + "x";
  for (const std::string_view text : {kDocument, std::string_view(bad)}) {
    for (std::int64_t succeed = 0;; ++succeed) {
      bool is_refused = false;
      until_failure = succeed;
      try {
        const Json json = parse_json(text);
        const Json copy = json;
        dump_json({{"copy", copy}, {"list", {json, 1}}});
      } catch (const std::bad_alloc&) {
        is_refused = true;
      } catch (const Error&) {
      }
      until_failure = -1;
      if (!is_refused) break;
      REQUIRE(succeed < 10'000);
    }
  }
}

}  // namespace crmcore
