#include "storage/document_store.hpp"

#include <cstddef>

namespace crmcore::storage {
namespace {

using sqlite::Sql;

struct DocumentSql {
  Sql find;
  Sql all;
  Sql last_id;
  Sql last_version;
  Sql document;
  Sql put;
  Sql versions;
  Sql is_used;
};

constexpr DocumentSql kSchemeSql{
    {"SELECT id, code FROM scheme WHERE code_key = ?1"},
    {"SELECT id, code FROM scheme ORDER BY id"},
    {"SELECT coalesce(max(id), 0) FROM scheme"},
    {"SELECT coalesce(max(version), 0) FROM scheme_version WHERE scheme_id = ?1"},
    {"SELECT document FROM scheme_version WHERE scheme_id = ?1 AND version = ?2"},
    {"INSERT INTO scheme_version (scheme_id, version, document, change_seq) VALUES (?1, ?2, ?3, ?4) "
     "ON CONFLICT (scheme_id, version) DO UPDATE SET document = excluded.document, "
     "change_seq = excluded.change_seq"},
    {"SELECT scheme_id, version, document, change_seq FROM scheme_version ORDER BY scheme_id, version"},
    {"SELECT 1 FROM review WHERE scheme_id = ?1 AND version = ?2 LIMIT 1"},
};

constexpr DocumentSql kPolicySql{
    {"SELECT id, code FROM policy WHERE code_key = ?1"},
    {"SELECT id, code FROM policy ORDER BY id"},
    {"SELECT coalesce(max(id), 0) FROM policy"},
    {"SELECT coalesce(max(version), 0) FROM policy_version WHERE policy_id = ?1"},
    {"SELECT document FROM policy_version WHERE policy_id = ?1 AND version = ?2"},
    {"INSERT INTO policy_version (policy_id, version, document, change_seq) VALUES (?1, ?2, ?3, ?4) "
     "ON CONFLICT (policy_id, version) DO UPDATE SET document = excluded.document, "
     "change_seq = excluded.change_seq"},
    {"SELECT policy_id, version, document, change_seq FROM policy_version ORDER BY policy_id, version"},
    {"SELECT 1 FROM assignment_run_row WHERE policy_id = ?1 AND version = ?2 LIMIT 1"},
};

constexpr const DocumentSql& sql_of(DocumentKind kind) noexcept {
  return kind == DocumentKind::scheme ? kSchemeSql : kPolicySql;
}

SeriesRow read_series(const sqlite::Statement& row) {
  return {SeriesId{row.integer(0)}, std::string(row.text(1))};
}

}  // namespace

std::optional<SeriesRow> DocumentStore::find(std::string_view key) {
  auto found = db_.use(sql_of(kind_).find);
  found.bind(1, key);
  return found.step() ? std::optional(read_series(found)) : std::nullopt;
}

std::vector<SeriesRow> DocumentStore::all() {
  std::vector<SeriesRow> series;
  auto rows = db_.use(sql_of(kind_).all);
  while (rows.step()) series.push_back(read_series(rows));
  return series;
}

SeriesId DocumentStore::last_id() {
  auto last = db_.use(sql_of(kind_).last_id);
  last.step();
  return SeriesId{last.integer(0)};
}

std::int32_t DocumentStore::last_version(SeriesId series) {
  auto last = db_.use(sql_of(kind_).last_version);
  last.bind(1, series.value).step();
  return static_cast<std::int32_t>(last.integer(0));
}

std::optional<std::string> DocumentStore::document(SeriesId series, std::int32_t version) {
  auto found = db_.use(sql_of(kind_).document);
  found.bind(1, series.value).bind(2, version);
  return found.step() ? std::optional(std::string(found.text(0))) : std::nullopt;
}

void DocumentStore::put(SeriesId series, std::int32_t version, std::string_view document,
                        std::int64_t change_seq) {
  db_.use(sql_of(kind_).put)
      .bind(1, series.value)
      .bind(2, version)
      .bind(3, document)
      .bind(4, change_seq)
      .run();
}

void DocumentStore::versions(const std::function<void(const Version&)>& visit) {
  auto rows = db_.use(sql_of(kind_).versions);
  while (rows.step()) visit({rows.id<SeriesId>(0), rows.integer32(1), rows.text(2), rows.integer(3)});
}

bool DocumentStore::is_used(SeriesId series, std::int32_t version) {
  auto used = db_.use(sql_of(kind_).is_used);
  used.bind(1, series.value).bind(2, version);
  return used.step();
}

}  // namespace crmcore::storage
