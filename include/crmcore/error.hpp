// The one exception type of crmcore, and the values that describe what was wrong with an input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace crmcore {

// Primary error codes. The values are part of the C ABI: never renumbered, never reused.
enum class Code : std::int32_t {
  ok = 0,
  invalid = 1,          // a value is malformed or contradicts another
  utf8 = 2,             // text is not valid UTF-8
  range = 3,            // a number or date lies outside what the library holds
  limit = 4,            // an input is longer, deeper or larger than its documented limit
  not_found = 5,        // no such object, or not visible to the caller
  conflict = 6,         // another object or an earlier delivery says otherwise
  cycle = 7,            // a tree or reference chain would close on itself
  misuse = 8,           // the call breaks the contract of the interface
  busy = 9,             // another writer held the file for longer than the time-out
  cancelled = 10,       // the host's callback or an interrupt ended the operation; nothing was applied
  moved = 11,           // the data changed since the plan that is to be applied
  denied = 12,          // the caller may not do this, or the query path or read-only opening forbids it
  unsupported = 13,     // this build or this SQLite cannot do it
  io = 14,              // reading or writing the file failed; nothing was applied
  full = 15,            // the disk or the file's quota is full; nothing was applied
  unknown = 16,         // an I/O error during commit: applied or not, resolve by idempotency key
  no_memory = 17,       // memory ran out; nothing was applied
  corrupt = 18,         // the file's content contradicts itself
  not_a_database = 19,  // the file is not a crmcore file
  newer = 20,           // the file was written by a newer crmcore
  locked = 21,          // the file is open elsewhere in a way that does not go with this one
  forked = 22,          // the handle, or the file, was opened before fork() and is used after it
  internal = 23,        // a defect of crmcore
};

// Returns the code's name as it is written in documents and JSON, e.g. "NOT_FOUND".
std::string_view code_name(Code code) noexcept;

// More things than this are not told of one input.
inline constexpr std::size_t kViolationsMax = 100;
// Bytes of a message and of a path; what is longer ends with "…".
inline constexpr std::size_t kMessageBytesMax = 1024;

// One thing that is wrong with an input. `path` is a JSON Pointer to the offending field
// ("/factors/2/weight"), empty for the input as a whole.
struct Diagnostic {
  Code code = Code::invalid;
  std::string path;
  std::string message;

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// Ends an operation: nothing of it was applied. The first diagnostic is the error's own code, path and
// message; the first kViolationsMax violations found in one input are listed. Messages and paths are one line
// of UTF-8 each: control characters and bytes that are no UTF-8 are told as \xNN.
class Error : public std::exception {
 public:
  Error(Code code, std::string message, std::string path = {});
  // Precondition: at least one diagnostic.
  explicit Error(std::vector<Diagnostic> diagnostics);

  Code code() const noexcept { return diagnostics_.front().code; }
  const std::string& path() const noexcept { return diagnostics_.front().path; }
  const std::string& message() const noexcept { return diagnostics_.front().message; }
  const std::vector<Diagnostic>& diagnostics() const noexcept { return diagnostics_; }
  // The diagnostics as JSON: [{"code", "path", "message"}, …].
  std::string violations_json() const;
  const char* what() const noexcept override { return message().c_str(); }

 private:
  std::vector<Diagnostic> diagnostics_;
};

// Throws Error when `diagnostics` is not empty.
void throw_if_any(std::vector<Diagnostic> diagnostics);

// Refuses a text that may not enter: throws Error(utf8) naming the byte offset, Error(invalid) for a NUL
// inside, Error(limit) beyond `bytes_max`.
void require_text(std::string_view bytes, std::size_t bytes_max, std::string_view path);

}  // namespace crmcore
