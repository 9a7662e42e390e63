// The cdnow sample through the C ABI, as its models were published: fitted from the ledger, graded by,
// explained and replayed.
#include <array>
#include <cmath>
#include <doctest/doctest.h>
#include <sstream>
#include <string>

#include "base/json.hpp"
#include "engine/archive_fixture.hpp"
#include "scenario/host.hpp"
#include "scenario/real_data.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

Json call(Host& host, const char* method, const Json& request) {
  return host.call(method, dump_json(request));
}

// " 00004 0001 19970101  2   29.33": master id, sample id, day, discs, dollars.
void post_sample(Host& host, const std::string& text) {
  Json customers = Json::array();
  Json entries = Json::array();
  std::istringstream lines(text);
  std::string master, code, date, dollars;
  int discs = 0;
  while (lines >> master >> code >> date >> discs >> dollars) {
    if (customers.empty() || customers.back()["code"] != code) {
      customers.push_back({{"code", code}, {"name", code}});
    }
    date.insert(6, "-").insert(4, "-");
    entries.push_back({{"customer", code},
                       {"date", date},
                       {"amount", std::llround(std::stod(dollars) * 100)},
                       {"document", "L" + std::to_string(entries.size())}});
  }
  REQUIRE(entries.size() == 6919);
  CHECK(call(host, "archive.put", {{"customers", std::move(customers)}})["created"] == 2357);
  call(host, "ledger.post", {{"source", "cdnow"}, {"entries", std::move(entries)}});
}

Json scheme_of(const Json& bg_nbd, const Json& gamma_gamma) {
  Json scheme = parse_json(R"({"code": "future", "calendar": {"timezone": "UTC"}, "returns": "gross",
    "factors": [
      {"code": "alive", "metric": {"kind": "probability_alive"}, "weight": 20,
       "scale": {"kind": "points", "points": [[0, 0], [1, 100]]}},
      {"code": "comes", "metric": {"kind": "expected_purchases", "horizon_weeks": 39}, "weight": 50,
       "scale": {"kind": "points", "points": [[0, 0], [2, 100]]}},
      {"code": "spends", "metric": {"kind": "expected_value"}, "weight": 30,
       "scale": {"kind": "points", "points": [[0, 0], [10000, 100]]}}],
    "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 60}, {"grade": "B", "enter": 40}]}})");
  for (const std::size_t factor : {0U, 1U}) scheme["factors"][factor]["metric"].update(bg_nbd);
  scheme["factors"][2]["metric"].update(gamma_gamma);
  return scheme;
}

double value_of(const Json& explanation, std::size_t factor) {
  return explanation["factors"][factor]["value"].get<double>();
}

void expect_published_fit(const Json& fit) {
  CHECK(fit["customers"] == 2357);
  CHECK(fit["repeat_purchases"] == 2457);
  CHECK(fit["returning"] == 946);
  const Json& bg_nbd = fit["bg_nbd"];
  const Json& found = bg_nbd["parameters"];
  CHECK(found["r"].get<double>() == doctest::Approx(.2425945).epsilon(1e-5));
  CHECK(found["alpha"].get<double>() == doctest::Approx(4.4136019).epsilon(1e-5));
  CHECK(found["a"].get<double>() == doctest::Approx(.7929199).epsilon(1e-5));
  CHECK(found["b"].get<double>() == doctest::Approx(2.4258881).epsilon(1e-5));
  CHECK(bg_nbd["log_likelihood"] == -9582.4292);
  CHECK(bg_nbd["is_determined"] == true);
  const Json& value = fit["gamma_gamma"];
  CHECK(value["customers"] == 946);
  CHECK(std::abs(value["parameters"]["p"].get<double>() - 6.25) < .005);
  CHECK(std::abs(value["parameters"]["q"].get<double>() - 3.74) < .005);
  CHECK(std::abs(value["parameters"]["v"].get<double>() - 1544) < .5);
  // The density of a mean in cents is a hundredth of that in dollars.
  CHECK(std::abs(value["log_likelihood"].get<double>() + 946 * std::log(100) - -4055.918) < 5e-4);
}

}  // namespace

TEST_CASE("cdnow: purchase models fitted from the ledger grade, explain and replay") {
  const auto path = real_file("cdnow/CDNOW_sample.txt");
  if (!path) return;
  TempDirectory directory;
  Host host;
  host.require(crmcore_db_open(directory.file("cdnow.crm").c_str(), -1,
                               R"({"create":true,"base_currency":"USD"})", -1, &host.db, &host.error));
  host.require(crmcore_conn_open(host.db, &host.conn, &host.error));
  post_sample(host, read_text(*path));

  // The day after the end of calibration.
  const Json fit = call(host, "grading.fit_purchases", {{"as_of", "1997-10-01"}, {"returns", "gross"}});
  expect_published_fit(fit);
  const Json cohort =
      call(host, "grading.fit_purchases",
           {{"as_of", "1997-10-01"}, {"returns", "gross"}, {"from", "1997-01-01"}, {"to", "1997-02-01"}});
  CHECK(cohort["customers"].get<std::int64_t>() < 1000);
  CHECK(cohort["customers"].get<std::int64_t>() > 500);

  const Json scheme = scheme_of(fit["bg_nbd"]["parameters"], fit["gamma_gamma"]["parameters"]);
  call(host, "grading.put_scheme", {{"document", scheme}});
  const Json review{{"scheme", "future"}, {"as_of", "1997-10-01"}};
  const Json preview = call(host, "grading.preview", review);
  Json commit = review;
  commit["plan"] = preview["plan"];
  const Json done = call(host, "grading.commit", commit);
  CHECK(done["plan"] == preview["plan"]);
  CHECK(done["subjects"] == 2357);

  // x = 2, t_x = 213 / 7, T = 272 / 7.
  const Json first = call(host, "grading.explain", {{"scheme", "future"}, {"customer", "0001"}});
  CHECK(std::abs(value_of(first, 0) - .72658) < 2e-4);
  CHECK(std::abs(value_of(first, 1) - 1.2260) < 1e-3);
  const std::array expected = {24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::string code = (i < 9 ? "000" : "00") + std::to_string(i + 1);
    const Json one = call(host, "grading.explain", {{"scheme", "future"}, {"customer", code}});
    CHECK(std::abs(value_of(one, 2) / 100 - expected[i]) < .1);
  }
  double contributions = 0;
  for (const Json& factor : first["factors"]) contributions += factor["contribution"].get<double>();
  CHECK(contributions == doctest::Approx(first["score"].get<double>()));
  const Json& goal = first["to_rise"]["by_one_factor"];
  CHECK(!goal.empty());

  // Nine months later the silent are likely to have left.
  Json later = review;
  later["as_of"] = "1998-07-01";
  call(host, "grading.commit", later);
  for (const int number : {1, 2}) {
    CHECK(call(host, "grading.replay", {{"review", number}})["is_identical"] == true);
  }
  Json candidate = scheme;
  candidate["factors"][1]["metric"]["horizon_weeks"] = 4;
  const Json changed = call(host, "grading.what_if", {{"scheme", "future"}, {"candidate", candidate}});
  CHECK(changed["changed"].get<std::int64_t>() > 0);
}
