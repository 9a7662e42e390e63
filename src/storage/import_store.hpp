// Imports by their numbers.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// What was imported. Stored; never renumbered.
enum class ImportOf : std::int32_t {
  customers,
  contacts,
  entries,
  units,
  managers,
  relationships,
  divisions
};
constexpr std::array<std::string_view, 7> words_of(ImportOf) noexcept {
  return {"customers", "contacts", "entries", "units", "managers", "relationships", "divisions"};
}

struct ImportRow {
  std::int64_t id = 0;
  ImportOf what = ImportOf::customers;
  // What it did is what the journal tells from its first change to its own, the last one; its entries
  // likewise.
  std::int64_t change_first = 0;
  std::int64_t change_last = 0;
  std::int64_t entry_first = 0;
  std::int64_t entry_last = 0;  // before entry_first: it has none
  std::int64_t rows = 0;
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t failed = 0;
  std::int64_t filtered = 0;
  std::optional<std::int64_t> reverted_seq;  // the change that tells that it was taken back
};

// One whose transaction is committed, with who and when.
struct ToldImport {
  ImportRow row;
  Instant at;
  std::string_view actor;
};

class ImportStore {
 public:
  explicit ImportStore(sqlite::Connection& db) : db_(db) {}

  // 0 when there is none.
  std::int64_t last_id();
  std::optional<ImportRow> find(std::int64_t id);
  void insert(const ImportRow& row);
  void set_reverted(std::int64_t id, std::int64_t change_seq);
  // Visits so many of those in front of a number, the newest first.
  void list(std::int64_t before, std::int64_t limit, const std::function<void(const ToldImport&)>& visit);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
