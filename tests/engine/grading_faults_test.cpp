// Faults that were found on unseen worlds, each with the values that are right.
#include <doctest/doctest.h>

#include "engine/grading_world.hpp"

namespace crmcore::testing {
namespace {

std::int64_t morning_of(std::string_view iso) {
  return std::int64_t{day(iso).days} * 86'400'000'000;
}

// Five customers with revenues of 2023 and a scheme of one factor on them; the clock stands at 2024-01-01.
class Five {
 public:
  explicit Five(const std::string& scheme, std::vector<std::int64_t> revenues = {500, 400, 300, 200, 100})
      : connection(archive.connect()), grading(connection) {
    connection.set_now(morning_of("2024-01-01"));
    for (std::size_t i = 0; i < revenues.size(); ++i) {
      ids.push_back(Archive(connection).put(customer("c" + std::to_string(i + 1), "Customer")));
      if (revenues[i] > 0) post(i, "2023-12-15", revenues[i]);
    }
    grading.put_scheme(
        R"({"code": "value", "returns": "net_own", "calendar": {"timezone": "UTC"}, "factors": [
      {"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 12}})" +
        scheme + "}");
  }

  void post(std::size_t i, std::string_view date, std::int64_t amount, EntryKind kind = EntryKind::revenue,
            const std::string& document = "") {
    const std::string own = document.empty() ? "d" + std::to_string(++line_) : document;
    EntryInput entry;
    entry.customer = ids[i];
    entry.date = day(date);
    entry.amount = Money{amount};
    entry.kind = kind;
    entry.document = own;
    entry.line = ++line_;
    Ledger(connection).post({"test", "", {.is_future = true}}, std::span(&entry, 1));
  }
  ReviewSummary review(std::string_view as_of, ReviewKind kind = ReviewKind::scheduled) {
    connection.set_now(morning_of(as_of));
    return grading.commit({"value", {}, day(as_of), kind, ""});
  }
  std::string grades() {
    std::string all;
    for (const CustomerId id : ids) all += grading.grade_of(id, "value").value_or("-");
    return all;
  }
  Json explain(std::size_t i) { return parse_json(grading.explain(ids[i], "value")); }
  Json rows(std::string_view sql) { return parse_json(connection.query(std::string(sql)).drain_json()); }

  TempArchive archive;
  Connection connection;
  Grading grading;
  std::vector<CustomerId> ids;

 private:
  int line_ = 0;
};

constexpr const char* kShareWorst = R"(, "missing": "worst"}],
  "cut": {"kind": "share", "on": "revenue", "cuts": [22, 60], "band": 0},
  "movement": {"down": {"streak": 1, "max_steps": 2}, "up": {"max_steps": 2}})";

TEST_CASE("share: who is blacklisted or has left is ranked no more, and makes no false move") {
  Five world(kShareWorst);
  world.grading.blacklist(world.ids[0], "fraud");
  world.review("2024-01-01");
  CHECK(world.grades() == "XABBC");

  Five leaving(kShareWorst);
  leaving.review("2024-01-01");
  CHECK(leaving.grades() == "AABCC");
  Archive(leaving.connection).set_lost(leaving.ids[0], true);
  // Of four, 25 % stand before the one with 300, in the month of leaving and after it.
  const ReviewSummary summary = leaving.review("2024-02-01");
  CHECK(summary.left == 1);
  CHECK(summary.promoted == 1);
  CHECK(summary.demoted == 0);
  CHECK(leaving.grades() == "-ABBC");
  CHECK(leaving.review("2024-03-01").promoted == 0);
  CHECK(leaving.grading.replay(summary.id));
}

TEST_CASE("explain: the position is the one that was used, of those ranked as the worst, too") {
  Five world(R"(}, {"code": "rate", "metric": {"kind": "margin_rate", "window":
    {"kind": "rolling", "months": 12}}, "missing": "worst"}],
    "cut": {"kind": "share", "on": "rate", "cuts": [22, 60], "band": 0})",
             {500, 400, 300, 0, 0});
  for (std::size_t i = 3; i < 5; ++i) world.post(i, "2023-12-15", 7, EntryKind::cost);
  for (std::size_t i = 3; i < 5; ++i) world.post(i, "2022-12-15", 7);
  for (std::size_t i = 0; i < 3; ++i) world.post(i, "2023-12-15", 100, EntryKind::cost);
  world.review("2024-01-01");
  // 0.8, 0.75, 0.67 and two without revenue.
  CHECK(world.grades() == "AABCC");
  CHECK(world.explain(2)["position"]["before_per_cent"] == 40.0);
  CHECK(world.explain(2)["position"]["customers"] == 5);
  CHECK(world.explain(3)["position"]["before_per_cent"] == 60.0);
}

