#include "storage/sqlite/public_query.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <new>
#include <sqlite3.h>
#include <utility>

#include "base/format.hpp"
#include "storage/sqlite/callbacks.hpp"
#include "storage/sqlite/connection_state.hpp"
#include "storage/sqlite/result_code.hpp"

namespace crmcore::sqlite {
namespace {

constexpr std::size_t kQueryBytesMax = 65'536;
// SQLite asks nobody between two functions of one row, and GLOB over a long value takes the longest.
constexpr int kFunctionsMax = 200;
constexpr int kGlobsMax = 8;
constexpr std::string_view kWhatIsAllowed = "a query is one SELECT over the views of docs/sql-views.md";

// Built-in functions whose result depends on their arguments alone and whose cost SQLite's limits bound;
// sorted.
constexpr std::string_view kFunctions[] = {
    "->",
    "->>",
    "abs",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "crmcore_today",
    "cume_dist",
    "date",
    "datetime",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "if",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_object",
    "json_quote",
    "json_type",
    "json_valid",
    "julianday",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "median",
    "min",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "percent_rank",
    "percentile",
    "pow",
    "power",
    "printf",
    "quote",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sqrt",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "time",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unhex",
    "unicode",
    "unixepoch",
    "unlikely",
    "upper",
};
static_assert(std::is_sorted(std::begin(kFunctions), std::end(kFunctions)));

constexpr Sql kSchemaHas{"SELECT 1 FROM sqlite_schema WHERE lower(name) = ?1"};

void insert_sorted(std::vector<std::string>& names, std::string name) {
  names.insert(std::upper_bound(names.begin(), names.end(), name), std::move(name));
}

template <class Names>
bool contains(const Names& sorted, std::string_view name) noexcept {
  return std::binary_search(std::begin(sorted), std::end(sorted), name, std::less<std::string_view>());
}

bool is_json_table(std::string_view table) {
  return table == "json_each" || table == "json_tree";
}

[[noreturn]] void refuse(std::string_view what) {
  throw Error(Code::denied, fmt::format("{}; {}", what, kWhatIsAllowed));
}

void require_new_cte_names(Connection& connection, const SqlScan& scan) {
  for (const std::string& name : scan.cte_names) {
    Statement exists = connection.use(kSchemaHas);
    if (connection.state().guard.is_reserved(name) || exists.bind(1, name).step()) {
      refuse(fmt::format("WITH or WINDOW may not reuse the name '{}', which the file has already", name));
    }
  }
}

void require_select(sqlite3_stmt* handle, const char* tail, std::string_view sql) {
  const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  if (!is_blank_sql(rest)) refuse("the text holds more than one statement");
  if (sqlite3_stmt_isexplain(handle) != 0) refuse("EXPLAIN is not allowed");
  if (sqlite3_column_count(handle) == 0 || sqlite3_stmt_readonly(handle) == 0) {
    refuse("the statement does not read");
  }
}

}  // namespace

void PublicQueryGuard::set_views(std::span<const std::string> names) {
  views_.clear();
  for (const std::string& name : names) insert_sorted(views_, lower_name(name));
}

void PublicQueryGuard::add_table_function(std::string_view name) {
  insert_sorted(table_functions_, lower_name(name));
  cold_functions_.emplace_back(name);
}

bool PublicQueryGuard::is_view(std::string_view name) const noexcept {
  return contains(views_, name);
}

bool PublicQueryGuard::is_reserved(std::string_view name) const noexcept {
  return is_view(name) || contains(table_functions_, name) || is_json_table(name) ||
         name.starts_with("sqlite_") || name.starts_with("pragma_");
}

void PublicQueryGuard::start(const SqlScan& scan) noexcept {
  refusal_.clear();
  has_run_out_ = false;
  functions_left_ = kFunctionsMax;
  globs_left_ = kGlobsMax;
  scan_ = &scan;
}

bool PublicQueryGuard::allows_read(const std::string& table, std::string_view column) const noexcept {
  if (is_view(table) || is_json_table(table)) return true;
  if (!column.empty()) return false;
  return contains(scan_->cte_names, table) || !contains(scan_->names, table);
}

bool PublicQueryGuard::allows(int action, const char* first, const char* second,
                              const char* accessor) noexcept {
  if (scan_ == nullptr) return true;
  try {
    if (action == SQLITE_SELECT || action == SQLITE_RECURSIVE) return true;
    const bool is_inside_view = accessor != nullptr && is_view(lower_name(accessor));
    const std::string_view name = first ? first : "";
    const std::string_view detail = second ? second : "";
    if (action == SQLITE_READ) {
      if (is_inside_view || allows_read(lower_name(name), detail)) return true;
      if (refusal_.empty()) refusal_ = fmt::format("the table '{}' is not open to queries", name);
    } else if (action == SQLITE_FUNCTION) {
      if (is_inside_view) return true;
      const std::string function = lower_name(detail);
      if (contains(kFunctions, function)) {
        if (--functions_left_ >= 0 && (function != "glob" || --globs_left_ >= 0)) return true;
        return false;
      }
      if (refusal_.empty()) refusal_ = fmt::format("the function {}() is not open to queries", detail);
    } else if (refusal_.empty()) {
      refusal_ = "the statement does more than read";
    }
  } catch (...) {
    has_run_out_ = true;
  }
  return false;
}

void Connection::set_public_views(std::span<const std::string> names) {
  state_->guard.set_views(names);
}

Statement Connection::prepare_public_query(std::string_view sql) {
  state_->end_left_open();
  PublicQueryGuard& guard = state_->guard;
  if (sql.size() > kQueryBytesMax) {
    throw Error(Code::limit,
                fmt::format("the query has {} bytes, at most {} are read", sql.size(), kQueryBytesMax));
  }
  if (sql.find('\0') != std::string_view::npos) throw Error(Code::invalid, "the query has a NUL inside");
  if (is_blank_sql(sql)) throw Error(Code::invalid, fmt::format("the query is empty; {}", kWhatIsAllowed));
  for (auto& cold = guard.cold_functions(); !cold.empty(); cold.pop_back()) {
    prepare("SELECT 1 FROM " + cold.back());
  }
  const SqlScan scan = scan_sql(sql);
  require_new_cte_names(*this, scan);

  const std::string text(sql);  // with the NUL that SQLite reads up to
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  auto query = std::make_shared<HostQuery>(*state_);
  guard.start(scan);
  int result = SQLITE_OK;
  {
    const HostQuery::Run run(*query, kStepsUsually);
    result =
        sqlite3_prepare_v3(state_->db, text.c_str(), static_cast<int>(text.size() + 1), 0, &handle, &tail);
  }
  guard.stop();
  Statement statement(handle, nullptr, std::move(query));
  if (guard.has_run_out()) throw std::bad_alloc();
  if (!guard.refusal().empty()) refuse(guard.refusal());
  if (guard.has_too_many_functions()) {
    throw Error(Code::limit, fmt::format("the query uses more than {} functions, or GLOB more than {} times",
                                         kFunctionsMax, kGlobsMax));
  }
  if (result != SQLITE_OK) throw_sqlite_error(state_->db, result, "preparing the query", Code::invalid);
  require_select(handle, tail, text);
  return statement;
}

}  // namespace crmcore::sqlite
