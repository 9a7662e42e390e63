// Who serves where territories overlap, and who is told that a span is too small.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

TEST_CASE("of territories that overlap the nearer one serves, and a span that is too small is told") {
  Office desk;
  desk.add_manager("m1", "senior", "CN", 100);
  desk.add_manager("m2", "senior", "北京", 3);
  desk.assignment.put_policy(kOfficePolicy);
  for (const char* code : {"a", "b", "c", "d"}) desk.add_customer(code, "北京", 100);
  desk.add_customer("e", "上海", 100);
  desk.review("2024-01-01");
  desk.run("2024-01-15");
  const auto served = [&] {
    return desk.query(
        "SELECT manager, count(*) AS n FROM assignment_current GROUP BY manager ORDER BY manager");
  };
  // By load alone m1, with the greater span, would have got all; the fourth has no room with m2.
  CHECK(served() == parse_json(R"([{"manager":"m1","n":2},{"manager":"m2","n":3}])"));

  const Json smaller = parse_json(R"({"managers":[{"code":"m2","span":2},{"code":"m1","span":50}]})");
  const Json over = parse_json(R"([{"manager":"m2","policy":"main","load":3,"span":2}])");
  CHECK(desk.call("assignment.put_managers", smaller)["over_span"] == over);
  const std::int64_t events = desk.last_event();
  CHECK(desk.call("assignment.put_managers", smaller)["over_span"] == over);
  CHECK(desk.last_event() == events);
  CHECK(desk.query("SELECT count(*) AS n FROM change_log WHERE kind = 'manager.over_span'")[0]["n"] == 1);
  CHECK(desk.call("assignment.put_managers",
                  parse_json(R"({"managers":[{"code":"m2","span":3}]})"))["over_span"] == Json::array());
}

namespace {

void post_big(Office& office) {
  EntryInput entry;
  entry.customer = Archive(office.connection).id_of("a").value();
  entry.date = day("2024-01-03");
  entry.amount = Money{100'000};
  entry.document = "big";
  Ledger(office.connection).post({"test", ""}, std::span(&entry, 1));
}

}  // namespace

// It was told with the next run, weeks later.
TEST_CASE("a promotion that leaves a manager over span is told when it happens") {
  Office office;
  office.add_manager("m1", "senior", "CN", 4);
  office.assignment.put_policy(kOfficePolicy);
  for (const char* code : {"a", "b"}) office.add_customer(code, "北京", 100);
  office.review("2024-01-01");
  office.run("2024-01-02");
  const auto told = [&] {
    return office.query("SELECT body FROM change_log WHERE kind = 'manager.over_span'");
  };
  CHECK(told().empty());
  post_big(office);
  office.review("2024-02-01");  // one step up each
  office.review("2024-03-01");
  CHECK(told() == parse_json(R"([{"body":"{\"manager\":\"m1\",\"load\":6,\"span\":4}"}])"));
}

// The run of a policy that weighs otherwise took the mark of another one away.
TEST_CASE("a manager who is over span by one policy stays so when another policy runs") {
  Office office;
  office.add_manager("m1", "senior", "CN", 4);
  office.assignment.put_policy(kOfficePolicy);
  Json light = parse_json(kOfficePolicy);
  light["code"] = "light";
  light["weights"] = parse_json(R"({"A":1,"B":1,"C":1})");
  office.assignment.put_policy(dump_json(light));
  for (const char* code : {"a", "b"}) office.add_customer(code, "北京", 100);
  office.review("2024-01-01");
  office.run("2024-01-02");
  post_big(office);
  office.review("2024-02-01");
  office.review("2024-03-01");
  const auto marked = [&] { return office.query("SELECT over_span_since AS since FROM manager_current"); };
  const Json since = marked();
  CHECK(since[0]["since"].is_string());
  office.add_customer("c", "北京", 100);
  office.review("2024-04-01");
  office.call("assignment.commit", {{"policy", "light"}, {"as_of", "2024-04-02"}});
  CHECK(office.query("SELECT count(*) AS n FROM assignment_current")[0]["n"] == 3);
  CHECK(marked() == since);
}
