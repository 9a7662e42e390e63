// Breaches of the header's conventions, with their extended codes.
#pragma once

#include <cstdint>
#include <string>

#include "crmcore/error.hpp"

#include "crmcore.h"

namespace crmcore::c {

class Misuse : public Error {
 public:
  Misuse(std::int32_t extended, std::string message)
      : Error(Code::misuse, std::move(message)), extended_(extended) {}
  std::int32_t extended() const noexcept { return extended_; }

 private:
  std::int32_t extended_;
};

[[noreturn]] void throw_null(const char* name);

}  // namespace crmcore::c
