// Amounts at the bound: what is accepted can be answered by everything, and what could not be is refused.
#include <cmath>
#include <cstdlib>
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/sum.hpp"
#include "engine/archive_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

constexpr std::int64_t kCard = 6222021234567890;  // the number of a bank card, typed where the amount belongs

// All metrics of money and rates of it, and a product that is far beyond.
constexpr std::string_view kAllMoney =
    R"({"code": "money", "calendar": {"timezone": "UTC"}, "returns": "net_own",
  "factors": [
    {"code": "margin", "weight": 50, "metric": {"kind": "margin", "window": {"kind": "lifetime"}},
     "scale": {"kind": "z_score"}},
    {"code": "revenue", "weight": 50, "metric": {"kind": "revenue", "window": {"kind": "lifetime"}},
     "scale": {"kind": "percentile"}},
    {"code": "cost", "metric": {"kind": "cost", "window": {"kind": "rolling", "months": 1}}},
    {"code": "profit", "metric": {"kind": "profit", "window": {"kind": "lifetime"},
     "activities": {"visits": 1000000000000}}},
    {"code": "monthly", "metric": {"kind": "revenue_monthly", "window": {"kind": "lifetime"}}},
    {"code": "growth", "metric": {"kind": "growth", "window": {"kind": "rolling", "months": 1}}},
    {"code": "rate", "metric": {"kind": "margin_rate", "window": {"kind": "lifetime"}}},
    {"code": "credit", "metric": {"kind": "attribute", "name": "visits"}},
    {"code": "spends", "metric": {"kind": "expected_value", "p": 1000000, "q": 0.001, "v": 1000000000000}}],
  "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 60}, {"grade": "B", "enter": 30}]}})";

// The smaller of two, so that it may be put beside: by value alone, whose sums the cut reads.
constexpr std::string_view kByProfit = R"({"code": "profit", "calendar": {"timezone": "UTC"},
  "returns": "net_original", "factors": [
    {"code": "profit", "metric": {"kind": "profit", "window": {"kind": "lifetime"},
     "activities": {"visits": 1}}},
    {"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "lifetime"}}}],
  "cut": {"kind": "pareto", "on": "revenue", "cuts": [50, 80]}})";

struct Till {
  explicit Till(int customers = 3) {
    connection.call("archive.define_attribute", R"({"code": "visits", "name": "Visits", "type": "integer"})");
    connection.call("classification.define_ready_made", "{}");
    for (int i = 1; i <= customers; ++i) {
      connection.call("archive.put", dump_json({{"customers", {{{"code", name(i)}, {"name", name(i)}}}}}));
    }
    connection.call("grading.put_scheme", R"({"document":)" + std::string(kAllMoney) + "}");
    connection.call("grading.put_scheme", R"({"document":)" + std::string(kByProfit) + "}");
  }

  static std::string name(std::int64_t customer) { return "C" + std::to_string(customer); }

  Json call(std::string_view method, const Json& request) {
    return parse_json(connection.call(method, dump_json(request)));
  }
  Json entry(std::int64_t customer, std::string_view kind, std::int64_t amount,
             std::string_view date = "2024-01-02") {
    return {{"customer", name(customer)},
            {"kind", kind},
            {"amount", amount},
            {"date", date},
            {"document", "D" + std::to_string(++documents)}};
  }
  Json post(const std::vector<Json>& entries) {
    Json list = Json::array();
    for (const Json& one : entries) list.push_back(one);
    return call("ledger.post", {{"source", "till"}, {"is_future", true}, {"entries", std::move(list)}});
  }

  TempArchive archive;
  Connection connection = archive.connect();
  int documents = 0;
};

// "code path" of what is refused; empty when it is accepted.
template <class Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return std::string(code_name(error.code())) + " " + error.path();
  }
  return {};
}

void require_numbers(const Json& json) {
  if (json.is_array()) {
    for (const Json& element : json) require_numbers(element);
  } else if (json.is_object()) {
    for (const auto& member : json.items()) {
      CAPTURE(std::string(member.first));
      require_numbers(member.second);
    }
  } else if (json.is_number_integer()) {
    const auto number = json.get<std::int64_t>();
    CHECK((-kIntegerMax <= number && number <= kIntegerMax));
  } else if (json.is_number_float()) {
    CHECK(std::abs(json.get<double>()) <= static_cast<double>(kIntegerMax));
  }
}

std::string digits(const Json& object, const std::string& name) {
  const Json& number = object[name];
  return number.is_null() ? object[name + "_text"].text() : std::to_string(number.get<std::int64_t>());
}

