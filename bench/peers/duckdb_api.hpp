// The few functions of DuckDB's stable C API that the peer calls, declared here because the npm package
// brings the library without its header. See duckdb.org/docs/stable/clients/c/api.
#pragma once

#include <cstdint>

namespace duckdb_api {

// An opaque pointer to a database, connection, appender, chunk, vector or type.
using Handle = void*;

enum State : int { kSuccess = 0, kError = 1 };
enum Type : int { kTinyint = 2, kInteger = 4, kBigint = 5, kVarchar = 17 };

// Deprecated to read, but part of the layout.
struct Result {
  std::uint64_t column_count;
  std::uint64_t row_count;
  std::uint64_t rows_changed;
  void* columns;
  char* error_message;
  void* internal_data;
};

extern "C" {
State duckdb_open(const char* path, Handle* out);
void duckdb_close(Handle* database);
State duckdb_connect(Handle database, Handle* out);
void duckdb_disconnect(Handle* connection);

State duckdb_query(Handle connection, const char* sql, Result* out);
const char* duckdb_result_error(Result* result);
void duckdb_destroy_result(Result* result);
Handle duckdb_fetch_chunk(Result result);

Handle duckdb_create_logical_type(Type type);
void duckdb_destroy_logical_type(Handle* type);
std::uint64_t duckdb_vector_size();
Handle duckdb_create_data_chunk(Handle* types, std::uint64_t columns);
void duckdb_destroy_data_chunk(Handle* chunk);
void duckdb_data_chunk_reset(Handle chunk);
void duckdb_data_chunk_set_size(Handle chunk, std::uint64_t size);
Handle duckdb_data_chunk_get_vector(Handle chunk, std::uint64_t column);
void* duckdb_vector_get_data(Handle vector);
void duckdb_vector_assign_string_element_len(Handle vector, std::uint64_t row, const char* text,
                                             std::uint64_t bytes);

State duckdb_appender_create(Handle connection, const char* schema, const char* table, Handle* out);
State duckdb_append_data_chunk(Handle appender, Handle chunk);
const char* duckdb_appender_error(Handle appender);
State duckdb_appender_destroy(Handle* appender);
}

}  // namespace duckdb_api
