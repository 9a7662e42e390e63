// How many managers an office needs, and what another policy or scheme would do: against SQL, and against the
// policy that is put for real.
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <string>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// 北京 has its own managers, the branch of 上海 hangs below the head office; a senior one serves the country.
struct HeadOffice : Office {
  explicit HeadOffice(std::string_view scheme = kOfficeScheme) {
    grading.put_scheme(scheme);
    call("assignment.put_units", parse_json(R"({"units": [{"code": "head", "name": "总部"},
                                                           {"code": "east", "name": "华东", "parent": "head"}]})"));
    for (const char* code : {"n1", "n2", "n3"})
      add(code, code[1] == '1' ? "senior" : "ordinary", "北京", "head");
    for (const char* code : {"e1", "e2"}) add(code, code[1] == '1' ? "senior" : "ordinary", "上海", "east");
    add("cn", "senior", "中国", "");
    assignment.put_policy(kOfficePolicy);
    std::mt19937 random(3);
    for (int i = 0; i < 60; ++i) {
      const char* region = random() % 3 ? "北京" : "上海";
      const auto revenue = static_cast<std::int64_t>(random() % 3) * 50'000;
      add_customer("c" + std::to_string(i), region, revenue);
    }
    review("2024-01-01");
    archive_room.put(customer("late", "Späte"));  // in no review, of no region
    run("2024-01-15");
  }
  void add(const std::string& code, const std::string& level, const std::string& region,
           const std::string& unit) {
    add_manager(code, level, region, 40);
    call("assignment.put_managers", {{"managers", Json::array({{{"code", code}, {"unit", unit}}})}});
  }
  Json headcount(Json request) { return call("assignment.headcount", request); }
};

// A weighs 10 instead of 5, and is no longer for the senior managers, who have it.
Json heavier_policy() {
  Json document = parse_json(kOfficePolicy);
  document["code"] = "heavier";
  document["weights"]["A"] = 10;
  document["grace_days"] = 0;
  document["stages"][0]["params"]["table"][0] = parse_json(R"({"grade": "A", "max_level": "ordinary"})");
  return document;
}

// A customer of grade A counts double, and an advanced manager may serve it.
Json keener_policy() {
  Json document = parse_json(kOfficePolicy);
  document["code"] = "keener";
  document["weights"]["A"] = 10;
  document["stages"][0]["params"]["table"][0]["min_level"] = "advanced";
  return document;
}

// B from 60 points on, which nobody has who is not A.
Json stricter_scheme() {
  Json document = parse_json(kOfficeScheme);
  document["cut"]["thresholds"][1]["enter"] = 60;
  return document;
}

std::int64_t number(const Json& json) {
  return json.get<std::int64_t>();
}

std::int64_t sum_of(const Json& list, std::string_view member) {
  std::int64_t sum = 0;
  for (const Json& one : list) sum += number(one[member]);
  return sum;
}

}  // namespace

