// Customers who may be one: at entry, in the archive, in files; how many of those that were made dirty are
// found, and who is found among real companies.
#include <algorithm>
#include <doctest/doctest.h>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "assignment_fixture.hpp"
#include "base/text.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct Desk : Office {
  Desk() {
    call("classification.define_ready_made", {{"has_regions", true}});
    call("classification.put_nodes", parse_json(R"({"axis":"region","nodes":[
        {"code":"3301","name":"杭州市","parent":"33","aliases":["杭州"]},
        {"code":"330106","name":"西湖区","parent":"3301"},
        {"code":"3302","name":"宁波市","parent":"33","aliases":["宁波"]},
        {"code":"4403","name":"深圳市","parent":"44","aliases":["深圳"]}]})"));
  }
  Json put(const char* customers) { return call("archive.put", {{"customers", parse_json(customers)}}); }
  Json check(const char* request) { return call("archive.check_duplicates", parse_json(request)); }
  Json find(const Json& request = Json::object()) { return call("archive.find_duplicates", request); }
  // "a/b 90 name+region; "
  std::string pairs(const Json& request = Json::object()) {
    std::string told;
    const Json answer = find(request);
    for (const Json& pair : answer["pairs"]) {
      told += pair["customer"].text() + "/" + pair["other"].text() + " " +
              std::to_string(pair["score"].get<std::int64_t>());
      for (const Json& reason : pair["reasons"]) told += " " + reason["reason"].text();
      told += "; ";
    }
    return told;
  }
  Refusal refused(const char* method, const Json& request) {
    return refusal_of([&] { call(method, request); });
  }
};

constexpr const char* kSome = R"([
    {"code":"a","name":"杭州华兴贸易有限公司","classes":{"region":"330106"},
     "contacts":[{"name":"王芳","phone":"+86 571-8888 1234"}]},
    {"code":"b","name":"华興貿易（杭州）有限责任公司","classes":{"region":"330106"}},
    {"code":"c","name":"上海华兴贸易有限公司","classes":{"region":"31"}},
    {"code":"d","name":"大通物流","identifiers":[{"kind":"phone","value":"057188881234"}]},
    {"code":"e","name":"Harbor Trading Co., Ltd.","identifiers":[{"kind":"tax_number","value":"91350100M000100Y43"}]},
    {"code":"f","name":"Something Else","identifiers":[{"kind":"uscc","value":"91350100M000100Y43"}]}])";

}  // namespace

TEST_CASE("pairs are told with their points and reasons, best first, page by page") {
  Desk desk;
  desk.put(kSome);
  CHECK(desk.pairs() == "a/b 100 name region region_word; e/f 100 identifier; ");
  CHECK(desk.pairs({{"min_score", 50}}) == desk.pairs());
  CHECK(desk.pairs({{"min_score", 100}}) == desk.pairs());
  CHECK(desk.find()["total"] == 2);
  CHECK(desk.find()["crowded_count"] == 0);
  const Json first = desk.find({{"limit", 1}, {"language", "zh"}});
  CHECK(first["total"] == 2);
  CHECK(first["pairs"][0]["reasons"][0] == Json{{"reason", "name"}, {"points", 55}, {"words", "名称相同"}});
  CHECK(first["next"] == Json{{"score", 100}, {"customer", "a"}, {"other", "b"}});
  const Json second = desk.find({{"limit", 1}, {"after", first["next"]}});
  CHECK(second["pairs"][0]["customer"] == "e");
  CHECK_FALSE(second.contains("next"));
  // What changes, changes what is found: a code, a class, a number.
  desk.put(R"([{"code":"f","new_code":"A1","identifiers":[{"kind":"uscc","remove":true}]},
               {"code":"b","classes":{"region":"3302"}}])");
  CHECK(desk.pairs() == "a/b 65 name region_word; ");
  // What is no place yet is a part of the name.
  desk.put(R"([{"code":"g","name":"安吉云杉纸业","classes":{"region":"33"}},
               {"code":"h","name":"云杉纸业集团","classes":{"region":"33"}}])");
  CHECK(desk.pairs() == "a/b 65 name region_word; ");
  desk.call("classification.put_nodes", parse_json(R"({"axis":"region","nodes":[
      {"code":"3305","name":"安吉","parent":"33"}]})"));
  CHECK(desk.pairs() == "g/h 90 name region; a/b 65 name region_word; ");
  desk.put(R"([{"code":"g","name":"x"},{"code":"d","name":"华兴贸易"}])");
  CHECK(desk.pairs() == "a/d 95 name phone; a/b 65 name region_word; ");
}

