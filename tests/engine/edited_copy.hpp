// A copy of an archive in which somebody edits a row with a SQLite of his own, digests of pages included.
#pragma once

#include <doctest/doctest.h>
#include <filesystem>
#include <string>
#include <vector>

#include "archive_fixture.hpp"
#include "base/json.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::testing {

class EditedCopy {
 public:
  explicit EditedCopy(Connection& connection) : whole_(directory_.file("whole.crm")) {
    connection.backup(whole_);
  }

  // Whether verify says that the archive is damaged after the edit of one row.
  bool is_found_after(const std::string& edit) {
    const std::string path = directory_.file("edited.crm");
    for (const char* suffix : {"", ".lock"}) std::filesystem::remove(path + suffix);
    std::filesystem::copy_file(whole_, path);
    {
      const auto db = sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX);
      db->run(sqlite::Sql{"PRAGMA foreign_keys = OFF"});
      db->run(sqlite::Sql{edit.c_str()});
      REQUIRE(db->changes() == 1);
    }
    Database edited = open_or_make(path);
    return parse_json(edited.connect().verify(false))["is_ok"] == false;
  }

  // The rows of a table as conditions over its columns: "id = 3 AND day = 5".
  std::vector<std::string> rows_of(const std::string& table, const std::vector<std::string>& key) {
    std::string condition;
    for (const std::string& column : key)
      condition += (condition.empty() ? "'" : " || ' AND ") + column + " = ' || quote(" + column + ")";
    const auto db = sqlite::Connection::open(whole_, sqlite::Role::reader, {}, INT32_MAX);
    auto row = db->prepare("SELECT " + condition + " FROM " + table);
    std::vector<std::string> rows;
    while (row.step()) rows.push_back(row.string(0));
    return rows;
  }

 private:
  TempDirectory directory_;
  std::string whole_;
};

}  // namespace crmcore::testing
