// A reader that is made for a schema describes what it would read.
#include <doctest/doctest.h>
#include <string>

#include "crmcore/archive.hpp"
#include "crmcore/words.hpp"

#include "base/object_reader.hpp"
#include "base/schema.hpp"

namespace crmcore {
namespace {

enum class Colour { red, green };
constexpr std::array<std::string_view, 2> words_of(Colour) noexcept {
  return {"red", "green"};
}

struct Point {
  std::int64_t x;
  std::string name;
};

Point read_point(ObjectReader& in) {
  return {in.require_integer("x", -5, 5), in.text_or("name", 8, "origin")};
}

// Every reader there is, once.
std::size_t read_all(ObjectReader& in) {
  std::size_t read = 0;
  const auto count = [&](bool is_there) { read += is_there ? 1 : 0; };
  count(in.text("t", 3).has_value());
  count(in.about("how often").integer("i", -3, 3).has_value());
  count(in.number("n", 0, 2.5).has_value());
  count(in.boolean("b").has_value());
  count(in.date("d").has_value());
  count(in.word("w", {"a", "b"}).has_value());
  count(in.integer_or("i0", 0, 9, 7) != 7);
  count(in.boolean_or("b0", true) != true);
  count(in.word_or("c0", Colour::green) != Colour::green);
  count(in.word<Colour>("c").has_value());
  count(!in.require_text("rt", 4).empty());
  count(in.require_word<Colour>("rc") == Colour::green);
  count(!in.objects("points", 10, read_point).empty());
  count(in.object("point", read_point).has_value());
  count(!in.require_texts("texts", 2, 5).empty());
  in.each_member("map", 3, schema::integer(), [&](const auto&, const Json&, const auto&) { count(true); });
  count(in.value("any", schema::reference("json")) != nullptr);
  return read;
}

}  // namespace

TEST_CASE("what is read is what is described") {
  Json schema;
  ObjectReader in(schema);
  CHECK(read_all(in) == 2);  // of the element of a list, and of an object
  in.finish();
  CHECK(dump_json(schema) ==
        R"({"type":"object","properties":{)"
        R"("t":{"type":"string","maxLength":3,"maxBytes":3},)"
        R"("i":{"type":"integer","minimum":-3,"maximum":3,"description":"how often"},)"
        R"("n":{"type":"number","minimum":0.0,"maximum":2.5},)"
        R"("b":{"type":"boolean"},)"
        R"("d":{"type":"string","format":"date"},)"
        R"("w":{"type":"string","enum":["a","b"]},)"
        R"("i0":{"type":"integer","minimum":0,"maximum":9,"default":7},)"
        R"("b0":{"type":"boolean","default":true},)"
        R"("c0":{"type":"string","enum":["red","green"],"default":"green"},)"
        R"("c":{"type":"string","enum":["red","green"]},)"
        R"("rt":{"type":"string","maxLength":4,"maxBytes":4},)"
        R"("rc":{"type":"string","enum":["red","green"]},)"
        R"("points":{"type":"array","items":{"type":"object","properties":{)"
        R"("x":{"type":"integer","minimum":-5,"maximum":5},)"
        R"("name":{"type":"string","maxLength":8,"maxBytes":8,"default":"origin"}},)"
        R"("required":["x"],"additionalProperties":false},"maxItems":10},)"
        R"("point":{"type":"object","properties":{)"
        R"("x":{"type":"integer","minimum":-5,"maximum":5},)"
        R"("name":{"type":"string","maxLength":8,"maxBytes":8,"default":"origin"}},)"
        R"("required":["x"],"additionalProperties":false},)"
        R"("texts":{"type":"array","items":{"type":"string","maxLength":5,"maxBytes":5},"maxItems":2},)"
        R"("map":{"type":"object","additionalProperties":{"type":"integer"},"maxProperties":3},)"
        R"("any":{"$ref":"#/documents/json"}},)"
        R"("required":["rt","rc","texts"],"additionalProperties":false})");
}

TEST_CASE("the same function reads") {
  const Json json = parse_json(
      R"({"t":"abc","i":1,"n":1,"b":false,"d":"2024-01-01","w":"b","i0":1,"b0":false,"c0":"red","c":"red",
          "rt":"x","rc":"green","points":[{"x":1},{"x":2,"name":"b"}],"point":{"x":3},"texts":["a"],
          "map":{"k":1},"any":[]})");
  std::vector<Diagnostic> found;
  ObjectReader in(json, "", found);
  CHECK(read_all(in) == 17);
  in.finish();
  CHECK(found.empty());
}

TEST_CASE("members inside are refused where they are") {
  const Json json = parse_json(R"({"rt":"x","rc":"green","texts":["123456",1],
                                   "points":[{"x":9},{"y":1}],"point":{"x":1,"z":0}})");
  std::vector<Diagnostic> found;
  ObjectReader in(json, "", found);
  read_all(in);
  std::string paths;
  for (const Diagnostic& one : found) paths.append(code_name(one.code)).append(one.path).append(" ");
  CHECK(paths ==
        "RANGE/points/0/x INVALID/points/1/x INVALID/points/1/y INVALID/point/z LIMIT/texts/0 "
        "INVALID/texts/1 ");
}

}  // namespace crmcore
