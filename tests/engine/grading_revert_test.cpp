// A review of a mistyped year locked a scheme for ever, and entries of any day were taken.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct RevertOffice : Office {
  RevertOffice() {
    set_today("2024-02-10");
    a = add_customer("a", "11", 100'000);
    b = add_customer("b", "11", 50'000);
  }
  ReviewSummary commit(std::string_view as_of, bool is_future = false) {
    return grading.commit({"value", {}, day(as_of), ReviewKind::ad_hoc, "", is_future});
  }
  Refusal refusal_to_revert(ReviewId review) {
    const std::int64_t last = last_event();
    const Refusal refusal = refusal_of([&] { grading.revert(review, "a mistake"); });
    CHECK(last_event() == last);
    return refusal;
  }
  std::string grade(CustomerId id) { return grading.grade_of(id, "value").value_or("-"); }
  Json post(const Json& entry, Json request = Json::object()) {
    request["source"] = "s";
    request["entries"] = Json::array({entry});
    return call("ledger.post", request);
  }
  static Json entry(const char* date, const char* document) {
    return {{"customer", "a"}, {"date", date}, {"amount", 1}, {"document", document}};
  }

  CustomerId a;
  CustomerId b;
};

}  // namespace

TEST_CASE("a review after today is asked for, and unlocks the scheme when it is taken back") {
  RevertOffice office;
  CHECK(office.grading.preview({"value", {}, day("2062-01-01"), ReviewKind::ad_hoc, ""}).subjects == 2);
  const Refusal refusal = refusal_of([&] { office.commit("2062-01-01"); });
  CHECK(refusal.code == Code::invalid);
  CHECK(refusal.path == "/as_of");
  CHECK(refusal.message == "2062-01-01 lies after today, 2024-02-10; is_future says that this is meant");
  const ReviewSummary meant = office.commit("2062-01-01", true);
  CHECK(refusal_of([&] { office.commit("2024-02-10"); }).code == Code::conflict);
  office.grading.revert(meant.id, "mistyped year");
  CHECK(office.grade(office.a) == "-");
  office.commit("2024-02-10");
  CHECK(office.grade(office.a) == "A");
  CHECK(refusal_of([&] { office.grading.revert(meant.id, "again"); }).message ==
        "review 1 was taken back, by change " +
            std::to_string(
                office.query("SELECT change_seq FROM reversal")[0]["change_seq"].get<std::int64_t>()));
}

TEST_CASE("entries after today and before 1970 are asked for") {
  RevertOffice office;
  office.post(RevertOffice::entry("2024-02-10", "today"));
  office.post(RevertOffice::entry("1970-01-01", "first"));
  const Refusal late = refusal_of([&] { office.post(RevertOffice::entry("2024-02-11", "x")); });
  CHECK(late.code == Code::invalid);
  CHECK(late.path == "/entries/0/date");
  CHECK(late.message == "2024-02-11 lies after today, 2024-02-10; is_future says that this is meant");
  const Refusal early = refusal_of([&] {
    office.post(RevertOffice::entry("1969-12-31", "x"), {{"is_future", true}});
  });
  CHECK(early.code == Code::invalid);
  CHECK(early.path == "/entries/0/date");
  CHECK(early.message == "1969-12-31 lies before 1970-01-01; is_before_1970 says that this is meant");
  Json reversal = RevertOffice::entry("2024-02-10", "x");
  reversal["kind"] = "reversal";
  reversal["original_date"] = "1969-12-31";
  CHECK(refusal_of([&] { office.post(reversal); }).path == "/entries/0/original_date");
  CHECK(office.post(reversal, {{"is_before_1970", true}})["posted"] == 1);
  CHECK(office.post(RevertOffice::entry("2024-02-11", "y"), {{"is_future", true}})["posted"] == 1);
  CHECK(office.post(RevertOffice::entry("1969-12-31", "z"), {{"is_before_1970", true}})["posted"] == 1);
}

TEST_CASE("an import leaves out rows of days that are not meant") {
  RevertOffice office;
  Json request{
      {"source", "s"},
      {"csv", "customer,date,document,amount\na,2042-01-01,d1,1\na,1949-10-01,d2,1\na,2024-02-01,d3,1\n"},
      {"on_failure", "skip"}};
  Json report = office.call("ledger.import_entries", request);
  CHECK(report["failed"] == 2);
  CHECK(report["failures"][0]["column"] == "date");
  request["is_future"] = request["is_before_1970"] = true;
  report = office.call("ledger.import_entries", request);
  CHECK(report["created"] == 2);
  CHECK(report["unchanged"] == 1);
}