// Asks everything that answers sums: none is refused, no number is beyond.
void ask_everything(Till& till, int customers) {
  static int as_of = 0;
  const std::string day = format_date(add_days(testing::day("2024-02-01"), ++as_of % 20));
  const auto ask = [&](std::string_view method, const Json& request) {
    CAPTURE(method);
    Json answer;
    CHECK(refusal([&] { answer = till.call(method, request); }) == "");
    require_numbers(answer);
    return answer;
  };
  for (const std::string_view scheme : {"money", "profit"}) {
    const Json of_scheme{{"scheme", scheme}};
    const Json dated{{"scheme", scheme}, {"as_of", day}, {"kind", "ad_hoc"}, {"is_future", true}};
    ask("grading.preview", dated);
    ask("grading.commit", dated);
    for (const auto* method : {"grading.pyramid", "grading.concentration", "grading.stability",
                               "grading.problems", "grading.list_reviews"}) {
      ask(method, of_scheme);
    }
    ask("grading.movers", {{"scheme", scheme}, {"limit", 10}});
    ask("grading.what_if", {{"scheme", scheme}, {"candidate", parse_json(kByProfit)}});
    for (int i = 1; i <= customers; ++i) {
      ask("grading.explain", {{"scheme", scheme}, {"customer", Till::name(i)}});
    }
  }
  ask("grading.worth", {{"as_of", day}});
  for (int i = 1; i <= customers; ++i) ask("ledger.months", {{"customer", Till::name(i)}});
  const Json dimensions = parse_json(R"([{"axis": "region"}])");
  ask("classification.cross_tab", {{"dimensions", dimensions}, {"attribute", "visits"}});
  ask("classification.cross_tab",
      {{"dimensions", dimensions}, {"revenue", {{"from", "2023-01-01"}, {"to", "2025-01-01"}}}});
  ask("database.query", {{"sql", "SELECT * FROM ledger_month"}});
  ask("database.query", {{"sql", "SELECT sum(revenue), sum(cost), sum(revenue - cost) FROM ledger_month"}});
  ask("database.query", {{"sql", "SELECT * FROM grade_score"}});
  ask("database.changes", Json::object());
  CHECK(ask("database.verify", Json::object())["is_ok"] == true);
}

}  // namespace

TEST_CASE("a card's number twice: the second is refused, the first can be answered and taken back") {
  Till till;
  till.post({till.entry(1, "revenue", kCard), till.entry(2, "revenue", 100)});
  const Json again = till.entry(1, "revenue", kCard);
  CHECK(refusal([&] { till.post({till.entry(2, "revenue", 1), again}); }) == "RANGE /entries/1/amount");
  CHECK(refusal([&] { till.post({till.entry(1, "revenue", kCard, "2023-05-01")}); }) ==
        "RANGE /entries/0/amount");
  ask_everything(till, 3);
  till.post({till.entry(1, "reversal", kCard), till.entry(1, "revenue", 5)});
  ask_everything(till, 3);
}

TEST_CASE("a delivery is delivered again, whatever the turnover has become") {
  Till till;
  const Json first = till.entry(1, "revenue", kIntegerMax);
  till.post({first});
  CHECK(till.post({first})["already"] == 1);
  std::vector<Json> many(20, first);
  for (std::size_t i = 1; i < many.size(); ++i) many[i] = till.entry(2, "revenue", kIntegerMax / 19);
  CHECK(till.post(many)["posted"] == 19);
  CHECK(till.post(many)["already"] == 20);
  ask_everything(till, 3);
}

TEST_CASE("the bound is met and passed by one, of each side") {
  struct Case {
    const char* kind;
    std::int64_t sign;
    const char* beside;  // shares the bound
    std::int64_t beside_sign;
  };
  for (const Case& c : {Case{"revenue", 1, "cost", -1}, Case{"revenue", 1, "cost", 1},
                        Case{"reversal", 1, "cost", 1}, Case{"cost", 1, "revenue", 1},
                        Case{"cost", -1, "activity_cost", -1}, Case{"activity_cost", 1, "cost", 1}}) {
    CAPTURE(c.kind);
    CAPTURE(c.beside);
    Till till;
    till.post({till.entry(1, c.kind, c.sign * (kIntegerMax - 7), "2023-01-31")});
    till.post({till.entry(1, c.beside, c.beside_sign * 7)});
    for (const std::string_view date : {"2023-01-31", "2024-01-02", "2022-02-02"}) {
      CHECK(refusal([&] { till.post({till.entry(1, c.kind, c.sign, date)}); }) == "RANGE /entries/0/amount");
      CHECK(refusal([&] { till.post({till.entry(1, c.beside, c.beside_sign, date)}); }) ==
            "RANGE /entries/0/amount");
    }
    till.post({till.entry(2, c.kind, c.sign * kIntegerMax)});
    ask_everything(till, 3);
  }
}

