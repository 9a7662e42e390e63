// The dirty feed of a real shop: what is refused is refused with line and reason, and the sums are exact.
#include <doctest/doctest.h>
#include <map>

#include "scenario/online_retail.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

std::int64_t number(Connection& connection, std::string_view sql) {
  Rows rows = connection.query(sql);
  REQUIRE(rows.next());
  return rows.integer(0);
}

}  // namespace

TEST_CASE("online_retail is posted gross with the numbers of the design") {
  const auto path = real_file(kOnlineRetail);
  if (!path) return;
  TempArchive archive(online_retail_options());
  Connection connection = archive.connect();
  CHECK(Archive(connection).put(online_retail_customers(*path)).created == 4372);
  Ledger ledger(connection);
  const ImportResult result = ledger.import_csv(gzip_source(*path), online_retail_columns());
  CHECK(result.rows == 541'909);
  CHECK(result.created == 397'884);
  CHECK(result.failed == 541'909 - 397'884);
  REQUIRE(result.failures.size() == 1000);
  CHECK(result.failures[0].line == 143);
  CHECK(result.failures[0].column == "UnitPrice");
  CHECK(result.failures[0].message ==
        "the amount -27.500 is less than 0.001; is_negative_reversal takes it as a return");

  CHECK(number(connection, "SELECT sum(amount) FROM ledger_entry") == 8'911'407'904);
  CHECK(number(connection, "SELECT sum(revenue) FROM ledger_month") == 8'911'407'904);
  CHECK(number(connection, "SELECT sum(orders) FROM ledger_month") == 18'532);
  CHECK(number(connection, "SELECT sum(entries) FROM ledger_month") == 397'884);
  CHECK(number(connection, "SELECT count(*) FROM customer WHERE status = 'existing'") == 4338);

  SUBCASE("delivered again, nothing is counted twice") {
    const ImportResult again = ledger.import_csv(gzip_source(*path), online_retail_columns());
    CHECK(again.created == 0);
    CHECK(again.unchanged == 397'884);
    CHECK(number(connection, "SELECT sum(revenue) FROM ledger_month") == 8'911'407'904);
  }
  SUBCASE("the totals are those of the entries, and the chain holds") {
    CHECK(connection.verify(false).find(R"("is_ok":true)") != std::string::npos);
  }
}

TEST_CASE("online_retail is posted net of returns with the numbers of the design") {
  const auto path = real_file(kOnlineRetail);
  if (!path) return;
  TempArchive archive(online_retail_options());
  Connection connection = archive.connect();
  Archive(connection).put(online_retail_customers(*path));
  EntryImportOptions columns = online_retail_columns();
  columns.is_negative_reversal = true;
  columns.amount_min = Money{0};
  const ImportResult result = Ledger(connection).import_csv(gzip_source(*path), columns);
  CHECK(result.created == 406'829);
  CHECK(number(connection, "SELECT sum(revenue - reversal_own) FROM ledger_month") == 8'300'065'814);
  CHECK(
      number(connection,
             "SELECT count(DISTINCT customer_id) FROM ledger_month WHERE revenue > 0 OR reversal_own > 0") ==
      4371);
  CHECK(number(connection,
               "SELECT count(*) FROM (SELECT customer_id FROM ledger_month GROUP BY customer_id "
               "HAVING sum(revenue - reversal_own) <= 0)") >= 54);
}
