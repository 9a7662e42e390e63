// The days of documents with several come out of the entries of an older file, as if they were posted now.
#include <doctest/doctest.h>

#include "storage/migrations.hpp"
#include "storage/order_day_store.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr std::int32_t kOrderDaysScript = 17;
constexpr Sql kPutEntry{
    "INSERT INTO ledger_entry_row (customer_id, day, kind, amount, source_id, document, line) "
    "VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6)"};

TEST_CASE("order days: of documents with revenue on several days of one customer") {
  sqlite::Folder folder;
  const auto db = sqlite::Connection::open(folder / "old.crm", sqlite::Role::writer, {}, schema_version());
  for (const Migration& migration : migrations()) {
    if (migration.number < kOrderDaysScript) db->run(Sql{migration.script});
  }
  struct Entry {
    std::int64_t customer;
    std::int32_t day;
    int kind;
    const char* document;
  };
  constexpr int kRevenue = 0;
  constexpr int kReversal = 2;
  const Entry entries[] = {
      {1, 40, kRevenue, "a"}, {1, 10, kRevenue, "a"}, {1, 40, kRevenue, "a"},   // two days
      {1, 10, kRevenue, "b"}, {1, 10, kRevenue, "b"}, {1, 40, kReversal, "b"},  // one, and a return
      {2, 10, kRevenue, "c"}, {3, 20, kRevenue, "c"},                           // of two customers
  };
  std::int64_t line = 0;
  for (const Entry& one : entries) {
    db->use(kPutEntry)
        .bind(1, CustomerId{one.customer})
        .bind(2, Date{one.day})
        .bind(3, one.kind)
        .bind(4, SourceId{1})
        .bind(5, one.document)
        .bind(6, ++line)
        .run();
  }
  for (const Migration& migration : migrations()) {
    if (migration.number >= kOrderDaysScript) db->run(Sql{migration.script});
  }
  OrderDayStore store(*db);
  const auto found = [&] {
    std::vector<OrderDayRow> rows;
    store.each({0, kBlockMax}, [&](const OrderDayRow& row) { rows.push_back(row); });
    return rows;
  };
  const std::vector<OrderDayRow> expected = {{CustomerId{1}, SourceId{1}, "a", Date{10}},
                                             {CustomerId{1}, SourceId{1}, "a", Date{40}}};
  CHECK(found() == expected);
  store.add(CustomerId{1}, SourceId{1}, "a", Date{40});
  CHECK(found() == expected);
  store.clear({0, 0});
  CHECK(found().empty());
}

}  // namespace
}  // namespace crmcore::storage