TEST_CASE("at entry the customer who is there already is told, and nobody is written") {
  Desk desk;
  desk.put(kSome);
  const Json told = desk.check(R"({"name":"浙江华星贸易有限公司","classes":{"region":"西湖区"},
      "contacts":[{"name":"李","phone":"0571 88881234"}]})");
  REQUIRE(told["total"] == 2);
  CHECK(told["candidates"][0]["code"] == "a");
  CHECK(told["candidates"][0]["score"] == 100);
  CHECK(told["candidates"][0]["reasons"].size() == 3);
  CHECK(told["candidates"][1]["code"] == "b");
  CHECK(told["candidates"][1]["score"] == 80);
  CHECK(desk.check(R"({"name":"x","identifiers":[{"kind":"uscc","value":"91350100m000100y43"}]})")["total"] ==
        2);
  CHECK(desk.check(R"({"customer":"a"})")["candidates"][0]["code"] == "b");
  CHECK(desk.check(R"({"customer":"a","min_score":50})")["total"] == 1);
  CHECK(desk.check(R"({"customer":"d"})")["total"] == 0);
  CHECK(desk.check(R"({"name":"浙江华星贸易有限公司","classes":{"region":"西湖区"},"limit":1})")["candidates"]
            .size() == 1);
  CHECK(desk.call("database.query", parse_json(R"({"sql":"SELECT count(*) AS n FROM customer"})"))["rows"]
            .size() == 1);
  // Within an open transaction its own customers count.
  desk.connection.begin();
  desk.put(R"([{"code":"z","name":"大通物流","classes":{"region":"31"}}])");
  CHECK(desk.check(R"({"name":"大通物流集团","classes":{"region":"31"}})")["total"] == 1);
  desk.connection.rollback();
  CHECK(desk.check(R"({"name":"大通物流集团","classes":{"region":"31"}})")["total"] == 0);
}

TEST_CASE("what cannot be compared is refused with all that is wrong") {
  Desk desk;
  desk.put(kSome);
  CHECK(desk.refused("archive.check_duplicates", Json::object()).path == "/customer");
  CHECK(desk.refused("archive.check_duplicates", {{"customer", "a"}, {"name", "x"}}).path == "/name");
  CHECK(desk.refused("archive.check_duplicates", {{"customer", "?"}}).code == Code::not_found);
  CHECK(desk.refused("archive.check_duplicates", {{"name", "x"}, {"min_score", 49}}).code == Code::range);
  CHECK(desk.refused("archive.find_duplicates", {{"min_score", 101}}).path == "/min_score");
  CHECK(desk.refused("archive.find_duplicates", {{"limit", 1001}}).path == "/limit");
  CHECK(desk.refused("archive.find_duplicates", parse_json(R"({"after":{"score":1,"customer":"a"}})")).path ==
        "/after/other");
  try {
    desk.check(R"({"name":" ","classes":{"region":"?"},"identifiers":[{"kind":"uscc","value":"1"}],
                   "contacts":[{"phone":"1"}]})");
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(error.diagnostics().size() == 4);
  }
}

