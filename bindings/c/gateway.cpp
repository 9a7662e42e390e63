// The gateway: every capability as JSON.
#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"

namespace crmcore::c {
#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_library_describe(crmcore_buf** description, crmcore_error** error) {
  return guard(error, [&] {
    // Asked first: in an assignment the right side would be made before the left is refused, and lost.
    crmcore_buf*& out = required(description, "description");
    out = make_buf(describe());
  });
}

int32_t crmcore_conn_call(crmcore_conn* conn, const char* method, int64_t method_size, const char* request,
                          int64_t request_size, crmcore_buf** response, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(response, "response");
    const auto name = text(method, method_size, "method");
    const auto json = optional_text(request, request_size, "request").value_or("");
    answer_write(*use, out, [&] { return use->call(name, json); });
  });
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
