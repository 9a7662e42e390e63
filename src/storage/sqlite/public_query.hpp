// The guard of queries that come from outside: they read public views and nothing else.
//
// SQLite tells the authorizer which table and column is read, and by which view the read was written. Three
// facts of SQLite 3.40 to 3.54 shape the rules (tests/storage/sqlite_public_query_test.cpp holds them):
// 1. What a CTE reads is reported under the CTE's name. A CTE called like a public view would therefore open
//    every table, so a CTE may not have the name of anything that exists.
// 2. A table of which no column is read (count(*)) is reported with an empty column and without the view that
//    mentions it when the view was merged into the query. Such a table is allowed only if the query's text
//    does not mention it.
// 3. The first use of a table-valued function is reported as a change of the schema (3.40), so they are used
//    once before.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sqlite/sql_scan.hpp"

namespace crmcore::sqlite {

class PublicQueryGuard {
 public:
  void set_views(std::span<const std::string> names);
  void add_table_function(std::string_view name);

  // What fact 3 asks for; taken out when it was used.
  std::vector<std::string>& cold_functions() noexcept { return cold_functions_; }

  bool is_view(std::string_view lower_name) const noexcept;
  // True for names that a CTE may not take although they are no rows of sqlite_schema.
  bool is_reserved(std::string_view lower_name) const noexcept;

  // Between start and stop every access is checked, else all are allowed.
  void start(const SqlScan& scan) noexcept;
  void stop() noexcept { scan_ = nullptr; }

  // Answers the authorizer.
  bool allows(int action, const char* first, const char* second, const char* accessor) noexcept;
  // Says what was refused since start(); empty when nothing was.
  const std::string& refusal() const noexcept { return refusal_; }
  bool has_too_many_functions() const noexcept { return functions_left_ < 0 || globs_left_ < 0; }
  // True when something was refused because there was no memory to judge it.
  bool has_run_out() const noexcept { return has_run_out_; }

 private:
  bool allows_read(const std::string& table, std::string_view column) const noexcept;

  const SqlScan* scan_ = nullptr;
  std::string refusal_;
  bool has_run_out_ = false;
  int functions_left_ = 0;
  int globs_left_ = 0;
  std::vector<std::string> views_;            // sorted
  std::vector<std::string> table_functions_;  // sorted
  std::vector<std::string> cold_functions_ = {"json_each", "json_tree"};
};

}  // namespace crmcore::sqlite
