// Table-valued functions written in C++, so that views can show what is packed into blobs.
//
// Registered with Connection::add_table_function, read in SQL as `SELECT … FROM name(argument, …)`.
// They only read and may be used by views of the file.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/sqlite/connection.hpp"

namespace crmcore::sqlite {

// A value in SQL; std::monostate is NULL. Texts and blobs are borrowed.
using Value =
    std::variant<std::monostate, std::int64_t, double, std::string_view, std::span<const std::uint8_t>>;

// The rows of one call. What it reads from the connection it prepares with Connection::prepare, since two
// calls of the same function may run side by side in one statement.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // Moves to the next row, at first to the first; false when there is none. Throws Error.
  virtual bool next() = 0;
  // `index` counts the ordinary columns from 0. The value stays valid until the next call of next().
  virtual Value column(int index) = 0;
};

struct TableFunction {
  std::string name;
  std::vector<std::string> columns;    // "month INTEGER", in order
  std::vector<std::string> arguments;  // names, in order
  // At most two columns, declared INTEGER, by index: `column = value` is handed to open() so that it can
  // read less. SQLite still checks the rows, so that a source may ignore it.
  std::vector<int> pushable;
  // Gets one value per argument, NULL where it was not given, then one per pushable column, then the
  // least and the greatest value of `ordered` that is asked for: an integer, or NULL where nothing is pushed.
  // The values are valid during the call only. Throws Error.
  std::function<std::unique_ptr<RowSource>(Connection&, std::span<const Value>)> open;
  // A column declared INTEGER in whose ascending order all rows come, whatever is pushed: its bounds are
  // pushed too, so that `WHERE seq > 5 ORDER BY seq LIMIT 10` reads ten rows. -1: there is none.
  int ordered = -1;
  // How many rows SQLite is to expect when none, one or both of the pushable columns are given.
  std::array<double, 3> rows = {1e6, 1e3, 1};
};

}  // namespace crmcore::sqlite
