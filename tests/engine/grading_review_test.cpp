// Reviews through the library: the main line, and everything that may not happen.
#include <doctest/doctest.h>
#include <map>

#include "engine/grading_world.hpp"

namespace crmcore::testing {
namespace {

TEST_CASE("review: places, promotes, demotes, and tells of it") {
  World world;
  const ReviewSummary first = world.review("2023-01-01");
  CHECK(first.placed == 12);
  CHECK(first.subjects == 12);
  CHECK(world.grade(12) == "A");
  CHECK(world.grade(1) == "C");
  CHECK(world.grading.replay(first.id));

  world.post(1, "2023-01-20", 10'000'000);
  const ReviewSummary second = world.review("2023-02-01");
  CHECK(second.promoted == 1);
  CHECK(world.grade(1) == "B");  // one step a review

  // A return takes the best customer's revenue away: a warning first, then one step down.
  world.post(12, "2023-02-10", 10'000'000, EntryKind::reversal);
  const ReviewSummary third = world.review("2023-03-01");
  CHECK(third.demoted == 0);
  CHECK(third.warned >= 1);
  CHECK(world.grade(12) == "A");
  const ReviewSummary fourth = world.review("2023-04-01");
  CHECK(fourth.demoted >= 1);
  CHECK(world.grade(12) == "B");

  std::map<std::string, int> told;
  for (const Change& change : world.connection.changes(0, 10'000)) ++told[change.kind];
  CHECK(told["grading.scheme_put"] == 1);
  CHECK(told["grading.reviewed"] == 4);
  CHECK(told["grade.promoted"] == second.promoted + third.promoted + fourth.promoted);
  CHECK(told["grade.demoted"] == fourth.demoted);
  CHECK(told["grade.warned"] == third.warned + fourth.warned);
  for (const ReviewId id : {first.id, second.id, third.id, fourth.id}) CHECK(world.grading.replay(id));
  CHECK(parse_json(world.connection.verify(false)).is_object());
}

TEST_CASE("review: the same date twice changes nothing") {
  World world;
  const ReviewSummary first = world.review("2023-01-01");
  const std::size_t changes = world.connection.changes(0, 10'000).size();
  const ReviewSummary again = world.review("2023-01-01");
  CHECK(again.is_repeat);
  CHECK(again.id == first.id);
  CHECK(again.plan == first.plan);
  CHECK(world.connection.changes(0, 10'000).size() == changes);
}

TEST_CASE("review: a preview changes nothing, and its commit is refused when the data have moved") {
  World world;
  world.review("2023-01-01");
  const std::size_t changes = world.connection.changes(0, 10'000).size();
  const ReviewRequest request{"standard", {}, day("2023-02-01"), ReviewKind::scheduled, ""};
  const ReviewSummary preview = world.grading.preview(request);
  CHECK(!preview.id);
  CHECK(world.connection.changes(0, 10'000).size() == changes);

  ReviewRequest planned = request;
  planned.plan = preview.plan;
  world.post(3, "2023-01-05", 12345);
  const std::size_t posted = world.connection.changes(0, 10'000).size();
  CHECK(code_of([&] { world.grading.commit(planned); }) == Code::moved);
  CHECK(world.connection.changes(0, 10'000).size() == posted);
  planned.plan = world.grading.preview(request).plan;
  // An entry outside of the windows does not matter.
  world.post(3, "2023-02-01", 999);
  const ReviewSummary committed = world.grading.commit(planned);
  CHECK(committed.plan.substr(0, 64) == planned.plan.substr(0, 64));
}

TEST_CASE("review: out of turn, unknown or off schedule") {
  World world;
  world.review("2023-03-01");
  CHECK(code_of([&] { world.review("2023-02-01"); }) == Code::conflict);
  CHECK(code_of([&] { world.review("2023-02-15", ReviewKind::ad_hoc); }) == Code::conflict);
  CHECK(code_of([&] { world.review("2023-04-02"); }) == Code::invalid);
  CHECK(code_of([&] {
          world.grading.commit({"none", {}, day("2023-04-01"), ReviewKind::scheduled, ""});
        }) == Code::not_found);
  CHECK(code_of([&] {
          world.grading.commit({"standard", 7, day("2023-04-01"), ReviewKind::scheduled, ""});
        }) == Code::not_found);
  CHECK(world.grading.list_due_reviews("standard", day("2023-06-15")) ==
        std::vector<Date>{day("2023-04-01"), day("2023-05-01"), day("2023-06-01")});
}

TEST_CASE("review: late entries change later reviews, a correction stands beside the old one") {
  World world;
  world.review("2023-01-01");
  const ReviewSummary second = world.review("2023-02-01");
  world.post(1, "2023-01-15", 10'000'000);
  CHECK(world.grading.replay(second.id));
  const ReviewSummary correction = world.review("2023-02-01", ReviewKind::correction);
  CHECK(correction.id != second.id);
  CHECK(correction.promoted == second.promoted + 1);
  CHECK(world.grade(1) == "C");
  CHECK(world.grading.replay(correction.id));
  CHECK(world.review("2023-03-01").promoted >= 1);
  CHECK(world.grade(1) == "B");
}

TEST_CASE("review: cancelled work leaves nothing behind") {
  World world;
  const std::size_t changes = world.connection.changes(0, 10'000).size();
  world.connection.set_progress([](std::int64_t, std::int64_t) { return true; });
  const Code code = code_of([&] { world.review("2023-01-01"); });
  world.connection.set_progress({});
  CHECK((code == Code::cancelled || code == Code::ok));  // so little work may end before it is asked
  if (code == Code::cancelled) CHECK(world.connection.changes(0, 10'000).size() == changes);
}

TEST_CASE("scheme: versions are immutable once used, and the grades stay") {
  World world;
  Json document = parse_json(kScheme);
  document["factors"][0]["weight"] = 65;
  CHECK(world.grading.put_scheme(dump_json(document)).version == 2);  // without a version: the next one
  document["version"] = 2;
  document["factors"][0]["weight"] = 60;
  CHECK(world.grading.put_scheme(dump_json(document)).version == 2);  // not used yet: replaced
  world.review("2023-01-01");
  document["factors"][0]["weight"] = 50;
  CHECK(code_of([&] { world.grading.put_scheme(dump_json(document)); }) == Code::conflict);
  document["version"] = 9;
  CHECK(code_of([&] { world.grading.put_scheme(dump_json(document)); }) == Code::conflict);
  document["version"] = 3;
  CHECK(world.grading.put_scheme(dump_json(document)).version == 3);
  document["version"] = 4;
  document["grades"]["order"] = {"A", "B", "D"};
  CHECK(code_of([&] { world.grading.put_scheme(dump_json(document)); }) == Code::conflict);
  CHECK(parse_json(world.grading.get_scheme("standard", 2))["factors"][0]["weight"] == 60);
  CHECK(world.grading.list_schemes().size() == 1);
}

TEST_CASE("explain: contributions sum to the score, and what is needed is enough") {
  World world;
  world.review("2023-01-01");
  const Json json = world.explain(6);
  double sum = 0;
  for (const Json& factor : json["factors"]) sum += factor["contribution"].get<double>();
  CHECK(sum == doctest::Approx(json["score"].get<double>()).epsilon(1e-12));
  CHECK(json["grade"] == "B");
  CHECK(json["rule"] == "placement");
  CHECK(json["to_rise"]["grade"] == "A");
  REQUIRE(json["to_rise"]["by_one_factor"].size() >= 1);
  const Json& way = json["to_rise"]["by_one_factor"][0];
  CHECK(way["factor"] == "revenue");
  world.post(6, "2023-01-10", static_cast<std::int64_t>(way["change"].get<double>()));
  CHECK(json["history"].size() == 1);
  CHECK(json["history"][0]["to"] == "B");
}

TEST_CASE("analysis: what if, stability, concentration, problems, worth") {
  World world;
  world.review("2023-01-01");
  world.post(1, "2023-01-20", 10'000'000);
  world.review("2023-02-01");
  Json candidate = parse_json(kScheme);
  const Json same = world.call("grading.what_if", {{"scheme", "standard"}, {"candidate", candidate}});
  candidate["cut"]["thresholds"][0]["enter"] = 99;
  const Json strict = world.call("grading.what_if", {{"scheme", "standard"}, {"candidate", candidate}});
  CHECK(same["changed"] == 1);    // steps hold c01 below the A that it earns
  CHECK(strict["changed"] == 1);  // it earns none now, and c05 loses its own
  CHECK(strict["value_down"].get<std::int64_t>() > 0);
  std::int64_t customers = 0;
  for (const Json& row : strict["customers"]) {
    for (const Json& cell : row) customers += cell.get<std::int64_t>();
  }
  CHECK(customers == 12);
  const Json stability = world.call("grading.stability", Json::object({{"scheme", "standard"}}));
  CHECK(stability["decisions"] == 12);
  CHECK(stability["changes"] == 1);
  CHECK(stability["reversals"] == 0);
  CHECK(stability["score_stability"].get<double>() >= 0);
  const Json concentration = world.call("grading.concentration", Json::object({{"scheme", "standard"}}));
  CHECK(concentration["gini"].get<double>() > 0.5);
  CHECK(concentration["above_5_per_cent"][0]["customer"] == "c01");
  CHECK(concentration["whale_curve"].size() == 12);
  CHECK(concentration["lorenz_curve"].size() == 12);
  CHECK(concentration["lorenz_curve"].back()["share"] == 1.0);
  // The best one's share is what the eleven others leave.
  CHECK(concentration["lorenz_curve"][10]["share"].get<double>() ==
        doctest::Approx(1 - concentration["above_5_per_cent"][0]["share"].get<double>()));
  const Json problems = world.call("grading.problems", Json::object({{"scheme", "standard"}}));
  CHECK(problems["loss"]["count"] == 0);
  const Json worth = world.call("grading.worth", {{"as_of", "2023-02-01"}, {"span", 10}});
  CHECK(worth["customers_over_span"]["is_met"] == true);
  CHECK(worth["is_worth_it"] == true);
}

TEST_CASE("reports are on the last review, or on an earlier one") {
  World world;
  const ReviewSummary first = world.review("2023-01-01");
  const Json now = Json::object({{"scheme", "standard"}});
  const Json then{{"scheme", "standard"}, {"review", first.id.value}};
  std::map<std::string, Json> answers;
  const char* const methods[] = {"grading.pyramid", "grading.movers", "grading.concentration"};
  for (const char* method : methods) answers[method] = world.call(method, now);
  world.post(1, "2023-01-20", 10'000'000);
  world.post(12, "2023-01-20", 10'000'000, EntryKind::reversal);
  world.review("2023-02-01");
  for (const char* method : methods) {
    CHECK(world.call(method, then) == answers[method]);
    CHECK(world.call(method, now) != answers[method]);
    const Json strange{{"scheme", "standard"}, {"review", 99}};
    CHECK(code_of([&] { world.call(method, strange); }) == Code::not_found);
  }
  world.grading.put_scheme(
      std::string(kScheme).replace(std::string(kScheme).find("standard"), 8, "othersch"));
  CHECK(code_of([&] {
          world.call("grading.movers", {{"scheme", "othersch"}, {"review", first.id.value}});
        }) == Code::invalid);
}

TEST_CASE("movers tell value and score before, and what keeps the grade") {
  World world;
  world.review("2023-01-01");
  const Json placed = world.call("grading.explain", {{"scheme", "standard"}, {"customer", "c12"}});
  world.post(1, "2023-01-20", 10'000'000);
  world.post(12, "2023-01-20", 10'000'000, EntryKind::reversal);
  world.review("2023-02-01");
  const Json movers = world.call("grading.movers", Json::object({{"scheme", "standard"}}));
  REQUIRE(movers["risers"]["count"] == 1);
  const Json& riser = movers["risers"]["customers"][0];
  CHECK(riser["value"].get<double>() > riser["value_before"].get<double>());
  CHECK(riser["score"].get<double>() > riser["score_before"].get<double>());
  CHECK(riser["value_amount"] == format_money(Money{riser["value"].get<std::int64_t>()}, 2));
  REQUIRE(movers["about_to_fall"]["count"] == 1);
  const Json& falling = movers["about_to_fall"]["customers"][0];
  const Json explained = world.call("grading.explain", {{"scheme", "standard"}, {"customer", "c12"}});
  CHECK(falling["customer"] == "c12");
  CHECK(falling["score_before"] == placed["score"]);
  CHECK(falling["score"] == explained["score"]);
  CHECK(falling["needed"] == explained["to_stay"]["needed"]);
}

TEST_CASE("grade_score shows what the last review measured") {
  World world;
  world.review("2023-01-01");
  Rows all = world.connection.query("SELECT count(*), count(DISTINCT customer_id) FROM grade_score");
  REQUIRE(all.next());
  CHECK(all.integer(0) == 24);
  CHECK(all.integer(1) == 12);
  const Json one = parse_json(world.connection
                                  .query("SELECT customer_code, factor, value, score, target, rule FROM "
                                         "grade_score WHERE customer_id = ?1",
                                         "[6]")
                                  .drain_json());
  REQUIRE(one.size() == 2);
  CHECK(one[0]["factor"] == "revenue");
  CHECK(one[0]["value"] == 36'000);
  CHECK(one[1]["factor"] == "orders");
  CHECK(one[1]["target"] == "B");
  CHECK(one[1]["rule"] == "placement");
}

TEST_CASE("a date that is not stated is today") {
  World world;
  world.connection.set_now(std::int64_t{day("2023-02-01").days} * 86'400'000'000);
  const Json scheme = Json::object({{"scheme", "standard"}});
  CHECK(world.grading.list_due_reviews("standard") ==
        std::vector<Date>{day("2023-01-01"), day("2023-02-01")});
  CHECK(world.call("grading.list_due_reviews", scheme)["dates"].size() == 2);
  ReviewRequest request;
  request.scheme = "standard";
  const ReviewSummary preview = world.grading.preview(request);
  CHECK(preview.as_of == day("2023-02-01"));
  CHECK(preview.plan == world.grading.preview({"standard", {}, day("2023-02-01"), {}, ""}).plan);
  const Json committed = world.call("grading.commit", scheme);
  CHECK(committed["as_of"] == "2023-02-01");
  CHECK(world.grading.commit(request).is_repeat);
  CHECK(world.grading.list_due_reviews("standard").empty());
  CHECK(world.call("grading.worth", Json::object())["as_of"] == "2023-02-01");
  CHECK(world.call("grading.fit_purchases", Json::object({{"returns", "gross"}}))["as_of"] == "2023-02-01");
}

TEST_CASE("a review has one summary: answered, told, kept and repeated") {
  World world;
  const Json request{{"scheme", "standard"}, {"as_of", "2023-01-01"}};
  const Json answered = world.call("grading.commit", request);
  Json repeated = world.call("grading.commit", request);
  CHECK(repeated["is_repeat"] == true);
  repeated["is_repeat"] = false;
  CHECK(repeated == answered);
  CHECK(parse_json(world.review("2023-01-01").to_json())["plan"] == answered["plan"]);
  const Change told = world.connection.changes(0, 10'000).back();
  CHECK(told.kind == "grading.reviewed");
  Rows kept = world.connection.query("SELECT summary FROM review_run");
  REQUIRE(kept.next());
  for (Json json : {parse_json(told.body), parse_json(kept.text(0))}) {
    for (const char* extra : {"digest", "report", "matrix", "lines"}) json.erase(extra);
    CHECK(json == answered);
  }
}

TEST_CASE("gateway: grading from end to end") {
  World world;
  CHECK(world.call("grading.list_schemes", Json::object())["schemes"].size() == 1);
  const Json preview = world.call("grading.preview", {{"scheme", "standard"}, {"as_of", "2023-01-01"}});
  const Json commit = world.call(
      "grading.commit", {{"scheme", "standard"}, {"as_of", "2023-01-01"}, {"plan", preview["plan"]}});
  CHECK(commit["placed"] == 12);
  world.call("grading.commit", {{"scheme", "standard"}, {"as_of", "2023-02-01"}});
  const Json migration =
      world.call("grading.migration", {{"scheme", "standard"}, {"from_review", 1}, {"to_review", 2}});
  CHECK(migration["states"].size() == 6);
  CHECK(world.call("grading.movers", Json::object({{"scheme", "standard"}}))["risers"]["count"] == 0);
  CHECK(world.call("grading.list_reviews", Json::object({{"scheme", "standard"}}))["reviews"].size() == 2);
  CHECK(world.call("grading.pyramid", Json::object({{"scheme", "standard"}}))["tiers"].size() == 5);
  CHECK(world.call("grading.explain", {{"scheme", "standard"}, {"customer", "c05"}})["customer"] == "c05");
  CHECK(world.call("grading.replay", Json::object({{"review", 2}}))["is_identical"] == true);
  CHECK(world.call("grading.get_scheme_schema", Json::object())["schema"].is_object());
  Rows rows = world.connection.query("SELECT count(*) FROM grade_current WHERE scheme = 'standard'");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 12);
}

}  // namespace
}  // namespace crmcore::testing
