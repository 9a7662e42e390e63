// Who did what: changes by customer, kind, actor, day, run and review, and a customer's history in words.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;

struct Diary : Office {
  Diary() {
    set_today("2024-01-15");
    a = add_customer("a", "北京", 100'000);
    add_customer("b", "北京", 100);
    for (const char* code : {"m1", "m2"}) add_manager(code, "senior", "北京", 100);
    assignment.put_policy(kOfficePolicy);
    review("2024-01-01");
    first_run = run("2024-01-10").id.value;
    connection.set_actor("wang");
    connection.set_now(kTestNow + kDayUs);
    CustomerInput input;
    input.code = "a";
    input.classes = {{"region", "上海"}};
    archive_room.put(input);
    const std::string from = manager_of(a);
    assignment.assign({a, from == "m1" ? "m2" : "m1", AssignmentRole::primary, {}, {}, "asked", false, ""});
    grading.blacklist(a, "does not pay");
  }
  std::vector<std::string> kinds(const Json& request) {
    std::vector<std::string> told;
    const Json answer = call("database.changes", request);
    for (const Json& one : answer["changes"]) told.push_back(one["kind"].text());
    return told;
  }
  std::vector<std::string> words(const char* language, const char* code = "a") {
    std::vector<std::string> told;
    const Json answer = call("archive.history", {{"customer", code}, {"language", language}});
    for (const Json& one : answer["changes"]) told.push_back(one["words"].text());
    return told;
  }
  CustomerId a;
  std::int64_t first_run = 0;
};

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("changes are chosen by customer, kind, actor, day, run and review") {
  Diary diary;
  const Kinds of_a = diary.kinds({{"customer", "a"}});
  CHECK(of_a.front() == "customer.created");
  const Kinds by_wang = diary.kinds({{"actor", "wang"}, {"customer", "a"}});
  CHECK(std::vector(by_wang.begin(), by_wang.begin() + 2) == Kinds{"customer.updated", "customer.assigned"});
  CHECK(diary.kinds({{"kinds", {"customer.blacklisted"}}}) == Kinds{"customer.blacklisted"});
  CHECK(diary.kinds({{"kinds", {"customer.created", "assignment.applied"}}}).size() == 3);
  CHECK(diary.kinds({{"from", "2024-01-16"}, {"kinds", {"customer.updated", "customer.created"}}}) ==
        Kinds{"customer.updated"});
  CHECK(diary.kinds({{"to", "2024-01-16"}, {"kinds", {"customer.updated", "customer.created"}}}) ==
        Kinds{"customer.created", "customer.created"});
  CHECK(diary.kinds({{"run", diary.first_run}}) == Kinds{"assignment.applied"});
  CHECK(diary.kinds({{"review", 1}}) == Kinds{"grading.reviewed"});
  CHECK(diary.kinds({{"actor", "nobody"}}).empty());
  const Refusal refusal = refusal_of([&] { diary.kinds({{"kinds", {"customer.created", "no.such"}}}); });
  CHECK(refusal.path == "/kinds/1");
  CHECK(refusal.message.find("customer.created") != std::string::npos);
  CHECK(refusal_of([&] { diary.kinds({{"customer", "nobody"}}); }).path == "/customer");
}

TEST_CASE("the newest come first on request, page by page, and are the same changes") {
  Diary diary;
  for (int i = 0; i < 2000; ++i) diary.archive_room.put(customer("n" + std::to_string(i), "new"));
  for (const Json& filter : {Json::object(), Json{{"customer", "a"}}, Json{{"actor", "wang"}}}) {
    Json request = filter;
    request["limit"] = 10'000;
    Json oldest = diary.call("database.changes", request)["changes"];
    request["is_newest_first"] = true;
    request["limit"] = 700;
    Json newest = Json::array();
    for (bool has_more = true; has_more;) {
      const Json page = diary.call("database.changes", request)["changes"];
      for (const Json& one : page) newest.push_back(one);
      has_more = page.size() == 700;
      if (has_more) request["before_seq"] = page[page.size() - 1]["seq"];
    }
    REQUIRE(newest.size() == oldest.size());
    for (std::size_t i = 0; i < newest.size(); ++i) REQUIRE(newest[i] == oldest[oldest.size() - 1 - i]);
  }
}

TEST_CASE("a history is told in words, with names") {
  Diary diary;
  const std::string before = diary.call("archive.history", {{"customer", "a"}})["changes"][0]["words"].text();
  CHECK(before == "created: code a; name 客户a; kind company; since 2024-01-15; 区域 北京市");
  const auto english = diary.words("en");
  CHECK(english[1] == "existing since the first entry of 2023-12-01");
  // The first grade and the first manager were left out: the journal tells of all who got one at once.
  CHECK(english[2] == "value: first grade A as of 2024-01-01 (review 1)");
  CHECK(english[3].starts_with("given to 经理m"));
  CHECK(english[3].ends_with(" (run 1)"));
  CHECK(english[4] == "区域 北京市 → 上海市");
  CHECK(english[5].starts_with("given to 经理m"));
  CHECK(english[5].find(", before 经理m") != std::string::npos);
  CHECK(english[5].ends_with(": asked"));
  CHECK(english[6] == "put on the blacklist: does not pay");
  CHECK(english.back() == "value: A blocked as of 2024-01-16");
  const auto chinese = diary.words("zh");
  CHECK(chinese[0] == "建档：编号 a；名称 客户a；类别 公司；建档日 2024-01-15；区域 北京市");
  CHECK(chinese[1] == "2023-12-01 首笔往来，成为已有客户");
  CHECK(chinese[2] == "value：2024-01-01 首次定级 A（评级 1）");
  CHECK(chinese[6] == "列入黑名单：does not pay");
  CHECK(chinese.back() == "value：2024-01-16 冻结 A");
  for (const char* language : {"en", "zh"}) {
    for (const std::string& line : diary.words(language)) {
      CHECK(line.find('{') == std::string::npos);
      CHECK(line.find("null") == std::string::npos);
    }
  }
  const Json newest =
      diary.call("archive.history", {{"customer", "a"}, {"is_newest_first", true}, {"limit", 100}});
  CHECK(newest["changes"].size() == english.size());
  CHECK(newest["changes"][newest["changes"].size() - 3]["kind"] == "grade.placed");
  const Json some = diary.call("archive.history", {{"customer", "a"}, {"limit", 3}});
  CHECK(some["changes"].size() == 3);
  CHECK(some["changes"][2]["kind"] == "grade.placed");
}

TEST_CASE("what is unknown is not told as null") {
  Office office;
  office.add_customer("c", "北京", 100);
  office.add_manager("m1", "senior", "北京", 100);
  office.call("assignment.set_needs", parse_json(R"({"customer":"c","specialties":["credit"]})"));
  office.call("archive.put", parse_json(R"({"customers":[{"code":"c","classes":{"region":null},
    "contacts":[{"name":"王芳"}],"attributes":{"total_assets":5}}]})"));
  office.call("archive.put",
              parse_json(R"({"customers":[{"code":"c","attributes":{"total_assets":null}}]})"));
  for (const char* language : {"en", "zh"}) {
    const Json history = office.call("archive.history", {{"customer", "c"}, {"language", language}});
    for (const Json& one : history["changes"]) {
      CAPTURE(one["words"].text());
      CHECK(one["words"].text().find("null") == std::string::npos);
      CHECK(one["words"].text().find('{') == std::string::npos);
    }
  }
}

TEST_CASE("amounts and dates of attributes are told as people write them") {
  Office office;
  office.add_customer("c", "北京", 100);
  office.call("archive.define_attribute", {{"code", "founded"}, {"name", "成立"}, {"type", "date"}});
  office.call("archive.put", parse_json(R"({"customers":[{"code":"c","attributes":
    {"total_assets":1234567,"founded":"1999-12-31"},"contacts":[{"name":"王芳","phone":"1"}]}]})"));
  const Json history =
      office.call("archive.history", {{"customer", "c"}, {"is_newest_first", true}, {"limit", 1}});
  const std::string words = history["changes"][0]["words"].text();
  CHECK(words.find("资产总额 nothing → 12345.67") != std::string::npos);
  CHECK(words.find("成立 nothing → 1999-12-31") != std::string::npos);
  CHECK(words.find("contact 1 nothing → 王芳, operational, 1") != std::string::npos);
}

TEST_CASE("a connection whose actor was never set says so") {
  TempArchive archive;
  Connection connection = archive.database().connect();
  CHECK(parse_json(connection.call("database.info", "{}"))["actor"].is_null());
  connection.set_actor("wang");
  CHECK(parse_json(connection.call("database.info", "{}"))["actor"] == "wang");
}