TEST_CASE("rows that are probably there already are reported or refused, and a dry run tells the same") {
  const char* csv =
      "code,name,region,contact.name,contact.phone\n"
      "x,杭州华兴贸易公司,330106,,\n"          // there by another code
      "y,宁波云杉机械有限公司,3302,,\n"        // new
      "z,云杉机械(宁波)有限责任公司,3302,,\n"  // the row before
      "a,杭州华兴贸易有限公司,330106,,\n";     // itself
  for (const char* what : {"ignore", "report", "refuse"}) {
    CAPTURE(what);
    Desk desk;
    desk.put(kSome);
    const Json request = {{"csv", csv}, {"duplicates", what}, {"on_failure", "skip"}};
    Json dry = request;
    dry["is_dry_run"] = true;
    Json would = desk.call("archive.import_customers", dry);
    Json told = desk.call("archive.import_customers", request);
    const std::string kind = what;
    CHECK(told["created"] == (kind == "refuse" ? 1 : 3));
    CHECK(told["failed"] == (kind == "refuse" ? 2 : 0));
    CHECK(told.contains("warnings") == (kind == "report"));
    if (kind == "report") {
      // By what they say.
      CHECK(told["warnings"][0]["lines"] == parse_json("[4]"));
      CHECK(told["warnings"][0]["message"].text().find("'y' of line 3") != std::string::npos);
      CHECK(told["warnings"][1]["lines"] == parse_json("[2]"));
      CHECK(told["warnings"][1]["message"].text().find("(a) already") != std::string::npos);
    }
    if (kind == "refuse") {
      CHECK(told["failures"][0]["code"] == "CONFLICT");
      CHECK(told["failures"][0]["column"] == "name");
      CHECK(told["failures"][0]["message"] ==
            "probably customer 杭州华兴贸易有限公司 (a) already: 100 points of 100 (name 55, region 35, "
            "region_word 10)");
      CHECK(
          told["failures"][1]["message"] ==
          "probably customer 'y' of line 3 already: 100 points of 100 (name 55, region 35, region_word 10)");
    }
    told.erase("import");
    CHECK(would == told);
  }
}

