// A customer as the archive had it: random lives, day by day, against what was got on each day.
#include <doctest/doctest.h>
#include <map>
#include <random>

#include "assignment_fixture.hpp"
#include "base/format.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct PastOffice : Office {
  Json get(const char* code, const std::string& as_of = {}) {
    Json request = {{"customer", code}};
    if (!as_of.empty()) request["as_of"] = as_of;
    return call("archive.get", request);
  }
  void put(const Json& customer) { call("archive.put", {{"customers", Json::array({customer})}}); }
};

// What is told as of today in any case.
Json without_version(Json customer) {
  customer.erase("version");
  return customer;
}

}  // namespace

TEST_CASE("a customer as of a day has the name, contacts and all else of that day") {
  PastOffice office;
  office.set_today("2025-01-10");
  office.put(parse_json(R"({"code":"K","name":"First","since":"2020-01-01","classes":{"region":"11"},
      "contacts":[{"name":"W","phone":"1"}],"attributes":{"total_assets":5},"aliases":[{"name":"Old"}]})"));
  const Json first = office.get("K");
  office.set_today("2025-02-10");
  office.put(parse_json(R"({"code":"K","new_code":"K2","name":"Second","short_name":"S","kind":"person",
      "classes":{"region":"31"},"contacts":[{"contact_no":1,"remove":true},{"name":"V"}],
      "identifiers":[{"kind":"phone","value":"010-12345678"}],"aliases":[{"name":"Old","remove":true}]})"));
  const Json second = office.get("K2");
  office.set_today("2025-03-10");
  office.call("archive.set_lost", {{"customer", "K2"}});
  office.put(parse_json(R"({"code":"K2","new_code":"K","name":"Third","since":"2021-05-05"})"));
  CHECK(without_version(office.get("K", "2025-02-09")) == without_version(first));
  CHECK(without_version(office.get("K", "2025-01-10")) == without_version(first));
  CHECK(without_version(office.get("K2", "2025-02-10")) == without_version(second));
  CHECK(without_version(office.get("K", "2025-03-09")) == without_version(second));
  CHECK(office.get("K", "2025-03-10") == office.get("K"));
  CHECK(office.get("K", "2030-01-01") == office.get("K"));
  // Before it was in the archive it is told as it came.
  CHECK(office.get("K", "2022-01-01")["name"] == "First");
}

TEST_CASE("random lives: each day is told as it was got then") {
  std::mt19937 random(5);
  const auto pick = [&](std::size_t count) { return static_cast<std::int64_t>(random() % count); };
  for (int life = 0; life < 12; ++life) {
    PastOffice office;
    std::map<std::string, Json> got;
    Date today = day("2025-01-01");
    for (int step = 0; step < 40; ++step, today = add_days(today, static_cast<std::int32_t>(pick(3)))) {
      const std::string on = format_date(today);
      office.set_today(on.c_str());
      const std::string number = std::to_string(pick(3));
      Json customer = {{"code", "K"}, {"name", "N" + number}};
      switch (pick(8)) {
        case 0:
          customer["contacts"] =
              Json::array({Json{{"name", "C" + number}, {"phone", std::to_string(pick(2))}}});
          break;
        case 1:
          customer["classes"] = {{"region", pick(2) == 0 ? "11" : "31"}};
          break;
        case 2:
          customer["attributes"] = {{"total_assets", pick(4) == 0 ? Json() : Json(pick(9))}};
          break;
        case 3:
          customer["notes"] = Json::array({Json{{"text", number}}});
          break;
        case 4:
          customer["identifiers"] = Json::array({Json{{"kind", "phone"}, {"value", "1380013800" + number}}});
          break;
        case 5:
          customer["addresses"] = Json::array({Json{{"use", "office"}, {"text", number}}});
          break;
        case 6:
          customer["aliases"] = Json::array({Json{{"name", number}, {"remove", pick(2) == 0}}});
          break;
        default:
          customer["short_name"] = number;
      }
      office.put(customer);
      if (pick(6) == 0) office.call("archive.set_lost", {{"customer", "K"}, {"is_lost", pick(2) == 0}});
      got[on] = without_version(office.get("K"));
    }
    for (const auto& [on, then] : got) CHECK(without_version(office.get("K", on)) == then);
  }
}
