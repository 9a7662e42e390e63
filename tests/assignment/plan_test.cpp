// Stories of the ordered solver: what each stage, trigger, hold and tie-break does.
#include "assignment/plan.hpp"

#include <doctest/doctest.h>

#include "world.hpp"

namespace crmcore::assignment {
namespace {

TEST_CASE("the smallest part of the span wins, then the longest wait, then the id") {
  struct Case {
    std::int64_t load_1, span_1, last_1;
    std::int64_t load_2, span_2, last_2;
    const char* rule;
    std::int64_t winner;
    TieBreak tie_break;
  };
  const Case cases[] = {
      {10, 100, 0, 11, 100, 0, "least_loaded", 1, TieBreak::load},
      {10, 100, 0, 11, 111, 0, "least_loaded", 2, TieBreak::load},
      {1, 3, 9, 333333333, 1000000000, 1, "least_loaded", 2, TieBreak::load},  // equal as a float of 32 bits
      {10, 100, 9, 1, 10, 2, "least_loaded", 2, TieBreak::rotation},
      {10, 100, 2, 1, 10, 2, "least_loaded", 1, TieBreak::id},
      {90, 100, 1, 0, 100, 2, "round_robin", 1, TieBreak::rotation},
      {90, 100, 2, 0, 100, 2, "round_robin", 1, TieBreak::id},
      {99, 100, 1, 0, 100, 2, "round_robin", 2, TieBreak::only_candidate},
  };
  for (const Case& c : cases) {
    CAPTURE(c.load_1);
    World world;
    ManagerFacts& first = world.manager(1);
    first.load = c.load_1, first.span = c.span_1, first.last_assigned = c.last_1;
    ManagerFacts& second = world.manager(2);
    second.load = c.load_2, second.span = c.span_2, second.last_assigned = c.last_2;
    world.customer(1, 1);
    const Plan plan = world.plan(policy_of(std::string(R"([{"rule":")") + c.rule + "\"}]"));
    REQUIRE(plan.changes.size() == 1);
    CHECK(plan.changes[0].to.value == c.winner);
    CHECK(plan.changes[0].tie_break == c.tie_break);
    CHECK(plan.changes[0].load_before == (c.winner == 1 ? c.load_1 : c.load_2));
    CHECK(static_cast<bool>(plan.changes[0].runner_up) == (c.tie_break != TieBreak::only_candidate));
  }
}

TEST_CASE("customers come best grade first, then by id, blacklisted ones last") {
  World world;
  world.manager(1);
  world.customer(5, 2);
  world.customer(4, kNone);
  world.customer(3, 0).is_blacklisted = true;
  world.customer(2, 1);
  world.customer(1, kNone).is_blacklisted = true;
  world.customer(6, 0);
  CHECK(moves(world.plan(policy_of(R"([{"rule":"least_loaded"}])"))) == "6>1 2>1 5>1 4>1 3>1 1>1");
}

TEST_CASE("stages are asked in order, and one that ends the search keeps its customers waiting") {
  World world;
  world.manager(1).level = 2;
  world.manager(2).level = 0;
  world.managers[0].span = 5;
  world.customer(1, 0);
  world.customer(2, 0);
  world.customer(3, 2);
  const char* quality = R"({"rule":"quality","params":{"table":[{"grade":"A","min_level":"senior"}]})";
  CHECK(moves(world.plan(policy_of(std::string("[") + quality + R"(},{"rule":"least_loaded"}])"))) ==
        "1>1 2>2 3>2");
  const Plan waiting = world.plan(
      policy_of(std::string("[") + quality + R"(,"on_no_candidate":"unassigned"},{"rule":"least_loaded"}])"));
  CHECK(moves(waiting) == "1>1 3>2");
  REQUIRE(waiting.unassigned.size() == 1);
  CHECK(waiting.unassigned[0].reason == UnassignedReason::full);
}

TEST_CASE("requirements must accept as well; preferences go first and yield") {
  World world;
  world.manager(1, {{{0, 5}}}).level = 0;
  world.manager(2, {{{0, 5}}}).level = 2;
  world.manager(3, {{{5, 9}}}).level = 2;
  world.managers[1].span = 5;
  world.customer(1, 0, {2});
  world.customer(2, 0, {2});
  const char* quality = R"([{"rule":"quality","params":{"table":[{"grade":"A","min_level":"senior"}]}}])";
  const Plan strict =
      world.plan(policy_of(std::string(R"([{"rule":"territory","requires":)") + quality + "}]"));
  CHECK(moves(strict) == "1>2");
  CHECK(strict.unassigned_counts[static_cast<std::size_t>(UnassignedReason::full)] == 1);
  const Plan soft = world.plan(policy_of(std::string(R"([{"rule":"territory","prefers":)") + quality + "}]"));
  CHECK(moves(soft) == "1>2 2>1");
  CHECK(soft.changes[0].tie_break == TieBreak::preference);
  CHECK(soft.changes[1].tie_break == TieBreak::only_candidate);
}

TEST_CASE("relationships decide by kind and strength before load does") {
  World world;
  for (std::int64_t id : {1, 2, 3}) world.manager(id).span = 10;
  world.managers[2].load = 5;
  for (std::int64_t id : {1, 2, 3}) {
    CustomerFacts& customer = world.customer(id, 0);
    world.tie(customer).relationships = {{ManagerId{2}, RelationshipKind::referral, 100},
                                         {ManagerId{3}, RelationshipKind::developed, 1}};
  }
  const Policy policy = policy_of(R"([{"rule":"relationship"},{"rule":"least_loaded"}])");
  CHECK(moves(world.plan(policy)) == "1>3 2>2 3>2");
}

TEST_CASE("agents serve where a stage is for them, and nowhere else") {
  World world;
  world.manager(1).employment = Employment::agent;
  world.manager(2).load = 90;
  world.customer(1, 0);
  world.customer(2, 2);
  const Policy policy = policy_of(R"([{"rule":"agent","params":{"grades":["C"]}},{"rule":"least_loaded"}])");
  const Plan plan = world.plan(policy);
  CHECK(moves(plan) == "1>2 2>1");
  const StageFinding& finding = *plan.considerations[plan.changes[0].consideration][0];
  CHECK(finding.counts[static_cast<std::size_t>(Rejection::agent)] == 1);
}

namespace {

struct MoveCase {
  const char* what;
  void (*change)(World&);
  const char* moves;
  Trigger trigger;
  Rejection lost_by;
  int held;
};
const MoveCase kMoveCases[] = {
    {"nothing", [](World&) {}, "", {}, {}, 0},
    {"another is free", [](World& w) { w.managers[0].load = 99; }, "", {}, {}, 0},
    {"over span", [](World& w) { w.managers[0].span = 1; }, "", {}, {}, 0},
    {"on leave", [](World& w) { w.managers[0].status = ManagerStatus::on_leave; }, "", {}, {}, 0},
    {"left", [](World& w) { w.managers[0].status = ManagerStatus::left; }, "1>2", Trigger::manager_left,
     Rejection::left, 0},
    {"unknown manager", [](World& w) { w.customers[0].manager = ManagerId{9}; }, "1>2", Trigger::manager_left,
     Rejection::left, 0},
    {"moved away", [](World& w) { w.classes[0][0] = 9; }, "1>3", Trigger::ineligible, Rejection::territory,
     0},
    {"barred", [](World& w) { w.tie(w.customers[0]).excluded = {ManagerId{1}}; }, "1>2", Trigger::ineligible,
     Rejection::barred, 0},
    {"certificate expired", [](World& w) { w.managers[0].certificates[0].expires = kToday; }, "1>2",
     Trigger::ineligible, Rejection::certificate_expired, 0},
    {"became an agent", [](World& w) { w.managers[0].employment = Employment::agent; }, "1>2",
     Trigger::ineligible, Rejection::agent, 0},
    {"demoted manager", [](World& w) { w.managers[0].level = 1; }, "1>2", Trigger::level_mismatch,
     Rejection::level_too_low, 0},
    {"demoted lately",
     [](World& w) { w.managers[0].level = 1, w.managers[0].level_since = {kToday.days - 29}; },
     "",
     {},
     {},
     1},
    {"demoted long ago",
     [](World& w) { w.managers[0].level = 1, w.managers[0].level_since = {kToday.days - 30}; }, "1>2",
     Trigger::level_mismatch, Rejection::level_too_low, 0},
    {"promoted lately",
     [](World& w) { w.managers[0].level = 1, w.customers[0].grade_since = {kToday.days - 1}; },
     "",
     {},
     {},
     1},
    {"demoted and moved away",
     [](World& w) { w.managers[0].level = 1, w.customers[0].grade_since = kToday, w.classes[0][0] = 9; },
     "1>3", Trigger::ineligible, Rejection::territory, 0},
    {"locked to one who left",
     [](World& w) { w.managers[0].status = ManagerStatus::left, w.customers[0].is_locked = true; },
     "",
     {},
     {},
     1},
    {"locked without reason to go", [](World& w) { w.customers[0].is_locked = true; }, "", {}, {}, 0},
};

}  // namespace

TEST_CASE("only declared triggers move a customer; locks and grace hold") {
  const Policy policy =
      policy_of(R"([{"rule":"territory","requires":[{"rule":"quality","params":{"table":[
                   {"grade":"A","min_level":"senior"}]}}]}])",
                R"("grace_days":30,"certificates":[{"level":"senior","certificate":"AFP"}],)");
  for (const MoveCase& c : kMoveCases) {
    CAPTURE(std::string(c.what));
    World world;
    for (std::int64_t id : {1, 2, 3}) {
      ManagerFacts& manager = world.manager(id, {{{0, id == 3 ? 10 : 5}}});
      manager.level = 2;
      manager.certificates = {{"AFP", {}}};
    }
    world.managers[0].load = 5;
    world.managers[2].load = 50;
    world.customer(1, 0, {2}).manager = ManagerId{1};
    c.change(world);
    const Plan plan = world.plan(policy);
    CHECK(moves(plan) == c.moves);
    CHECK(plan.held.size() == static_cast<std::size_t>(c.held));
    if (!plan.changes.empty()) {
      CHECK(plan.changes[0].trigger == c.trigger);
      CHECK(plan.changes[0].lost_by == c.lost_by);
    } else {
      CHECK(plan.stayed == 1);
    }
    if (c.held == 1) CHECK(plan.held[0].is_locked == world.customers[0].is_locked);
  }
}

