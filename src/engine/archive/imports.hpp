// Imports have numbers, by which what they did is found and taken back.
//
// Writers come one after another, so that an import's changes are the part of the journal from its first one
// to the one that tells of it, and its entries are a part of the ledger: nothing has to be noted of each. An
// import that changed nothing leaves nothing and has no number, so that a file may come again as often as it
// likes.
#pragma once

#include <cstdint>
#include <string_view>

#include "crmcore/import.hpp"

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"
#include "storage/import_store.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kImported{6, "archive.imported", storage::ToldRows::imports};

// Made when the write begins, told when everything is written.
class ImportNumber {
 public:
  ImportNumber(WriteScope& write, storage::ImportOf what);

  // Gives the import its number; last, before the commit. `source` is whose entries they are.
  void tell(ImportResult& result, std::string_view source = {});

 private:
  WriteScope& write_;
  storage::ImportRow row_;
};

// Throws Error(not_found) at "/import".
storage::ImportRow require_import(sqlite::Connection& db, std::int64_t number);

struct ImportsRequest {
  std::int64_t before = 0;
  std::int64_t limit = 0;
};
ImportsRequest read_imports(ObjectReader& in);
Json list_imports(Session& session, const ImportsRequest& request);
Json imports_answer();

}  // namespace crmcore::engine
