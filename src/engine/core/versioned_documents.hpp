// Versioned documents (schemes, policies): one way to put, to find and to load them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "engine/core/journal.hpp"
#include "storage/document_store.hpp"
#include "storage/journal_store.hpp"

namespace crmcore::engine {

// Where a document belongs.
struct DocumentPlace {
  storage::SeriesId series;
  std::string code;          // as the series spells it
  std::string key;           // key form of the code
  std::int32_t version = 0;  // the one that the document is, or becomes
  bool is_there = false;     // it is that version already: nothing is to be written
  bool is_first = false;     // the series is not there yet: its row is to be inserted before write()
  std::string document;      // canonical
};

class VersionedDocuments {
 public:
  VersionedDocuments(sqlite::Connection& db, storage::DocumentKind kind) : store_(db, kind), kind_(kind) {}

  // Looks a series up by its folded code.
  std::optional<storage::SeriesRow> find(std::string_view code);
  // The same. Throws Error(not_found) at "/scheme" or "/policy", naming those that there are.
  storage::SeriesRow require(std::string_view code);
  std::vector<storage::SeriesRow> all() { return store_.all(); }
  std::int32_t newest(storage::SeriesId series) { return store_.last_version(series); }
  bool is_used(storage::SeriesId series, std::int32_t version) { return store_.is_used(series, version); }
  // Returns the canonical document; of the newest version when absent. Throws Error(not_found) at "/version".
  Json load(storage::SeriesId series, std::optional<std::int32_t> version);

  // The canonical form of a document, which may be one that was put when that form was another.
  using Canonical = Json (*)(const Json& document);
  // Says where a document, whose canonical form has members "code" and "version", belongs. `names_version` is
  // false where its version is a default only. Throws Error: invalid or limit at "/code"; conflict at
  // "/version" for a used version that it would change, and for one that is not the next.
  DocumentPlace place(Json canonical, bool names_version, Canonical canonical_of);
  // Writes what is not there yet, then what SQL reads of it, and tells of both.
  void write(Journal& journal, const ChangeKind& change, const DocumentPlace& place,
             const std::function<void()>& write_terms = {});
  // The first `change` that tells another version than is there, for verify; changes of files of before tell
  // no digest of the document.
  std::optional<std::int64_t> first_wrong_change(storage::JournalStore& journal, const ChangeKind& change);

 private:
  storage::DocumentStore store_;
  storage::DocumentKind kind_;
};

// True when a document that was sent says which version it is.
bool names_version(const Json& document);

}  // namespace crmcore::engine