TEST_CASE("explain and warnings: what is needed is the least") {
  Five world(R"(}], "cut": {"kind": "pareto", "on": "revenue", "cuts": [80, 95], "band": 0})",
             {1'000, 90'500});
  world.review("2024-01-01");
  CHECK(world.grades() == "CA");
  CHECK(world.explain(0)["to_rise"]["grade"] == "B");
  CHECK(world.explain(0)["to_rise"]["needed"] == 4'764);
  CHECK(world.explain(0)["to_rise"]["by_one_factor"][0]["needed"] == 4'764);
  CHECK(world.explain(0)["to_rise"]["by_one_factor"][0]["change"] == 3'764);

  // The one with 90,500 falls behind and would stay in A with 1/4 of the other's and one more.
  world.post(0, "2024-01-20", 2'000'000);
  world.review("2024-02-01");
  const Json told = world.rows("SELECT body FROM change_log WHERE kind = 'grade.warned'");
  REQUIRE(told.size() == 1);
  CHECK(parse_json(told[0]["body"].text())["needed"] == 2'001'000 / 4 + 1);
  const Json movers = parse_json(world.connection.call("grading.movers", R"({"scheme": "value"})"));
  CHECK(movers["about_to_fall"]["customers"][0]["needed"] == 2'001'000 / 4 + 1);
}

// An order was counted on the document's first day alone: a window that held only June had none.
TEST_CASE("orders: a document counts in every window in which it has revenue") {
  Five world(
      R"(}, {"code": "orders", "metric": {"kind": "orders", "window": {"kind": "rolling", "months": 1}}},
    {"code": "year", "metric": {"kind": "orders", "window": {"kind": "rolling", "months": 12}}}],
    "cut": {"kind": "share", "on": "revenue", "cuts": [22, 60]})",
      {0});
  using Pair = std::pair<double, double>;
  const auto orders = [&](std::string_view as_of) {
    const ReviewSummary summary = world.review(as_of, ReviewKind::ad_hoc);
    CHECK(world.grading.replay(summary.id));
    const Json factors = world.explain(0)["factors"];
    return Pair(factors[1]["value"].get<double>(), factors[2]["value"].get<double>());
  };
  world.post(0, "2024-06-10", 10, EntryKind::revenue, "contract");
  world.post(0, "2024-02-10", 10, EntryKind::revenue, "contract");
  world.post(0, "2024-06-10", 10, EntryKind::revenue, "other");
  CHECK(orders("2024-03-01") == Pair(1, 1));
  CHECK(orders("2024-04-01") == Pair(0, 1));
  CHECK(orders("2024-07-01") == Pair(2, 2));
  // Late lines: one more day of the contract, one before all others.
  world.post(0, "2024-06-20", 10, EntryKind::revenue, "contract");
  world.post(0, "2024-01-20", 10, EntryKind::revenue, "other");
  CHECK(orders("2024-07-01") == Pair(2, 2));
  world.post(0, "2024-07-20", 10, EntryKind::revenue, "contract");
  CHECK(orders("2024-08-01") == Pair(1, 2));
  for (const bool rebuild : {false, true}) {
    const Json found = parse_json(world.connection.verify(rebuild));
    CHECK(found["is_ok"].get<bool>());
    CHECK(found["has_matching_totals"].get<bool>());
  }
}

TEST_CASE("history: who leaves and comes back keeps the first placement") {
  Five world(kShareWorst);
  world.review("2024-01-01");
  Archive(world.connection).set_lost(world.ids[0], true);
  world.review("2024-02-01");
  Archive(world.connection).set_lost(world.ids[0], false);
  world.review("2024-03-01");
  CHECK(world.grades() == "AABCC");
  const Json rows =
      world.rows("SELECT rule, to_grade, date FROM grade_history WHERE customer_id = 1 ORDER BY change_seq");
  REQUIRE(rows.size() == 3);
  const Json history = world.explain(0)["history"];
  REQUIRE(history.size() == 3);
  const char* const rules[] = {"placement", "left", "placement"};
  const char* const dates[] = {"2024-01-01", "2024-02-01", "2024-03-01"};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(rows[i]["rule"] == rules[i]);
    CHECK(rows[i]["date"] == dates[i]);
    CHECK(history[i]["rule"] == rules[i]);
    CHECK(history[i]["date"] == dates[i]);
  }
  CHECK(rows[0]["to_grade"] == "A");
}

