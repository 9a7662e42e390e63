// Each metric on facts that are small enough to check by hand.
#include "grading/metric.hpp"

#include <doctest/doctest.h>

#include "grading/fixture.hpp"
#include "grading/model.hpp"
#include "grading/registry.hpp"

namespace crmcore::grading {
namespace {

// A model of one metric; `more` are members of the scheme, e.g. another treatment of returns.
Model model_of(const std::string& metric, const std::string& returns = "gross",
               const char* as_of = "2024-01-01") {
  const bool is_class = metric.find("\"class\"") != std::string::npos;
  const std::string scale = is_class ? R"(, "weight": 1, "scale": {"kind": "table", "other": 5,
    "scores": {"state": 90, "private": 40}})"
                                     : R"(, "weight": 1, "scale": {"kind": "min_max"})";
  return Model(
      scheme_of(
          R"({"code": "m", "version": 1, "returns": ")" + returns +
          R"(", "calendar": {"timezone": "UTC", "fiscal_month": 4}, "factors": [{"code": "x", "metric": )" +
          metric + scale + R"(}], "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 80},
                         {"grade": "B", "enter": 50}]}})"),
      *parse_date(as_of));
}

const LedgerTotals kTotals{10'000, 6'000, 1'000, 2'500, 700, 4, 9, Date{19'600}, Date{19'713}};

double measure(const Model& model, const SubjectFacts& facts) {
  double value = 0;
  model.measure(facts, std::span(&value, 1));
  return value;
}

double of_totals(const std::string& kind, const std::string& returns = "gross") {
  const Model model =
      model_of(R"({"kind": ")" + kind + R"(", "window": {"kind": "rolling", "months": 12}})", returns);
  CHECK(model.needs().windows == std::vector<DateRange>{{day("2023-01-01"), day("2024-01-01")}});
  SubjectFacts facts;
  facts.windows = std::span(&kTotals, 1);
  return measure(model, facts);
}

