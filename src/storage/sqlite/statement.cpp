#include "storage/sqlite/statement.hpp"

#include <new>
#include <sqlite3.h>
#include <utility>

#include "base/format.hpp"
#include "storage/sqlite/callbacks.hpp"
#include "storage/sqlite/host_query.hpp"
#include "storage/sqlite/result_code.hpp"

namespace crmcore::sqlite {
namespace {

void check_bind(sqlite3_stmt* handle, int result) {
  if (result != SQLITE_OK) throw_sqlite_error(sqlite3_db_handle(handle), result, "binding a value");
}

// For a column without bytes: a number that could not be made a text must not pass for an empty one.
void require_memory(sqlite3_stmt* handle) {
  if (sqlite3_errcode(sqlite3_db_handle(handle)) == SQLITE_NOMEM) throw std::bad_alloc();
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      in_use_(std::exchange(other.in_use_, nullptr)),
      query_(std::move(other.query_)) {}

Statement::~Statement() {
  if (in_use_ == nullptr) {
    sqlite3_finalize(handle_);
    return;
  }
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  *in_use_ = false;
}

Statement& Statement::bind(int index, std::int64_t value) {
  check_bind(handle_, sqlite3_bind_int64(handle_, index, value));
  return *this;
}

Statement& Statement::bind(int index, std::string_view utf8) {
  // A view of nothing may hold a null pointer, which SQLite would bind as NULL.
  const char* text = utf8.data() ? utf8.data() : "";
  check_bind(handle_, sqlite3_bind_text64(handle_, index, text, utf8.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int index, std::span<const std::uint8_t> blob) {
  if (blob.empty()) {
    check_bind(handle_, sqlite3_bind_zeroblob(handle_, index, 0));
  } else {
    check_bind(handle_, sqlite3_bind_blob64(handle_, index, blob.data(), blob.size(), SQLITE_STATIC));
  }
  return *this;
}

Statement& Statement::bind(int index, double value) {
  check_bind(handle_, sqlite3_bind_double(handle_, index, value));
  return *this;
}

Statement& Statement::bind_null(int index) {
  check_bind(handle_, sqlite3_bind_null(handle_, index));
  return *this;
}

int Statement::step_once() {
  if (query_ == nullptr) return sqlite3_step(handle_);
  const HostQuery::Run run(*query_, kStepsOfHost);
  return sqlite3_step(handle_);
}

void Statement::fail(int result) {
  try {
    const std::string complaint = query_ ? query_->complaint() : std::string();
    if (!complaint.empty()) throw Error(Code::limit, complaint);
    throw_sqlite_error(sqlite3_db_handle(handle_), result, "running a statement",
                       query_ ? Code::invalid : Code::internal);
  } catch (...) {
    sqlite3_reset(handle_);
    throw;
  }
}

bool Statement::step() {
  const int result = step_once();
  if (result != SQLITE_ROW && result != SQLITE_DONE) fail(result);
  return result == SQLITE_ROW;
}

void Statement::run() {
  while (step()) {
  }
  rewind();
}

void Statement::rewind() noexcept {
  sqlite3_reset(handle_);
}

bool Statement::is_null(int column) const noexcept {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const noexcept {
  return sqlite3_column_int64(handle_, column);
}

double Statement::real(int column) const noexcept {
  return sqlite3_column_double(handle_, column);
}

std::string_view Statement::text(int column) const {
  // Not sqlite3_column_text: it may allocate to add a NUL, and answers NULL when memory is short.
  const void* bytes = sqlite3_column_blob(handle_, column);
  if (bytes == nullptr) {
    require_memory(handle_);
    return {};
  }
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::span<const std::uint8_t> Statement::blob(int column) const {
  const std::string_view bytes = text(column);
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::optional<std::int64_t> Statement::maybe_integer(int column) const noexcept {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Statement::maybe_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return std::string(text(column));
}

int Statement::column_count() const noexcept {
  return sqlite3_column_count(handle_);
}

std::string_view Statement::column_name(int column) const noexcept {
  const char* name = sqlite3_column_name(handle_, column);
  return name ? name : std::string_view();
}

int Statement::column_type(int column) const noexcept {
  return sqlite3_column_type(handle_, column);
}

int Statement::parameter_index(const std::string& name) const noexcept {
  return sqlite3_bind_parameter_index(handle_, name.c_str());
}

int Statement::parameter_count() const noexcept {
  return sqlite3_bind_parameter_count(handle_);
}

void Statement::refuse(int column, std::int64_t value) const {
  throw Error(Code::corrupt,
              fmt::format("the file holds {} in {}, which cannot be", value, column_name(column)));
}

void Statement::refuse_size(int column, std::size_t bytes) const {
  throw Error(Code::corrupt,
              fmt::format("the file holds {} bytes in {}, which cannot be", bytes, column_name(column)));
}

}  // namespace crmcore::sqlite
