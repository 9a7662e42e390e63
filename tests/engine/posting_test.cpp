// Posting: once and only once, whatever the order, with every bad entry refused and nothing applied.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <vector>

#include "archive_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct Shop {
  TempArchive archive;
  Connection connection = archive.connect();
  Ledger ledger{connection};

  Shop() {
    connection.set_now(std::int64_t{day("2024-06-01").days} * 86'400'000'000);
    std::vector<CustomerInput> customers;
    for (int i = 1; i <= 20; ++i) customers.push_back(customer("C" + std::to_string(i), "Customer"));
    Archive(connection).put(customers);
  }

  std::string dump(const char* sql) { return connection.query(sql).drain_json(); }
  std::string totals() { return dump("SELECT * FROM ledger_month ORDER BY customer_id, month"); }
  std::string state() {
    return totals() + dump("SELECT * FROM ledger_entry") + dump("SELECT * FROM change_log");
  }
};

EntryInput entry(std::int64_t id, std::string_view date, std::int64_t amount, std::string_view document,
                 std::int64_t line = 1) {
  EntryInput input;
  input.customer = CustomerId{id};
  input.date = day(date);
  input.amount = Money{amount};
  input.document = document;
  input.line = line;
  return input;
}

}  // namespace

TEST_CASE("what is wrong with an entry is refused with code and path, and nothing is applied") {
  struct Case {
    const char* what;
    void (*spoil)(EntryInput&);
    Code code;
    const char* path;
  };
  const Case cases[] = {
      {"unknown customer", [](EntryInput& e) { e.customer = CustomerId{99}; }, Code::not_found,
       "/entries/1/customer"},
      {"no customer", [](EntryInput& e) { e.customer = {}; }, Code::not_found, "/entries/1/customer"},
      {"negative customer", [](EntryInput& e) { e.customer = CustomerId{-1}; }, Code::not_found,
       "/entries/1/customer"},
      {"date too late", [](EntryInput& e) { e.date = Date{kDateMax.days + 1}; }, Code::range,
       "/entries/1/date"},
      {"date too early", [](EntryInput& e) { e.date = Date{kDateMin.days - 1}; }, Code::range,
       "/entries/1/date"},
      {"unknown kind", [](EntryInput& e) { e.kind = static_cast<EntryKind>(4); }, Code::invalid,
       "/entries/1/kind"},
      {"negative revenue", [](EntryInput& e) { e.amount = Money{-1}; }, Code::invalid, "/entries/1/amount"},
      {"negative reversal", [](EntryInput& e) { e.kind = EntryKind::reversal, e.amount = Money{-1}; },
       Code::invalid, "/entries/1/amount"},
      {"beyond 2^53", [](EntryInput& e) { e.amount = Money{kIntegerMax + 1}; }, Code::range,
       "/entries/1/amount"},
      {"negated minimum", [](EntryInput& e) { e.kind = EntryKind::cost, e.amount = Money{INT64_MIN}; },
       Code::range, "/entries/1/amount"},
      {"negative line", [](EntryInput& e) { e.line = -1; }, Code::range, "/entries/1/line"},
      {"line too great", [](EntryInput& e) { e.line = std::int64_t{1} << 31; }, Code::range,
       "/entries/1/line"},
      {"blank document", [](EntryInput& e) { e.document = ""; }, Code::invalid, "/entries/1/document"},
      {"broken document", [](EntryInput& e) { e.document = "\xff"; }, Code::utf8, "/entries/1/document"},
      {"original of a sale", [](EntryInput& e) { e.original_date = day("2023-01-01"); }, Code::invalid,
       "/entries/1/original_date"},
      {"original after the return",
       [](EntryInput& e) { e.kind = EntryKind::reversal, e.original_date = day("2030-01-01"); },
       Code::invalid, "/entries/1/original_date"},
      {"unknown currency", [](EntryInput& e) { e.currency = "XYZ", e.rate = "1"; }, Code::invalid,
       "/entries/1/currency"},
      {"no rate", [](EntryInput& e) { e.currency = "USD"; }, Code::invalid, "/entries/1/rate"},
      {"rate of zero", [](EntryInput& e) { e.currency = "USD", e.rate = "0"; }, Code::invalid,
       "/entries/1/rate"},
      {"rate for the base currency", [](EntryInput& e) { e.rate = "7"; }, Code::invalid, "/entries/1/rate"},
      {"rate with an exponent", [](EntryInput& e) { e.currency = "USD", e.rate = "7e1"; }, Code::invalid,
       "/entries/1/rate"},
  };
  Shop shop;
  const std::string before = shop.state();
  for (const Case& row : cases) {
    CAPTURE(row.what);
    EntryInput entries[] = {entry(1, "2024-01-01", 100, "A"), entry(1, "2024-01-01", 100, "B")};
    row.spoil(entries[1]);
    try {
      shop.ledger.post({"erp", {}}, entries);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == row.code);
      CHECK(error.path() == row.path);
    }
    CHECK(shop.state() == before);
  }
}

