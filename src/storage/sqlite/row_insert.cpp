#include "storage/sqlite/row_insert.hpp"

#include <algorithm>
#include <cassert>
#include <sqlite3.h>

#include "storage/sqlite/result_code.hpp"

namespace crmcore::sqlite {
namespace {

std::size_t count_columns(std::string_view columns) {
  return static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ',')) + 1;
}

std::string insert_text(const RowsSql& sql, std::size_t rows) {
  const std::size_t columns = count_columns(sql.columns);
  // A row that fails ends the write that it is part of, so the rows before it need not be taken back by the
  // statement: OR FAIL spares SQLite a journal for each.
  std::string text = std::string("INSERT OR FAIL INTO ") + sql.table + " (" + sql.columns + ") VALUES ";
  for (std::size_t parameter = 1; parameter <= rows * columns; ++parameter) {
    const std::size_t column = (parameter - 1) % columns;
    text += column > 0 ? ", ?" : parameter > 1 ? ", (?" : "(?";
    text += std::to_string(parameter);
    if (column + 1 == columns) text += ')';
  }
  return text + " " + sql.on_conflict;
}

}  // namespace

RowInsert::RowInsert(Connection& db, const RowsSql& sql)
    : db_(&db), sql_(&sql), columns_(count_columns(sql.columns)) {}

Statement RowInsert::use(std::size_t rows) {
  // The address of the text's parts stands for the statement of one row, the next one for that of many.
  const char* key = reinterpret_cast<const char*>(sql_) + (rows == 1 ? 0 : 1);
  return db_->use(key, [&] { return insert_text(*sql_, rows); });
}

std::size_t RowInsert::step_until_taken(Statement& insert, std::size_t rows) {
  const int result = sqlite3_step(insert.handle());
  if (result == SQLITE_DONE) {
    insert.rewind();
    return rows;
  }
  const int extended = sqlite3_extended_errcode(db_->handle());
  const std::int64_t inserted = db_->changes();
  if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY) {
    insert.rewind();
    return static_cast<std::size_t>(inserted);
  }
  throw_sqlite_error(db_->handle(), result, "inserting rows");
}

std::int64_t RowInsert::last_row_id() const noexcept {
  return sqlite3_last_insert_rowid(db_->handle());
}

void RowInsert::append_bytes(Type type, std::string_view bytes) {
  append(Value{type, static_cast<std::int64_t>(bytes_.size()), bytes.size()});
  bytes_ += bytes;
}

void RowInsert::bind_row(Statement& insert, std::size_t row, int first_parameter) const {
  for (std::size_t column = 0; column < columns_; ++column) {
    const Value& value = values_[row * columns_ + column];
    const int parameter = first_parameter + static_cast<int>(column);
    const auto bytes = [&] {
      return std::string_view(bytes_).substr(static_cast<std::size_t>(value.number), value.size);
    };
    switch (value.type) {
      case Type::null:
        insert.bind_null(parameter);
        break;
      case Type::integer:
        insert.bind(parameter, value.number);
        break;
      case Type::text:
        insert.bind(parameter, bytes());
        break;
      case Type::blob:
        insert.bind(parameter, std::span(reinterpret_cast<const std::uint8_t*>(bytes().data()), value.size));
        break;
    }
  }
}

void RowInsert::write_together() {
  assert(filled_ == kRowsTogether * columns_);
  {
    auto insert = use(kRowsTogether);
    for (std::size_t row = 0; row < kRowsTogether; ++row)
      bind_row(insert, row, static_cast<int>(1 + row * columns_));
    insert.run();
  }
  clear();
}

void RowInsert::flush() {
  if (rows_ == 0) return;
  {
    auto insert = use(1);
    for (std::size_t row = 0; row < rows_; ++row) {
      bind_row(insert, row, 1);
      insert.run();
    }
  }
  clear();
}

void RowInsert::clear() noexcept {
  rows_ = 0;
  filled_ = 0;
  bytes_.clear();
}

}  // namespace crmcore::sqlite
