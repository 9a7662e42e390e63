// The one exception barrier: every function that can fail runs its body in guard().
#pragma once

#include <cstdint>
#include <exception>
#include <new>

#include "crmcore.h"
#include "misuse.hpp"

namespace crmcore::c {

// An error with all that is to be said. Throws std::bad_alloc.
crmcore_error* make_error(const Error& what, std::int32_t extended);
// A static error that tells the code and little more.
crmcore_error* bare_error(Code code) noexcept;

// Gives the error to the caller, unless `error` is NULL, and returns its code. `make` may run out of memory.
template <class Make>
std::int32_t report(crmcore_error** error, Code code, Make make) noexcept {
  if (error) {
    try {
      *error = make();
    } catch (...) {
      *error = bare_error(code);
    }
  }
  return static_cast<std::int32_t>(code);
}

// Reports the exception that is being handled.
inline std::int32_t report_current(crmcore_error** error) noexcept {
  try {
    throw;
  } catch (const Misuse& misuse) {
    return report(error, misuse.code(), [&] { return make_error(misuse, misuse.extended()); });
  } catch (const Error& what) {
    return report(error, what.code(),
                  [&] { return make_error(what, static_cast<std::int32_t>(what.code())); });
  } catch (const std::bad_alloc&) {
    return report(error, Code::no_memory, [] { return bare_error(Code::no_memory); });
  } catch (const std::exception& defect) {
    return report(error, Code::internal,
                  [&] { return make_error(Error(Code::internal, defect.what()), CRMCORE_E_INTERNAL); });
  } catch (...) {
    return report(error, Code::internal, [] { return bare_error(Code::internal); });
  }
}

// Gives what `call` gives; throws what `tell` makes of what it refuses, but breaches of conventions as they
// are.
template <class Call, class Tell>
auto translate(Call& call, Tell tell) {
  try {
    return call();
  } catch (const Misuse&) {
    throw;
  } catch (const Error& error) {
    throw tell(error);
  }
}

template <class Body>
std::int32_t guard(crmcore_error** error, Body&& body) noexcept {
  try {
    body();
    return CRMCORE_OK;
  } catch (...) {
    return report_current(error);
  }
}

}  // namespace crmcore::c
