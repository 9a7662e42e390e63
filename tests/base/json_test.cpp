#include "base/json.hpp"

#include <cmath>
#include <cstring>
#include <doctest/doctest.h>
#include <limits>
#include <rapidcheck.h>
#include <string>

#include <nlohmann/json.hpp>

#include "crmcore/error.hpp"
#include "crmcore/money.hpp"

namespace crmcore {
namespace {

using Other = nlohmann::ordered_json;

// What parsing refuses, as "CODE path: message"; empty when it does not.
std::string refusal(std::string_view text) {
  try {
    parse_json(text);
    return "";
  } catch (const Error& error) {
    return std::string(code_name(error.code())) + " " + error.path() + ": " + error.message();
  }
}

std::string nested(std::size_t depth, const std::string& open, const std::string& close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

Json any_json(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::inRange<std::int64_t>(-kIntegerMax, kIntegerMax + 1);
    case 3: {
      const auto bits = *rc::gen::arbitrary<std::uint64_t>();
      double value = 0;
      std::memcpy(&value, &bits, sizeof value);
      return std::isfinite(value) && value != 0 ? Json(value) : Json(0.5);
    }
    case 4:
      return *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)) + "中𠮷";
    case 5: {
      Json array = Json::array();
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) array.push_back(any_json(depth - 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        object[*rc::gen::string<std::string>() == "" ? "" : "key/" + std::to_string(i)] = any_json(depth - 1);
      }
      return object;
    }
  }
}

}  // namespace

TEST_CASE("documents that are refused, with code and path") {
  struct Row {
    std::string text;
    std::string refusal_begin;
  };
  const std::vector<Row> rows = {
      {R"({"a":1,"b":2,"a":3})", "INVALID /a: the key \"a\" stands twice"},
      {R"({"x":[{"y":1},{"y":1,"y":1}]})", "INVALID /x/1/y: the key"},
      {R"({"a/b":{"~":1,"~":1}})", "INVALID /a~1b/~0: the key"},
      {R"({"":1,"":1})", "INVALID /: the key"},
      {R"({"a":1,"\u0061":1})", "INVALID /a: the key"},
      {R"({"a":9007199254740992})", "RANGE /a: integer \"9007199254740992\" is beyond -9007199254740991 to"},
      {R"({"a":9007199254740993})", "RANGE /a"},
      {R"({"a":[0,-9007199254740992]})", "RANGE /a/1"},
      {R"([18446744073709551615])", "RANGE /0"},
      {R"([18446744073709551616])", "RANGE /0"},
      {R"([-9223372036854775809])", "RANGE /0"},
      {R"([1, 123456789012345678901234567890])", "RANGE /1"},
      {R"({"a":{"b":1e400}})", "RANGE /a/b: number does not fit a 64-bit float"},
      {R"([-1e400])", "RANGE /0"},
      {R"({"a":"\ud800"})", "UTF8 /a: JSON parse error at line 1, column 13"},
      {R"(["x","\udc00"])", "UTF8 /1"},
      {R"(["\ud800\u0041"])", "UTF8 /0"},
      {"{\"a\":\"\xFF\"}", "UTF8 /a: JSON text is not UTF-8 at byte 6"},
      {"[\"\xC0\xAF\"]", "UTF8 /0"},
      {"[\"\xED\xA0\x80\"]", "UTF8 /0"},
      {"[\"\xE4\xB8\"]", "UTF8 /0"},
      {"[1,\xFF]", "UTF8 /1"},
      {"\xFF", "UTF8 "},
      {"", "INVALID : JSON parse error at line 1, column 1"},
      {"{} {}", "INVALID : JSON parse error"},
      {"{}x", "INVALID "},
      {"[1,]", "INVALID /1"},
      {R"({"a":1,})", "INVALID "},
      {R"({"a":})", "INVALID /a"},
      {R"({"a" 1})", "INVALID /a"},
      {R"({"a":1 "b":2})", "INVALID : JSON parse error"},
      {R"({a:1})", "INVALID "},
      {"['a']", "INVALID /0"},
      {"[NaN]", "INVALID /0"},
      {"[Infinity]", "INVALID /0"},
      {"[-Infinity]", "INVALID /0"},
      {"[0x10]", "INVALID "},
      {"[012]", "INVALID "},
      {"[+1]", "INVALID /0"},
      {"[.5]", "INVALID /0"},
      {"[5.]", "INVALID /0"},
      {"[１２]", "INVALID /0"},
      {"[1] // comment", "INVALID "},
      {"[\"a\nb\"]", "INVALID /0"},
      {"[\"\\x41\"]", "INVALID /0"},
      {"[\"abc", "INVALID /0"},
      {"{", "INVALID "},
      {std::string("{}\0", 3), "INVALID : JSON text has a NUL at byte 2"},
      {std::string("[\"\0\"]", 5), "INVALID : JSON text has a NUL at byte 2"},
      {nested(65, "[", "]"),
       "LIMIT " + nested(64, "/0", "").substr(0, 128) + ": JSON is nested deeper than 64"},
      {nested(65, "{\"k\":", "}"), "LIMIT /k/k"},
      {std::string(1000000, '['), "LIMIT /0"},
      {std::string(kJsonBytesMax + 1, ' '), "LIMIT : JSON of 67108865 bytes is longer than 67108864 bytes"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text.substr(0, 60));
    const std::string found = refusal(row.text);
    CAPTURE(found);
    CHECK(found.substr(0, row.refusal_begin.size()) == row.refusal_begin);
    CHECK(found.size() < 400);
  }
}

