// Links between customers: trees without circles, merged with care, rolled up.
#include <doctest/doctest.h>
#include <map>
#include <random>

#include "assignment_fixture.hpp"
#include "base/format.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct LinkedOffice : Office {
  std::string refused(const char* method, const Json& request) {
    const Refusal refusal = refusal_of([&] { call(method, request); });
    return refusal.path.empty() ? std::string() : refusal.path + ": " + refusal.message;
  }
  static Json link_request(const std::string& code, const std::string& to, const char* kind = "parent") {
    const Json link =
        to.empty() ? Json{{"kind", kind}, {"remove", true}} : Json{{"kind", kind}, {"customer", to}};
    return {{"customers", Json::array({Json{{"code", code}, {"links", Json::array({link})}}})}};
  }
  void add(const char* code, const char* to = "") {
    Json customer = {{"code", code}, {"name", code}};
    if (*to != '\0') customer["links"] = Json::array({Json{{"kind", "parent"}, {"customer", to}}});
    call("archive.put", {{"customers", Json::array({customer})}});
  }
  std::string merge(const char* from, const char* into) {
    return refused("archive.merge",
                   {{"from", from}, {"into", into}, {"reason", "one"}, {"otherwise", "into"}});
  }
  // "A<- B<A C<A": who stands above whom, level by level.
  std::string tree(const char* code) {
    std::string told;
    const Json group = call("archive.group", {{"customer", code}});
    for (const Json& one : group["members"])
      told += one["customer"].text() + "<" + (one["above"].is_null() ? "-" : one["above"].text()) + " ";
    return told;
  }
  bool is_whole() { return call("database.verify", Json::object())["is_ok"] == true; }
};

}  // namespace

TEST_CASE("links make trees, and circles are refused wherever they close") {
  LinkedOffice office;
  office.call("archive.put", {{"customers", parse_json(R"([{"code":"A","name":"A"},
      {"code":"B","name":"B","links":[{"kind":"parent","customer":"A","text":"60 %"}]},
      {"code":"C","name":"C","links":[{"kind":"parent","customer":"B"},{"kind":"referral","customer":"A"},
       {"kind":"guarantor","customer":"A"},{"kind":"guarantor","customer":"B"}]}])")}});
  CHECK(office.tree("C") == "A<- B<A C<B ");
  CHECK(office.call("archive.get", {{"customer", "B"}})["links"] ==
        parse_json(R"([{"kind":"parent","customer":"A","text":"60 %","observed":"2024-12-31"}])"));
  CHECK(office.call("archive.get", {{"customer", "C"}})["links"].size() == 4);
  CHECK(office.refused("archive.put", LinkedOffice::link_request("A", "C")) ==
        "/customers/0/links/0/customer: it stands below the customer already (parent)");
  CHECK(office.refused("archive.put", LinkedOffice::link_request("A", "A")) ==
        "/customers/0/links/0/customer: a customer is not linked to itself");
  CHECK(office.refused("archive.put", LinkedOffice::link_request("A", "Z")) ==
        "/customers/0/links/0/customer: no customer \"Z\"");
  CHECK(office.refused("archive.put", LinkedOffice::link_request("A", "C", "guarantor")).empty());
  office.call("archive.put", LinkedOffice::link_request("C", "A"));
  CHECK(office.tree("B") == "A<- B<A C<A ");
  office.call("archive.put", LinkedOffice::link_request("B", ""));
  CHECK(office.tree("B") == "B<- ");
  CHECK(office.query("SELECT kind, other_code FROM customer_link WHERE customer_code = 'C' ORDER BY 1, 2")
            .size() == 4);
  CHECK(office.is_whole());
}

TEST_CASE("who is merged is linked as the one who stays, and who is above is not merged with who is below") {
  LinkedOffice office;
  office.add("A");
  office.add("B", "A");
  office.add("C", "B");
  office.add("D");
  office.add("E", "D");
  CHECK(office.merge("C", "A") ==
        "/from: one of the two stands above the other (parent); take the link away first");
  CHECK(office.merge("D", "B").empty());
  CHECK(office.tree("E") == "A<- B<A C<B E<B ");
  CHECK(office.refused("archive.put", LinkedOffice::link_request("A", "E")) ==
        "/customers/0/links/0/customer: it stands below the customer already (parent)");
  CHECK(office.call("archive.get", {{"customer", "E"}})["links"][0]["customer"] == "B");
  office.call("archive.unmerge", {{"customer", "D"}, {"reason", "two"}});
  CHECK(office.tree("E") == "D<- E<D ");
  CHECK(office.tree("A") == "A<- B<A C<B ");
  CHECK(office.is_whole());
}

TEST_CASE("revenue and grades are rolled up to the top") {
  LinkedOffice office;
  office.add_customer("A", "北京", 50'000);
  office.add_customer("B", "北京", 100'000);
  office.add_customer("C", "上海", 7);
  office.set_today("2024-01-15");
  office.review("2024-01-01");
  office.call("archive.put", LinkedOffice::link_request("B", "A"));
  office.call("archive.put", LinkedOffice::link_request("C", "B"));
  const Json group = office.call("archive.group", {{"customer", "B"}});
  CHECK(group["top"] == "A");
  CHECK(group["revenue"] == 150'007);
  CHECK(group["grades"] == Json{{"value", "A"}});
  CHECK(group["members"][0]["grades"] == Json{{"value", "B"}});
  CHECK(group["members"][1]["revenue_with_below"] == 100'007);
  CHECK(group["members"][1]["count_with_below"] == 2);
  CHECK(group["members"][2]["best_grades"] == Json{{"value", "C"}});
}

TEST_CASE("random links: circles are refused exactly where they close") {
  std::mt19937 random(3);
  const auto pick = [&](std::size_t count) { return static_cast<int>(random() % count); };
  for (int life = 0; life < 6; ++life) {
    LinkedOffice office;
    constexpr int kLinked = 8;
    std::map<int, int> above;
    for (int i = 0; i < kLinked; ++i) office.add(std::to_string(i).c_str());
    for (int step = 0; step < 60; ++step) {
      const int one = pick(kLinked);
      const int other = pick(kLinked + 1) - 1;
      bool is_circle = false;
      for (int at = other; at >= 0; at = above.contains(at) ? above[at] : -1)
        is_circle = is_circle || at == one;
      const Json request =
          LinkedOffice::link_request(std::to_string(one), other < 0 ? "" : std::to_string(other));
      CHECK(office.refused("archive.put", request).empty() == !is_circle);
      if (is_circle) continue;
      above.erase(one);
      if (other >= 0) above[one] = other;
    }
    for (int i = 0; i < kLinked; ++i) {
      int top = i;
      while (above.contains(top)) top = above[top];
      const Json group = office.call("archive.group", {{"customer", std::to_string(i)}});
      CHECK(group["top"] == std::to_string(top));
      for (const Json& one : group["members"]) {
        const int member = std::stoi(one["customer"].text());
        CHECK(one["above"] == (above.contains(member) ? Json(std::to_string(above[member])) : Json()));
      }
    }
  }
}
