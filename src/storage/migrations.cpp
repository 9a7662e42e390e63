#include "storage/migrations.hpp"

#include "base/digest.hpp"
#include "storage/entry_index_rows.hpp"
#include "storage/ledger_open_rows.hpp"
#include "storage/packed_vector_rows.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kSchemaObjects{
    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY name, type"};
constexpr Sql kSchemaViews{"SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name"};

// The script after which a file of an older format has all that is derived from its rows: what SQL cannot
// make is made then.
constexpr std::int32_t kReadsScript = 7;
constexpr std::int32_t kRecentTotalsScript = 5;  // since which there are no open rows

}  // namespace

std::int32_t schema_version() noexcept {
  return migrations().back().number;
}

void migrate(sqlite::Connection& writer, std::int32_t from) {
  for (const Migration& migration : migrations()) {
    if (migration.number <= from) continue;
    writer.run(sqlite::Sql{migration.script});
    if (migration.number != kReadsScript) continue;
    if (from < kRecentTotalsScript) pack_open_rows(writer);
    index_entries(writer);
    if (from > 0) make_vectors(writer);
  }
  writer.set_user_version(schema_version());
}

std::string schema_digest(sqlite::Connection& db) {
  Digester digester;
  auto objects = db.use(kSchemaObjects);
  while (objects.step()) {
    for (int column = 0; column < 4; ++column) digester.text(objects.text(column));
  }
  return to_hex(digester.finish());
}

std::vector<std::string> public_views(sqlite::Connection& db) {
  std::vector<std::string> names;
  auto views = db.use(kSchemaViews);
  while (views.step()) names.emplace_back(views.text(0));
  return names;
}

}  // namespace crmcore::storage
