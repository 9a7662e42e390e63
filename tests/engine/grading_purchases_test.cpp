// Purchases as the models read them from a ledger: days, in whatever parts they lie; and what is refused.
#include <cmath>
#include <doctest/doctest.h>

#include "engine/grading_world.hpp"
#include "grading/purchases.hpp"

namespace crmcore::testing {
namespace {

Json fit(World& world, const std::string& returns = "gross", const std::string& as_of = "2024-01-01") {
  return world.call("grading.fit_purchases", {{"as_of", as_of}, {"returns", returns}});
}

// In World the n-th customer buys on (n + 2) / 3 days of each of 24 months.
constexpr std::int64_t kDays = 24 * 3 * (1 + 2 + 3 + 4);

// So many days at once go into the packed totals, while World's lie in the open segment.
constexpr int kPacked = 1200;

// Posts days of the last customer before all others, and again some of the first one.
void post_packed(World& world, std::initializer_list<std::string_view> days_of_first) {
  std::vector<EntryInput> entries(kPacked);
  std::vector<std::string> documents(kPacked + days_of_first.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].customer = world.ids.back();
    entries[i].date = add_days(day("2018-01-01"), static_cast<std::int32_t>(i));
  }
  for (const std::string_view one : days_of_first) {
    entries.emplace_back();
    entries.back().customer = world.ids.front();
    entries.back().date = day(one);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].amount = Money{500};
    entries[i].document = documents[i] = "packed-" + std::to_string(i);
  }
  Ledger(world.connection).post({"test", ""}, entries);
}

TEST_CASE("a purchase is a day: its entries lie together or apart, and returns make none") {
  World world;
  post_packed(world, {"2022-01-03", "2022-03-03"});
  constexpr std::int64_t kRepeats = kDays - 12 + kPacked;
  const Json before = fit(world);
  CHECK(before["customers"] == 12);
  CHECK(before["returning"] == 12);
  CHECK(before["repeat_purchases"] == kRepeats);
  world.post(1, "2022-01-03", 500);
  world.post(1, "2022-02-03", 0);
  world.post(1, "2022-02-03", 700);
  world.post(2, "2022-02-17", 300, EntryKind::reversal);
  world.post(2, "2022-02-18", 300, EntryKind::cost);
  const Json after = fit(world);
  CHECK(after["repeat_purchases"] == kRepeats);
  CHECK(after["bg_nbd"] == before["bg_nbd"]);
  CHECK(after["gamma_gamma"] != before["gamma_gamma"]);
  CHECK(fit(world, "net_own")["gamma_gamma"] != after["gamma_gamma"]);
  world.call("database.verify", {{"rebuild", true}});
  CHECK(fit(world) == after);
  world.post(1, "2022-02-19", 0);
  CHECK(fit(world)["repeat_purchases"] == kRepeats + 1);
}

TEST_CASE("a review reads the same days, and a day that is posted again is still one") {
  World world;
  world.grading.put_scheme(R"({"code": "alive", "calendar": {"timezone": "UTC"}, "returns": "gross",
    "factors": [{"code": "alive", "weight": 1, "scale": {"kind": "points", "points": [[0, 0], [1, 100]]},
      "metric": {"kind": "probability_alive", "r": 0.5, "alpha": 4, "a": 0.8, "b": 2.4}}],
    "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 80}, {"grade": "B", "enter": 40}]}})");
  const auto review = [&](std::string_view as_of) {
    world.grading.commit({"alive", {}, day(as_of), ReviewKind::ad_hoc, "", true});
    return parse_json(world.grading.explain(world.ids[0], "alive"))["factors"][0]["value"].get<double>();
  };
  const auto expected = [](int repeats, std::string_view last, std::string_view as_of) {
    const std::int32_t first = day("2022-01-03").days;
    return grading::probability_alive(
        {.5, 4, .8, 2.4}, {repeats, (day(last).days - first) / 7.0, (day(as_of).days - 1 - first) / 7.0});
  };
  CHECK(std::abs(review("2024-01-01") - expected(23, "2023-12-03", "2024-01-01")) <= 5e-7);
  post_packed(world, {"2022-01-03", "2022-05-03"});
  world.post(1, "2022-01-03", 500);
  world.post(1, "2023-12-03", 500);
  CHECK(std::abs(review("2024-01-01") - expected(23, "2023-12-03", "2024-01-01")) <= 5e-7);
  CHECK(std::abs(review("2024-03-01") - expected(23, "2023-12-03", "2024-03-01")) <= 5e-7);
  world.post(1, "2024-03-01", 500);  // on the day of a review: not seen by it
  world.post(1, "2024-02-29", 500);
  CHECK(std::abs(review("2024-03-01") - expected(24, "2024-02-29", "2024-03-01")) <= 5e-7);
}

TEST_CASE("a fit sees the days before its date, customers by their first one, and the lost ones too") {
  World world;
  CHECK(fit(world, "gross", "2022-02-01")["repeat_purchases"] == 3 * (1 + 2 + 3 + 4) - 12);
  Archive(world.connection).set_lost(world.ids[0], true);
  CHECK(fit(world)["customers"] == 12);
  Json request{{"as_of", "2024-01-01"}, {"returns", "gross"}, {"from", "2022-01-03"}};
  CHECK(world.call("grading.fit_purchases", request)["customers"] == 12);
  request["to"] = "2022-01-03";
  CHECK(code_of([&] { world.call("grading.fit_purchases", request); }) == Code::invalid);
}

TEST_CASE("a fit can be cancelled, and tells when the ledger does not determine it") {
  World world;
  CHECK(fit(world)["bg_nbd"]["is_determined"] == false);  // nobody ever stopped buying
  world.connection.set_progress([](std::int64_t, std::int64_t) { return true; });
  CHECK(code_of([&] { fit(world); }) == Code::cancelled);
  world.connection.set_progress({});
  CHECK(code_of([&] { fit(world); }) == Code::ok);
}

TEST_CASE("a fit writes nothing and says why it cannot be") {
  World world;
  const Json changes = world.call("database.changes", {{"limit", 1000}});
  fit(world);
  CHECK(world.call("database.changes", {{"limit", 1000}}) == changes);
  const auto path_of = [&](const Json& request) -> std::string {
    try {
      world.call("grading.fit_purchases", request);
    } catch (const Error& error) {
      return std::string(error.path());
    }
    return "accepted";
  };
  CHECK(path_of(Json::object()) == "/returns");
  CHECK(path_of({{"returns", "some"}}) == "/returns");
  CHECK(path_of({{"returns", "gross"}, {"as_of", "2022-01-04"}}) == "/as_of");
  CHECK(path_of({{"returns", "gross"}, {"horizon", 3}}) == "/horizon");
  World nobody_pays;
  for (int n = 1; n <= 12; ++n) nobody_pays.post(n, "2022-01-31", 100'000'000, EntryKind::reversal);
  const Json without_value = fit(nobody_pays, "net_own");
  CHECK(without_value["gamma_gamma"].is_null());
  CHECK(without_value["bg_nbd"] == fit(world)["bg_nbd"]);
}

}  // namespace
}  // namespace crmcore::testing