TEST_CASE("opposite greatest costs of one day are summed in the order of posting, however many there are") {
  Till till;
  const auto cost = [&](std::int64_t sign) {
    return till.entry(1, "cost", sign * kIntegerMax, "2024-01-02");
  };
  till.post({cost(1)});
  till.post({cost(-1)});
  till.post({cost(1)});  // the archive's turnover cannot be answered any more
  // Readers that took all costs first would be beyond 64 bits.
  for (int i = 0; i < 1100; ++i) {
    till.post({cost(-1)});
    till.post({cost(1)});
  }
  CHECK(refusal([&] { till.post({till.entry(1, "cost", 1, "2024-01-02")}); }) == "RANGE /entries/0/amount");
  ask_everything(till, 3);
  // As many days as are packed at once elsewhere: nothing of it is read before what is recent.
  for (int round = 0; round < 4; ++round) {
    std::vector<Json> many{cost(-1)};
    for (int i = 0; i < 5000; ++i) {
      many.push_back(till.entry(2, "revenue", 1, format_date(add_days(day("1990-01-01"), i))));
    }
    till.post(many);
    till.post({cost(1)});
    ask_everything(till, 3);
  }
}

TEST_CASE("every way in is bounded") {
  Till till;
  till.post({till.entry(1, "revenue", kIntegerMax - 100)});
  const CustomerId customer{1};

  Ledger ledger(till.connection);
  const auto typed = [&](std::int64_t amount) {
    EntryInput entry;
    entry.customer = customer;
    entry.date = day("2024-01-01");
    entry.amount = Money{amount};
    entry.document = "typed";
    ledger.post({"typed", ""}, std::span(&entry, 1));
  };
  CHECK(refusal([&] { typed(101); }) == "RANGE /entries/0/amount");
  CHECK(refusal([&] { typed(50); }) == "");

  const auto columns = [&](std::int64_t amount) {
    const std::vector<std::int64_t> ids{customer.value, customer.value};
    const std::vector<std::int64_t> days{19'000, 19'000};
    const std::vector<std::int64_t> amounts{1, amount};
    const std::vector<std::string_view> documents{"K1", "K2"};
    const std::vector<ImportColumn> given{{"customer_id", {}, ids, {}},
                                          {"day", {}, days, {}},
                                          {"amount", {}, amounts, {}},
                                          {"document", documents, {}, {}}};
    ledger.post_columns({"columns", ""}, given);
  };
  CHECK(refusal([&] { columns(50); }) == "RANGE /amount/1");
  CHECK(refusal([&] { columns(19); }) == "");

  const Json csv{{"source", "csv"},
                 {"csv", "customer,date,document,amount\nC1,2024-01-01,a,0.31\nC1,2024-01-01,b,0.30\n"},
                 {"on_failure", "skip"}};
  const Json imported = till.call("ledger.import_entries", csv);
  CHECK(imported["created"] == 1);
  CHECK(imported["failed"] == 1);
  CHECK(till.call("ledger.import_entries", csv)["unchanged"] == 1);

  Json foreign = till.entry(2, "revenue", kIntegerMax / 7);
  foreign["currency"] = "USD";
  foreign["rate"] = "7";
  Json more = till.entry(2, "revenue", 1);
  more["currency"] = "USD";
  more["rate"] = "7";
  till.post({foreign});
  CHECK(refusal([&] { till.post({more}); }) == "RANGE /entries/0/amount");
  ask_everything(till, 3);
}

