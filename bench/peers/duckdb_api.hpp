// The few functions of DuckDB's stable C API that the peer calls, loaded from libduckdb.so at run time:
// the npm package brings the library without its header. See duckdb.org/docs/stable/clients/c/api.
#pragma once

#include <cstdint>
#include <dlfcn.h>
#include <string>

#include "measure.hpp"

namespace duckdb {

// Handles are opaque pointers.
using Database = void*;
using Connection = void*;
using Appender = void*;
using DataChunk = void*;
using LogicalType = void*;
using Vector = void*;

enum class State : int { success = 0, error = 1 };
enum class Type : int { tinyint = 2, integer = 4, bigint = 5, varchar = 17 };

// Its fields are deprecated but part of the layout.
struct Result {
  std::uint64_t column_count = 0;
  std::uint64_t row_count = 0;
  std::uint64_t rows_changed = 0;
  void* columns = nullptr;
  char* error_message = nullptr;
  void* internal_data = nullptr;
};

class Api {
 public:
  explicit Api(const std::string& path) : library_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) bench::fail("duckdb: " + std::string(dlerror()));
    find(version, "duckdb_library_version");
    find(open, "duckdb_open");
    find(close, "duckdb_close");
    find(connect, "duckdb_connect");
    find(disconnect, "duckdb_disconnect");
    find(query, "duckdb_query");
    find(result_error, "duckdb_result_error");
    find(destroy_result, "duckdb_destroy_result");
    find(fetch_chunk, "duckdb_fetch_chunk");
    find(create_logical_type, "duckdb_create_logical_type");
    find(destroy_logical_type, "duckdb_destroy_logical_type");
    find(vector_size, "duckdb_vector_size");
    find(create_data_chunk, "duckdb_create_data_chunk");
    find(destroy_data_chunk, "duckdb_destroy_data_chunk");
    find(chunk_reset, "duckdb_data_chunk_reset");
    find(chunk_set_size, "duckdb_data_chunk_set_size");
    find(chunk_get_size, "duckdb_data_chunk_get_size");
    find(chunk_get_vector, "duckdb_data_chunk_get_vector");
    find(vector_get_data, "duckdb_vector_get_data");
    find(vector_assign_string, "duckdb_vector_assign_string_element_len");
    find(appender_create, "duckdb_appender_create");
    find(append_data_chunk, "duckdb_append_data_chunk");
    find(appender_error, "duckdb_appender_error");
    find(appender_destroy, "duckdb_appender_destroy");
  }

  const char* (*version)();
  State (*open)(const char* path, Database* out);
  void (*close)(Database* database);
  State (*connect)(Database database, Connection* out);
  void (*disconnect)(Connection* connection);
  State (*query)(Connection connection, const char* sql, Result* out);
  const char* (*result_error)(Result* result);
  void (*destroy_result)(Result* result);
  DataChunk (*fetch_chunk)(Result result);
  LogicalType (*create_logical_type)(Type type);
  void (*destroy_logical_type)(LogicalType* type);
  std::uint64_t (*vector_size)();
  DataChunk (*create_data_chunk)(LogicalType* types, std::uint64_t columns);
  void (*destroy_data_chunk)(DataChunk* chunk);
  void (*chunk_reset)(DataChunk chunk);
  void (*chunk_set_size)(DataChunk chunk, std::uint64_t size);
  std::uint64_t (*chunk_get_size)(DataChunk chunk);
  Vector (*chunk_get_vector)(DataChunk chunk, std::uint64_t column);
  void* (*vector_get_data)(Vector vector);
  void (*vector_assign_string)(Vector vector, std::uint64_t row, const char* text, std::uint64_t bytes);
  State (*appender_create)(Connection connection, const char* schema, const char* table, Appender* out);
  State (*append_data_chunk)(Appender appender, DataChunk chunk);
  const char* (*appender_error)(Appender appender);
  State (*appender_destroy)(Appender* appender);

 private:
  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
    if (function == nullptr) bench::fail("duckdb: the library has no " + std::string(name));
  }

  void* library_;
};

}  // namespace duckdb
