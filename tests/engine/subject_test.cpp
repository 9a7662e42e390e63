// Everything about one customer in one answer.
#include <doctest/doctest.h>
#include <set>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

TEST_CASE("all rows of all views that name the customer are exported, and nobody else's") {
  Office office;
  office.set_today("2024-01-15");
  const CustomerId a = office.add_customer("a", "北京", 100'000);
  office.add_customer("b", "北京", 100'000);
  office.add_manager("m1", "senior", "北京", 100);
  office.assignment.put_policy(kOfficePolicy);
  office.review("2024-01-01");
  office.run("2024-01-10");
  office.call("archive.put",
              {{"customers", parse_json(R"([{"code":"a","name":"Secret","contacts":[{"name":"Ines"}],
      "aliases":[{"name":"Hidden"}]},{"code":"old","name":"Merged","notes":[{"text":"mark"}]}])")}});
  office.call("archive.merge", {{"from", "old"}, {"into", "a"}, {"reason", "one"}, {"otherwise", "into"}});
  const Json told = office.call("archive.export_subject", {{"customer", "a"}});
  CHECK(told["customer"] == "a");
  CHECK(told["day"] == "2024-01-15");
  std::set<std::string> exported;
  for (const auto& [view, rows] : told["views"].items()) {
    exported.insert(view);
    for (const Json& row : rows) {
      const Json of = row["customer_id"];
      CHECK((of == a.value || of == 3));
    }
  }
  for (const char* view :
       {"customer", "contact", "customer_detail", "customer_class", "ledger_entry", "ledger_month",
        "grade_current", "grade_history", "grade_score", "assignment_current", "assignment_history",
        "assignment_reason", "change_log", "customer_gone_log"}) {
    CAPTURE(view);
    CHECK(exported.contains(view));
    const Json count = office.query(std::string("SELECT count(*) AS n FROM ") + view +
                                    " WHERE customer_id IN (1, 3)")[std::size_t{0}]["n"];
    CHECK(told["views"][view].size() == static_cast<std::size_t>(count.get<std::int64_t>()));
  }
  const std::string text = dump_json(told);
  for (const char* mark : {"Secret", "Ines", "Hidden", "Merged", "mark"})
    CHECK(text.find(mark) != std::string::npos);
  CHECK(office.call("archive.export_subject", {{"customer", "old"}}) == told);
  CHECK(refusal_of([&] { office.call("archive.export_subject", {{"customer", "?"}}); }).path == "/customer");
}