TEST_CASE("sums over customers that are beyond are told exactly, as text") {
  Till till(1030);
  std::vector<Json> entries;
  for (int i = 1; i <= 1030; ++i) entries.push_back(till.entry(i, "revenue", kIntegerMax - i));
  till.post(entries);
  const Wide whole = Wide{kIntegerMax} * 1030 - 1030 * 1031 / 2;
  const std::string exact = to_sum(whole).text;
  CHECK(exact.size() == 19);

  Json table =
      till.call("classification.cross_tab", {{"dimensions", parse_json(R"([{"axis": "region"}])")},
                                             {"revenue", {{"from", "2023-01-01"}, {"to", "2025-01-01"}}}});
  require_numbers(table);
  CHECK(table["sum"].is_null());
  CHECK(digits(table, "sum") == exact);
  CHECK(digits(table["cells"][0], "sum") == exact);

  till.call("grading.commit",
            {{"scheme", "profit"}, {"as_of", "2024-03-01"}, {"kind", "ad_hoc"}, {"is_future", true}});
  for (int again = 0; again < 2; ++again) {
    Json told = till.call("grading.pyramid", Json{{"scheme", "profit"}});
    require_numbers(told);
    CHECK(digits(told["tiers"][0], "value") == to_sum(Wide{kIntegerMax} * 515 - 515 * 516 / 2).text);
    told = till.call("grading.concentration", Json{{"scheme", "profit"}});
    require_numbers(told);
    CHECK(digits(told["whale_curve"].back(), "value") == exact);
    CHECK(told["whale_curve"][0]["value_text"].text() == to_sum(Wide{kIntegerMax} * 10 - 55).text);
    CHECK(told["gini"].get<double>() == doctest::Approx(0));
  }
  const Json moved =
      till.call("grading.what_if", {{"scheme", "profit"}, {"candidate", parse_json(kAllMoney)}});
  require_numbers(moved);
  CHECK(moved["value"][0][0].is_null());
  CHECK(moved["value"][0][2] == Json(0));
  CHECK(moved["value_text"][0][2].is_null());
  CHECK(moved["value_down"].is_null());
  CHECK(moved["value_down_text"].text().size() == 19);
  CHECK(till.call("grading.replay", {{"review", 1}})["is_identical"] == true);
  const Json rows =
      till.call("database.query", {{"sql", "SELECT sum(revenue) FROM ledger_month WHERE customer_id < 3"}});
  CHECK(rows["rows"][0][0] == std::to_string(2 * kIntegerMax - 3));
  CHECK(till.connection.query("SELECT sum(revenue) AS s FROM ledger_month WHERE customer_id < 3")
            .drain_json() == R"([{"s":")" + std::to_string(2 * kIntegerMax - 3) + R"("}])");
}

TEST_CASE("extreme amounts in any order: what is accepted is answered, to the last digit") {
  CHECK(rc::check([] {
    Till till;
    for (int i = 1; i <= 3; ++i) {
      till.call("archive.put", {{"customers",
                                 {{{"code", Till::name(i)},
                                   {"name", Till::name(i)},
                                   {"attributes", {{"visits", i == 3 ? -kIntegerMax : kIntegerMax}}}}}}});
    }
    std::map<std::string, Wide> expected;
    const int posts = *rc::gen::inRange(1, 25);
    for (int i = 0; i < posts; ++i) {
      const std::string kind = *rc::gen::element<std::string>("revenue", "cost", "reversal", "activity_cost");
      const int customer = *rc::gen::inRange(1, 4);
      const std::int64_t sign = kind.ends_with("cost") && *rc::gen::arbitrary<bool>() ? -1 : 1;
      const std::int64_t amount = sign * *rc::gen::element<std::int64_t>(0, 1, 99, kCard, kIntegerMax,
                                                                         kIntegerMax / 2, kIntegerMax / 3);
      const std::string date =
          *rc::gen::element<std::string>("2023-12-31", "2024-01-01", "2024-01-02", "2024-01-31");
      const std::string found = refusal([&] { till.post({till.entry(customer, kind, amount, date)}); });
      RC_ASSERT(found.empty() || found == "RANGE /entries/0/amount");
      if (!found.empty()) continue;
      if (kind == "revenue" || kind == "reversal") expected["net"] += kind == "revenue" ? amount : -amount;
      expected[kind + date.substr(0, 7) + Till::name(customer)] += amount;
    }
    ask_everything(till, 3);
    const Json table =
        till.call("classification.cross_tab", {{"dimensions", parse_json(R"([{"axis": "region"}])")},
                                               {"revenue", {{"from", "2023-01-01"}, {"to", "2025-01-01"}}}});
    const Sum net = to_sum(expected["net"]);
    RC_ASSERT(digits(table, "sum") == (net.number ? std::to_string(*net.number) : net.text));
    for (int customer = 1; customer <= 3; ++customer) {
      const Json told = till.call("ledger.months", {{"customer", Till::name(customer)}});
      for (const Json& month : told["months"]) {
        for (const std::string kind : {"revenue", "cost", "activity_cost"}) {
          RC_ASSERT(Wide{month[kind].get<std::int64_t>()} ==
                    expected[kind + month["month"].text() + Till::name(customer)]);
        }
      }
    }
  }));
}
