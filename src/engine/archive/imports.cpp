#include "engine/archive/imports.hpp"

#include <utility>

#include "base/format.hpp"
#include "base/schema.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kImportsMax = 10'000;
constexpr std::int64_t kImportsDefault = 100;

void add_counts(Json& json, const storage::ImportRow& row) {
  json["rows"] = row.rows;
  json["created"] = row.created;
  json["updated"] = row.updated;
  json["unchanged"] = row.unchanged;
  json["failed"] = row.failed;
  json["filtered"] = row.filtered;
  json["first_seq"] = row.change_first;
}

}  // namespace

ImportNumber::ImportNumber(WriteScope& write, storage::ImportOf what) : write_(write) {
  row_.what = what;
  row_.change_first = write.journal().next_seq();
  row_.entry_first = write.journal().entry_last() + 1;
}

void ImportNumber::tell(ImportResult& result, std::string_view source) {
  Journal& journal = write_.journal();
  if (journal.next_seq() == row_.change_first) return;
  storage::ImportStore store(write_.db());
  row_.id = store.last_id() + 1;
  row_.change_last = journal.next_seq();
  row_.entry_last = journal.entry_last();
  row_.rows = result.rows;
  row_.created = result.created;
  row_.updated = result.updated;
  row_.unchanged = result.unchanged;
  row_.failed = result.failed;
  row_.filtered = result.filtered;
  store.insert(row_);
  Json body{{"import", row_.id}, {"what", word_of(row_.what)}};
  if (!source.empty()) body["source"] = source;
  add_counts(body, row_);
  journal.add(kImported, {}, dump_json(body));
  result.import = row_.id;
}

storage::ImportRow require_import(sqlite::Connection& db, std::int64_t number) {
  storage::ImportStore store(db);
  if (const auto row = store.find(number)) return *row;
  throw Error(Code::not_found, fmt::format("no import {}; the last one is {}", number, store.last_id()),
              "/import");
}

ImportsRequest read_imports(ObjectReader& in) {
  const std::int64_t before =
      in.about("only those in front of this number").integer_or("before", 1, kIntegerMax, kIntegerMax);
  return {before, in.integer_or("limit", 1, kImportsMax, kImportsDefault)};
}

Json list_imports(Session& session, const ImportsRequest& request) {
  Json list = Json::array();
  storage::ImportStore(session.db())
      .list(request.before, request.limit, [&](const storage::ToldImport& told) {
        Json one{{"import", told.row.id},
                 {"what", word_of(told.row.what)},
                 {"at_us", told.at.microseconds},
                 {"actor", told.actor}};
        add_counts(one, told.row);
        one["last_seq"] = told.row.change_last;
        if (told.row.reverted_seq) one["reverted_seq"] = *told.row.reverted_seq;
        list.push_back(std::move(one));
      });
  return {{"imports", std::move(list)}};
}

Json imports_answer() {
  using schema::integer;
  return schema::object(
      {{"imports",
        schema::about(
            "the newest first",
            schema::list(schema::object(
                {{"import", integer()},
                 {"what", schema::word<storage::ImportOf>()},
                 {"at_us", integer()},
                 {"actor", schema::text()},
                 {"rows", integer()},
                 {"created", integer()},
                 {"updated", integer()},
                 {"unchanged", integer()},
                 {"failed", integer()},
                 {"filtered", integer()},
                 {"first_seq", schema::about("of its changes in database.changes", integer())},
                 {"last_seq", schema::about("the change that tells of it", integer())},
                 schema::optional("reverted_seq",
                                  schema::about("the change by which it was taken back; absent: it stands",
                                                integer()))})))}});
}

}  // namespace crmcore::engine
