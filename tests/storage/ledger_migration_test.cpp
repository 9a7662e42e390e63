// A ledger of schema 3 has the totals after the migration to schema 7 that it had before.
#include <doctest/doctest.h>
#include <memory>

#include "storage/ledger_open_rows.hpp"
#include "storage/ledger_store.hpp"
#include "storage/migrations.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kPutOldBlock{"INSERT INTO ledger_block (block_month, body) VALUES (?1, ?2)"};
constexpr Sql kPutOldRow{
    "INSERT INTO ledger_open (customer_id, day, revenue, cost, reversal_own, reversal_original, "
    "activity_cost, "
    "orders, entries) VALUES (?1, ?2, ?3, 0, 0, 0, 0, 1, 1)"};
constexpr Sql kOpenTables{"SELECT count(*) FROM sqlite_schema WHERE name IN ('ledger_open', 'ledger_block')"};

std::unique_ptr<sqlite::Connection> open_at_schema(const std::string& path, std::int32_t last) {
  auto db = sqlite::Connection::open(path, sqlite::Role::writer, {}, schema_version());
  for (const Migration& migration : migrations()) {
    if (migration.number <= last) db->run(Sql{migration.script});
  }
  return db;
}

TEST_CASE("packed and open totals come through the migration") {
  sqlite::Folder folder;
  const auto db = open_at_schema(folder / "old.crm", 3);
  std::vector<DayTotals> expected;
  for (const std::int64_t block : {std::int64_t{0}, std::int64_t{1}, std::int64_t{976}}) {
    for (const std::int32_t days : {-700'000, 19'000, 19'040, 2'900'000}) {
      const Date day{days};
      const DayTotals packed{CustomerId{block * kBlockCustomers + 7}, day, 100 + block, 50, 0, 0, 0, 1, 1};
      const std::int64_t old_key = (block << 17) | month_index(day);
      const auto body = pack(BlockKey::of(packed.customer, day), std::span(&packed, 1));
      db->use(kPutOldBlock).bind(1, old_key).bind(2, body).run();
      expected.push_back(packed);
      // One that adds to the packed one, and one of another customer.
      for (const std::int64_t more : {0, 1}) {
        const DayTotals open{CustomerId{packed.customer.value + more}, day, 9, 0, 0, 0, 0, 1, 1};
        db->use(kPutOldRow).bind(1, open.customer).bind(2, day).bind(3, open.revenue).run();
        expected.push_back(open);
      }
    }
  }
  combine(expected);
  {
    sqlite::WriteTransaction write(*db);
    for (const Migration& migration : migrations()) {
      if (migration.number > 3 && migration.number <= 7) db->run(Sql{migration.script});
    }
    pack_open_rows(*db);
    write.commit();
  }
  std::vector<DayTotals> found;
  LedgerStore(*db).totals({0, kBlockMax}, found);
  combine(found);
  CHECK(found == expected);
  auto tables = db->use(kOpenTables);
  tables.step();
  CHECK(tables.integer(0) == 0);
}

}  // namespace
}  // namespace crmcore::storage
