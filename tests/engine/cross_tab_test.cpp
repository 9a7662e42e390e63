// Cross-tabulations against the plain definition: a map from labels to counts over the public views.
#include <doctest/doctest.h>
#include <map>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

using Keys = std::vector<std::string>;

// 90 customers over two cities and their country, three grades, two managers; some without any of them.
struct Market : Office {
  Market() {
    const char* regions[] = {"11", "31", "CN", ""};
    const char* ownerships[] = {"private", "foreign", ""};
    connection.begin();
    for (int i = 0; i < 90; ++i) {
      CustomerInput input = customer("k" + std::to_string(i), "Customer");
      input.classes = {{"region", regions[i % 4]}, {"ownership", ownerships[(i / 4) % 3]}};
      if (i % 5 != 0) input.attributes = {{"total_assets", std::int64_t{i} * 100'000'000, {}}};
      const CustomerId id = archive_room.put(input);
      if (i % 7 == 0) continue;
      EntryInput entry;
      entry.customer = id;
      entry.date = day(i % 2 == 0 ? "2023-12-01" : "2023-06-01");
      entry.amount = Money{1000 + 2000 * i};
      const std::string document = "d" + std::to_string(i);
      entry.document = document;
      Ledger(connection).post({"test", ""}, std::span(&entry, 1));
    }
    connection.commit();
    add_manager("m1", "senior", "北京", 40);
    add_manager("m2", "senior", "上海", 20);
    assignment.put_policy(kOfficePolicy);
    review("2024-01-01");
    run("2024-01-15");
  }

  // What every customer is, from the views.
  struct Row {
    std::string region, ownership, band, grade, manager;
    std::int64_t assets = 0, revenue = 0;
  };
  std::map<std::int64_t, Row> rows() {
    std::map<std::int64_t, Row> all;
    const auto text = [](const Json& json) {
      return json.is_null() ? std::string() : json.get<std::string>();
    };
    for (const Json& json : query("SELECT customer_id, axis, node FROM customer_class")) {
      Row& row = all[json["customer_id"].get<std::int64_t>()];
      const std::string axis = json["axis"].text();
      (axis == "region" ? row.region : axis == "ownership" ? row.ownership : row.band) = text(json["node"]);
    }
    for (const Json& json : query("SELECT customer_id, grade FROM grade_current")) {
      all[json["customer_id"].get<std::int64_t>()].grade = text(json["grade"]);
    }
    for (const Json& json : query("SELECT customer_id, manager FROM assignment_current")) {
      all[json["customer_id"].get<std::int64_t>()].manager = text(json["manager"]);
    }
    for (const Json& json : query("SELECT customer_id, number FROM customer_attribute")) {
      all[json["customer_id"].get<std::int64_t>()].assets = json["number"].get<std::int64_t>();
    }
    for (const Json& json :
         query("SELECT customer_id, amount FROM ledger_entry WHERE date >= '2023-09-01'")) {
      all[json["customer_id"].get<std::int64_t>()].revenue += json["amount"].get<std::int64_t>();
    }
    return all;
  }
};

Dimension axis(const char* code, const char* under = "", std::optional<std::int32_t> level = {}) {
  return {Dimension::Kind::axis, code, under, level};
}

}  // namespace

TEST_CASE("cells are those of the plain count, whatever the dimensions") {
  Market market;
  const auto rows = market.rows();
  using Row = Market::Row;
  struct Case {
    std::vector<Dimension> dimensions;
    std::function<std::optional<Keys>(const Row&)> keys;
  };
  const auto rolled = [](const Row& row) { return row.region.empty() ? std::string() : std::string("CN"); };
  const Case cases[] = {
      {{axis("region")}, [](const Row& r) { return Keys{r.region}; }},
      {{axis("region", "", 0)}, [&](const Row& r) { return Keys{rolled(r)}; }},
      {{axis("region", "CN", 0)},
       [&](const Row& r) { return r.region.empty() ? std::nullopt : std::optional(Keys{rolled(r)}); }},
      {{axis("region", "北京", 1)},
       [](const Row& r) { return r.region == "11" ? std::optional(Keys{r.region}) : std::nullopt; }},
      {{axis("region", "CN")},
       [](const Row& r) { return r.region.empty() ? std::nullopt : std::optional(Keys{r.region}); }},
      {{axis("region", "北京")},
       [](const Row& r) { return r.region == "11" ? std::optional(Keys{r.region}) : std::nullopt; }},
      {{axis("asset_band"), {Dimension::Kind::grade, "value", "", {}}},
       [](const Row& r) {
         return Keys{r.band, r.grade};
       }},
      {{{Dimension::Kind::manager, "", "", {}}}, [](const Row& r) { return Keys{r.manager}; }},
      {{axis("region"), axis("ownership"), axis("asset_band"), {Dimension::Kind::grade, "value", "", {}}},
       [](const Row& r) {
         return Keys{r.region, r.ownership, r.band, r.grade};
       }},
      {{{Dimension::Kind::manager, "", "", {}},
        {Dimension::Kind::grade, "value", "", {}},
        axis("region", "", 0)},
       [&](const Row& r) {
         return Keys{r.manager, r.grade, rolled(r)};
       }},
  };
  for (const Case& c : cases) {
    for (const int summed : {0, 1, 2}) {
      std::map<Keys, std::pair<std::int64_t, std::int64_t>> expected;
      for (const auto& [id, row] : rows) {
        const auto keys = c.keys(row);
        if (!keys) continue;
        ++expected[*keys].first;
        expected[*keys].second += summed == 1 ? row.assets : summed == 2 ? row.revenue : 0;
      }
      CrossTabRequest request;
      request.dimensions = c.dimensions;
      if (summed == 1) request.attribute = "total_assets";
      request.is_revenue = summed == 2;
      request.from = day("2023-09-01");
      request.to = day("2024-01-01");
      const CrossTab table = Classification(market.connection).cross_tab(request);
      std::map<Keys, std::pair<std::int64_t, std::int64_t>> seen;
      for (const CrossTabCell& cell : table.cells) seen[cell.keys] = {cell.count, cell.sum.number.value()};
      CHECK(seen == expected);
      CHECK(seen.size() == table.cells.size());
    }
  }
}