TEST_CASE("sums over one window, returns as declared") {
  CHECK(of_totals("revenue") == 10'000);
  CHECK(of_totals("revenue", "net_own") == 9'000);
  CHECK(of_totals("revenue", "net_original") == 7'500);
  CHECK(of_totals("cost", "net_own") == 6'000);
  CHECK(of_totals("margin") == 4'000);
  CHECK(of_totals("margin", "net_original") == 1'500);
  CHECK(of_totals("margin_rate") == doctest::Approx(.4));
  CHECK(of_totals("margin_rate", "net_own") == doctest::Approx(3.0 / 9));
  CHECK(of_totals("orders") == 4);
  CHECK(of_totals("recency_days") == 19'723 - 19'713);
  CHECK(of_totals("profit") == 3'300);
}

TEST_CASE("zero is not missing, and what cannot be said is") {
  const LedgerTotals none;
  SubjectFacts facts;
  facts.windows = std::span(&none, 1);
  const auto value = [&](const std::string& kind) {
    return measure(model_of(R"({"kind": ")" + kind + R"(", "window": {"kind": "rolling", "months": 12}})"),
                   facts);
  };
  for (const char* kind : {"revenue", "cost", "margin", "profit", "orders"}) CHECK(value(kind) == 0);
  for (const char* kind : {"margin_rate", "recency_days", "revenue_monthly"}) CHECK(std::isnan(value(kind)));
}

TEST_CASE("growth against the window before") {
  const auto growth = [](const std::string& kind, std::int64_t current, std::int64_t previous,
                         const char* first) {
    const Model model =
        model_of(R"({"kind": ")" + kind + R"(", "window": {"kind": "rolling", "months": 6}})");
    const std::vector<DateRange> windows = {{day("2023-07-01"), day("2024-01-01")},
                                            {day("2023-01-01"), day("2023-07-01")}};
    CHECK(model.needs().windows == windows);
    LedgerTotals totals[2];
    totals[0].revenue = current;
    totals[1].revenue = previous;
    SubjectFacts facts;
    facts.windows = totals;
    facts.first_entry = parse_date(first);
    return measure(model, facts);
  };
  CHECK(growth("growth", 150, 100, "2022-01-01") == doctest::Approx(.5));
  CHECK(growth("growth", 0, 100, "2023-01-01") == -1);
  CHECK(std::isnan(growth("growth", 150, 0, "2022-01-01")));
  CHECK(std::isnan(growth("growth", 150, 100, "2023-01-02")));
  CHECK(std::isnan(growth("growth", 150, 100, "")));
  CHECK(growth("growth_symmetric", 150, 50, "2022-01-01") == doctest::Approx(1));
  CHECK(growth("growth_symmetric", 50, 150, "2022-01-01") == doctest::Approx(-1));
  CHECK(growth("growth_symmetric", 5, 0, "2022-01-01") == 2);
  CHECK(std::isnan(growth("growth_symmetric", 0, 0, "2022-01-01")));
}

TEST_CASE("revenue per period since max(window start, first entry)") {
  const auto rate = [](const std::string& kind, const char* first, const char* as_of = "2024-01-01") {
    const Model model = model_of(
        R"({"kind": ")" + kind + R"(", "window": {"kind": "rolling", "months": 12}})", "gross", as_of);
    LedgerTotals totals;
    totals.revenue = 2'400;
    SubjectFacts facts;
    facts.windows = std::span(&totals, 1);
    facts.first_entry = parse_date(first);
    return measure(model, facts);
  };
  CHECK(rate("revenue_monthly", "2020-01-01") == 200);
  CHECK(rate("revenue_monthly", "2023-11-15") == 1'200);
  CHECK(rate("revenue_quarterly", "2020-01-01") == 600);
  CHECK(rate("revenue_quarterly", "2023-08-01") == 1'200);
  CHECK(rate("revenue_yearly", "2023-12-31") == 2'400);
  // Of a customer since December, in February: two quarters, three months. A window that begins within a
  // quarter touches five; it counts four.
  CHECK(rate("revenue_quarterly", "2023-12-20", "2024-02-15") == 1'200);
  CHECK(rate("revenue_monthly", "2023-12-20", "2024-02-15") == 800);
  CHECK(rate("revenue_quarterly", "2020-01-01", "2024-02-15") == 600);
  CHECK(rate("revenue_yearly", "2020-01-01", "2024-02-15") == 2'400);
}

TEST_CASE("profit: counted activities at the scheme's rates") {
  const Model model = model_of(R"({"kind": "profit", "window": {"kind": "lifetime"},
    "activities": {"visits": 300, "calls": 10}})");
  CHECK(model.needs().attributes == std::vector<std::string>{"visits", "calls"});
  const std::optional<AttributeFact> counts[] = {AttributeFact{4, Date{1}}, std::nullopt};
  SubjectFacts facts;
  facts.windows = std::span(&kTotals, 1);
  facts.attributes = counts;
  CHECK(measure(model, facts) == 3'300 - 1'200);
}

TEST_CASE("attributes: of the date, and not too old") {
  const Model model = model_of(R"({"kind": "attribute", "name": "credit", "max_age_days": 30})");
  const auto value = [&](std::optional<AttributeFact> fact) {
    SubjectFacts facts;
    facts.attributes = std::span(&fact, 1);
    return measure(model, facts);
  };
  const Date as_of = day("2024-01-01");
  CHECK(value(AttributeFact{640, as_of}) == 640);
  CHECK(value(AttributeFact{0, add_days(as_of, -30)}) == 0);
  CHECK(std::isnan(value(AttributeFact{640, add_days(as_of, -31)})));
  CHECK(std::isnan(value(AttributeFact{640, add_days(as_of, 1)})));
  CHECK(std::isnan(value(std::nullopt)));
}

TEST_CASE("classes: listed, not listed, unknown") {
  const Model model = model_of(R"({"kind": "class", "axis": "ownership"})");
  CHECK(model.needs().classes == std::vector<ClassNeed>{{"ownership", {"state", "private"}}});
  const auto value = [&](Category category) {
    SubjectFacts facts;
    facts.classes = std::span(&category, 1);
    return measure(model, facts);
  };
  CHECK(value(0) == 0);
  CHECK(value(1) == 1);
  CHECK(value(kUnlisted) == 2);
  CHECK(std::isnan(value(kUnclassified)));
}

constexpr std::string_view kBgNbd = R"("r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426)";
constexpr std::string_view kGammaGamma = R"("p": 6.25, "q": 3.74, "v": 1544)";

double of_history(const std::string& kind, const PurchaseHistory& history,
                  const std::string& returns = "gross") {
  const std::string_view parameters = kind == "expected_value" ? kGammaGamma : kBgNbd;
  const std::string_view horizon = kind == "expected_purchases" ? R"(, "horizon_weeks": 39)" : "";
  const Model model = model_of(
      R"({"kind": ")" + kind + "\", " + std::string(parameters) + std::string(horizon) + "}", returns);
  CHECK(model.needs().purchases);
  CHECK(model.needs().windows.empty());
  SubjectFacts facts;
  facts.purchases = &history;
  return measure(model, facts);
}

// x = 2, t_x = 30 3/7, T = 38 6/7: the customer whose values were published.
PurchaseHistory bought_thrice() {
  const Date as_of = day("2024-01-01");
  PurchaseHistory history{3, add_days(as_of, -273), add_days(as_of, -273 + 213), {}};
  history.later.revenue = 4'469;
  history.later.reversal_own = 1'000;
  history.later.reversal_original = 4'469;
  return history;
}

TEST_CASE("purchase models, observed until the day before as_of") {
  const PurchaseHistory thrice = bought_thrice();
  CHECK(of_history("expected_purchases", thrice) == doctest::Approx(1.2260).epsilon(1e-4));
  CHECK(of_history("probability_alive", thrice) == doctest::Approx(.72658).epsilon(5e-5));
  CHECK(of_history("expected_value", thrice) == 2466);
  const double less = 6.25 * (1544 + 3469) / (2 * 6.25 + 2.74);
  CHECK(of_history("expected_value", thrice, "net_own") == std::round(less));
  CHECK(std::isnan(of_history("expected_value", thrice, "net_original")));
  for (const char* kind : {"expected_purchases", "probability_alive"}) {
    const double value = of_history(kind, thrice);
    CHECK(value == std::round(value * 1e6) / 1e6);
  }
}

TEST_CASE("purchase models: one purchase, and none") {
  const Date as_of = day("2024-01-01");
  for (const std::int32_t days : {1, 100, 20'000}) {
    const PurchaseHistory once{1, add_days(as_of, -days), add_days(as_of, -days), {}};
    CHECK(of_history("probability_alive", once) == 1);
    CHECK(of_history("expected_purchases", once) > 0);
    CHECK(of_history("expected_value", once) == std::round(6.25 * 1544 / 2.74));
  }
  for (const char* kind : {"expected_purchases", "probability_alive", "expected_value"}) {
    CHECK(std::isnan(of_history(kind, {})));
  }
}

TEST_CASE("needs are asked once") {
  const Model model(
      scheme_of(R"({"code": "m", "version": 1, "returns": "gross", "calendar": {"timezone": "UTC"},
    "factors": [
    {"code": "a", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 12}}},
    {"code": "b", "metric": {"kind": "margin", "window": {"kind": "calendar", "unit": "year"}}},
    {"code": "c", "metric": {"kind": "growth", "window": {"kind": "rolling", "months": 12}}}],
    "cut": {"kind": "share", "on": "a", "cuts": [20, 50]}})"),
      day("2024-01-01"));
  CHECK(model.needs().windows.size() == 2);
}

TEST_CASE("every metric of the registry says what it is") {
  for (const MetricKind* kind : metric_kinds()) {
    CAPTURE(kind->id);
    CHECK(find_metric_kind(kind->id) == kind);
    CHECK(!kind->summary.empty());
    CHECK(!kind->formula.empty());
    CHECK(kind->version >= 1);
  }
  CHECK(find_metric_kind("nothing") == nullptr);
}

}  // namespace
}  // namespace crmcore::grading
