// How many managers grades ask for: who serves which, and the least number of whole spans that holds the
// load.
#include "assignment/headcount.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <numeric>
#include <random>

#include "assignment/world.hpp"

namespace crmcore::assignment {
namespace {

constexpr std::string_view kByLevel = R"([
  {"rule": "relationship"},
  {"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "senior"}]}},
  {"rule": "agent", "params": {"grades": ["C"]}},
  {"rule": "territory", "requires": [{"rule": "quality", "params": {"table": [{"grade": "B", "min_level": "advanced"},
                                                                              {"grade": "C", "min_level": "senior"}]}}]},
  {"rule": "least_loaded"}])";

std::vector<std::size_t> all_of(const World& world) {
  std::vector<std::size_t> places(world.managers.size());
  std::iota(places.begin(), places.end(), 0);
  return places;
}

// "customers/load/span/needed/present/vacancies/surplus" of each kind.
std::string told(std::span<const PostCount> counts) {
  std::string text;
  const auto of = [](const std::optional<std::int64_t>& number) {
    return number ? std::to_string(*number) : "-";
  };
  for (const PostCount& count : counts) {
    text += (count.post.is_agent ? "agent" : std::to_string(count.post.level)) + ": " +
            std::to_string(count.customers) + "/" + std::to_string(count.load) + "/" + of(count.span) + "/" +
            of(count.needed) + "/" + std::to_string(count.present) + "/" + of(count.vacancies) + "/" +
            of(count.surplus) + "; ";
  }
  return text;
}

TEST_CASE("the first stage that names levels or agents for a grade says who serves it") {
  const Policy policy = policy_of(kByLevel);
  const Headcount headcount(policy, {}, {});
  CHECK(headcount.post_of(0) == Post{false, 2});
  CHECK(headcount.post_of(1) == Post{false, 1});
  CHECK(headcount.post_of(2) == Post{true, kNone});
  CHECK(headcount.post_of(kNone) == Post{false, 0});  // no stage: the lowest level

  // Who may stay is no word on who gets a new one.
  const Policy sticky = policy_of(R"([
    {"rule": "keep_current", "requires": [{"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "ordinary"}]}}]},
    {"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "senior"}]}}])");
  CHECK(Headcount(sticky, {}, {}).post_of(0) == Post{false, 2});

  const Policy free = policy_of(R"([{"rule": "least_loaded"}])");
  CHECK(Headcount(free, {}, {}).post_of(0) == Post{false, kNone});
  ManagerFacts manager;
  manager.level = 2;
  CHECK(Headcount(free, {}, {}).post_of(manager) == Post{false, kNone});
}

TEST_CASE("managers are counted against the load of their level") {
  const Policy policy = policy_of(kByLevel);
  World world;
  world.manager(1).level = 2, world.managers.back().span = 40;
  world.manager(2).level = 2, world.managers.back().span = 51;
  world.managers.back().status = ManagerStatus::on_leave;
  world.manager(3).level = 2, world.managers.back().status = ManagerStatus::left;
  world.manager(4).level = 1, world.managers.back().span = 20;
  world.manager(5).level = 1, world.managers.back().span = 0;  // takes nobody, and tells no span
  world.manager(6).employment = Employment::agent, world.managers.back().span = 9;
  const auto managers = all_of(world);
  const GradeCounts customers = {7, 28, 3, 10};  // without a grade, A, B, C

  // 28 x 5 = 140 by spans of 45: four; ordinary ones are not there, and take the mean of all, 37.
  const Headcount headcount(policy, world.managers, {});
  const auto counts = headcount.count(customers, managers);
  CHECK(told(counts) ==
        "0: 7/7/37/1/0/1/0; 1: 3/6/20/1/2/0/1; 2: 28/140/45/4/2/2/0; agent: 10/10/9/2/1/1/0; ");
  CHECK(counts[2].on_leave == 1);
  CHECK(counts[2].capacity == 91);
  const PostCount total = total_of(counts);
  CHECK(total.customers == 48);
  CHECK(total.load == 163);
  CHECK(total.needed == 8);
  CHECK(total.present == 5);
  CHECK(total.vacancies == 4);
  CHECK(total.surplus == 1);

  // A span that is said counts, of that level alone; a part of the managers is measured by the same spans.
  const std::optional<std::int64_t> spans[] = {std::nullopt, std::nullopt, 70};
  const Headcount said(policy, world.managers, spans);
  CHECK(told(said.count({0, 28, 1, 0}, std::span(managers).first(1))) ==
        "1: 1/2/20/1/0/1/0; 2: 28/140/70/2/1/1/0; ");
}

TEST_CASE("without a span nobody knows how many are needed") {
  const Policy policy = policy_of(R"([{"rule": "least_loaded"}])");
  const Headcount headcount(policy, {}, {});
  const auto counts = headcount.count({0, 1, 0, 0}, {});
  CHECK(told(counts) == "-1: 1/5/-/-/0/-/-; ");
  CHECK(!total_of(counts).needed);
  CHECK(headcount.count({0, 0, 0, 0}, {}).empty());
  CHECK(total_of({}).needed == 0);
}

TEST_CASE("needed is the least number of spans that holds the load") {
  const Policy policy = policy_of(kByLevel);
  std::mt19937 random(5);
  for (int world_no = 0; world_no < 500; ++world_no) {
    World world;
    for (std::int64_t i = 1; i <= 8; ++i) {
      ManagerFacts& manager = world.manager(i);
      manager.level = static_cast<std::int32_t>(random() % 3);
      manager.span = static_cast<std::int64_t>(1 + random() % 300);
      manager.status = static_cast<ManagerStatus>(random() % 3);
    }
    GradeCounts customers;
    for (int i = 0; i < 4; ++i) customers.push_back(static_cast<std::int64_t>(random() % 400));
    const Headcount headcount(policy, world.managers, {});
    std::int64_t present = 0;
    for (const PostCount& count : headcount.count(customers, all_of(world))) {
      present += count.present;
      if (!count.span) continue;
      CHECK(*count.needed * *count.span >= count.load);
      CHECK((*count.needed - 1) * *count.span < count.load);
      CHECK(*count.vacancies - *count.surplus == *count.needed - count.present);
    }
    const auto has_left = [](const ManagerFacts& one) { return one.status == ManagerStatus::left; };
    CHECK(present == std::ssize(world.managers) - std::ranges::count_if(world.managers, has_left));
  }
}

}  // namespace
}  // namespace crmcore::assignment