TEST_CASE("the gateway answers a cross-tab, null for those without") {
  Market market;
  const Json json =
      market.call("classification.cross_tab", {{"dimensions", {{{"axis", "region"}, {"level", 0}}}},
                                               {"revenue", {{"from", "2023-01-01"}, {"to", "2024-01-01"}}}});
  REQUIRE(json["cells"].size() == 2);
  CHECK(json["cells"][0]["keys"] == parse_json(R"(["CN"])"));
  CHECK(json["cells"][1]["keys"] == parse_json("[null]"));
  CHECK(json["customers"] == 90);
  CHECK(json["sum"] ==
        json["cells"][0]["sum"].get<std::int64_t>() + json["cells"][1]["sum"].get<std::int64_t>());
}

TEST_CASE("requests that mean nothing are refused with code and path") {
  Market market;
  struct Case {
    const char* request;
    Code code;
    const char* path;
  };
  const Case cases[] = {
      {R"({})", Code::invalid, "/dimensions"},
      {R"({"dimensions":[]})", Code::limit, "/dimensions"},
      {R"({"dimensions":[{}]})", Code::invalid, "/dimensions/0/axis"},
      {R"({"dimensions":[{"axis":"region","is_manager":true}]})", Code::invalid, "/dimensions/0/axis"},
      {R"({"dimensions":[{"axis":"nowhere"}]})", Code::not_found, "/dimensions/0/axis"},
      {R"({"dimensions":[{"axis":"region","under":"火星"}]})", Code::not_found, "/dimensions/0/under"},
      {R"({"dimensions":[{"axis":"region","under":"北京","level":0}]})", Code::invalid,
       "/dimensions/0/level"},
      {R"({"dimensions":[{"axis":"region","level":-1}]})", Code::range, "/dimensions/0/level"},
      {R"({"dimensions":[{"grade":"nothing"}]})", Code::not_found, "/dimensions/0/grade"},
      {R"({"dimensions":[{"is_manager":true}],"attribute":"nothing"})", Code::not_found, "/attribute"},
      {R"({"dimensions":[{"is_manager":true}],"revenue":{"from":"2024-01-01","to":"2024-01-01"}})",
       Code::invalid, "/to"},
      {R"({"dimensions":[{"is_manager":true}],"revenue":{"from":"2024-01-01"}})", Code::invalid,
       "/revenue/to"},
      {R"({"dimensions":[{"is_manager":true,"under":"x"}]})", Code::invalid, "/dimensions/0/under"},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string(c.request));
    const Refusal refusal =
        refusal_of([&] { market.connection.call("classification.cross_tab", c.request); });
    CHECK(refusal.code == c.code);
    CHECK(refusal.path == c.path);
  }
}

TEST_CASE("customers without a class, or on a retired node, are reported") {
  Market market;
  const NodeInput retired[] = {{"31", "上海市", "CN", {}, {}, day("2024-01-01")}};
  Classification(market.connection).put_nodes("region", retired);
  const Json json = parse_json(Classification(market.connection).unclassified("region", 3));
  CHECK(
      json["axes"][0] ==
      parse_json(
          R"({"axis":"region","is_required":false,"unknown":22,"retired":23,"customers":["k1","k3","k5"]})"));
  CHECK(parse_json(Classification(market.connection).unclassified())["axes"].size() == 3);
  CHECK(refusal_of([&] { Classification(market.connection).unclassified("nowhere"); }).code ==
        Code::not_found);
}