TEST_CASE("a long bad token does not get into the message") {
  const std::string found = refusal("[\"" + std::string(100000, 'x') + "\n\"]");
  CHECK(found.substr(0, 10) == "INVALID /0");
  CHECK(found.size() < 300);
}

TEST_CASE("documents that are accepted exactly") {
  CHECK(parse_json(R"({"b":1,"a":[true,false,null,"'; DROP TABLE"]})") ==
        Json({{"b", 1}, {"a", {true, false, nullptr, "'; DROP TABLE"}}}));
  CHECK(dump_json(parse_json(R"({ "z" : 1 , "a" : 2 })")) == R"({"z":1,"a":2})");
  CHECK(parse_json("[\"\\ud842\\udfb7\",\"😀\"]") == Json({"𠮷", "😀"}));
  CHECK(dump_json(parse_json("[\"\\ud842\\udfb7\"]")) == "[\"𠮷\"]");
  CHECK(parse_json("\xEF\xBB\xBF[1]") == Json::array({1}));
  CHECK(dump_json(parse_json("[-0,-0.0,0]")) == "[0,0.0,0]");
  CHECK(parse_json("9007199254740991").get<std::int64_t>() == kIntegerMax);
  CHECK(parse_json("-9007199254740991").get<std::int64_t>() == -kIntegerMax);
  CHECK(parse_json("1").is_number_integer());
  CHECK(parse_json("1e3").is_number_float());
  CHECK(parse_json("\"00123\"") == Json("00123"));
  CHECK(refusal(nested(64, "[", "]")).empty());
  CHECK(refusal(nested(64, "{\"k\":", "}")).empty());
  CHECK(parse_json(R"([{"a":1},{"a":1}])").size() == 2);
}

// In quadratic time it would need minutes.
TEST_CASE("an object with very many members is read") {
  std::string text = "{";
  for (int i = 0; i < 200000; ++i) text += "\"k" + std::to_string(i) + "\":1,";
  text += "\"k77\":2}";
  CHECK(refusal(text).substr(0, 12) == "INVALID /k77");
}

TEST_CASE("what is written is read back") {
  CHECK(rc::check("dump and parse", [] {
    const Json json = any_json(4);
    RC_ASSERT(parse_json(dump_json(json)) == json);
    RC_ASSERT(dump_json(parse_json(dump_json(json))) == dump_json(json));
  }));
  CHECK(rc::check("any bytes are read or refused", [](const std::string& bytes) {
    refusal(bytes);
    refusal("[\"" + bytes + "\"]");
  }));
  for (const double value : {0.1, 1.0 / 3, 1e300, 5e-324, 123456789.125, 0.30000000000000004}) {
    CHECK(parse_json(dump_json(Json(value))).get<double>() == value);
  }
  CHECK(dump_json(Json(0.1)) == "0.1");
}

TEST_CASE("texts that are not UTF-8 are not written") {
  try {
    dump_json(Json("\xFF"));
    FAIL("written");
  } catch (const Error& error) {
    CHECK(error.code() == Code::utf8);
  }
}

TEST_CASE("paths are JSON Pointers") {
  CHECK(join_path("", "a") == "/a");
  CHECK(join_path("/a", 3) == "/a/3");
  CHECK(join_path("/a", "x/y~z") == "/a/x~1y~0z");
  CHECK(join_path("/a", "") == "/a/");
  CHECK(rc::check("a pointer finds its member", [](const std::string& key) {
    const std::string name = Other(key).dump(-1, ' ', false, Other::error_handler_t::replace);
    Other json;
    json[name] = 1;
    RC_ASSERT(json.contains(Other::json_pointer(join_path("", name))));
  }));
}

}  // namespace crmcore
