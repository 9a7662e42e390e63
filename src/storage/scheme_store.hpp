// Schemes and their grades; their versions are DocumentStore's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct SchemeRow {
  SchemeId id;
  std::string code;
  std::string subject;
};

struct SchemeGradeRow {
  std::int32_t grade = 0;
  std::string name;
};

class SchemeStore {
 public:
  explicit SchemeStore(sqlite::Connection& db) : db_(db) {}

  // `key` is the key form of the code.
  std::optional<SchemeRow> find(std::string_view key);
  std::optional<SchemeRow> find(SchemeId id);
  std::vector<SchemeRow> all();
  SchemeId last_id();
  void insert(const SchemeRow& row, std::string_view key);

  std::vector<SchemeGradeRow> grades(SchemeId scheme);
  void insert(SchemeId scheme, const SchemeGradeRow& row);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
