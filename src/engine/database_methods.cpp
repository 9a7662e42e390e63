// The gateway's methods about the file as a whole.
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/backup.hpp"
#include "engine/cursor.hpp"
#include "engine/customers.hpp"
#include "engine/method.hpp"
#include "engine/verify.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kQueryRowsMax = 100'000;
constexpr std::size_t kPathBytesMax = 4096;
constexpr std::size_t kSqlBytesMax = 65'536;

Json change_json(const Change& change) {
  Json json{{"seq", change.seq}, {"at_us", change.at_us}, {"actor", change.actor}, {"kind", change.kind}};
  if (change.customer) json["customer_id"] = change.customer.value;
  json["body"] = parse_json(change.body);
  return json;
}

Json changes(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::int64_t after = in.integer("after_seq", 0, kIntegerMax).value_or(0);
  const std::int64_t limit = in.integer("limit", 1, 10'000).value_or(1000);
  in.finish();
  throw_if_any(std::move(found));
  Json list = Json::array();
  for (const Change& change : changes_after(session, after, limit)) list.push_back(change_json(change));
  const std::int64_t last = list.empty() ? after : list.back()["seq"].get<std::int64_t>();
  return {{"changes", std::move(list)}, {"last_seq", last}};
}

Json verify(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const bool rebuild = in.boolean("rebuild").value_or(false);
  in.finish();
  throw_if_any(std::move(found));
  return verify_file(session, rebuild);
}

Json backup(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string path = in.require_text("path", kPathBytesMax);
  in.finish();
  throw_if_any(std::move(found));
  return back_up(session, path);
}

Json info(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  in.finish();
  throw_if_any(std::move(found));
  const ArchiveFacts& facts = session.file().facts();
  return {{"library", version()},
          {"sqlite", sqlite::library_version()},
          {"sqlite_bundled", sqlite::is_bundled()},
          {"base_currency", facts.base_currency},
          {"currency_digits", facts.currency_digits}};
}

Json value_json(const sqlite::Statement& row, int column) {
  switch (row.column_type(column)) {
    case 1:
      return row.integer(column);
    case 2:
      return row.real(column);
    case 5:
      return nullptr;
    default:
      return std::string(row.text(column));
  }
}

Json query(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string sql = in.require_text("sql", kSqlBytesMax);
  const Json* parameters = in.raw("parameters");
  const std::int64_t limit = in.integer("limit", 1, kQueryRowsMax).value_or(1000);
  in.finish();
  throw_if_any(std::move(found));
  auto statement = session.db().prepare_public_query(sql);
  const Json none;
  Cursor::bind(statement, parameters ? *parameters : none);  // texts are bound where they lie, not a copy's
  Json columns = Json::array();
  for (int column = 0; column < statement.column_count(); ++column) {
    columns.push_back(std::string(statement.column_name(column)));
  }
  Json rows = Json::array();
  bool has_more = false;
  while (statement.step()) {
    if (static_cast<std::int64_t>(rows.size()) == limit) {
      has_more = true;
      break;
    }
    Json row = Json::array();
    for (int column = 0; column < statement.column_count(); ++column)
      row.push_back(value_json(statement, column));
    rows.push_back(std::move(row));
  }
  return {{"columns", std::move(columns)}, {"rows", std::move(rows)}, {"has_more", has_more}};
}

constexpr Method kMethods[] = {
    {"database.info", 1, "Tells versions and the base currency.",
     R"({"type":"object","properties":{},"additionalProperties":false})",
     R"({"type":"object","properties":{"library":{"type":"string"},"sqlite":{"type":"string"},"sqlite_bundled":{"type":"boolean"},"base_currency":{"type":"string"},"currency_digits":{"type":"integer"}}})",
     info},
    {"database.query", 1, "Runs a SELECT over the public views (docs/sql-views.md).",
     R"({"type":"object","properties":{"sql":{"type":"string","maxLength":65536},"parameters":{"type":["array","object"],"description":"?1 … or :name"},"limit":{"type":"integer","minimum":1,"maximum":100000,"default":1000}},"required":["sql"],"additionalProperties":false})",
     R"({"type":"object","properties":{"columns":{"type":"array","items":{"type":"string"}},"rows":{"type":"array","items":{"type":"array"}},"has_more":{"type":"boolean"}}})",
     query},
    {"database.changes", 1, "Reads the gap-free change sequence after a number.",
     R"({"type":"object","properties":{"after_seq":{"type":"integer","minimum":0,"default":0},"limit":{"type":"integer","minimum":1,"maximum":10000,"default":1000}},"additionalProperties":false})",
     R"({"type":"object","properties":{"changes":{"type":"array","items":{"type":"object","properties":{"seq":{"type":"integer"},"at_us":{"type":"integer"},"actor":{"type":"string"},"kind":{"type":"string"},"customer_id":{"type":"integer"},"body":{"type":"object"}}}},"last_seq":{"type":"integer"}}})",
     changes},
    {"database.verify", 1,
     "Checks totals against entries and digests against the chain; may rebuild the totals.",
     R"({"type":"object","properties":{"rebuild":{"type":"boolean","default":false}},"additionalProperties":false})",
     R"({"type":"object","properties":{"ok":{"type":"boolean"},"entries":{"type":"integer"},"changes":{"type":"integer"},"links":{"type":"integer"},"broken_link":{"type":"integer"},"totals_match":{"type":"boolean"},"totals_readable":{"type":"boolean"},"rebuilt":{"type":"boolean"}}})",
     verify},
    {"database.backup", 1, "Copies the archive as it is now into a new file, and verifies the copy.",
     R"({"type":"object","properties":{"path":{"type":"string","minLength":1,"maxLength":4096}},"required":["path"],"additionalProperties":false})",
     R"({"type":"object","properties":{"path":{"type":"string"},"ok":{"type":"boolean"},"entries":{"type":"integer"},"changes":{"type":"integer"},"links":{"type":"integer"},"totals_match":{"type":"boolean"},"totals_readable":{"type":"boolean"},"rebuilt":{"type":"boolean"}}})",
     backup},
};

}  // namespace

std::span<const Method> database_methods() noexcept {
  return kMethods;
}

}  // namespace crmcore::engine
