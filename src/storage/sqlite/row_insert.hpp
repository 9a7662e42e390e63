// Many rows into one table, several of them with each statement: the one place that knows how.
//
// A statement's fixed cost (reset, transaction bookkeeping, the first descent of the b-tree) is about half of
// what inserting a narrow row takes, so rows are kept until there are kRowsTogether of them and then go in
// with one statement; the rest goes row by row at flush(). A row is not in the table before that: whoever
// looks for it flushes first. tests/storage/row_insert_test.cpp proves that the table holds the same rows,
// whatever their number.
//
// A statement of several rows that may be refused at one of them keeps a journal of every page it changes, to
// take the earlier rows back; that costs a quarter of the insert. OR FAIL keeps the earlier rows and needs
// none, in a table without foreign keys. What the caller makes of a row that is refused is the one difference
// between add(), where it is an error, and insert_until_taken(), where it is an answer.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"
#include "crmcore/money.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::sqlite {

// Of a table and its columns. Declared `constexpr` at namespace scope, its address is its identity in the
// connection's cache of statements.
struct RowsSql {
  const char* table;
  const char* columns;           // "a, b, c"
  const char* on_conflict = "";  // "ON CONFLICT (a) DO UPDATE SET b = excluded.b"
};

// Beyond 16 a row of eight columns gains nothing more, and the text of the statement is parsed for longer.
inline constexpr std::size_t kRowsTogether = 16;

// Binds the values of rows one after the other.
class RowBinder {
 public:
  explicit RowBinder(Statement& statement) : statement_(&statement) {}
  template <class... Values>
  void operator()(const Values&... values) {
    (statement_->bind(++parameter_, values), ...);
  }
  void rewind() noexcept { parameter_ = 0; }

 private:
  Statement* statement_;
  int parameter_ = 0;
};

class RowInsert {
 public:
  RowInsert(Connection& db, const RowsSql& sql);
  RowInsert(RowInsert&&) noexcept = default;
  RowInsert& operator=(RowInsert&&) = delete;

  // One value for each column, in their order; texts and blobs are copied. Throws as Statement does; rows
  // before the one at fault may be in the table then: the caller undoes its savepoint or transaction.
  template <class... Values>
  void add(const Values&... values) {
    (append(values), ...);
    assert(filled_ == (rows_ + 1) * columns_);
    if (++rows_ == kRowsTogether) write_together();
  }
  // Writes what is pending.
  void flush();
  // Forgets what is pending.
  void clear() noexcept;
  std::size_t pending() const noexcept { return rows_; }

  // Inserts rows that the caller keeps, in their order, until the unique key of one is taken: that one and
  // those behind it are not inserted. Returns how many were. `bind(row, values)` calls `values(a, b, …)` with
  // one value for each column; texts are not copied.
  template <class Row, class Bind>
  std::size_t insert_until_taken(std::span<const Row> rows, Bind bind) {
    std::size_t inserted = 0;
    while (inserted < rows.size()) {
      const std::size_t together = rows.size() - inserted < kRowsTogether ? 1 : kRowsTogether;
      auto insert = use(together);
      RowBinder values(insert);
      // Row by row the binds of the one before are written over.
      for (; rows.size() - inserted >= together; values.rewind()) {
        for (const Row& row : rows.subspan(inserted, together)) bind(row, values);
        const std::size_t before_taken = step_until_taken(insert, together);
        inserted += before_taken;
        if (before_taken < together) return inserted;
      }
    }
    return inserted;
  }
  // The row id of the row inserted last by the connection.
  std::int64_t last_row_id() const noexcept;

 private:
  enum class Type : std::uint8_t { null, integer, text, blob };
  struct Value {
    Type type;
    std::int64_t number;  // of a text or blob: where it begins in bytes_
    std::size_t size;
  };

  void append(const Value& value) {
    if (values_.empty()) values_.resize(kRowsTogether * columns_);
    values_[filled_++] = value;
  }
  void append(std::int64_t value) { append(Value{Type::integer, value, 0}); }
  void append(std::nullopt_t) { append(Value{Type::null, 0, 0}); }
  void append(std::string_view utf8) { append_bytes(Type::text, utf8); }
  void append(std::span<const std::uint8_t> blob) {
    append_bytes(Type::blob, {reinterpret_cast<const char*>(blob.data()), blob.size()});
  }
  void append(Date date) { append(std::int64_t{date.days}); }
  void append(Money amount) { append(amount.minor); }
  template <class Tag>
  void append(Id<Tag> id) {
    append(id.value);
  }
  template <class Number>
  requires std::is_enum_v<Number> || std::is_same_v<Number, bool> || std::is_same_v<Number, std::int32_t>
  void append(Number value) { append(static_cast<std::int64_t>(value)); }
  template <class T>
  void append(const std::optional<T>& value) {
    if (value) {
      append(*value);
    } else {
      append(std::nullopt);
    }
  }
  void append_bytes(Type type, std::string_view bytes);
  // The statement that inserts 1 or kRowsTogether rows.
  Statement use(std::size_t rows);
  // How many of its `rows` went in before one whose unique key is taken; the statement is ready for new
  // binds.
  std::size_t step_until_taken(Statement& insert, std::size_t rows);
  void write_together();
  void bind_row(Statement& insert, std::size_t row, int first_parameter) const;

  Connection* db_;
  const RowsSql* sql_;
  std::size_t columns_;
  std::size_t rows_ = 0;
  std::vector<Value> values_;  // of so many rows as go together, of which the first are filled
  std::size_t filled_ = 0;
  std::string bytes_;
};

}  // namespace crmcore::sqlite
