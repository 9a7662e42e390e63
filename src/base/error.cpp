#include "crmcore/error.hpp"

#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"

namespace crmcore {

std::string_view code_name(Code code) noexcept {
  switch (code) {  // without a default, so that the compiler names a code that is missing here
    case Code::ok:
      return "OK";
    case Code::invalid:
      return "INVALID";
    case Code::utf8:
      return "UTF8";
    case Code::range:
      return "RANGE";
    case Code::limit:
      return "LIMIT";
    case Code::not_found:
      return "NOT_FOUND";
    case Code::conflict:
      return "CONFLICT";
    case Code::cycle:
      return "CYCLE";
    case Code::misuse:
      return "MISUSE";
    case Code::busy:
      return "BUSY";
    case Code::cancelled:
      return "CANCELLED";
    case Code::moved:
      return "MOVED";
    case Code::denied:
      return "DENIED";
    case Code::unsupported:
      return "UNSUPPORTED";
    case Code::io:
      return "IO";
    case Code::full:
      return "FULL";
    case Code::unknown:
      return "UNKNOWN";
    case Code::no_memory:
      return "NO_MEMORY";
    case Code::corrupt:
      return "CORRUPT";
    case Code::not_a_database:
      return "NOT_A_DATABASE";
    case Code::newer:
      return "NEWER";
    case Code::locked:
      return "LOCKED";
    case Code::forked:
      return "FORKED";
    case Code::internal:
      return "INTERNAL";
  }
  return "INTERNAL";
}

Error::Error(Code code, std::string message, std::string path)
    : Error(std::vector<Diagnostic>{{code, std::move(path), std::move(message)}}) {}

Error::Error(std::vector<Diagnostic> diagnostics) : diagnostics_(std::move(diagnostics)) {
  if (diagnostics_.empty()) {
    diagnostics_.push_back({Code::internal, "", "an error was raised without saying what is wrong"});
  }
  if (diagnostics_.size() > kViolationsMax) diagnostics_.resize(kViolationsMax);
  for (Diagnostic& one : diagnostics_) {
    one.path = text::one_line(std::move(one.path), kMessageBytesMax);
    one.message = text::one_line(std::move(one.message), kMessageBytesMax);
  }
}

std::string Error::violations_json() const {
  std::string json = "[";
  for (const Diagnostic& diagnostic : diagnostics_) {
    json.append(json.size() == 1 ? R"({"code":)" : R"(,{"code":)");
    append_json_text(json, code_name(diagnostic.code));
    append_json_text(json.append(R"(,"path":)"), diagnostic.path);
    append_json_text(json.append(R"(,"message":)"), diagnostic.message);
    json.push_back('}');
  }
  return json.append("]");
}

void throw_if_any(std::vector<Diagnostic> diagnostics) {
  if (!diagnostics.empty()) throw Error(std::move(diagnostics));
}

void require_text(std::string_view bytes, std::size_t bytes_max, std::string_view path) {
  text::require_text(bytes, bytes_max, path);
}

}  // namespace crmcore
