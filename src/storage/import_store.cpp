#include "storage/import_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kLastImport{"SELECT coalesce(max(id), 0) FROM import_row"};
constexpr Sql kFindImport{
    "SELECT id, what, change_first, change_last, entry_first, entry_last, rows, created, updated, unchanged, "
    "failed, filtered, reverted_seq FROM import_row WHERE id = ?1"};
constexpr Sql kImportsBefore{
    "SELECT i.id, i.what, i.change_first, i.change_last, i.entry_first, i.entry_last, i.rows, i.created, "
    "i.updated, i.unchanged, i.failed, i.filtered, i.reverted_seq, a.at_us, a.actor FROM import_row i "
    "JOIN audit a ON a.id = (SELECT b.id FROM audit b WHERE b.change_last >= i.change_last "
    "ORDER BY b.change_last LIMIT 1) "
    "WHERE i.id < ?1 ORDER BY i.id DESC LIMIT ?2"};
constexpr Sql kInsertImport{
    "INSERT INTO import_row (id, what, change_first, change_last, entry_first, entry_last, rows, created, "
    "updated, unchanged, failed, filtered) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"};

constexpr Sql kSetReverted{"UPDATE import_row SET reverted_seq = ?2 WHERE id = ?1"};

ImportRow read_import(sqlite::Statement& row) {
  return {row.integer(0),  row.enum_at<ImportOf>(1), row.integer(2),       row.integer(3), row.integer(4),
          row.integer(5),  row.integer(6),           row.integer(7),       row.integer(8), row.integer(9),
          row.integer(10), row.integer(11),          row.maybe_integer(12)};
}

}  // namespace

std::int64_t ImportStore::last_id() {
  auto last = db_.use(kLastImport);
  last.step();
  return last.integer(0);
}

std::optional<ImportRow> ImportStore::find(std::int64_t id) {
  auto row = db_.use(kFindImport);
  row.bind(1, id);
  return row.step() ? std::optional(read_import(row)) : std::nullopt;
}

void ImportStore::insert(const ImportRow& row) {
  auto put = db_.use(kInsertImport);
  put.bind(1, row.id).bind(2, row.what);
  int parameter = 3;
  for (const std::int64_t number :
       {row.change_first, row.change_last, row.entry_first, row.entry_last, row.rows, row.created,
        row.updated, row.unchanged, row.failed, row.filtered}) {
    put.bind(parameter++, number);
  }
  put.run();
}

void ImportStore::set_reverted(std::int64_t id, std::int64_t change_seq) {
  db_.use(kSetReverted).bind(1, id).bind(2, change_seq).run();
}

void ImportStore::list(std::int64_t before, std::int64_t limit,
                       const std::function<void(const ToldImport&)>& visit) {
  auto rows = db_.use(kImportsBefore);
  rows.bind(1, before).bind(2, limit);
  while (rows.step()) visit({read_import(rows), Instant{rows.integer(13)}, rows.text(14)});
}

}  // namespace crmcore::storage