TEST_CASE("a key that returns with other content is a conflict that names both") {
  Shop shop;
  const EntryInput first[] = {entry(1, "2024-01-01", 100, "A")};
  shop.ledger.post({"erp", {}}, first);
  const EntryInput other[] = {entry(1, "2024-01-01", 101, "A")};
  try {
    shop.ledger.post({"erp", {}}, other);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code() == Code::conflict);
    CHECK(error.message().find("revenue, 1.00 CNY") != std::string::npos);
    CHECK(error.message().find("revenue, 1.01 CNY") != std::string::npos);
    CHECK(error.message().find("customer Customer (C1), ") != std::string::npos);
  }
  CHECK(shop.ledger.post({"other feed", {}}, other).posted == 1);
}

TEST_CASE("a batch counts once as a whole") {
  Shop shop;
  const EntryInput entries[] = {entry(1, "2024-01-01", 100, "A"), entry(2, "2024-01-01", 50, "B")};
  CHECK(shop.ledger.post({"erp", "2024-01-01"}, entries).posted == 2);
  const std::string before = shop.state();
  CHECK(shop.ledger.post({"erp", "2024-01-01"}, entries).already == 2);
  CHECK(shop.state() == before);
  try {
    shop.ledger.post({"erp", "2024-01-01"}, std::span(entries, 1));
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code() == Code::conflict);
    CHECK(error.path() == "/batch");
  }
  CHECK(shop.state() == before);
}

TEST_CASE("an amount of another currency is converted and kept") {
  Shop shop;
  EntryInput entries[] = {entry(1, "2024-01-01", 1001, "A")};
  entries[0].currency = "USD";
  entries[0].rate = "7.1005";  // 10.01 x 7.1005 = 71.076005
  shop.ledger.post({"erp", {}}, entries);
  CHECK(shop.ledger.post({"erp", {}}, entries).already == 1);
  CHECK(shop.dump("SELECT amount, foreign_currency, foreign_amount, rate FROM ledger_entry") ==
        R"([{"amount":7108,"foreign_currency":"USD","foreign_amount":1001,"rate":"7.1005"}])");
}

