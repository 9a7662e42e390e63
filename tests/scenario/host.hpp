// A program that links the library and knows nothing but its C ABI.
#pragma once

#include <crmcore.h>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>

#include "base/json.hpp"

namespace crmcore::testing {

struct Host {
  crmcore_db* db = nullptr;
  crmcore_conn* conn = nullptr;
  crmcore_error* error = nullptr;

  ~Host() {
    crmcore_error_free(error);
    crmcore_conn_free(conn);
    crmcore_db_free(db);
  }
  void require(std::int32_t code) {
    INFO(crmcore_error_path(error), ": ", crmcore_error_message(error));
    REQUIRE(code == CRMCORE_OK);
  }
  Json call(const char* method, const std::string& request) {
    crmcore_buf* answer = nullptr;
    require(crmcore_conn_call(conn, method, -1, request.c_str(), -1, &answer, &error));
    Json json = parse_json({crmcore_buf_data(answer), static_cast<std::size_t>(crmcore_buf_size(answer))});
    crmcore_buf_free(answer);
    return json;
  }
};

}  // namespace crmcore::testing
