#include "storage/sqlite/table_function.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <sqlite3.h>

#include "base/format.hpp"
#include "storage/sqlite/connection_state.hpp"
#include "storage/sqlite/result_code.hpp"

namespace crmcore::sqlite {
namespace {

struct Module {
  Connection* connection;
  TableFunction function;
};

// SQLite allocates neither: it gets pointers to the bases.
struct Table : sqlite3_vtab {
  Module* module = nullptr;
};

struct ValueDeleter {
  void operator()(sqlite3_value* value) const noexcept { sqlite3_value_free(value); }
};

struct Cursor : sqlite3_vtab_cursor {
  std::unique_ptr<RowSource> source;
  std::vector<std::unique_ptr<sqlite3_value, ValueDeleter>> arguments;  // as given, null where not
  std::int64_t row_number = 0;
  bool is_at_end = true;
};

Table& table_of(sqlite3_vtab* base) {
  return *static_cast<Table*>(base);
}
Cursor& cursor_of(sqlite3_vtab_cursor* base) {
  return *static_cast<Cursor*>(base);
}

// Errors leave through SQLite as a code and a text.
template <class Body>
int guarded(sqlite3_vtab* table, Body body) noexcept {
  const HostQuery::Aside aside(table_of(table).module->connection->state());
  try {
    body();
    return SQLITE_OK;
  } catch (const Error& error) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("%s", error.what());
    return sqlite_code_of(error.code());
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (...) {
    return SQLITE_ERROR;
  }
}

std::string schema_of(const TableFunction& function) {
  std::string schema = "CREATE TABLE x(";
  for (const std::string& column : function.columns) schema += column + ", ";
  for (const std::string& argument : function.arguments) schema += argument + " HIDDEN, ";
  schema.replace(schema.size() - 2, 2, ")");
  return schema;
}

int connect(sqlite3* db, void* context, int, const char* const*, sqlite3_vtab** table, char**) {
  auto& module = *static_cast<Module*>(context);
  try {
    const int result = sqlite3_declare_vtab(db, schema_of(module.function).c_str());
    if (result != SQLITE_OK) return result;
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    auto made = std::make_unique<Table>();
    made->module = &module;
    *table = made.release();
    return SQLITE_OK;
  } catch (...) {
    return SQLITE_NOMEM;
  }
}

int disconnect(sqlite3_vtab* table) {
  delete &table_of(table);
  return SQLITE_OK;
}

// Arguments come first, then the pushable columns; nothing for other columns.
std::optional<std::size_t> slot_of(const TableFunction& function, int column) {
  const auto at = static_cast<std::size_t>(column);
  if (column >= 0 && at >= function.columns.size()) return at - function.columns.size();
  const auto pushed = std::find(function.pushable.begin(), function.pushable.end(), column);
  if (pushed == function.pushable.end()) return std::nullopt;
  return function.arguments.size() + static_cast<std::size_t>(pushed - function.pushable.begin());
}

// Behind these, what bounds the ordered column. An equality is both bounds with one value.
struct OrderedSlots {
  std::size_t least;
  std::size_t greatest;
  std::size_t equal;

