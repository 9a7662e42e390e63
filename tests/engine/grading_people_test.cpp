// What people say against the rules, and who comes and goes.
#include <doctest/doctest.h>
#include <map>

#include "engine/grading_world.hpp"

namespace crmcore::testing {
namespace {

std::int64_t put_override(World& world, int n, OverrideKind kind, const char* grade, std::optional<Date> from,
                          std::optional<Date> to) {
  OverrideInput input;
  input.customer = world.ids[static_cast<std::size_t>(n - 1)];
  input.scheme = "standard";
  input.kind = kind;
  input.grade = grade;
  input.reason = "key account";
  input.from = from;
  input.to = to;
  return world.grading.put_override(input);
}

TEST_CASE("overrides: pin, floor and ceiling hold until they end, the computed grade goes on") {
  World world;
  world.review("2023-01-01");
  const auto put = [&](int n, OverrideKind kind, const char* grade, std::optional<Date> to) {
    return put_override(world, n, kind, grade, day("2023-01-15"), to);
  };
  CHECK(put(1, OverrideKind::pin, "A", day("2023-03-01")) == 1);
  CHECK(put(12, OverrideKind::ceiling, "B", std::nullopt) == 1);
  CHECK(code_of([&] { put(12, OverrideKind::ceiling, "C", std::nullopt); }) == Code::conflict);
  CHECK(code_of([&] { put(12, OverrideKind::floor, "A", std::nullopt); }) == Code::conflict);
  CHECK(code_of([&] { put(2, OverrideKind::pin, "Q", std::nullopt); }) == Code::invalid);
  world.review("2023-02-01");
  CHECK(world.grade(1) == "A");
  CHECK(world.grade(12) == "B");
  CHECK(world.explain(1)["computed"] == "C");
  CHECK(world.explain(1)["rule"] == "pin");
  const std::string words = world.explain(1)["overrides"][0]["words"].text();
  CHECK(words.starts_with("pinned to A from 2023-01-15 until 2023-03-01, set by "));
  CHECK(words.ends_with(": key account"));
  CHECK(world.explain(1)["blacklist"].is_null());
  world.grading.lift_override(world.ids[11], "standard", 1, "no longer wanted");
  world.review("2023-03-01");
  CHECK(world.grade(1) == "C");
  CHECK(world.explain(1)["rule"] == "release");
  // Lifted on the day of the test's clock, which is later than this review.
  CHECK(world.grade(12) == "B");
  CHECK(world.explain(1)["history"].size() == 3);
}

TEST_CASE("overrides: a proposal waits for somebody else") {
  World world;
  OverrideInput input;
  input.customer = world.ids[0];
  input.scheme = "standard";
  input.grade = "A";
  input.reason = "promising";
  input.from = day("2023-01-01");
  input.is_proposal = true;
  const std::int64_t number = world.grading.put_override(input);
  world.review("2023-01-01");
  CHECK(world.grade(1) == "C");
  CHECK(world.explain(1)["overrides"][0]["words"].text().ends_with(": promising; waits for approval"));
  CHECK(code_of([&] { world.grading.decide_override(world.ids[0], "standard", number, true); }) ==
        Code::denied);
  world.connection.set_actor("head of sales");
  world.grading.decide_override(world.ids[0], "standard", number, true);
  CHECK(code_of([&] { world.grading.decide_override(world.ids[0], "standard", number, true); }) ==
        Code::conflict);
  CHECK(world.explain(1)["overrides"][0]["words"].text().ends_with("; approved by head of sales"));
  world.review("2023-02-01");
  CHECK(world.grade(1) == "A");
}

TEST_CASE("blacklist: blocks at once, counts for nobody, and gives the grade back") {
  World world;
  world.connection.set_now(std::int64_t{day("2023-01-10").days} * 86'400'000'000);
  world.review("2023-01-01");
  world.grading.blacklist(world.ids[11], "fraud");
  CHECK(world.grade(12) == "X");
  // Who put it there, when and why was in the journal alone.
  CHECK(world.explain(12)["blacklist"]["reason"] == "fraud");
  CHECK(world.explain(12)["blacklist"]["words"].text().starts_with(
      "on the blacklist from 2023-01-10, put there by"));
  CHECK(code_of([&] { world.grading.blacklist(world.ids[11], "fraud"); }) == Code::conflict);
  CHECK(code_of([&] { world.grading.unblacklist(world.ids[11], " "); }) == Code::invalid);
  const ReviewSummary summary = world.review("2023-02-01");
  CHECK(summary.grades.back().count == 1);
  CHECK(world.grade(12) == "X");
  world.grading.unblacklist(world.ids[11], "cleared by court");
  CHECK(world.grade(12) == "A");
  const Json history = world.explain(12)["history"];
  CHECK(history.size() == 3);
  CHECK(history[1]["rule"] == "blacklist");
  CHECK(history[2]["rule"] == "release");
  // Between reviews: a move of none.
  const Json moves = parse_json(world.connection
                                    .query("SELECT rule, review FROM grade_history WHERE customer_id = ?1 "
                                           "ORDER BY change_seq",
                                           "[12]")
                                    .drain_json());
  REQUIRE(moves.size() == 3);
  CHECK(moves[0]["review"] == 1);
  CHECK(moves[1]["review"].is_null());
  CHECK(moves[2]["review"].is_null());
}

std::int64_t noon_of(std::string_view iso) {
  return (std::int64_t{day(iso).days} * 24 + 12) * 3'600'000'000;
}

// A review dated before a blacklisting lifted it.
TEST_CASE("blacklist: a review that is dated back does not lift it") {
  World world;
  world.connection.set_now(noon_of("2023-01-01"));
  world.review("2023-01-01");
  REQUIRE(world.grade(12) == "A");
  world.connection.set_now(noon_of("2023-02-03"));
  world.grading.blacklist(world.ids[11], "fraud");
  world.connection.set_now(noon_of("2023-02-05"));
  const ReviewRequest dated_back{"standard", {}, day("2023-02-01"), ReviewKind::scheduled, ""};
  const ReviewSummary told = world.grading.preview(dated_back);
  const ReviewSummary summary = world.grading.commit(dated_back);
  CHECK(summary.plan == told.plan);
  CHECK(world.grade(12) == "X");
  CHECK(summary.unblocked == 0);
  CHECK(world.grading.replay(summary.id));

  // Lifted before the review is made: not in force, though it covers the date of the review.
  world.connection.set_now(noon_of("2023-03-03"));
  world.grading.unblacklist(world.ids[11], "cleared by court");
  CHECK(world.grade(12) == "A");
  world.connection.set_now(noon_of("2023-03-05"));
  world.review("2023-03-01");
  CHECK(world.grade(12) == "A");
  CHECK(world.grading.replay(summary.id));
}

TEST_CASE("overrides: what is in force when a review is made holds for one that is dated back") {
  World world;
  world.connection.set_now(noon_of("2023-01-01"));
  world.review("2023-01-01");
  REQUIRE(world.grade(1) == "C");
  REQUIRE(world.grade(2) == "C");
  REQUIRE(world.grade(12) == "A");
  world.connection.set_now(noon_of("2023-02-03"));
  put_override(world, 1, OverrideKind::pin, "A", {}, {});
  put_override(world, 2, OverrideKind::floor, "B", {}, {});
  put_override(world, 12, OverrideKind::ceiling, "B", {}, {});
  // One that ended covers the date, another holds on the day of making: they do not mix.
  put_override(world, 3, OverrideKind::floor, "A", day("2023-01-15"), day("2023-02-03"));
  put_override(world, 3, OverrideKind::ceiling, "B", {}, {});
  put_override(world, 4, OverrideKind::pin, "A", day("2023-01-15"), day("2023-02-02"));
  world.connection.set_now(noon_of("2023-02-05"));
  const ReviewRequest dated_back{"standard", {}, day("2023-02-01"), ReviewKind::scheduled, ""};
  const std::string told = world.grading.preview(dated_back).plan;
  const ReviewSummary summary = world.grading.commit(dated_back);
  CHECK(summary.plan == told);
  CHECK(world.grade(1) == "A");
  CHECK(world.grade(2) == "B");
  CHECK(world.grade(12) == "B");
  CHECK(world.grade(3) == "C");
  CHECK(world.grade(4) == "A");
  CHECK(world.grading.replay(summary.id));
}

TEST_CASE("prospects: own scheme, conversion with the first order, grace in the next scheme") {
  World world;
  Archive(world.connection).define_attribute({"score", "Score", AttributeType::integer, {}, {}});
  CustomerInput input = customer("p01", "Prospect");
  input.attributes = {{"score", std::int64_t{90}, {}}};
  input.since = day("2022-12-01");
  const CustomerId prospect = Archive(world.connection).put(input);
  world.grading.put_scheme(R"({"code": "prospects", "population": {"status": ["prospect"]},
    "factors": [{"code": "score", "metric": {"kind": "attribute", "name": "score"}, "weight": 1,
                 "scale": {"kind": "points", "points": [[0, 0], [100, 100]]}}],
    "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 80}, {"grade": "B", "enter": 40}]}})");
  Json later = parse_json(kScheme);
  later["movement"]["grace_months"] = 3;
  world.grading.put_scheme(dump_json(later));
  const auto review = [&](std::string_view scheme, std::string_view as_of) {
    return world.grading.commit({std::string(scheme), {}, day(as_of), ReviewKind::scheduled, "", true});
  };
  // Observed on the day of the test's clock: not known before.
  CHECK(review("prospects", "2023-01-01").placed == 0);
  CHECK(review("prospects", "2024-02-01").placed == 1);
  CHECK(world.grading.grade_of(prospect, "prospects") == "A");

  EntryInput entry;
  entry.customer = prospect;
  entry.date = day("2024-02-10");
  entry.amount = Money{5'000'000};
  entry.document = "first order";
  Ledger(world.connection).post({"test", "", {.is_future = true}}, std::span(&entry, 1));
  const ReviewSummary gone = review("prospects", "2024-03-01");
  CHECK(gone.left == 1);
  CHECK(gone.subjects == 0);
  CHECK(!world.grading.grade_of(prospect, "prospects"));
  CHECK(world.grading.replay(gone.id));
  CHECK(review("prospects", "2024-04-01").left == 0);
  CHECK(review("standard", "2024-05-01").subjects == 13);
  CHECK(!world.grading.grade_of(prospect, "standard"));  // grace
  entry.date = day("2024-05-12");
  entry.document = "second order";
  Ledger(world.connection).post({"test", "", {.is_future = true}}, std::span(&entry, 1));
  review("standard", "2024-06-01");
  CHECK(world.grading.grade_of(prospect, "standard") == "B");
  std::map<std::string, int> told;
  for (const Change& change : Archive(world.connection).history(prospect, 100)) ++told[change.kind];
  CHECK(told["customer.became_existing"] == 1);
  CHECK(told["grade.left"] == 1);
}

TEST_CASE("trigger: the next review moves without waiting") {
  World world;
  world.review("2023-01-01");
  world.post(12, "2023-01-10", 10'000'000, EntryKind::reversal);
  world.connection.set_now(std::int64_t{day("2023-01-11").days} * 86'400'000'000);
  world.grading.trigger(world.ids[11], "standard", "credit default");
  const ReviewSummary summary = world.review("2023-01-12", ReviewKind::ad_hoc);
  CHECK(summary.demoted == 1);
  CHECK(world.grade(12) == "B");
  CHECK(world.grading.replay(summary.id));
  CHECK(world.review("2023-01-13", ReviewKind::ad_hoc).demoted == 0);
}

}  // namespace
}  // namespace crmcore::testing