TEST_CASE("the end of the grace is told") {
  World world;
  world.manager(1).load = 5;
  world.customer(1, 0).manager = ManagerId{1};
  world.customers[0].since = {kToday.days - 10};
  const Policy policy =
      policy_of(R"([{"rule":"quality","params":{"table":[{"grade":"A","min_level":"senior"}]}}])",
                R"("grace_days":30,)");
  const Plan plan = world.plan(policy);
  REQUIRE(plan.held.size() == 1);
  CHECK(plan.held[0].trigger == Trigger::level_mismatch);
  CHECK(plan.held[0].until == Date{kToday.days + 20});
  CHECK(moves(world.plan(policy, {kToday.days + 19})).empty());
  CHECK(moves(world.plan(policy, {kToday.days + 20})) == "1>-");
}

TEST_CASE("nobody is a result with the nearest miss as its reason") {
  struct Case {
    const char* what;
    void (*change)(ManagerFacts&);
    UnassignedReason reason;
  };
  const Case cases[] = {
      {"full", [](ManagerFacts& m) { m.load = 96; }, UnassignedReason::full},
      {"no span at all", [](ManagerFacts& m) { m.span = 0; }, UnassignedReason::full},
      {"absent", [](ManagerFacts& m) { m.status = ManagerStatus::on_leave, m.load = 96; },
       UnassignedReason::absent},
      {"no certificate", [](ManagerFacts& m) { m.certificates.clear(); },
       UnassignedReason::certificate_expired},
      {"expired today", [](ManagerFacts& m) { m.certificates[0].expires = kToday; },
       UnassignedReason::certificate_expired},
      {"barred", [](ManagerFacts& m) { m.id = ManagerId{7}; }, UnassignedReason::barred},
      {"left", [](ManagerFacts& m) { m.status = ManagerStatus::left; }, UnassignedReason::no_match},
      {"level", [](ManagerFacts& m) { m.level = 1; }, UnassignedReason::no_match},
      {"agent", [](ManagerFacts& m) { m.employment = Employment::agent; }, UnassignedReason::no_match},
  };
  const Policy policy =
      policy_of(R"([{"rule":"quality","params":{"table":[{"grade":"A","min_level":"senior"}]}}])",
                R"("certificates":[{"level":"senior","certificate":"AFP"}],)");
  for (const Case& c : cases) {
    CAPTURE(std::string(c.what));
    World world;
    ManagerFacts& manager = world.manager(1);
    manager.level = 2;
    manager.certificates = {{"AFP", Date{kToday.days + 1}}};
    c.change(manager);
    world.tie(world.customer(1, 0)).excluded = {ManagerId{7}};
    const Plan plan = world.plan(policy);
    CHECK(plan.changes.empty());
    REQUIRE(plan.unassigned.size() == 1);
    CHECK(word_of(plan.unassigned[0].reason) == word_of(c.reason));
    CHECK(plan.unassigned_counts[static_cast<std::size_t>(c.reason)] == 1);
  }
}