  explicit OrderedSlots(const TableFunction& function)
      : least(function.arguments.size() + function.pushable.size()), greatest(least + 1), equal(least + 2) {}
};

std::optional<std::size_t> bound_slot_of(const TableFunction& function, int column, unsigned char op) {
  const OrderedSlots slots(function);
  if (function.ordered < 0 || column != function.ordered) return std::nullopt;
  if (op == SQLITE_INDEX_CONSTRAINT_EQ) return slots.equal;
  if (op == SQLITE_INDEX_CONSTRAINT_GT || op == SQLITE_INDEX_CONSTRAINT_GE) return slots.least;
  if (op == SQLITE_INDEX_CONSTRAINT_LT || op == SQLITE_INDEX_CONSTRAINT_LE) return slots.greatest;
  return std::nullopt;
}

// The plan is the set of slots that get a value, as bits; the values come in the order of the slots.
int choose_plan(sqlite3_vtab* base, sqlite3_index_info* info) {
  constexpr std::size_t kSlots = 16;
  const TableFunction& function = table_of(base).module->function;
  int chosen[kSlots];
  std::fill(std::begin(chosen), std::end(chosen), -1);
  std::size_t pushed = 0;
  double part = 1;  // of the rows, within bounds of the ordered column
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    std::optional<std::size_t> slot = bound_slot_of(function, constraint.iColumn, constraint.op);
    if (!slot && constraint.op == SQLITE_INDEX_CONSTRAINT_EQ) slot = slot_of(function, constraint.iColumn);
    if (!slot) continue;
    const bool is_argument = *slot < function.arguments.size();
    // An argument that comes from a table further right: another order of the join has it.
    if (constraint.usable == 0 && is_argument) return SQLITE_CONSTRAINT;
    if (constraint.usable == 0 || chosen[*slot] >= 0) continue;
    chosen[*slot] = i;
    if (is_argument) continue;
    if (*slot < OrderedSlots(function).least) {
      ++pushed;
    } else {
      part /= 1000;
    }
  }
  int values = 0;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (chosen[slot] < 0) continue;
    auto& usage = info->aConstraintUsage[chosen[slot]];
    usage.argvIndex = ++values;
    usage.omit = slot < function.arguments.size() ? 1 : 0;
    info->idxNum |= 1 << slot;
  }
  const bool is_in_order = info->nOrderBy == 1 && function.ordered >= 0 &&
                           info->aOrderBy[0].iColumn == function.ordered && info->aOrderBy[0].desc == 0;
  if (is_in_order) info->orderByConsumed = 1;
  const double rows = std::max(1.0, function.rows.at(pushed) * part);
  info->estimatedCost = rows;
  info->estimatedRows = static_cast<sqlite3_int64>(rows);
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
  return guarded(table, [&] { *cursor = new Cursor(); });
}

int close_cursor(sqlite3_vtab_cursor* base) {
  // Its statements may be finalized already.
  if (table_of(base->pVtab).module->connection->state().is_abandoned) return SQLITE_OK;
  delete &cursor_of(base);
  return SQLITE_OK;
}

Value value_of(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return sqlite3_value_int64(value);
    case SQLITE_FLOAT:
      return sqlite3_value_double(value);
    case SQLITE_TEXT: {
      const void* text = sqlite3_value_text(value);
      if (text == nullptr) throw std::bad_alloc();
      return std::string_view(static_cast<const char*>(text),
                              static_cast<std::size_t>(sqlite3_value_bytes(value)));
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_value_blob(value));
      return std::span(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value)));
    }
    default:
      return std::monostate();
  }
}

// The integer that an INTEGER column can equal when compared with `value`; nothing when there is none.
std::optional<std::int64_t> integer_equal_to(sqlite3_value* value) {
  const int type = sqlite3_value_numeric_type(value);
  if (type == SQLITE_INTEGER) return sqlite3_value_int64(value);
  if (type != SQLITE_FLOAT) return std::nullopt;
  const double real = sqlite3_value_double(value);
  if (real < -0x1p63 || real >= 0x1p63 || std::trunc(real) != real) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

// An integer at or beyond the bound on the side that reads more; NULL where SQLite is left to compare.
Value bound_of(sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_INTEGER) return sqlite3_value_int64(value);
  return std::monostate();
}

void advance(Cursor& cursor) {
  cursor.is_at_end = !cursor.source->next();
  ++cursor.row_number;
}

