#include "storage/sqlite/result_code.hpp"

#include <cerrno>
#include <new>
#include <sqlite3.h>
#include <string>
#include <system_error>

#include "base/format.hpp"

namespace crmcore::sqlite {
namespace {

struct Row {
  int sqlite_code;
  Code code;
};

// Extended codes that differ from their primary code stand first; the first row of a code of ours is the
// one that table functions return.
constexpr Row kTable[] = {
    {SQLITE_IOERR_NOMEM, Code::no_memory},
    {SQLITE_IOERR_CORRUPTFS, Code::corrupt},
    {SQLITE_CANTOPEN_SYMLINK, Code::not_a_database},
    {SQLITE_CANTOPEN_ISDIR, Code::not_a_database},
    {SQLITE_READONLY_DBMOVED, Code::io},
    {SQLITE_READONLY_CANTINIT, Code::io},
    {SQLITE_READONLY_DIRECTORY, Code::io},
    {SQLITE_READONLY_RECOVERY, Code::busy},
    {SQLITE_BUSY, Code::busy},
    {SQLITE_LOCKED, Code::busy},
    {SQLITE_PROTOCOL, Code::busy},
    {SQLITE_NOMEM, Code::no_memory},
    {SQLITE_READONLY, Code::denied},
    {SQLITE_PERM, Code::denied},
    {SQLITE_AUTH, Code::denied},
    {SQLITE_INTERRUPT, Code::cancelled},
    {SQLITE_IOERR, Code::io},
    {SQLITE_CANTOPEN, Code::io},
    {SQLITE_CORRUPT, Code::corrupt},
    {SQLITE_FORMAT, Code::corrupt},
    {SQLITE_FULL, Code::full},
    {SQLITE_TOOBIG, Code::limit},
    {SQLITE_NOLFS, Code::limit},
    {SQLITE_CONSTRAINT, Code::conflict},
    {SQLITE_MISMATCH, Code::invalid},
    {SQLITE_NOTADB, Code::not_a_database},
};

// What SQLite tells by its message alone.
struct MessageRow {
  std::string_view part;
  Code code;
};

constexpr MessageRow kMessages[] = {
    {"pattern too complex", Code::limit}, {"too many ", Code::limit},      {"maximum depth", Code::limit},
    {"Recursion limit", Code::limit},     {"stack overflow", Code::limit}, {"cannot modify ", Code::denied},
};

constexpr int primary(int sqlite_code) {
  return sqlite_code & 0xff;
}

// SQLite repeats the text of a CHECK in its message; keys it names by table and column.
std::string constraint_text(int sqlite_code, std::string_view message) {
  const std::size_t colon = message.find(": ");
  const std::string_view where =
      colon == std::string_view::npos ? std::string_view() : message.substr(colon + 2);
  switch (sqlite_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return fmt::format("a row with the same key exists already ({})", where);
    case SQLITE_CONSTRAINT_NOTNULL:
      return fmt::format("a value is missing ({})", where);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return "it refers to a row that does not exist, or is still referred to";
    case SQLITE_CONSTRAINT_CHECK:
      return "a value lies outside what its column allows";
    case SQLITE_CONSTRAINT_DATATYPE:
      return "a value has another type than its column";
    default:
      return "a constraint of the table does not hold";
  }
}

std::string text_of(sqlite3* connection, int sqlite_code) {
  const char* message = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(sqlite_code);
  switch (primary(sqlite_code)) {
    case SQLITE_CONSTRAINT:
      return constraint_text(sqlite_code, message);
    case SQLITE_BUSY:
      return "another writer or reader held the file for longer than the time-out";
    case SQLITE_INTERRUPT:
      return "it was cancelled";
    case SQLITE_READONLY:
      return "this connection only reads, or the file may not be written";
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: {
      const int system_error = connection ? sqlite3_system_errno(connection) : 0;
      if (system_error == 0) return fmt::format("{} (SQLite {})", message, sqlite_code);
      return fmt::format("{} (SQLite {}, {})", message, sqlite_code,
                         std::generic_category().message(system_error));
    }
    default:
      return message;
  }
}

}  // namespace

Code code_of(int sqlite_code, Code sql_error) noexcept {
  for (const Row& row : kTable) {
    if (row.sqlite_code == sqlite_code) return row.code;
  }
  for (const Row& row : kTable) {
    if (row.sqlite_code == primary(sqlite_code)) return row.code;
  }
  return primary(sqlite_code) == SQLITE_ERROR ? sql_error : Code::internal;
}

int sqlite_code_of(Code code) noexcept {
  for (const Row& row : kTable) {
    if (row.code == code && row.sqlite_code == primary(row.sqlite_code)) return row.sqlite_code;
  }
  return SQLITE_ERROR;
}

void throw_sqlite_error(sqlite3* connection, int sqlite_code, std::string_view doing, Code sql_error) {
  if (code_of(sqlite_code, sql_error) == Code::no_memory) throw std::bad_alloc();
  // A map of the log's index that does not fit the address space is memory that ran out too.
  if (primary(sqlite_code) == SQLITE_IOERR && connection && sqlite3_system_errno(connection) == ENOMEM) {
    throw std::bad_alloc();
  }
  const std::string text = text_of(connection, sqlite_code);
  Code code = code_of(sqlite_code, sql_error);
  for (const MessageRow& row : kMessages) {
    if (primary(sqlite_code) == SQLITE_ERROR && text.find(row.part) != std::string::npos) code = row.code;
  }
  throw Error(code, fmt::format("{}: {}", doing, text));
}

}  // namespace crmcore::sqlite
