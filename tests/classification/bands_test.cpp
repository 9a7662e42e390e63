// Bands without gap or overlap, and the asset bands to the fen.
#include "classification/bands.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "crmcore/money.hpp"

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "classification/ready_made.hpp"
#include "classification/registry.hpp"

namespace crmcore::classification {
namespace {

std::string band_at(const Bands& bands, std::string_view yuan) {
  const auto value = parse_money(yuan, 2);
  REQUIRE(value);
  const auto index = bands.index_of(value->minor);
  return index ? bands.bands()[*index].code : "none";
}

TEST_CASE("asset bands have their boundaries where the glossary puts them") {
  const Bands bands = Bands::parse(asset_band_definition());
  CHECK(bands.attribute() == "total_assets");
  const std::pair<const char*, const char*> cases[] = {
      {"-0.01", "small"},        {"0.00", "small"},         {"4999999.99", "small"},
      {"5000000.00", "medium"},  {"5000000.01", "medium"},  {"9999999.99", "medium"},
      {"10000000.00", "medium"}, {"10000000.01", "large"},  {"99999999.99", "large"},
      {"100000000.00", "large"}, {"100000000.01", "super"}, {"90071992547409.91", "super"},
  };
  for (const auto& boundary : cases) {
    CAPTURE(boundary.first);
    CHECK(band_at(bands, boundary.first) == boundary.second);
  }
}

TEST_CASE("definitions that are no bands are refused with every violation") {
  struct Case {
    const char* json;
    std::vector<std::pair<Code, std::string>> expected;
    const char* says;
  };
  const Case cases[] = {
      {R"({"attribute":"a","bands":[]})", {{Code::invalid, "/bands"}}, "at least one"},
      {R"({"attribute":"a"})", {{Code::invalid, "/bands"}}, "at least one"},
      {R"({"bands":[{"code":"x"}]})", {{Code::invalid, "/attribute"}}, ""},
      {R"([])", {{Code::invalid, ""}}, ""},
      {R"({"attribute":"a","bands":[{"code":"x","to":10},{"code":"y","from":12}]})",
       {{Code::invalid, "/bands/1/from"}},
       "gap: values from 10 to 12 lie between band 'x' and band 'y'"},
      {R"({"attribute":"a","bands":[{"code":"x","to":10},{"code":"y","from":9}]})",
       {{Code::invalid, "/bands/1/from"}},
       "overlap: band 'y' begins at 9 before band 'x' ends at 10"},
      {R"({"attribute":"a","bands":[{"code":"x","from":10,"to":20},{"code":"y","from":0,"to":10}]})",
       {{Code::invalid, "/bands/1/from"}},
       "wrong order: band 'y' lies below band 'x'"},
      {R"({"attribute":"a","bands":[{"code":"x","to":10},{"code":"x","from":10}]})",
       {{Code::conflict, "/bands/1/code"}},
       "/bands/0"},
      {R"({"attribute":"a","bands":[{"code":"x","from":3,"to":3}]})",
       {{Code::invalid, "/bands/0/to"}},
       "not above"},
      {R"({"attribute":"a","bands":[{"code":"x","from":3,"to":2}]})",
       {{Code::invalid, "/bands/0/to"}},
       "not above"},
      {R"({"attribute":"a","bands":[{"code":"x"},{"code":"y","from":2}]})",
       {{Code::invalid, "/bands/0/to"}},
       "only the last"},
      {R"({"attribute":"a","bands":[{"code":"x","to":2},{"code":"y"}]})",
       {{Code::invalid, "/bands/1/from"}},
       "only the first"},
      {R"({"attribute":"a","bands":[{"code":"x","to":2},{"code":"\n","name":"Large","from":2}]})",
       {{Code::invalid, "/bands/1/code"}},
       "must not be blank"},
      {R"({"attribute":"a","bands":[{"code":"x","name":"\tLarge"}]})",
       {{Code::invalid, "/bands/0/name"}},
       "U+0009"},
      {R"({"attribute":"a","bands":[{"code":"x","color":"red"}]})", {{Code::invalid, "/bands/0/color"}}, ""},
      {R"({"attribute":"a","unit":"fen","bands":[{"code":"x"}]})", {{Code::invalid, "/unit"}}, ""},
      {R"({"attribute":"a","bands":[{"code":"x","to":1.5}]})", {{Code::invalid, "/bands/0/to"}}, ""},
      {R"({"attribute":"a","bands":[{"code":"x","to":5},{"code":"y","from":4,"to":9},{"code":"y","from":10}]})",
       {{Code::invalid, "/bands/1/from"},
        {Code::conflict, "/bands/2/code"},
        {Code::invalid, "/bands/2/from"}},
       "overlap"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.json);
    std::vector<Diagnostic> found;
    const Bands bands = Bands::parse(parse_json(c.json), "", found);
    CHECK(bands.bands().empty());
    std::vector<std::pair<Code, std::string>> seen;
    for (const Diagnostic& diagnostic : found) seen.emplace_back(diagnostic.code, diagnostic.path);
    CHECK(seen == c.expected);
    REQUIRE(!found.empty());
    CHECK_MESSAGE(found[0].message.find(c.says) != std::string::npos, found[0].message);
  }
}

TEST_CASE("every value lies in the one band that holds it") {
  CHECK(rc::check([] {
    const auto cuts = *rc::gen::unique<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(-50, 50));
    std::vector<std::int64_t> sorted = cuts;
    std::sort(sorted.begin(), sorted.end());
    const bool has_floor = !sorted.empty() && *rc::gen::arbitrary<bool>();
    Json list = Json::array();
    for (std::size_t i = has_floor ? 1 : 0; i <= sorted.size(); ++i) {
      Json band = {{"code", "b" + std::to_string(i)}};
      if (i > 0) band["from"] = sorted[i - 1];
      if (i < sorted.size()) band["to"] = sorted[i];
      list.push_back(band);
    }
    const Bands bands = Bands::parse(Json{{"attribute", "a"}, {"bands", list}});
    for (std::int64_t value = -52; value <= 52; ++value) {
      std::optional<std::size_t> expected;
      for (std::size_t i = 0; i < bands.bands().size(); ++i) {
        const Band& band = bands.bands()[i];
        if ((!band.from || *band.from <= value) && (!band.to || value < *band.to)) expected = i;
      }
      RC_ASSERT(bands.index_of(value) == expected);
    }
  }));
}

TEST_CASE("a band axis places a value on its node and keeps the ids of its nodes") {
  NodeRow stored;
  stored.code = "large";
  stored.id = NodeId{42};
  const Axis axis = make_axis(axis_kind("band"), asset_band_definition("assets"), {stored});
  CHECK(axis.attribute == "assets");
  REQUIRE(axis.place);
  CHECK(axis.tree.node(axis.place(100'000'000'00)).id == NodeId{42});
  CHECK(axis.tree.node(axis.place(100'000'000'01)).code == "super");
  CHECK(axis.tree.node(axis.place(0)).name == "小型");
}

TEST_CASE("kinds of axis are known by id and version") {
  const AxisKind& tree = axis_kind("tree", 1);
  CHECK(tree.id == "tree");
  for (const AxisKind& kind : axis_kinds()) {
    Json form;
    ObjectReader in(form);
    kind.describe(in);
    CHECK(form["type"] == "object");
    CHECK(form["required"].empty() == (kind.id == "tree" || kind.id == "list"));
    CHECK(form["properties"].contains("bands") == (kind.id == "band"));
  }
  CHECK_THROWS_WITH_AS(axis_kind("tree", 2),
                       "kind of axis \"tree\"@2 is not known; known are band@1, list@1, rule@1, tree@1",
                       Error);
  CHECK_THROWS_AS(axis_kind("graph"), Error);
  NodeRow root;
  root.code = root.name = "r";
  NodeRow leaf = root;
  leaf.code = leaf.name = "l";
  leaf.parent = "r";
  CHECK(make_axis(tree, Json::object(), {leaf, root}).tree.size() == 2);
  CHECK_THROWS_WITH_AS(make_axis(axis_kind("list"), Json::object(), {leaf, root}),
                       "node 'l' has a parent, but the axis is a flat list", Error);
  CHECK_THROWS_AS(make_axis(tree, Json{{"depth", 3}}, {root}), Error);
  CHECK(make_axis(axis_kind("list"), Json::object(), ownership_nodes()).tree.resolve("合资").position == 4);
}

}  // namespace
}  // namespace crmcore::classification