TEST_CASE("a review is not taken back while something rests on it") {
  RevertOffice office;
  office.add_manager("m1", "senior", "11", 100);
  office.assignment.put_policy(kOfficePolicy);
  const ReviewSummary first = office.commit("2024-02-01");

  SUBCASE("a later review") {
    const ReviewSummary second = office.commit("2024-02-10");
    const Refusal refusal = office.refusal_to_revert(first.id);
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.path == "/review");
    CHECK(refusal.message == "review 2 of 2024-02-10 came later; the last one is taken back first");
    office.grading.revert(second.id, "a mistake");
  }
  SUBCASE("a run") {
    const AssignmentSummary run = office.run("2024-02-10");
    const Refusal refusal = office.refusal_to_revert(first.id);
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.message == "run 1 was made by these grades");
    office.assignment.revert_run(run.id, "a mistake");
  }
  SUBCASE("somebody on the blacklist whom it moved") {
    office.call("grading.blacklist", {{"customer", "a"}, {"reason", "unpaid"}});
    const Refusal refusal = office.refusal_to_revert(first.id);
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.message.starts_with("customer \"a\", whom the review moved, was put on the blacklist"));
    return;
  }
  SUBCASE("somebody who was given to a manager") {
    office.call("assignment.assign", {{"customer", "b"}, {"manager", "m1"}});
    const Refusal refusal = office.refusal_to_revert(first.id);
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.message.starts_with("customer \"b\", whom the review moved, was given to a manager since"));
    return;
  }
  SUBCASE("no review of this number") {
    CHECK(office.refusal_to_revert(ReviewId{7}).code == Code::not_found);
    CHECK(refusal_of([&] { office.grading.revert(first.id, " "); }).path == "/reason");
  }
  office.grading.revert(first.id, "a mistake");
  CHECK(office.grade(office.a) == "-");
}

TEST_CASE("of who had left and was placed anew the first placement of before is told again") {
  RevertOffice office;
  Json document = parse_json(kOfficeScheme);
  document["code"] = "standing";
  document["population"] = {{"status", Json::array({"existing"})}};
  document.erase("reviews");
  office.grading.put_scheme(dump_json(document));
  const auto review = [&](std::string_view as_of) {
    return office.grading.commit({"standing", {}, day(as_of), ReviewKind::ad_hoc, ""}).id;
  };
  const auto history = [&] {
    return dump_json(
        office.query("SELECT * FROM grade_history WHERE scheme = 'standing' ORDER BY 1, change_seq"));
  };
  review("2024-02-01");
  office.call("archive.set_lost", {{"customer", "a"}});
  review("2024-02-02");
  office.call("archive.set_lost", {{"customer", "a"}, {"is_lost", false}});
  const std::string before = history();
  const ReviewId anew = review("2024-02-03");
  CHECK(history() != before);
  office.grading.revert(anew, "a mistake");
  CHECK(history() == before);
}

TEST_CASE("whoever was told of a move is told that it no longer holds") {
  RevertOffice office;
  office.review("2024-01-01");
  office.call(
      "ledger.post",
      {{"source", "s"},
       {"entries",
        Json::array(
            {{{"customer", "b"}, {"date", "2024-01-15"}, {"amount", 90'000}, {"document", "more"}}})}});
  office.review("2024-02-01");
  CHECK(office.grade(office.b) == "A");
  office.grading.revert(ReviewId{2}, "a mistake");
  CHECK(office.grade(office.b) == "B");
  const Json told = office.call("database.changes", {{"kinds", Json::array({"grade.reverted"})}})["changes"];
  REQUIRE(told.size() == 1);
  CHECK(told[0]["customer_id"] == office.b.value);
  CHECK(told[0]["body"]["from"] == "A");
  CHECK(told[0]["body"]["to"] == "B");
}

TEST_CASE("a span that a review exceeded is as long exceeded as before") {
  RevertOffice office;
  office.add_manager("m1", "senior", "11", 4);
  office.assignment.put_policy(kOfficePolicy);
  office.call("assignment.assign", {{"customer", "a"}, {"manager", "m1"}});
  const auto over_span = [&] { return office.query("SELECT over_span_since FROM manager_current")[0]; };
  CHECK(over_span()["over_span_since"].is_null());
  const ReviewSummary review = office.commit("2024-02-10");
  CHECK(over_span()["over_span_since"] == "2024-02-10");
  office.grading.revert(review.id, "a mistake");
  CHECK(over_span()["over_span_since"].is_null());
}
