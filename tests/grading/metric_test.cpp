// Each metric on facts that are small enough to check by hand.
#include "grading/metric.hpp"

#include <doctest/doctest.h>

#include "grading/fixture.hpp"
#include "grading/model.hpp"

namespace crmcore::grading {
namespace {

// A model of one metric; `more` are members of the scheme, e.g. another treatment of returns.
Model model_of(const std::string& metric, const std::string& returns = "gross") {
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
      *parse_date("2024-01-01"));
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
  const auto rate = [](const std::string& kind, const char* first) {
    const Model model =
        model_of(R"({"kind": ")" + kind + R"(", "window": {"kind": "rolling", "months": 12}})");
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