TEST_CASE("a headcount counts what SQL counts") {
  HeadOffice office;
  const Json found = office.headcount({{"by", {{"axis", "region"}, {"level", 1}}}});
  CHECK(!found.contains("candidate"));
  const Json& now = found["in_force"];
  std::map<std::string, std::int64_t> by_grade;
  for (const Json& row :
       office.query("SELECT coalesce(g.grade, '') AS label, count(*) AS customers FROM customer c LEFT JOIN "
                    "grade_current g ON g.customer_id = c.customer_id GROUP BY 1"))
    by_grade[row["label"].text()] = number(row["customers"]);
  REQUIRE(by_grade.size() == 4);
  const std::map<std::string, std::int64_t> weights = {{"A", 5}, {"B", 2}, {"C", 1}, {"", 1}};
  std::int64_t load = 0;
  for (const Json& grade : now["grades"]) {
    const std::string name(grade["grade"].text());
    CAPTURE(name);
    CHECK(number(grade["customers"]) == by_grade.at(name));
    CHECK(number(grade["load"]) == by_grade.at(name) * weights.at(name));
    CHECK(grade["level"] == (name == "A" ? "senior" : "ordinary"));
    load += number(grade["load"]);
  }
  CHECK(number(now["total"]["customers"]) == 61);
  CHECK(number(now["total"]["load"]) == load);
  CHECK(number(now["total"]["present"]) == 6);
  CHECK(number(now["total"]["capacity"]) == 240);
  const std::int64_t of_a = by_grade["A"] * 5;
  for (const Json& level : now["levels"]) {
    const bool is_senior = level["level"] == "senior";
    CHECK(number(level["load"]) == (is_senior ? of_a : load - of_a));
    CHECK(number(level["needed"]) == (number(level["load"]) + 39) / 40);
    CHECK(number(level["present"]) == 3);
  }

  // By unit, what its managers serve; by region, who is there.
  std::map<std::string, std::int64_t> by_unit;
  for (const Json& row :
       office.query("SELECT coalesce(m.unit, '') AS label, count(*) AS customers FROM customer c LEFT JOIN "
                    "assignment_current a ON a.customer_id = c.customer_id LEFT JOIN manager_current m ON "
                    "m.code = a.manager GROUP BY 1"))
    by_unit[row["label"].text()] = number(row["customers"]);
  REQUIRE(now["units"].size() == 3);
  for (const Json& unit : now["units"])
    CHECK(number(unit["customers"]) == by_unit[std::string(unit["unit"].text())]);
  CHECK(sum_of(now["units"], "customers") == 61);
  CHECK(sum_of(now["units"], "present") == 6);
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> regions;
  for (const Json& region : now["regions"])
    regions[std::string(region["node"].text())] = {number(region["customers"]), number(region["present"])};
  const std::int64_t north = number(
      office.query("SELECT count(*) AS customers FROM customer_class WHERE node = '11'")[0]["customers"]);
  CHECK(regions ==
        decltype(regions){{"11", {north, 3}}, {"31", {60 - north, 2}}, {"CN", {0, 1}}, {"", {1, 0}}});
  const Json part =
      office.headcount({{"by", {{"axis", "region"}, {"under", "北京"}}}})["in_force"]["regions"];
  REQUIRE(part.size() == 1);
  CHECK(number(part[0]["customers"]) == north);
  const Json roots = office.headcount({{"by", {{"axis", "region"}}}})["in_force"]["regions"];
  REQUIRE(roots.size() == 2);
  CHECK(number(roots[0]["customers"]) == 60);
  CHECK(number(roots[0]["present"]) == 6);
}

TEST_CASE("a headcount under another policy or scheme is that of the policy or scheme once it is put") {
  HeadOffice office;
  const Json spans = {{"advanced", 10}, {"ordinary", 25}};
  const Json question = {
      {"candidate", keener_policy()}, {"candidate_scheme", stricter_scheme()}, {"spans", spans}};
  const Json tried = office.headcount(question);
  const std::int64_t best = number(tried["in_force"]["grades"][0]["customers"]);
  CHECK(number(tried["candidate"]["grades"][0]["load"]) == best * 10);
  CHECK(number(tried["candidate"]["grades"][1]["customers"]) == 0);
  CHECK(number(tried["in_force"]["grades"][1]["customers"]) > 0);

  HeadOffice other(dump_json(stricter_scheme()));
  other.call("assignment.put_policy", {{"document", keener_policy()}});
  const Json put = other.headcount({{"policy", "keener"}, {"spans", spans}})["in_force"];
  for (const char* member : {"policy", "scheme", "grades", "levels", "total"}) {
    CAPTURE(member);
    CHECK(put[member] == tried["candidate"][member]);
  }
}

TEST_CASE("a policy beside itself differs in nothing, and a candidate does what it does when it is put") {
  HeadOffice office;
  office.add("n4", "ordinary", "北京", "head");
  office.add_customer("new", "北京", 0);
  Json same = parse_json(kOfficePolicy);
  const Json itself = office.call("assignment.what_if", {{"candidate", same}, {"as_of", "2024-02-01"}});
  CHECK(number(itself["changed"]) == 0);
  CHECK(itself["in_force"] == itself["candidate"]);
  CHECK(number(itself["in_force"]["placed"]) > 0);

  Json other = heavier_policy();
  other["solver"] = "optimal";
  other["costs"]["disruption"] = 1;
  const Json tried =
      office.call("assignment.what_if", {{"candidate", other}, {"as_of", "2024-02-01"}, {"limit", 1000}});
  office.call("assignment.put_policy", {{"document", other}});
  Json put =
      office.call("assignment.preview", {{"policy", "heavier"}, {"as_of", "2024-02-01"}, {"limit", 1000}});
  put.erase("run");
  put.erase("plan");
  CHECK(tried["candidate"] == put);
  CHECK(number(tried["changed"]) > 0);
  CHECK(std::ssize(tried["differences"]) == number(tried["changed"]));
  for (const Json& one : tried["differences"]) CHECK(one["from"] != one["to"]);
  const Json few =
      office.call("assignment.what_if", {{"policy", "main"}, {"candidate", other}, {"limit", 1}});
  CHECK(few["differences"].size() == 1);
}

