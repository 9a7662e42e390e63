// Texts that are handed to the caller.
#include "handles.hpp"

namespace crmcore::c {
#pragma GCC visibility push(default)
extern "C" {

const char* crmcore_buf_data(const crmcore_buf* buf) {
  const std::string* text = peek(buf);
  return text ? text->c_str() : nullptr;
}

int64_t crmcore_buf_size(const crmcore_buf* buf) {
  const std::string* text = peek(buf);
  return text ? static_cast<int64_t>(text->size()) : 0;
}

void crmcore_buf_free(crmcore_buf* buf) {
  free_handle(buf);
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
