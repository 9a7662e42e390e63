#include "storage/contents_scan.hpp"

#include <cstdint>
#include <optional>

#include "base/format.hpp"
#include "base/text.hpp"

namespace crmcore::storage {
namespace {

constexpr sqlite::Sql kStoredObjects{
    "SELECT name, type = 'view' FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE "
    "'sqlite\\_%' ESCAPE '\\' ORDER BY name"};
constexpr std::int64_t kRowsPerTick = 1 << 12;
constexpr int kTextType = 3;

// What is wrong with a value; nothing when it can be.
std::optional<std::string> fault_of(const sqlite::Statement& row, int column, bool is_day) {
  if (row.column_type(column) == kTextType) {
    const auto at = text::find_invalid_utf8(row.text(column));
    if (at) return fmt::format("is not UTF-8 at byte {}", *at);
  } else if (is_day && !row.is_null(column)) {
    const std::int64_t day = row.integer(column);
    if (day < kDateMin.days || day > kDateMax.days) return fmt::format("is no day: {}", day);
  }
  return std::nullopt;
}

}  // namespace

std::vector<StoredObject> stored_objects(sqlite::Connection& db) {
  std::vector<StoredObject> found;
  for (auto row = db.use(kStoredObjects); row.step();) found.push_back({row.string(0), row.flag(1)});
  return found;
}

void scan_contents(sqlite::Connection& db, const StoredObject& object,
                   const std::function<void(std::string)>& tell, const std::function<void()>& tick) {
  auto rows = db.prepare(fmt::format("SELECT * FROM main.\"{}\"", object.name));
  std::vector<bool> is_day;
  for (int column = 0; column < rows.column_count(); ++column)
    is_day.push_back(rows.column_name(column).ends_with("_day"));
  for (std::int64_t number = 1; rows.step(); ++number) {
    if (number % kRowsPerTick == 0) tick();
    for (int column = 0; column < rows.column_count(); ++column) {
      const auto fault = fault_of(rows, column, is_day[static_cast<std::size_t>(column)]);
      if (!fault) continue;
      tell(fmt::format("{} {}, row {}: {} {}", object.is_view ? "view" : "table", object.name, number,
                       rows.column_name(column), *fault));
    }
  }
}

}  // namespace crmcore::storage
