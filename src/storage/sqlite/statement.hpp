// A prepared statement: named once as a constant, prepared once per connection, leased for each use.
//
// This is the one way in which values of the library become values of SQLite and come back: an overload of
// bind() and a reader for each type. Dates are days, money minor units, enums and flags integers, ids their
// number. What is absent is NULL; an id that is none is 0 by bind(), NULL by bind_or_null(), and either is
// read as none. All of it is inline casts and bounds around sqlite3's own calls, so that a row costs what its
// columns cost. tests/storage/sqlite_statement_test.cpp proves that each type comes back as it was bound.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "crmcore/date.hpp"
#include "crmcore/error.hpp"
#include "crmcore/id.hpp"
#include "crmcore/money.hpp"
#include "crmcore/words.hpp"

struct sqlite3_stmt;

namespace crmcore::sqlite {

class HostQuery;

// A statement's text. Declared `constexpr` at namespace scope beside its binds; the address of the text
// is its identity in the connection's cache, so it must have static storage.
struct Sql {
  const char* text;
};

// A lease of a cached statement, or the owner of an ad-hoc one. Resets and clears the binds when it ends.
// Binds are by number from 1 and are not copied: what they point to must outlive the last step() with them.
// Every failure throws Error with the code that belongs to it (busy, io, full, corrupt …), but std::bad_alloc
// when memory ran out: it is nobody's to collect among what is wrong with an input.
class Statement {
 public:
  // `in_use` is the cache's flag for this statement, cleared when the lease ends; nullptr makes this object
  // the owner of `handle`. `query` is what bounds a query of the host's, whose SQL's errors are the host's.
  Statement(sqlite3_stmt* handle, bool* in_use, std::shared_ptr<HostQuery> query = nullptr) noexcept
      : handle_(handle), in_use_(in_use), query_(std::move(query)) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::int32_t value) { return bind(index, std::int64_t{value}); }
  Statement& bind(int index, bool value) { return bind(index, std::int64_t{value}); }
  Statement& bind(int index, std::string_view utf8);
  Statement& bind(int index, const char* utf8) { return bind(index, std::string_view(utf8)); }
  Statement& bind(int index, const std::string& utf8) { return bind(index, std::string_view(utf8)); }
  // What ends with the expression would be read after it ended.
  Statement& bind(int index, std::string&& utf8) = delete;
  Statement& bind(int index, std::optional<std::string>&& utf8) = delete;
  Statement& bind(int index, std::vector<std::uint8_t>&& blob) = delete;
  Statement& bind(int index, std::span<const std::uint8_t> blob);
  Statement& bind(int index, double value);
  Statement& bind(int index, Date date) { return bind(index, std::int64_t{date.days}); }
  Statement& bind(int index, Money amount) { return bind(index, amount.minor); }
  template <class Tag>
  Statement& bind(int index, Id<Tag> id) {
    return bind(index, id.value);
  }
  template <class Enum>
  requires std::is_enum_v<Enum> Statement& bind(int index, Enum value) {
    return bind(index, static_cast<std::int64_t>(value));
  }
  Statement& bind_null(int index);
  template <class T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind_null(index);
  }
  // For columns whose foreign key or meaning wants NULL where there is none.
  template <class Tag>
  Statement& bind_or_null(int index, Id<Tag> id) {
    return id ? bind(index, id.value) : bind_null(index);
  }

  // True while there is a row.
  bool step();
  // Runs to the end and makes the statement ready for new binds (the old ones stay bound).
  void run();
  // Makes the statement ready to be stepped again; binds stay.
  void rewind() noexcept;

  // Columns from 0. Views stay valid until the next step, rewind or the end of the lease.
  bool is_null(int column) const noexcept;
  std::int64_t integer(int column) const noexcept;
  double real(int column) const noexcept;
  std::string_view text(int column) const;
  std::span<const std::uint8_t> blob(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const noexcept;
  std::optional<std::string> maybe_text(int column) const;
  // What the schema lets no writer put there, but a file may hold, throws Error(corrupt): a number beyond 32
  // bits, a day beyond the calendar, an id below 0, a number that is none of an enum's.
  std::int32_t integer32(int column) const {
    return static_cast<std::int32_t>(integer_within(column, INT32_MIN, INT32_MAX));
  }
  bool flag(int column) const noexcept { return integer(column) != 0; }
  std::string string(int column) const { return std::string(text(column)); }
  Date date(int column) const {
    return Date{static_cast<std::int32_t>(integer_within(column, kDateMin.days, kDateMax.days))};
  }
  std::optional<Date> maybe_date(int column) const {
    return is_null(column) ? std::nullopt : std::optional(date(column));
  }
  Money money(int column) const noexcept { return Money{integer(column)}; }
  // `AnyId` is an Id<Tag>; NULL is none.
  template <class AnyId>
  AnyId id(int column) const {
    return AnyId{integer_within(column, 0, INT64_MAX)};
  }
  template <class Enum>
  requires std::is_enum_v<Enum> Enum enum_at(int column)
  const {
    constexpr auto kLast = static_cast<std::int64_t>(words_of(Enum{}).size()) - 1;
    return static_cast<Enum>(integer_within(column, 0, kLast));
  }
  std::int64_t integer_within(int column, std::int64_t least, std::int64_t most) const {
    const std::int64_t value = integer(column);
    if (value < least || value > most) refuse(column, value);
    return value;
  }
  // A blob of a fixed size, such as a digest; all 0 where none is kept. Throws Error(corrupt) for another
  // size.
  template <std::size_t size>
  std::array<std::uint8_t, size> bytes(int column) const {
    std::array<std::uint8_t, size> bytes{};
    const auto found = blob(column);
    if (!found.empty() && found.size() != size) refuse_size(column, found.size());
    std::copy(found.begin(), found.end(), bytes.begin());
    return bytes;
  }

  int column_count() const noexcept;
  std::string_view column_name(int column) const noexcept;
  // 1 integer, 2 real, 3 text, 4 blob, 5 null, as SQLite numbers them.
  int column_type(int column) const noexcept;
  // 0 when there is no such parameter. `name` includes its prefix, e.g. ":id".
  int parameter_index(const std::string& name) const noexcept;
  int parameter_count() const noexcept;

  sqlite3_stmt* handle() const noexcept { return handle_; }

 private:
  int step_once();
  [[noreturn]] void fail(int result);
  [[noreturn]] void refuse(int column, std::int64_t value) const;
  [[noreturn]] void refuse_size(int column, std::size_t bytes) const;

  sqlite3_stmt* handle_;
  bool* in_use_;                      // nullptr: this object owns the handle and finalizes it
  std::shared_ptr<HostQuery> query_;  // none of the library's own
};

}  // namespace crmcore::sqlite