TEST_CASE("under another scheme customers weigh what its grades weigh") {
  Office office;
  office.add_manager("senior", "senior", "北京", 5);
  office.add_manager("ordinary", "ordinary", "北京", 100);
  Json policy = parse_json(kOfficePolicy);
  policy["grace_days"] = 0;
  office.call("assignment.put_policy", {{"document", policy}});
  office.add_customer("key", "北京", 80'000);
  office.review("2024-01-01");
  office.run("2024-01-15");
  Json harder = parse_json(kOfficeScheme);
  harder["cut"]["thresholds"][0]["enter"] = 95;
  harder["cut"]["thresholds"][1]["enter"] = 90;
  const Json found = office.call("assignment.what_if", {{"candidate_scheme", harder}});
  CHECK(number(found["in_force"]["stayed"]) == 1);
  CHECK(found["candidate"]["loads"][0]["before"] == 1);  // C weighs 1, A 5
  CHECK(found["in_force"]["loads"][0]["before"] == 5);
}

TEST_CASE("what cannot be tried is refused at its member, and nothing is written") {
  HeadOffice office;
  const std::int64_t before = office.last_event();
  const auto refusal = [&](const char* method, const Json& request) {
    const Refusal found = refusal_of([&] { office.call(method, request); });
    return std::string(code_name(found.code)) + " " + found.path;
  };
  const Json bad_policy = {{"code", "p"}, {"grades", Json::array({"A"})}};
  Json other_grades = parse_json(kOfficeScheme);
  other_grades["grades"]["order"] = Json::array({"AA", "B", "C"});
  other_grades["cut"]["thresholds"][0]["grade"] = "AA";
  Json unknown_axis = parse_json(kOfficePolicy);
  unknown_axis["stages"] = parse_json(R"([{"rule": "segment", "params": {"axis": "moon"}}])");
  Json no_scheme = parse_json(kOfficePolicy);
  no_scheme.erase("scheme");
  CHECK(refusal("assignment.what_if", Json::object()) == "INVALID /candidate");
  CHECK(refusal("assignment.what_if", {{"candidate", bad_policy}}).starts_with("INVALID /candidate/"));
  CHECK(refusal("assignment.what_if", {{"candidate", unknown_axis}}) ==
        "NOT_FOUND /candidate/stages/0/params/axis");
  CHECK(refusal("assignment.what_if", {{"policy", "none"}, {"candidate", unknown_axis}}) ==
        "NOT_FOUND /policy");
  CHECK(refusal("assignment.what_if", {{"candidate_scheme", other_grades}}) ==
        "CONFLICT /candidate_scheme/grades");
  CHECK(refusal("assignment.what_if", {{"candidate_scheme", {{"code", 5}}}})
            .starts_with("INVALID /candidate_scheme/"));
  CHECK(refusal("assignment.what_if", {{"candidate", no_scheme}, {"candidate_scheme", stricter_scheme()}}) ==
        "CONFLICT /candidate_scheme");
  CHECK(refusal("assignment.headcount", {{"spans", {{"boss", 5}}}}) == "NOT_FOUND /spans/boss");
  Json bosses = keener_policy();
  bosses["levels"] = Json::array({"ordinary", "advanced", "senior", "boss"});
  CHECK(refusal("assignment.headcount", {{"spans", {{"boss", 5}}}, {"candidate", bosses}}) == "OK ");
  Json levelless = keener_policy();
  levelless["levels"] = Json::array({"ordinary", "advanced"});
  CHECK(refusal("assignment.headcount", {{"candidate", levelless}}) == "INVALID /candidate/levels");
  CHECK(refusal("assignment.headcount", {{"spans", {{"senior", 0}}}}) == "RANGE /spans/senior");
  CHECK(refusal("assignment.headcount", {{"by", {{"axis", "moon"}}}}) == "NOT_FOUND /by/axis");
  CHECK(refusal("assignment.headcount", {{"by", {{"axis", "region"}, {"under", "Mars"}}}}) ==
        "NOT_FOUND /by/under");
  CHECK(office.last_event() == before);
  Office unreviewed;
  unreviewed.assignment.put_policy(kOfficePolicy);
  const Refusal early = refusal_of([&] {
    unreviewed.call("assignment.headcount", {{"candidate_scheme", stricter_scheme()}});
  });
  CHECK(early.code == Code::not_found);
  CHECK(early.path == "/candidate_scheme");
  Office empty;
  CHECK(refusal_of([&] { empty.call("assignment.headcount", Json::object()); }).code == Code::not_found);
}
