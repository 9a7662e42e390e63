// The error object. Its texts lie in one block behind it; errors of which memory leaves nothing to say more
// are static, one for each code.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>

#include "guard.hpp"
#include "handle.hpp"

struct crmcore_error final : crmcore::c::Handle {
  static constexpr crmcore::c::Kind kind = crmcore::c::Kind::error;

  explicit constexpr crmcore_error(std::int32_t code_of) noexcept
      : Handle(kind),
        code(code_of),
        extended(code_of),
        message(code_of == CRMCORE_E_NO_MEMORY  ? "memory ran out; nothing was applied"
                : code_of == CRMCORE_E_INTERNAL ? "a defect of crmcore: an exception that is none of its own"
                                                : "memory ran out before more could be said") {}
  crmcore_error(const crmcore::Error& what, std::int32_t extended_of);

  void end() noexcept {
    code = CRMCORE_E_MISUSE;
    extended = CRMCORE_E_MISUSE_FREED;
    message = "the error was freed";
    path = "";
    violations = "[]";
    delete[] texts;
    crmcore::c::graveyard<kind>.bury(this);
  }

  std::int32_t code;
  std::int32_t extended;
  const char* message;
  const char* path = "";
  const char* violations = "[]";
  char* texts = nullptr;  // that the three point to
};

crmcore_error::crmcore_error(const crmcore::Error& what, std::int32_t extended_of)
    : Handle(kind), code(static_cast<std::int32_t>(what.code())), extended(extended_of) {
  const std::string list = what.violations_json();
  texts = new char[what.message().size() + what.path().size() + list.size() + 3];
  char* end = texts;
  const auto append = [&](std::string_view text) {
    char* begin = end;
    end = std::copy(text.begin(), text.end(), begin);
    *end++ = '\0';
    return begin;
  };
  message = append(what.message());
  path = append(what.path());
  violations = append(list);
}

namespace crmcore::c {
namespace {

// By code. Freeing one of them changes nothing.
constinit crmcore_error bare_errors[] = {
    crmcore_error(0),  crmcore_error(1),  crmcore_error(2),  crmcore_error(3),  crmcore_error(4),
    crmcore_error(5),  crmcore_error(6),  crmcore_error(7),  crmcore_error(8),  crmcore_error(9),
    crmcore_error(10), crmcore_error(11), crmcore_error(12), crmcore_error(13), crmcore_error(14),
    crmcore_error(15), crmcore_error(16), crmcore_error(17), crmcore_error(18), crmcore_error(19),
    crmcore_error(20), crmcore_error(21), crmcore_error(22), crmcore_error(23),
};

bool is_bare(const crmcore_error* error) noexcept {
  return std::less_equal<>()(std::begin(bare_errors), error) && std::less<>()(error, std::end(bare_errors));
}

bool is_error(const crmcore_error* error) noexcept {
  return error && (error->is(crmcore_error::kind) || error->is_freed());
}

}  // namespace

crmcore_error* make_error(const Error& what, std::int32_t extended) {
  return new crmcore_error(what, extended);
}

crmcore_error* bare_error(Code code) noexcept {
  return &bare_errors[static_cast<std::size_t>(code)];
}

#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_error_code(const crmcore_error* error) {
  return is_error(error) ? error->code : CRMCORE_OK;
}
int32_t crmcore_error_extended(const crmcore_error* error) {
  return is_error(error) ? error->extended : CRMCORE_OK;
}
const char* crmcore_error_message(const crmcore_error* error) {
  return is_error(error) ? error->message : "";
}
const char* crmcore_error_path(const crmcore_error* error) {
  return is_error(error) ? error->path : "";
}
const char* crmcore_error_violations(const crmcore_error* error) {
  return is_error(error) ? error->violations : "[]";
}

void crmcore_error_free(crmcore_error* error) {
  if (error && !is_bare(error)) free_handle(error);
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