TEST_CASE("blacklist: one that was never graded is blocked at once, where it would be graded") {
  Five world(kShareWorst);
  Archive(world.connection).define_attribute({"x", "X", AttributeType::integer, {}, {}});
  world.grading.put_scheme(R"({"code": "prospects", "population": {"status": ["prospect"]}, "factors": [
    {"code": "x", "metric": {"kind": "attribute", "name": "x"}}],
    "cut": {"kind": "share", "on": "x", "cuts": [22, 60]}})");
  world.review("2024-01-01");
  world.grading.commit({"prospects", {}, day("2024-01-01"), ReviewKind::scheduled, ""});
  world.ids.push_back(Archive(world.connection).put(customer("late", "Customer")));
  world.post(5, "2023-12-20", 50);
  world.grading.blacklist(world.ids[5], "fraud");
  CHECK(world.grades() == "AABCCX");
  CHECK(!world.grading.grade_of(world.ids[5], "prospects"));
  CHECK(world.review("2024-02-01").blocked == 0);
  CHECK(world.grades() == "AABCCX");
  world.grading.unblacklist(world.ids[5], "cleared");
  CHECK(world.grades() == "AABCC-");
  world.review("2024-03-01");
  const Json history = world.explain(5)["history"];
  REQUIRE(history.size() == 3);
  CHECK(history[0]["rule"] == "blacklist");
  CHECK(!history[0].contains("review"));
  CHECK(history[1]["rule"] == "release");
  CHECK(history[2]["rule"] == "placement");
}

TEST_CASE("warnings: none by a fit that the ledger did not determine") {
  for (const bool is_determined : {true, false}) {
    const std::string said = is_determined ? "" : R"(, "is_determined": false)";
    Five world(
        R"(}, {"code": "alive", "metric": {"kind": "probability_alive", "r": 0.5, "alpha": 4, "a": 0.8, "b": 2.4)" +
        said + R"(}, "weight": 1, "scale": {"kind": "points", "points": [[0, 0], [1, 100]]}}],
               "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 60}, {"grade": "B", "enter": 30}]})");
    for (const char* date : {"2023-11-01", "2023-11-08", "2023-11-15", "2023-11-22"}) world.post(0, date, 10);
    world.review("2024-01-01");
    CHECK(world.review("2024-06-01").warned == (is_determined ? 1 : 0));
    const Json stored = parse_json(world.grading.get_scheme("value"))["factors"][1]["metric"];
    CHECK(stored.contains("is_determined") == !is_determined);
  }
}

}  // namespace
}  // namespace crmcore::testing
