// Version and names of the library.
#include <cstdint>

#include "crmcore/database.hpp"
#include "crmcore/error.hpp"

#include "crmcore.h"

namespace crmcore::c {
#pragma GCC visibility push(default)
extern "C" {

const char* crmcore_library_version(void) {
  return version().data();
}

int32_t crmcore_library_version_number(void) {
  return CRMCORE_VERSION_NUMBER;
}

const char* crmcore_code_name(int32_t code) {
  const std::int32_t primary = code & 0xff;
  if (code < 0 || primary > CRMCORE_E_INTERNAL) return "";
  return code_name(static_cast<Code>(primary)).data();
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
