// Breaches of the header's conventions, with their extended codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "crmcore/error.hpp"

#include "crmcore.h"

namespace crmcore::c {

class Misuse : public Error {
 public:
  // `path` is the caller's parameter, "/conn".
  Misuse(std::int32_t extended, std::string message, std::string path)
      : Error(Code::misuse, std::move(message), std::move(path)), extended_(extended) {}
  std::int32_t extended() const noexcept { return extended_; }

 private:
  std::int32_t extended_;
};

// The path of a parameter.
inline std::string path_of(std::string_view name) {
  return std::string("/").append(name);
}

[[noreturn]] void throw_null(const char* name);

}  // namespace crmcore::c
