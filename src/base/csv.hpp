// CSV by RFC 4180: reading with line numbers, writing safely for spreadsheets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace crmcore::csv {

inline constexpr std::size_t kFieldBytesMax = 1u << 20;
inline constexpr std::size_t kColumnsMax = 1024;

// Where the text comes from: fills `buffer` with up to `size` bytes, returns how many, 0 at the end.
using Source = std::function<std::size_t(char* buffer, std::size_t size)>;

// A pull reader in constant memory. Accepts LF and CRLF, quoted fields with embedded separators, quotes
// and line breaks; strips a UTF-8 BOM. Throws Error with "line N" in the message and the path
// "/lines/N" for: a quote that never closes or stands inside a bare field (invalid), a UTF-16 BOM
// (invalid), bytes that are not UTF-8 (utf8), a field over 1 MiB or more than 1,024 columns (limit).
// Blank lines are skipped.
class Reader {
 public:
  explicit Reader(Source source, char separator = ',');

  // Reads the next record; false at the end. Views stay valid until the next call.
  bool next();
  const std::vector<std::string_view>& fields() const noexcept { return fields_; }
  // Physical line, from 1, on which the current record begins.
  std::int64_t line() const noexcept { return line_; }
  std::int64_t bytes_read() const noexcept { return bytes_read_; }

 private:
  bool fill();

  Source source_;
  char separator_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool ended_ = false;
  bool started_ = false;
  std::int64_t line_ = 0;
  std::int64_t next_line_ = 1;
  std::int64_t bytes_read_ = 0;
  std::string record_;
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> fields_;
};

enum class Safety {
  lossless,     // fields as they are
  spreadsheet,  // a leading = + - @ TAB CR is neutralised with a preceding apostrophe
};

// Appends one field, quoted where RFC 4180 needs it. `is_number` exempts a typed number from
// neutralisation.
void append_field(std::string& out, std::string_view field, Safety safety, bool is_number);

}  // namespace crmcore::csv
