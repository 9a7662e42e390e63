// The gateway's methods about the file as a whole.
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/sum.hpp"
#include "engine/archive/change_log.hpp"
#include "engine/archive/customers.hpp"
#include "engine/core/cursor.hpp"
#include "engine/core/room.hpp"
#include "engine/database/backup.hpp"
#include "engine/database/export.hpp"
#include "engine/database/row_json.hpp"
#include "engine/database/verify_told.hpp"
#include "engine/ledger/verify.hpp"

namespace crmcore::engine {

Json value_json(const sqlite::Statement& row, int column) {
  switch (row.column_type(column)) {
    case 1: {
      const Sum sum = to_sum(row.integer(column));
      return sum.number ? Json(*sum.number) : Json(sum.text);
    }
    case 2:
      return row.real(column);
    case 5:
      return nullptr;
    default:
      return std::string(row.text(column));
  }
}
namespace {

using schema::boolean;
using schema::integer;
using schema::list;
using schema::object;
using schema::optional;

constexpr std::int64_t kQueryRowsMax = 100'000;
constexpr std::int64_t kQueryRowsDefault = 1000;
constexpr std::size_t kPathBytesMax = 4096;
constexpr std::size_t kChangeKindsMax = 100;
constexpr std::size_t kHeadBytes = 64;
constexpr std::size_t kSqlBytesMax = 65'536;

Json info(Session& session, Nothing) {
  const ArchiveFacts& facts = session.file().facts();
  return {{"library", version()},
          {"sqlite", sqlite::library_version()},
          {"is_sqlite_bundled", sqlite::is_bundled()},
          {"archive", facts.identity},
          {"access", word_of(session.file().options().access)},
          {"actor", session.actor().empty() ? Json() : Json(session.actor())},
          {"is_sole_writer", session.file().use().is_sole_writer()},
          {"base_currency", facts.base_currency},
          {"currency_digits", facts.currency_digits},
          {"time_zone", facts.zone.name()},
          {"today", format_date(session.today())}};
}

Json info_answer() {
  return object(
      {{"library", schema::text()},
       {"sqlite", schema::text()},
       {"is_sqlite_bundled", boolean()},
       {"archive", schema::text()},
       {"access", schema::word<Access>()},
       {"actor", schema::about("who is recorded for writes of this connection; null: nobody was named",
                               schema::nullable(schema::text()))},
       {"is_sole_writer", boolean()},
       {"base_currency", schema::text()},
       {"currency_digits", integer(0, kMoneyDigitsMax)},
       {"time_zone", schema::about("where an instant becomes a day", schema::text())},
       {"today", schema::about("the day there", schema::date())}});
}

struct QueryRequest {
  std::string sql;
  const Json* parameters;  // of the request; nullptr when absent
  std::int64_t limit;
};

// Whatever a column of SQL holds.
Json cell_schema() {
  return schema::any_of({integer(), schema::number(), schema::text(), schema::nothing()});
}

Json parameters_schema() {
  const Json parameter = schema::any_of(
      {integer(-kIntegerMax, kIntegerMax), schema::number(), schema::text(), boolean(), schema::nothing()});
  return schema::any_of({list(parameter), schema::map(parameter)});
}

// The types alone: which parameters the query has, it tells itself.
const Json* read_parameters(ObjectReader& in) {
  const Json schema = in.is_describing() ? parameters_schema() : Json();
  const Json* parameters = in.about("?1 … or :name").value("parameters", schema);
  if (parameters == nullptr || parameters->is_null()) return nullptr;
  if (!parameters->is_array() && !parameters->is_object()) {
    in.fail(Code::invalid, "parameters", "parameters are a JSON array or object");
    return nullptr;
  }
  return parameters;
}

QueryRequest read_query(ObjectReader& in) {
  return {in.require_text("sql", kSqlBytesMax), read_parameters(in),
          in.integer_or("limit", 1, kQueryRowsMax, kQueryRowsDefault)};
}

Json query(Session& session, const QueryRequest& request) {
  auto statement = session.db().prepare_public_query(request.sql);
  const Json none;
  // Texts are bound where they lie in the request, not a copy's.
  Cursor::bind(statement, request.parameters ? *request.parameters : none);
  Json columns = Json::array();
  for (int column = 0; column < statement.column_count(); ++column) {
    columns.push_back(std::string(statement.column_name(column)));
  }
  Json rows = Json::array();
  bool has_more = false;
  std::size_t bytes = 0;
  while (statement.step()) {
    if (static_cast<std::int64_t>(rows.size()) == request.limit) {
      has_more = true;
      break;
    }
    Json row = Json::array();
    for (int column = 0; column < statement.column_count(); ++column) {
      row.push_back(value_json(statement, column));
      bytes += sizeof(Json) + (row.back().is_string() ? row.back().text().size() : 0);
    }
    Cursor::require_room(session, bytes);
    rows.push_back(std::move(row));
  }
  return {{"columns", std::move(columns)}, {"rows", std::move(rows)}, {"has_more", has_more}};
}

Json query_answer() {
  return object(
      {{"columns", list(schema::text())}, {"rows", list(list(cell_schema()))}, {"has_more", boolean()}});
}

struct ChangesRequest {
  ChangeFilter filter;
  std::optional<std::string> customer;
};

ChangesRequest read_changes(ObjectReader& in) {
  ChangesRequest request;
  ChangeFilter& filter = request.filter;
  filter.after_seq = in.integer_or("after_seq", 0, kIntegerMax, 0);
  filter.before_seq = in.about("only those in front of this number").integer("before_seq", 1, kIntegerMax);
  request.customer = in.about("of this customer").text("customer", kCodeBytesMax);
  filter.kinds =
      in.about("such as grade.promoted; absent: all").texts("kinds", kChangeKindsMax, kCodeBytesMax);
  filter.actor = in.about("who made them; empty: nobody was named").text("actor", kCodeBytesMax);
  filter.from = in.about("made on this day or later").date("from");
  filter.to = in.about("exclusive").date("to");
  filter.run = in.about("of assignment: its own change and those of customers that it moved")
                   .integer("run", 1, kIntegerMax);
  filter.review = in.about("of grading, likewise").integer("review", 1, kIntegerMax);
  filter.import = in.about("all that this import changed").integer("import", 1, kIntegerMax);
  filter.is_newest_first = in.boolean_or("is_newest_first", false);
  filter.limit = in.integer_or("limit", 1, kChangesMax, kChangesDefault);
  return request;
}

Json changes(Session& session, ChangesRequest request) {
  ChangeFilter& filter = request.filter;
  if (request.customer) filter.customer = require_customer(session, *request.customer, "/customer");
  const std::vector<crmcore::Change> chosen = changes_by(session, filter);
  return changes_after_json(chosen, filter.after_seq);
}

Json changes_answer() {
  return object({{"changes", list(change_answer())}, {"last_seq", integer()}});
}

struct VerifyRequest {
  bool rebuild;
  VerifyMode mode;
  std::optional<ChainHead> known;
};

ChainHead read_known_head(ObjectReader& in) {
  const std::int64_t links = in.require_integer("links", 0, kIntegerMax);
  return {links, in.require_text("head", kHeadBytes)};
}

VerifyRequest read_verify(ObjectReader& in) {
  const bool rebuild =
      in.about("totals that do not match are made anew from the entries").boolean_or("rebuild", false);
  const auto mode =
      in.about("fast: digests of journal and ledger, and what is derived; \"left_out\" says what not")
          .word_or("mode", VerifyMode::full);
  return {rebuild, mode,
          in.about("as database.head told it: does the archive continue it?")
              .object("known_head", read_known_head)};
}

Json verify(Session& session, const VerifyRequest& request) {
  return verify_file(session, request.rebuild, request.known, request.mode);
}

Json head(Session& session, Nothing) {
  const ChainHead head = read_head(session.db());
  return {{"links", head.links}, {"head", head.digest}};
}

Json head_answer() {
  return object({{"links", integer()}, {"head", schema::about("in hexadecimal", schema::text())}});
}

std::string read_path(ObjectReader& in) {
  return in.require_text("path", kPathBytesMax);
}

Json backup_answer() {
  return schema::extended(verify_answer(), {{"path", schema::text()}});
}

Json export_text(Session& session, const ExportOptions& options) {
  std::string text;
  const std::int64_t rows = export_table(session, options, [&](std::string_view bytes) {
    Cursor::require_room(session, text.size() + bytes.size());
    text += bytes;
  });
  return {{"rows", rows}, {"text", std::move(text)}};
}

Json export_answer() {
  return object(
      {{"rows", integer()}, {"text", schema::about("amounts in units of the currency", schema::text())}});
}

constexpr Method kMethods[] = {
    method<read_nothing, info>("database.info", 1,
                               "Tells versions, the base currency, the time zone and the day there.",
                               info_answer),
    method<read_query, query>("database.query", 1, "Runs a SELECT over the public views (docs/sql-views.md).",
                              query_answer),
    method<read_changes, changes>(
        "database.changes", 1,
        "Reads the gap-free change sequence after a number, or what filters choose of it.", changes_answer),
    method<read_verify, verify>("database.verify", 1,
                                "Reads everything: pages, rows and views, digests against rows, totals "
                                "against entries; may rebuild these.",
                                verify_answer),
    method<read_nothing, head>("database.head", 1,
                               "Tells the root over all that was ever committed, to be kept elsewhere.",
                               head_answer),
    method<read_path, back_up>("database.backup", 1,
                               "Copies the archive as it is now into a new file, and verifies the copy.",
                               backup_answer),
    method<read_export_options, export_text>(
        "database.export", 1, "Writes a table as CSV or JSON lines, which imports read back.", export_answer),
};

}  // namespace

Room database_room() noexcept {
  Room room{kMethods, {}};
  room.first_wrong_change = first_wrong_told;
  return room;
}

}  // namespace crmcore::engine