TEST_CASE("totals do not depend on the order, the batches or the repetition of deliveries") {
  CHECK(rc::check([] {
    const int count = *rc::gen::inRange(1, 60);
    std::vector<EntryInput> entries;
    static const std::string kDocuments[] = {"D1", "D2", "D3", "D4", "D5"};
    for (int i = 0; i < count; ++i) {
      EntryInput input = entry(*rc::gen::inRange<std::int64_t>(1, 5), "2024-01-01",
                               *rc::gen::inRange(0, 100'000), kDocuments[*rc::gen::inRange(0, 5)], i);
      input.date = Date{input.date.days + *rc::gen::inRange(0, 70)};
      input.kind = static_cast<EntryKind>(*rc::gen::inRange(0, 4));
      if (input.kind == EntryKind::reversal && *rc::gen::arbitrary<bool>()) {
        input.original_date = Date{input.date.days - *rc::gen::inRange(0, 70)};
      }
      entries.push_back(input);
    }
    Shop together;
    together.ledger.post({"erp", {}}, entries);
    Shop apart;
    std::reverse(entries.begin(), entries.end());
    for (std::size_t i = 0; i < entries.size(); i += 3) {
      const std::span part(entries.data() + i, std::min<std::size_t>(3, entries.size() - i));
      apart.ledger.post({"erp", {}}, part);
      apart.ledger.post({"erp", {}}, part);
    }
    RC_ASSERT(together.totals() == apart.totals());
    RC_ASSERT(together.dump("SELECT code, status, first_entry FROM customer") ==
              apart.dump("SELECT code, status, first_entry FROM customer"));
    RC_ASSERT(apart.connection.verify(false).find(R"("is_ok":true)") != std::string::npos);
  }));
}

TEST_CASE("many entries in one call are posted as one after the other, repeated or at fault anywhere") {
  static const std::string kDocuments[] = {"D1", "D2", "单据3", "D4", "D5"};
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(16, 100);
    std::vector<EntryInput> entries;
    for (std::size_t i = 0; i < count; ++i) {
      entries.push_back(entry(*rc::gen::inRange<std::int64_t>(1, 5), "2024-01-01",
                              *rc::gen::inRange(0, 100'000), kDocuments[*rc::gen::inRange(0, 5)],
                              static_cast<std::int64_t>(i)));
      entries.back().date = Date{entries.back().date.days + *rc::gen::inRange(0, 70)};
      if (*rc::gen::inRange(0, 40) == 0) entries.back().currency = "USD", entries.back().rate = "7";
    }
    // One in the middle was delivered before, or stands twice.
    const EntryInput repeated = entries[*rc::gen::inRange<std::size_t>(0, count)];
    const bool is_twice = *rc::gen::arbitrary<bool>();
    if (is_twice) entries.push_back(repeated);
    Shop together;
    Shop apart;
    for (Shop* shop : {&together, &apart}) {
      if (!is_twice) shop->ledger.post({"erp", {}}, std::span(&repeated, 1));
    }
    std::vector<EntryInput> wrong = entries;
    const auto at = *rc::gen::inRange<std::size_t>(0, count);
    wrong[at].amount.minor = -1;
    const std::string before = together.state();
    try {
      together.ledger.post({"erp", {}}, wrong);
      RC_FAIL("accepted");
    } catch (const Error& error) {
      RC_ASSERT(error.path() == "/entries/" + std::to_string(at) + "/amount");
    }
    RC_ASSERT(together.state() == before);

    const PostResult result = together.ledger.post({"erp", {}}, entries);
    PostResult sum{};
    for (const EntryInput& one : entries) {
      const PostResult added = apart.ledger.post({"erp", {}}, std::span(&one, 1));
      sum.posted += added.posted;
      sum.already += added.already;
    }
    RC_ASSERT(result.posted == sum.posted);
    RC_ASSERT(result.already == 1);
    RC_ASSERT(sum.already == 1);
    RC_ASSERT(together.dump("SELECT * FROM ledger_entry") == apart.dump("SELECT * FROM ledger_entry"));
    RC_ASSERT(together.totals() == apart.totals());
    RC_ASSERT(together.connection.verify(false).find(R"("is_ok":true)") != std::string::npos);
  }));
}