void start(Cursor& cursor, int plan, sqlite3_value** given) {
  Module& module = *table_of(cursor.pVtab).module;
  const TableFunction& function = module.function;
  const std::size_t argument_count = function.arguments.size();
  cursor.source.reset();
  cursor.is_at_end = true;
  cursor.row_number = 0;
  cursor.arguments.clear();
  cursor.arguments.resize(argument_count);
  const OrderedSlots bounds(function);
  std::vector<Value> values(function.ordered < 0 ? bounds.least : bounds.equal);
  for (std::size_t slot = 0; slot <= bounds.equal; ++slot) {
    if ((plan & (1 << slot)) == 0) continue;
    sqlite3_value* value = *given++;
    if (slot == bounds.equal) {
      const std::optional<std::int64_t> integer = integer_equal_to(value);
      if (!integer) return;
      values[bounds.least] = values[bounds.greatest] = *integer;
    } else if (slot >= bounds.least) {
      values[slot] = bound_of(value);
    } else if (slot < argument_count) {
      cursor.arguments[slot].reset(sqlite3_value_dup(value));
      if (cursor.arguments[slot] == nullptr) throw std::bad_alloc();
      values[slot] = value_of(value);
    } else if (const std::optional<std::int64_t> integer = integer_equal_to(value)) {
      values[slot] = *integer;
    } else {
      return;  // no integer equals NULL, a text or a fraction
    }
  }
  cursor.source = function.open(*module.connection, values);
  advance(cursor);
}

int filter(sqlite3_vtab_cursor* base, int plan, const char*, int, sqlite3_value** given) {
  return guarded(base->pVtab, [&] { start(cursor_of(base), plan, given); });
}

int next(sqlite3_vtab_cursor* base) {
  return guarded(base->pVtab, [&] { advance(cursor_of(base)); });
}

int is_at_end(sqlite3_vtab_cursor* base) {
  return cursor_of(base).is_at_end ? 1 : 0;
}

struct Return {
  sqlite3_context* context;

  void operator()(std::monostate) const { sqlite3_result_null(context); }
  void operator()(std::int64_t value) const { sqlite3_result_int64(context, value); }
  void operator()(double value) const { sqlite3_result_double(context, value); }
  void operator()(std::string_view text) const {
    sqlite3_result_text64(context, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  }
  void operator()(std::span<const std::uint8_t> blob) const {
    if (blob.empty()) {
      sqlite3_result_zeroblob(context, 0);
    } else {
      sqlite3_result_blob64(context, blob.data(), blob.size(), SQLITE_TRANSIENT);
    }
  }
};

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int index) {
  Cursor& cursor = cursor_of(base);
  const std::size_t ordinary = table_of(base->pVtab).module->function.columns.size();
  if (static_cast<std::size_t>(index) >= ordinary) {
    sqlite3_value* argument = cursor.arguments[static_cast<std::size_t>(index) - ordinary].get();
    if (argument != nullptr) sqlite3_result_value(context, argument);
    return SQLITE_OK;
  }
  return guarded(base->pVtab, [&] { std::visit(Return{context}, cursor.source->column(index)); });
}

int row_id(sqlite3_vtab_cursor* base, sqlite3_int64* id) {
  *id = cursor_of(base).row_number;
  return SQLITE_OK;
}

// Without xCreate a module is a table of its own name and nothing else; without xUpdate it is read-only.
constexpr sqlite3_module make_module() {
  sqlite3_module module = {};
  module.xConnect = connect;
  module.xBestIndex = choose_plan;
  module.xDisconnect = disconnect;
  module.xOpen = open_cursor;
  module.xClose = close_cursor;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = is_at_end;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}
constexpr sqlite3_module kModule = make_module();

}  // namespace

void Connection::add_table_function(TableFunction function) {
  assert(!function.columns.empty() && function.pushable.size() <= 2 && function.arguments.size() <= 8);
  state_->guard.add_table_function(function.name);
  auto module = std::make_unique<Module>(Module{this, std::move(function)});
  const std::string name = module->function.name;
  // SQLite takes the module over also when it fails.
  const int result = sqlite3_create_module_v2(state_->db, name.c_str(), &kModule, module.release(),
                                              [](void* context) { delete static_cast<Module*>(context); });
  if (result != SQLITE_OK) throw_sqlite_error(state_->db, result, "adding the table function " + name);
}

}  // namespace crmcore::sqlite
