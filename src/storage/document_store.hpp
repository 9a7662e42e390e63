// Versioned documents: data that says how later data is treated. Each kind has a table of series and one of
// versions of the same shape; what else a kind keeps of its documents is its own store's.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

enum class DocumentKind : std::int32_t { scheme = 0, policy = 1 };
constexpr std::array<std::string_view, 2> words_of(DocumentKind) noexcept {
  return {"scheme", "policy"};
}

// Number of a series among those of its kind: a SchemeId, a PolicyId.
using SeriesId = Id<struct SeriesTag>;

struct SeriesRow {
  SeriesId id;
  std::string code;
};

class DocumentStore {
 public:
  DocumentStore(sqlite::Connection& db, DocumentKind kind) : db_(db), kind_(kind) {}

  // `key` is the key form of the code.
  std::optional<SeriesRow> find(std::string_view key);
  std::vector<SeriesRow> all();  // by id
  SeriesId last_id();

  // Versions are numbered from 1 without gaps; 0 when there is none.
  std::int32_t last_version(SeriesId series);
  std::optional<std::string> document(SeriesId series, std::int32_t version);
  // Inserts or replaces. The series must exist.
  void put(SeriesId series, std::int32_t version, std::string_view document, std::int64_t change_seq);
  // Every version of every series, in their order.
  struct Version {
    SeriesId series;
    std::int32_t version;
    std::string_view document;
    std::int64_t change_seq;
  };
  void versions(const std::function<void(const Version&)>& visit);
  // True when something that was committed refers to the version.
  bool is_used(SeriesId series, std::int32_t version);

 private:
  sqlite::Connection& db_;
  DocumentKind kind_;
};

}  // namespace crmcore::storage