namespace {

struct Dirt {
  std::mt19937 random;
  template <std::size_t kCount>
  std::string any(const char* const (&list)[kCount]) {
    return list[random() % kCount];
  }
  bool chance(int percent) { return static_cast<int>(random() % 100) < percent; }
};

constexpr const char* kWords[] = {"华", "兴", "隆", "泰", "鑫", "源", "达", "通", "瑞", "丰", "海", "天",
                                  "云", "杉", "金", "龙", "凤", "安", "康", "宏", "远", "诚", "信", "博",
                                  "雅", "德", "福", "贵", "荣", "昌", "盛", "明", "光", "辉", "耀", "东",
                                  "方", "南", "新", "世", "纪", "佳", "美", "和", "平", "顺", "利", "成",
                                  "永", "久", "青", "松", "柏", "梅", "兰", "竹", "春", "秋", "山", "川"};
constexpr const char* kTrades[] = {"贸易", "机械", "电子", "食品", "物流",
                                   "化工", "纺织", "建材", "医药", "科技"};
constexpr const char* kForms[] = {"有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "公司"};
struct Town {
  const char* code;
  const char* word;
};
constexpr Town kTowns[] = {{"3301", "杭州"}, {"3302", "宁波"}, {"3101", "上海"}, {"1101", "北京"}};
constexpr int kCounties = 25;  // of each

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

}  // namespace

// The numbers stand in docs/decisions/0038-identifiers-and-duplicates.md.
TEST_CASE("of customers that were made dirty most are found, and few others") {
  Desk desk;
  Dirt dirt{std::mt19937(3)};
  Json counties = Json::array();
  for (const Town& town : kTowns) {
    const std::string code = town.code;
    const std::string parent = code.starts_with("33") ? code : code.substr(0, 2);
    for (int i = 10; i < 10 + kCounties; ++i)
      counties.push_back({{"code", code + std::to_string(i)},
                          {"name", town.word + std::to_string(i) + "区"},
                          {"parent", parent}});
  }
  desk.call("classification.put_nodes", {{"axis", "region"}, {"nodes", counties}});
  Json customers = Json::array();
  std::set<std::pair<std::string, std::string>> twins;
  int made = 0;
  const auto add = [&](const std::string& name, const std::string& county, const std::string& phone) {
    const std::string code = "K" + std::to_string(10'000 + ++made);
    Json one = {{"code", code}, {"name", name}};
    if (!county.empty()) one["classes"] = {{"region", county}};
    if (!phone.empty()) one["contacts"] = Json::array({{{"name", "n"}, {"phone", phone}}});
    customers.push_back(std::move(one));
    return code;
  };
  for (int i = 0; i < 4000; ++i) {
    const Town& town = kTowns[dirt.random() % 4];
    const std::string county = town.code + std::to_string(10 + dirt.random() % kCounties);
    std::string core = dirt.any(kWords);
    core += dirt.any(kWords);
    if (dirt.chance(50)) core += dirt.any(kWords);
    const std::string trade = dirt.any(kTrades);
    const std::string form = dirt.any(kForms);
    const std::string place = dirt.chance(80) ? town.word : "";
    const std::string mobile = "138" + std::to_string(10'000'000 + dirt.random() % 90'000'000);
    const std::string code = add(place + core + trade + form, county, dirt.chance(70) ? mobile : "");
    if (i % 8 != 0) continue;
    std::string twin = core + trade;
    if (dirt.chance(30)) twin = replaced(twin, core.substr(3, 3), dirt.any(kWords));  // a typing error
    if (dirt.chance(10)) twin = replaced(twin, "兴", "興");
    twin = dirt.chance(50) ? town.word + twin : dirt.chance(50) ? twin + "（" + town.word + "）" : twin;
    twin += dirt.any(kForms);
    const std::string phone = !dirt.chance(50)  ? ""
                              : dirt.chance(50) ? "+86 " + mobile
                                                : mobile.substr(0, 3) + "-" + mobile.substr(3);
    twins.emplace(code, add(twin, dirt.chance(80) ? county : "", phone));
  }
  desk.call("archive.put", {{"customers", customers}});
  for (const auto& [points, precision_min, recall_min] : {std::tuple{60, 0.80, 0.80}, {90, 0.90, 0.55}}) {
    std::set<std::pair<std::string, std::string>> found;
    Json request = {{"min_score", points}, {"limit", 1000}};
    for (;;) {
      const Json page = desk.find(request);
      for (const Json& pair : page["pairs"]) found.emplace(pair["customer"].text(), pair["other"].text());
      if (!page.contains("next")) {
        CHECK(page["total"] == static_cast<std::int64_t>(found.size()));
        break;
      }
      request["after"] = page["next"];
    }
    double right = 0;
    for (const auto& pair : twins) right += found.contains(pair) ? 1 : 0;
    const double precision = right / static_cast<double>(found.size());
    const double recall = right / static_cast<double>(twins.size());
    MESSAGE("at " << points << ": precision " << precision << ", recall " << recall << " of "
                  << twins.size());
    CHECK(precision >= precision_min);
    CHECK(recall >= recall_min);
  }
}

// 1,811 listed companies, each of whom is another: by their short names alone two of them are alike where one
// writes a character otherwise.
TEST_CASE(
    "listed companies are found again under the names that registers give them, and are not taken for "
    "others") {
  const char* data = std::getenv("CRMCORE_TEST_DATA");
  if (data == nullptr) {
    MESSAGE("CRMCORE_TEST_DATA is not set");
    return;
  }
  std::ifstream file(std::string(data) + "/cn_ashare_2019/stock_basic.csv");
  REQUIRE(file.good());
  Desk desk;
  std::string line;
  std::getline(file, line);
  Json customers = Json::array();
  std::vector<std::string> codes;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string code, name, industry, area;
    std::getline(fields, code, ',');
    std::getline(fields, name, ',');
    std::getline(fields, industry, ',');
    std::getline(fields, area, ',');
    Json one = {{"code", code}, {"name", name}};
    if (!area.empty()) one["classes"] = {{"region", area}};
    customers.push_back(one);
    one["code"] = "r" + code;
    one["name"] = area + name + "股份有限公司";
    customers.push_back(std::move(one));
    codes.push_back(code);
  }
  REQUIRE(codes.size() > 1500);
  desk.call("archive.put", {{"customers", customers}});
  std::size_t right = 0;
  std::size_t wrong = 0;
  Json request = {{"limit", 1000}};
  for (;;) {
    const Json page = desk.find(request);
    for (const Json& pair : page["pairs"])
      ++("r" + pair["customer"].text() == pair["other"].text() ? right : wrong);
    if (!page.contains("next")) break;
    request["after"] = page["next"];
  }
  MESSAGE(right << " of " << codes.size() << " found again, " << wrong << " pairs of others");
  CHECK(static_cast<double>(right) >= 0.97 * static_cast<double>(codes.size()));
  CHECK(static_cast<double>(wrong) <= 0.25 * static_cast<double>(codes.size()));
}
