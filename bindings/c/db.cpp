// Archive files: opening, checking, copying, what changed.
#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"

namespace crmcore::c {
#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_db_open(const char* path, int64_t path_size, const char* options, int64_t options_size,
                        crmcore_db** db, crmcore_error** error) {
  return guard(error, [&] {
    crmcore_db*& out = required(db, "db");
    const std::string file(text(path, path_size, "path"));
    const OpenOptions how = options_of(options, options_size, OpenOptions::from_json);
    out = make<crmcore_db>(in_terms({{"", "/path"}}, [&] { return Database::open(file, how); }));
  });
}

void crmcore_db_free(crmcore_db* db) {
  free_handle(db);
}

const char* crmcore_db_path(const crmcore_db* db) {
  const OpenFile* file = peek(db);
  return file ? file->database.path().c_str() : nullptr;
}

const char* crmcore_db_base_currency(const crmcore_db* db) {
  const OpenFile* file = peek(db);
  return file ? file->base_currency.c_str() : nullptr;
}

int32_t crmcore_db_currency_digits(const crmcore_db* db) {
  const OpenFile* file = peek(db);
  return file ? file->database.currency_digits() : 0;
}

int32_t crmcore_db_verify(crmcore_conn* conn, int32_t rebuild, crmcore_buf** findings,
                          crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(findings, "findings");
    answer_write(*use, out, [&] { return use->verify(rebuild != 0); });
  });
}

int32_t crmcore_db_backup(crmcore_conn* conn, const char* path, int64_t path_size, crmcore_buf** findings,
                          crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(findings, "findings");
    const std::string file(text(path, path_size, "path"));
    answer_write(*use, out, [&] { return use->backup(file); });
  });
}

int32_t crmcore_db_changes(crmcore_conn* conn, int64_t after_seq, int64_t limit, crmcore_buf** changes,
                           crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(changes, "changes");
    out = make_buf(changes_json(use->changes(after_seq, limit), after_seq));
  });
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