TEST_CASE("a posting tells who becomes existing, of many only how many") {
  for (const std::size_t count : {1U, 64U, 65U, 3000U}) {
    CAPTURE(count);
    TempArchive archive;
    Connection connection = archive.connect();
    std::vector<CustomerInput> customers;
    std::vector<EntryInput> entries;
    static const std::string document = "D";
    for (std::size_t i = 1; i <= count; ++i) {
      customers.push_back(customer("C" + std::to_string(i), "Customer"));
      const auto id = static_cast<std::int64_t>(count + 1 - i);
      for (const char* date : {"2024-02-01", "2024-01-02"})
        entries.push_back(entry(id, date, 100, document, static_cast<std::int64_t>(entries.size())));
    }
    Archive(connection).put(customers);
    // Who was lost is existing again, by an event of its own.
    Archive(connection).set_lost(CustomerId{1}, true);
    Ledger(connection).post({"erp", {}, {.is_future = true}}, entries);
    const auto rows = [&](const std::string& sql) { return connection.query(sql).drain_json(); };
    const std::string became = std::to_string(count - 1);
    CHECK(
        rows("SELECT count(*) AS n FROM customer WHERE status = 'existing' AND first_entry = '2024-01-02'") ==
        R"([{"n":)" + std::to_string(count) + "}]");
    CHECK(rows("SELECT count(*) AS n FROM change_log WHERE kind = 'customer.regained'") == R"([{"n":1}])");
    CHECK(rows("SELECT status, first_entry FROM customer WHERE customer_id = 1") ==
          R"([{"status":"existing","first_entry":"2024-01-02"}])");
    const std::string told = count - 1 <= 64 ? became : "0";
    CHECK(rows("SELECT count(*) AS n FROM change_log WHERE kind = 'customer.became_existing'") ==
          R"([{"n":)" + told + "}]");
    CHECK(rows("SELECT json_extract(body, '$.became_existing') AS n FROM change_log WHERE kind = "
               "'ledger.posted'") == R"([{"n":)" + became + "}]");
    CHECK(connection.verify(false).find(R"("is_ok":true)") != std::string::npos);
  }
}

TEST_CASE("an order is one document, on its customer's earliest day") {
  Shop shop;
  const EntryInput entries[] = {entry(1, "2024-02-03", 10, "A", 2), entry(1, "2024-01-31", 10, "A", 1),
                                entry(2, "2024-02-03", 10, "A", 3), entry(1, "2024-02-04", 10, "B", 1)};
  shop.ledger.post({"erp", {}}, entries);
  CHECK(shop.dump("SELECT customer_id, month, orders, entries FROM ledger_month ORDER BY 1, 2") ==
        R"([{"customer_id":1,"month":202401,"orders":1,"entries":1},)"
        R"({"customer_id":1,"month":202402,"orders":1,"entries":2},)"
        R"({"customer_id":2,"month":202402,"orders":1,"entries":1}])");
}

// Without an end, ledger.months ended before 9999-12-31, as if that day had been given as the end.
TEST_CASE("without an end the months reach to the last day there is") {
  Shop shop;
  shop.ledger.post({"erp", "", {.is_future = true, .is_before_1970 = true}},
                   std::vector{entry(1, "0001-01-01", 1, "A"), entry(1, "9999-12-31", 2, "B")});
  const std::string months = shop.connection.call("ledger.months", R"({"customer":"C1"})");
  CHECK(months.find(R"("month":"0001-01","revenue":1)") != std::string::npos);
  CHECK(months.find(R"("month":"9999-12","revenue":2)") != std::string::npos);
}

TEST_CASE("recent totals are packed in time and the totals stay what they were") {
  Shop shop;
  std::string document;
  const auto post = [&](int number, std::size_t count) {
    document = "D" + std::to_string(100'000 + number);
    std::vector<EntryInput> entries;
    for (std::size_t line = 0; line < count; ++line) {
      entries.push_back(entry(1 + number % 20, "2024-01-01", 100, document, static_cast<std::int64_t>(line)));
      entries.back().date = Date{entries.back().date.days + number % 90};
    }
    shop.ledger.post({"erp", {}}, entries);
  };
  std::int64_t posted = 0;
  const auto check = [&] {
    CHECK(shop.dump("SELECT sum(revenue) AS r FROM ledger_month") ==
          R"([{"r":)" + std::to_string(posted * 100) + "}]");
    CHECK(shop.dump("SELECT coalesce(sum(revenue), 0) AS r FROM ledger_month WHERE customer_id = 3") ==
          shop.dump("SELECT coalesce(sum(amount), 0) AS r FROM ledger_entry WHERE customer_id = 3"));
  };
  // Over the number at which they are packed, one by one before it and after it.
  for (int i = 0; i < 40; ++i) {
    const std::size_t count = i % 4 == 3 ? 1700 : 1;
    post(i, count);
    posted += static_cast<std::int64_t>(count);
    check();
  }
  CHECK(shop.connection.verify(false).find(R"("has_matching_totals":true)") != std::string::npos);
}
