#include "base/object_reader.hpp"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <limits>
#include <string>

#include "base/json.hpp"

namespace crmcore {
namespace {

// What `read` finds wrong with the object, one "CODE path: message" a line.
std::string violations(const Json& json, const std::function<void(ObjectReader&)>& read) {
  std::vector<Diagnostic> found;
  ObjectReader in(json, "/in", found);
  read(in);
  std::string lines;
  for (const Diagnostic& one : found) {
    lines += std::string(code_name(one.code)) + " " + one.path + ": " + one.message + "\n";
  }
  return lines;
}

}  // namespace

TEST_CASE("members that are right") {
  const Json json = parse_json(
      R"({"t":"中","i":-3,"n":2.5,"whole":2,"b":true,"d":"2024-02-29","w":"b","list":[1,2],"map":{"x":1},"z":null})");
  const std::string lines = violations(json, [](ObjectReader& in) {
    CHECK(in.require_text("t", 3) == "中");
    CHECK(in.require_integer("i", -3, 3) == -3);
    CHECK(in.require_number("n", 0, 2.5) == 2.5);
    CHECK(in.number("whole", 0, 2) == 2.0);
    CHECK(in.boolean("b") == true);
    CHECK(in.require_date("d") == parse_date("2024-02-29"));
    CHECK(in.require_word("w", {"a", "b"}) == 1);
    std::string seen;
    in.each("list", 2,
            [&](const Json& one, const std::string& path) { seen += path + "=" + dump_json(one) + " "; });
    in.each_member("map", 1, [&](const std::string& name, const Json& value, const std::string& path) {
      seen += name + ":" + path + "=" + dump_json(value);
    });
    CHECK(seen == "/in/list/0=1 /in/list/1=2 x:/in/map/x=1");
    CHECK_FALSE(in.has("z"));
    CHECK(in.is_null("z"));
    CHECK_FALSE(in.has("absent"));
    CHECK_FALSE(in.is_null("absent"));
    CHECK(in.raw("z")->is_null());
    CHECK(in.raw("absent") == nullptr);
    in.finish();
  });
  CHECK(lines == "");
}

TEST_CASE("absent and null read as nothing, unless required") {
  const Json json = parse_json(R"({"a":null})");
  for (const char* key : {"a", "b"}) {
    CHECK(violations(json, [&](ObjectReader& in) {
            CHECK_FALSE(in.text(key, 1).has_value());
            CHECK_FALSE(in.integer(key, 0, 1).has_value());
            CHECK_FALSE(in.number(key, 0, 1).has_value());
            CHECK_FALSE(in.boolean(key).has_value());
            CHECK_FALSE(in.date(key).has_value());
            CHECK_FALSE(in.word(key, {"x"}).has_value());
            in.each(key, 0, [](const Json&, const std::string&) { FAIL("nothing to read"); });
            in.each_member(key, 0,
                           [](const std::string&, const Json&, const std::string&) { FAIL("nothing"); });
          }) == "");
    const std::string at = std::string("INVALID /in/") + key + ": is required: ";
    CHECK(violations(json, [&](ObjectReader& in) { CHECK(in.require_text(key, 9) == ""); }) ==
          at + "a text of at most 9 bytes\n");
    CHECK(violations(json, [&](ObjectReader& in) { CHECK(in.require_integer(key, 1, 9) == 0); }) ==
          at + "an integer from 1 to 9\n");
    CHECK(violations(json, [&](ObjectReader& in) { CHECK(in.require_number(key, 0.5, 1) == 0); }) ==
          at + "a number from 0.5 to 1\n");
    CHECK(violations(json, [&](ObjectReader& in) { CHECK(in.require_date(key) == Date{}); }) ==
          at + "a date, YYYY-MM-DD\n");
    CHECK(violations(json, [&](ObjectReader& in) {
            CHECK(in.require_word(key, {"x", "y"}) == 0);
          }) == at + "one of x, y\n");
  }
}

TEST_CASE("every kind of wrong member") {
  const auto text = [](ObjectReader& in) { in.text("v", 4); };
  const auto integer = [](ObjectReader& in) { in.integer("v", 1, 10); };
  const auto number = [](ObjectReader& in) { in.number("v", 0, 1); };
  const auto boolean = [](ObjectReader& in) { in.boolean("v"); };
  const auto date = [](ObjectReader& in) { in.date("v"); };
  const auto word = [](ObjectReader& in) { in.word("v", {"revenue", "margin"}); };
  const auto list = [](ObjectReader& in) { in.each("v", 2, [](const Json&, const std::string&) {}); };
  const auto map = [](ObjectReader& in) {
    in.each_member("v", 1, [](const std::string&, const Json&, const std::string&) {});
  };
  struct Row {
    Json value;
    std::function<void(ObjectReader&)> read;
    std::string expected;
  };
  const double infinity = std::numeric_limits<double>::infinity();
  const std::string number_begin = "must be a number from 0 to 1, is ";
  const std::string integer_begin = "must be an integer from 1 to 10, is ";
  const std::string date_begin = "must be a date that exists, YYYY-MM-DD from 0001-01-01 to 9999-12-31, is ";
  for (const Row& row : std::vector<Row>{
           {1, text, "INVALID /in/v: must be a text, is an integer"},
           {"12345", text, "LIMIT /in/v: text of 5 bytes is longer than 4 bytes"},
           {"\xFF", text, "UTF8 /in/v: text is not UTF-8 at byte 0 (0xFF)"},
           {std::string("a\0", 2), text,
            "INVALID /in/v: text has a NUL at byte 1; no control characters are allowed"},
           {"7", integer, "INVALID /in/v: " + integer_begin + "a text"},
           {7.0, integer, "INVALID /in/v: " + integer_begin + "a number with fraction or exponent"},
           {parse_json("1e1"), integer,
            "INVALID /in/v: " + integer_begin + "a number with fraction or exponent"},
           {true, integer, "INVALID /in/v: " + integer_begin + "true or false"},
           {0, integer, "RANGE /in/v: " + integer_begin + "0"},
           {11, integer, "RANGE /in/v: " + integer_begin + "11"},
           {"0.5", number, "INVALID /in/v: " + number_begin + "a text"},
           {1.5, number, "RANGE /in/v: " + number_begin + "1.5"},
           {-1, number, "RANGE /in/v: " + number_begin + "-1"},
           {std::nan(""), number, "INVALID /in/v: must be a number from 0 to 1, is not finite"},
           {infinity, number, "INVALID /in/v: must be a number from 0 to 1, is not finite"},
           {1, boolean, "INVALID /in/v: must be true or false, is an integer"},
           {"true", boolean, "INVALID /in/v: must be true or false, is a text"},
           {"2024-02-30", date, "INVALID /in/v: " + date_begin + "\"2024-02-30\""},
           {"10000-01-01", date, "INVALID /in/v: " + date_begin + "\"10000-01-01\""},
           {20240101, date, "INVALID /in/v: " + date_begin + "an integer"},
           {"margn", word,
            "INVALID /in/v: must be one of revenue, margin, is \"margn\"; did you mean \"margin\"?"},
           {"profit", word, "INVALID /in/v: must be one of revenue, margin, is \"profit\""},
           {1, word, "INVALID /in/v: must be one of revenue, margin, is an integer"},
           {Json::object(), list, "INVALID /in/v: must be an array, is an object"},
           {{1, 2, 3}, list, "LIMIT /in/v: must be an array of at most 2, has 3"},
           {Json::array(), map, "INVALID /in/v: must be an object, is an array"},
           {{{"a", 1}, {"b", 1}}, map, "LIMIT /in/v: must be an object of at most 1, has 2"},
       }) {
    Json json = Json::object();
    json["v"] = row.value;
    CHECK(violations(json, row.read) == row.expected + "\n");
  }
}

TEST_CASE("all violations are collected, unknown fields with what is allowed") {
  const Json json = parse_json(R"({"wieght":1,"name":7,"limit":99,"x/y":null})");
  CHECK(
      violations(json,
                 [](ObjectReader& in) {
                   in.require_text("name", 8);
                   in.require_integer("limit", 1, 10);
                   in.number("weight", 0, 1);
                   in.fail(Code::conflict, "name", "is taken");
                   in.finish();
                 }) ==
      "INVALID /in/name: must be a text, is an integer\n"
      "RANGE /in/limit: must be an integer from 1 to 10, is 99\n"
      "CONFLICT /in/name: is taken\n"
      "INVALID /in/wieght: unknown field \"wieght\"; allowed: name, limit, weight; did you mean \"weight\"?\n"
      "INVALID /in/x~1y: unknown field \"x/y\"; allowed: name, limit, weight\n");
  CHECK(violations(parse_json(R"({"a":1})"), [](ObjectReader& in) { in.finish(); }) ==
        "INVALID /in/a: unknown field \"a\"; allowed: none\n");
}

TEST_CASE("what is not an object is reported once") {
  for (const char* text : {"[]", "1", "\"x\"", "null", "true", "1.5"}) {
    CAPTURE(text);
    const std::string lines = violations(parse_json(text), [](ObjectReader& in) {
      in.require_text("name", 8);
      in.require_word("w", {"a"});
      CHECK_FALSE(in.has("name"));
      in.finish();
    });
    CHECK(lines.substr(0, 34) == "INVALID /in: must be an object, is");
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 1);
  }
}

TEST_CASE("violations are counted, not endless") {
  Json json = Json::object();
  for (int i = 0; i < 1000; ++i) json["k" + std::to_string(i)] = 1;
  std::vector<Diagnostic> found;
  ObjectReader in(json, "", found);
  in.finish();
  CHECK(found.size() == kViolationsMax);
}

TEST_CASE("nothing is said of the members of what is no object") {
  for (const char* document : {"[]", "null", "7", R"("text")"}) {
    CAPTURE(document);
    const Json json = parse_json(document);
    std::vector<Diagnostic> found;
    ObjectReader in(json, "/place", found);
    in.require_text("code", 8);
    if (!in.has("metric")) in.fail(Code::invalid, "metric", "is required");
    in.finish();
    REQUIRE(found.size() == 1);
    CHECK(found.front().path == "/place");
  }
}

}  // namespace crmcore
