// What is kept of a review for reports is what its record says, and damage of it is told.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <span>

#include "crmcore/error.hpp"

#include "engine/core/session.hpp"
#include "engine/grading/review/report.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading_world.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

const std::vector<std::string> kReports = {"grading.pyramid", "grading.concentration", "grading.movers"};

std::vector<Json> reports(World& world, ReviewId review) {
  std::vector<Json> answers;
  for (const std::string& method : kReports) {
    answers.push_back(world.call(method, {{"scheme", "standard"}, {"review", review.value}}));
  }
  return answers;
}

void change(World& world, const char* sql) {
  engine::WriteScope write(world.connection.session());
  write.db().run(sqlite::Sql{sql});
  write.commit();
}

// Customers rise and fall, one is blocked, one loses money.
std::vector<ReviewId> reviewed(World& world) {
  std::vector<ReviewId> reviews{world.review("2023-01-01").id};
  world.post(2, "2023-01-10", 400'000);
  world.post(3, "2023-01-10", 500'000, EntryKind::reversal);
  world.grading.blacklist(world.ids[4], "fraud");
  reviews.push_back(world.review("2023-02-01").id);
  world.post(9, "2023-02-10", 900'000);
  for (const char* date : {"2023-03-01", "2023-04-01", "2023-05-01", "2023-06-01"}) {
    reviews.push_back(world.review(date).id);
  }
  reviews.push_back(world.review("2023-02-01", ReviewKind::correction).id);
  return reviews;
}

}  // namespace

TEST_CASE("a review without a kept report is told from its record in the same words") {
  World world;
  const std::vector<ReviewId> reviews = reviewed(world);
  std::vector<std::vector<Json>> kept;
  for (const ReviewId review : reviews) kept.push_back(reports(world, review));
  CHECK(std::any_of(kept.begin(), kept.end(),
                    [](const auto& one) { return one[2]["risers"]["count"] != Json(0); }));
  CHECK(std::any_of(kept.begin(), kept.end(),
                    [](const auto& one) { return one[2]["about_to_fall"]["count"] != Json(0); }));
  change(world, "DELETE FROM review_report");
  for (std::size_t i = 0; i < reviews.size(); ++i) CHECK(reports(world, reviews[i]) == kept[i]);
}

TEST_CASE("a report that says something else than the record is told by replay") {
  World world;
  const std::vector<ReviewId> reviews = reviewed(world);
  for (const ReviewId review : reviews) CHECK(engine::replay_review(world.connection.session(), review));
  change(world, "UPDATE review_report SET body = (SELECT body FROM review_report WHERE review_id = 1)");
  CHECK(engine::replay_review(world.connection.session(), reviews.front()));
  CHECK_FALSE(engine::replay_review(world.connection.session(), reviews.back()));
  change(world, "UPDATE review_report SET body = x'0103'");
  CHECK(code_of([&] { reports(world, reviews.front()); }) == Code::corrupt);
}

TEST_CASE("a report: any bytes are read or refused") {
  CHECK(rc::check("any bytes", [] {
    auto bytes = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
    bytes.insert(bytes.begin(), {1, *rc::gen::inRange<std::uint8_t>(0, 4)});
    const Code code = code_of([&] { engine::unpack_report(bytes); });
    RC_ASSERT(code == Code::corrupt || code == Code::ok);
  }));
}

TEST_CASE("a report: less than no customers are refused, as no curve is over them") {
  for (const std::int64_t customers : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN}) {
    CAPTURE(customers);
    engine::ReviewReport report;
    report.concentration.emplace().customers = customers;
    ColumnWriter out;
    engine::pack_report(out, report);
    const std::span<const std::uint8_t> bytes = out.bytes();
    CHECK(code_of([&] { engine::unpack_report(bytes); }) == (customers == 0 ? Code::ok : Code::corrupt));
  }
}
