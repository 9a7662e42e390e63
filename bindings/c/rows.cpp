// Queries and their rows.
#include <string>
#include <vector>

#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"

namespace crmcore::c {

// What a query found.
struct QueryResult {
  explicit QueryResult(Rows read) : rows(std::move(read)) {
    for (int column = 0; column < rows.column_count(); ++column) names.emplace_back(rows.column_name(column));
  }

  bool next() { return has_row = rows.next(); }

  // The type of the current row's value; throws Misuse when there is none.
  Rows::Type type(std::int32_t column) const {
    if (column < 0 || static_cast<std::size_t>(column) >= names.size()) {
      throw Misuse(CRMCORE_E_MISUSE_COLUMN,
                   "no column " + std::to_string(column) + "; there are " + std::to_string(names.size()),
                   "/column");
    }
    if (!has_row)
      throw Misuse(CRMCORE_E_MISUSE_NO_ROW, "there is no current row; call crmcore_rows_next() first",
                   "/rows");
    return rows.type(column);
  }

  [[noreturn]] void refuse(std::int32_t column, const char* wanted) const {
    throw Misuse(CRMCORE_E_MISUSE_TYPE,
                 "column '" + names[static_cast<std::size_t>(column)] + "' holds no " + wanted +
                     " in this row; ask crmcore_rows_column_type() first",
                 "/column");
  }

  Rows rows;
  std::vector<std::string> names;  // for as long as the handle lives, whatever becomes of the statement
  bool has_row = false;
};

}  // namespace crmcore::c

struct crmcore_rows final : crmcore::c::Shell<crmcore::c::QueryResult, crmcore::c::Kind::rows, true> {
  using Shell::Shell;
};

namespace crmcore::c {
#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_conn_query(crmcore_conn* conn, const char* sql, int64_t sql_size, const char* parameters,
                           int64_t parameters_size, crmcore_rows** rows, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_rows*& out = required(rows, "rows");
    const auto select = text(sql, sql_size, "sql");
    const auto bound = optional_text(parameters, parameters_size, "parameters").value_or("");
    out = make<crmcore_rows>(in_terms({{"", "/sql"}}, [&] { return use->query(select, bound); }));
  });
}

int32_t crmcore_rows_next(crmcore_rows* rows, int32_t* has_row, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(rows, "rows");
    int32_t& out = required(has_row, "has_row");
    out = use->next();
  });
}

int32_t crmcore_rows_column_count(const crmcore_rows* rows) {
  const QueryResult* result = peek(rows);
  return result ? static_cast<int32_t>(result->names.size()) : 0;
}

const char* crmcore_rows_column_name(const crmcore_rows* rows, int32_t column) {
  const QueryResult* result = peek(rows);
  if (!result || column < 0 || static_cast<std::size_t>(column) >= result->names.size()) return nullptr;
  return result->names[static_cast<std::size_t>(column)].c_str();
}

int32_t crmcore_rows_column_type(crmcore_rows* rows, int32_t column, int32_t* type, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(rows, "rows");
    int32_t& out = required(type, "type");
    out = static_cast<int32_t>(use->type(column));
  });
}

int32_t crmcore_rows_is_null(crmcore_rows* rows, int32_t column, int32_t* is_null, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(rows, "rows");
    int32_t& out = required(is_null, "is_null");
    out = use->type(column) == Rows::Type::null;
  });
}

int32_t crmcore_rows_get_int64(crmcore_rows* rows, int32_t column, int64_t* value, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(rows, "rows");
    int64_t& out = required(value, "value");
    if (use->type(column) != Rows::Type::integer) use->refuse(column, "integer");
    out = use->rows.integer(column);
  });
}

int32_t crmcore_rows_get_double(crmcore_rows* rows, int32_t column, double* value, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(rows, "rows");
    double& out = required(value, "value");
    const Rows::Type type = use->type(column);
    if (type != Rows::Type::real && type != Rows::Type::integer) use->refuse(column, "number");
    out = use->rows.real(column);
  });
}

int32_t crmcore_rows_get_text(crmcore_rows* rows, int32_t column, const char** text, int64_t* size,
                              crmcore_error** error) {
  return guard(error, [&] {
    const Use use(rows, "rows");
    const char*& data = required(text, "text");
    int64_t& bytes = required(size, "size");
    if (use->type(column) == Rows::Type::null) {
      data = nullptr;
      bytes = 0;
      return;
    }
    const std::string_view given = use->rows.text(column);
    data = given.data();
    bytes = static_cast<int64_t>(given.size());
  });
}

int32_t crmcore_rows_read_json(crmcore_rows* rows, int64_t count, crmcore_buf** json, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(rows, "rows");
    crmcore_buf*& out = required(json, "json");
    out = make_buf(use->rows.read_json(count));
    use->has_row = false;
  });
}

int32_t crmcore_rows_to_json(crmcore_rows* rows, crmcore_buf** json, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(rows, "rows");
    crmcore_buf*& out = required(json, "json");
    out = make_buf(use->rows.drain_json());
    use->has_row = false;
  });
}

int32_t crmcore_rows_to_csv(crmcore_rows* rows, int32_t is_lossless, crmcore_buf** csv,
                            crmcore_error** error) {
  return guard(error, [&] {
    const Use use(rows, "rows");
    crmcore_buf*& out = required(csv, "csv");
    out = make_buf(use->rows.drain_csv(is_lossless != 0));
    use->has_row = false;
  });
}

void crmcore_rows_free(crmcore_rows* rows) {
  free_handle(rows);
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
