// CSV by RFC 4180: reading with line numbers, writing safely for spreadsheets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/error.hpp"

namespace crmcore::csv {

inline constexpr std::size_t kFieldBytesMax = 1u << 20;
inline constexpr std::size_t kColumnsMax = 1024;

// Where the text comes from: fills `buffer` with up to `size` bytes, returns how many, 0 at the end.
using Source = std::function<std::size_t(char* buffer, std::size_t size)>;

// A pull reader in constant memory. Accepts LF and CRLF, quoted fields with embedded separators, quotes
// and line breaks; strips a UTF-8 BOM; skips blank lines. Throws Error with "line N" in the message and
// the path "/lines/N" for: a quote that never closes, stands inside a bare field or is followed by text
// (invalid), a bare CR or a NUL (invalid), a UTF-16 BOM (invalid), bytes that are not UTF-8 (utf8), a
// field over 1 MiB or more than 1,024 columns (limit). After Error(utf8) the next call goes on with the
// next record; after any other the reader is at its end.
class Reader {
 public:
  // Throws Error(invalid) for a separator that is not ASCII, or is a quote, a line break or NUL.
  explicit Reader(Source source, char separator = ',');

  // Reads the next record; false at the end. Views stay valid until the next call.
  bool next();
  const std::vector<std::string_view>& fields() const noexcept { return fields_; }
  // Physical line, from 1, on which the current record begins.
  std::int64_t line() const noexcept { return line_; }
  // Bytes taken from the source so far, for progress.
  std::int64_t bytes_read() const noexcept { return bytes_read_; }
  // True when what was thrown came from the source, which is not asked again.
  bool has_source_failed() const noexcept { return has_source_failed_; }

 private:
  void start();
  std::size_t ask(char* buffer, std::size_t size);
  bool fill();
  bool at_end() { return at_ == filled_ && !fill(); }
  bool skip_blank_lines();
  bool read_field();
  void read_bare();
  void read_quoted();
  bool read_delimiter();
  void take_run(const std::array<bool, 256>& stops);
  void check_utf8() const;
  [[noreturn]] void refuse(Code code, std::int64_t line, std::string message);

  Source source_;
  char separator_;
  std::array<bool, 256> bare_stops_{};    // bytes that end a run inside a bare field
  std::array<bool, 256> quoted_stops_{};  // the same inside a quoted one
  std::string buffer_;
  std::size_t at_ = 0;      // next byte of buffer_
  std::size_t filled_ = 0;  // bytes of buffer_ that hold input
  bool started_ = false;
  bool has_source_failed_ = false;
  std::int64_t line_ = 0;
  std::int64_t next_line_ = 1;
  std::int64_t bytes_read_ = 0;
  std::string record_;             // the fields, each followed by the separator
  std::size_t field_begin_ = 0;    // where the field that is being read begins in record_
  std::vector<std::size_t> ends_;  // where each field ends in record_
  std::vector<std::string_view> fields_;
};

enum class Safety {
  lossless,     // fields as they are
  spreadsheet,  // a quote sign stands before what a spreadsheet would take for a formula
};

// Appends one field, quoted where RFC 4180 needs it. The quote sign (an apostrophe) goes before a leading = +
// - @ TAB CR, also where such signs precede them, so that without_quote_sign() gives the field back.
// `is_number` exempts a typed number. A record of one empty field is a blank line, which readers skip: write
// it as "".
void append_field(std::string& out, std::string_view field, Safety safety, bool is_number,
                  char separator = ',');

// The field without the quote sign that append_field() put on.
std::string_view without_quote_sign(std::string_view field) noexcept;

}  // namespace crmcore::csv
