// Opening archive files.
#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"

using namespace crmcore::c;

int32_t crmcore_open(const char* path, int64_t path_size, const char* options, int64_t options_size,
                     crmcore_db** db, crmcore_error** error) {
  return guard(error, [&] {
    crmcore_db*& out = required(db, "db");
    const std::string file(text(path, path_size, "path"));
    const auto json = optional_text(options, options_size, "options");
    out = make<crmcore_db>(crmcore::Database::open(
        file, json ? crmcore::OpenOptions::from_json(*json) : crmcore::OpenOptions{}));
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
