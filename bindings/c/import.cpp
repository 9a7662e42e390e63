// Imports from columns, from text and from callbacks.
#include "crmcore/archive.hpp"
#include "crmcore/ledger.hpp"

#include "arguments.hpp"
#include "callback.hpp"
#include "columns.hpp"
#include "guard.hpp"
#include "handles.hpp"

namespace crmcore::c {
namespace {

// Runs an import: the report of `run(connection, options)` goes to the caller.
template <class Options, class Run>
std::int32_t import_by(crmcore_conn* conn, const char* options, std::int64_t options_size,
                       crmcore_buf** report, crmcore_error** error, Run run) noexcept {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(report, "report");
    const Options how = options_of(options, options_size, Options::from_json);
    answer_write(*use, out, [&] { return run(*use, how).to_json(); });
  });
}

ByteSource bytes_from(std::string_view text) {
  return [text](char* buffer, std::size_t size) mutable {
    const std::size_t copied = text.copy(buffer, size);
    text.remove_prefix(copied);
    return copied;
  };
}

ByteSource bytes_from(crmcore_read_fn read, const UserData& user) {
  required(read, "read");
  return [read, &user](char* buffer, std::size_t size) {
    const std::int64_t filled = read(user.get(), buffer, static_cast<std::int64_t>(size));
    if (filled < 0) throw Error(Code::cancelled, "cancelled by the host's callback; nothing was applied");
    if (filled > static_cast<std::int64_t>(size)) {
      throw Misuse(CRMCORE_E_MISUSE_SIZE, "the callback says that it wrote more than the buffer holds",
                   "/read");
    }
    return static_cast<std::size_t>(filled);
  };
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_customer_import(crmcore_conn* conn, const crmcore_columns* columns, const char* options,
                                int64_t options_size, crmcore_buf** report, crmcore_error** error) {
  return import_by<ImportOptions>(conn, options, options_size, report, error,
                                  [&](auto& connection, const auto& how) {
                                    const Use use(columns, "columns");
                                    return Archive(connection).import_columns(use->views(), how);
                                  });
}

int32_t crmcore_customer_import_csv(crmcore_conn* conn, const char* csv, int64_t csv_size,
                                    const char* options, int64_t options_size, crmcore_buf** report,
                                    crmcore_error** error) {
  return import_by<ImportOptions>(
      conn, options, options_size, report, error, [&](auto& connection, const auto& how) {
        return Archive(connection).import_csv(bytes_from(file_bytes(csv, csv_size, "csv")), how);
      });
}

int32_t crmcore_customer_import_stream(crmcore_conn* conn, crmcore_read_fn read, void* user,
                                       crmcore_free_fn free_user, const char* options, int64_t options_size,
                                       crmcore_buf** report, crmcore_error** error) {
  const UserData owned(user, free_user);
  return import_by<ImportOptions>(conn, options, options_size, report, error,
                                  [&](auto& connection, const auto& how) {
                                    return Archive(connection).import_csv(bytes_from(read, owned), how);
                                  });
}

int32_t crmcore_entry_import_csv(crmcore_conn* conn, const char* csv, int64_t csv_size, const char* options,
                                 int64_t options_size, crmcore_buf** report, crmcore_error** error) {
  return import_by<EntryImportOptions>(
      conn, options, options_size, report, error, [&](auto& connection, const auto& how) {
        return Ledger(connection).import_csv(bytes_from(file_bytes(csv, csv_size, "csv")), how);
      });
}

int32_t crmcore_entry_import_stream(crmcore_conn* conn, crmcore_read_fn read, void* user,
                                    crmcore_free_fn free_user, const char* options, int64_t options_size,
                                    crmcore_buf** report, crmcore_error** error) {
  const UserData owned(user, free_user);
  return import_by<EntryImportOptions>(conn, options, options_size, report, error,
                                       [&](auto& connection, const auto& how) {
                                         return Ledger(connection).import_csv(bytes_from(read, owned), how);
                                       });
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