TEST_CASE("without a stage that concerns it a customer belongs to nobody") {
  World world;
  world.manager(1).load = 1;
  world.customer(1, 2).manager = ManagerId{1};
  const Plan plan = world.plan(
      policy_of(R"([{"rule":"quality","params":{"table":[{"grade":"A","min_level":"ordinary"}]}}])"));
  CHECK(moves(plan) == "1>-");
  CHECK(plan.changes[0].lost_by == Rejection::no_stage);
  CHECK(plan.changes[0].unassigned == UnassignedReason::no_match);
  CHECK(plan.loads[0].after == 0);
  CHECK(plan.loads[0].released == 1);
}

TEST_CASE("a manager over span keeps everybody and takes nobody") {
  World world;
  world.manager(1).load = 10;
  world.managers[0].span = 7;
  for (std::int64_t id : {1, 2}) world.customer(id, 0).manager = ManagerId{1};
  world.customer(3, 2);
  const Plan plan = world.plan(policy_of(R"([{"rule":"least_loaded"}])"));
  CHECK(plan.changes.empty());
  CHECK(plan.loads[0].is_over_span());
  CHECK(plan.unassigned[0].reason == UnassignedReason::full);
}

TEST_CASE("every candidate is counted with its rejection, twenty are told in detail") {
  World world;
  for (std::int64_t id = 1; id <= 40; ++id) {
    ManagerFacts& manager = world.manager(id, {{{0, id <= 30 ? 5 : 1}}});
    manager.status = id == 2   ? ManagerStatus::left
                     : id == 4 ? ManagerStatus::on_leave
                               : ManagerStatus::present;
    if (id % 3 == 0) manager.load = 100;
  }
  world.customer(1, 2, {3});
  const Plan plan = world.plan(policy_of(R"([{"rule":"territory"}])"));
  REQUIRE(plan.changes.size() == 1);
  const Change& change = plan.changes[0];
  const Consideration& consideration = plan.considerations[change.consideration];
  REQUIRE(consideration.size() == 1);
  const auto count = [&](Rejection rejection) {
    return consideration[0]->counts[static_cast<std::size_t>(rejection)];
  };
  CHECK(count(Rejection::left) == 1);
  CHECK(count(Rejection::territory) == 10);
  CHECK(count(Rejection::absent) == 1);
  CHECK(count(Rejection::none) == 28);
  CHECK(change.full_count == 10);
  REQUIRE(consideration[0]->candidates.size() == kCandidatesDetailedMax);
  CHECK(consideration[0]->candidates[1].manager == ManagerId{3});
  for (std::size_t i = 0; i < kCandidatesDetailedMax; ++i) {
    CHECK(((change.full_detailed >> i) & 1) == (consideration[0]->candidates[i].manager.value % 3 == 0));
  }
  CHECK(change.to == ManagerId{1});
  CHECK(change.runner_up == ManagerId{5});
}

TEST_CASE("facts that do not fit the policy are refused") {
  const Policy policy = policy_of(R"([{"rule":"territory"}])");
  const auto refused = [&](void (*change)(World&)) {
    World world;
    world.manager(1, {{{0, 5}}}).load = 5;
    world.manager(2, {{{0, 5}}});
    world.customer(1, 0, {2}).manager = ManagerId{1};
    world.customer(2, 0, {2});
    CHECK_NOTHROW(world.plan(policy));
    change(world);
    CHECK_THROWS_AS(world.plan(policy), Error);
  };
  refused([](World& w) { w.managers[1].id = ManagerId{1}; });
  refused([](World& w) { w.managers[1].level = 3; });
  refused([](World& w) { w.managers[1].segments.clear(); });
  refused([](World& w) { w.managers[1].span = kSpanMax + 1; });
  refused([](World& w) { w.managers[1].load = -1; });
  refused([](World& w) { w.managers[0].load = 4; });
  refused([](World& w) { w.customers[0].grade = 3; });
  refused([](World& w) { w.customers[0].classes = {}; });
  refused([](World& w) { w.customer(2, 0, {2}); });
}

}  // namespace
}  // namespace crmcore::assignment
