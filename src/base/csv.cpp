// Fields are copied into one record in runs of ordinary bytes, and the record is validated as a whole.
// The separators stay between the fields, so that halves of a character in two fields never meet.
#include "base/csv.hpp"

#include <algorithm>
#include <utility>

#include "base/format.hpp"
#include "base/text.hpp"

namespace crmcore::csv {
namespace {

constexpr std::size_t kBufferBytes = 1u << 16;

std::size_t index_of(char c) noexcept {
  return static_cast<unsigned char>(c);
}

// Tells whether a spreadsheet would calculate, but for quote signs before.
bool is_formula(std::string_view field) noexcept {
  const std::size_t first = field.find_first_not_of('\'');
  return first != std::string_view::npos &&
         std::string_view("=+-@\t\r").find(field[first]) != std::string_view::npos;
}

}  // namespace

Reader::Reader(Source source, char separator) : source_(std::move(source)), separator_(separator) {
  for (const char stop : {'"', '\r', '\n', '\0'}) bare_stops_[index_of(stop)] = true;
  if (bare_stops_[index_of(separator)] || index_of(separator) >= 0x80) {
    throw Error(Code::invalid, "a CSV separator must be one ASCII character, not a quote, line break or NUL");
  }
  bare_stops_[index_of(separator)] = true;
  for (const char stop : {'"', '\n', '\0'}) quoted_stops_[index_of(stop)] = true;
  buffer_.resize(kBufferBytes);
}

bool Reader::next() {
  if (!started_) start();
  if (!skip_blank_lines()) return false;
  line_ = next_line_;
  record_.clear();
  ends_.clear();
  fields_.clear();
  while (read_field()) {
  }
  check_utf8();
  std::size_t begin = 0;
  for (const std::size_t end : ends_) {
    fields_.emplace_back(record_.data() + begin, end - begin);
    begin = end + 1;
  }
  return true;
}

void Reader::start() {
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  started_ = true;
  while (source_ && filled_ < kBom.size()) {
    const std::size_t read = ask(buffer_.data() + filled_, buffer_.size() - filled_);
    if (read == 0) break;
    filled_ += read;
  }
  bytes_read_ += static_cast<std::int64_t>(filled_);
  const std::string_view head(buffer_.data(), filled_);
  if (head.substr(0, 2) == "\xFF\xFE" || head.substr(0, 2) == "\xFE\xFF") {
    refuse(Code::invalid, 1, "the text begins with a UTF-16 byte order mark; allowed is UTF-8");
  }
  if (head.substr(0, kBom.size()) == kBom) at_ = kBom.size();
}

// A source that fails is not asked again.
std::size_t Reader::ask(char* buffer, std::size_t size) {
  Source source = std::exchange(source_, nullptr);
  has_source_failed_ = true;
  const std::size_t read = source(buffer, size);
  has_source_failed_ = false;
  source_ = std::move(source);
  return read;
}

bool Reader::fill() {
  at_ = filled_ = 0;
  if (!source_) return false;
  filled_ = ask(buffer_.data(), buffer_.size());
  if (filled_ == 0) source_ = nullptr;  // a source that ended is not asked again
  bytes_read_ += static_cast<std::int64_t>(filled_);
  return filled_ > 0;
}

bool Reader::skip_blank_lines() {
  while (!at_end()) {
    if (buffer_[at_] != '\n' && buffer_[at_] != '\r') return true;
    read_delimiter();
  }
  return false;
}

// Reads one field and what ends it; true when another field follows in the same record.
bool Reader::read_field() {
  if (ends_.size() == kColumnsMax) {
    refuse(Code::limit, line_, fmt::format("a record has more than {} columns", kColumnsMax));
  }
  field_begin_ = record_.size();
  if (!at_end() && buffer_[at_] == '"') {
    read_quoted();
  } else {
    read_bare();
  }
  ends_.push_back(record_.size());
  record_ += separator_;
  return read_delimiter();
}

void Reader::read_bare() {
  take_run(bare_stops_);
  if (at_ < filled_ && buffer_[at_] == '"') {
    refuse(Code::invalid, next_line_, "a quote stands inside a bare field; quote the field and double it");
  }
}

void Reader::read_quoted() {
  const std::int64_t opened_line = next_line_;
  ++at_;
  for (;;) {
    take_run(quoted_stops_);
    if (at_end()) refuse(Code::invalid, opened_line, "the quote that opens here never closes");
    const char stop = buffer_[at_];
    if (stop == '\0') return;
    ++at_;
    if (stop == '"') {
      if (at_end() || buffer_[at_] != '"') return;
      ++at_;
    } else {
      ++next_line_;
    }
    record_ += stop;
  }
}

// Takes what ends a field; true for a separator, false for the end of a line or of the text.
bool Reader::read_delimiter() {
  if (at_end()) return false;
  const char delimiter = buffer_[at_++];
  if (delimiter == separator_) return true;
  if (delimiter == '\r' && (at_end() || buffer_[at_++] != '\n')) {
    refuse(Code::invalid, next_line_, "a carriage return stands alone; lines end with LF or CRLF");
  }
  if (delimiter == '\0') {
    refuse(Code::invalid, next_line_, "a NUL byte; is the text UTF-16? Allowed is UTF-8");
  }
  if (delimiter != '\n' && delimiter != '\r') {
    refuse(Code::invalid, next_line_, "text follows a closing quote; a quote inside a field is doubled");
  }
  ++next_line_;
  return false;
}

// Appends bytes to the record up to the next one in `stops`, or to the end of the text.
void Reader::take_run(const std::array<bool, 256>& stops) {
  do {
    const std::size_t begin = at_;
    while (at_ < filled_ && !stops[index_of(buffer_[at_])]) ++at_;
    if (record_.size() - field_begin_ + (at_ - begin) > kFieldBytesMax) {
      refuse(Code::limit, line_,
             fmt::format("field {} is longer than {} bytes; does a quote close?", ends_.size() + 1,
                         kFieldBytesMax));
    }
    record_.append(buffer_, begin, at_ - begin);
  } while (at_ == filled_ && fill());
}

void Reader::check_utf8() const {
  const auto bad = text::find_invalid_utf8(record_);
  if (!bad) return;
  const auto column =
      static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), *bad) - ends_.begin());
  const std::size_t begin = column == 0 ? 0 : ends_[column - 1] + 1;
  const auto field = std::string_view(record_).substr(begin, ends_[column] - begin);
  const auto bad_at = record_.begin() + static_cast<std::ptrdiff_t>(*bad);
  const std::int64_t line = line_ + std::count(record_.begin(), bad_at, '\n');
  try {
    text::require_text(field, kFieldBytesMax, "");
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("line {}: field {}: {}", line, column + 1, error.message()),
                fmt::format("/lines/{}", line));
  }
}

void Reader::refuse(Code code, std::int64_t line, std::string message) {
  source_ = nullptr;
  at_ = filled_ = 0;
  throw Error(code, fmt::format("line {}: {}", line, message), fmt::format("/lines/{}", line));
}

void append_field(std::string& out, std::string_view field, Safety safety, bool is_number, char separator) {
  const bool is_neutralised = safety == Safety::spreadsheet && !is_number && is_formula(field);
  const bool is_quoted = field.find_first_of("\"\r\n") != std::string_view::npos ||
                         field.find(separator) != std::string_view::npos;
  if (is_quoted) out += '"';
  if (is_neutralised) out += '\'';
  for (std::size_t at = 0; at < field.size();) {
    const std::size_t quote = std::min(field.find('"', at), field.size());
    out += field.substr(at, quote - at);
    if (quote < field.size()) out += "\"\"";
    at = quote + 1;
  }
  if (is_quoted) out += '"';
}

std::string_view without_quote_sign(std::string_view field) noexcept {
  return field.starts_with('\'') && is_formula(field) ? field.substr(1) : field;
}

}  // namespace crmcore::csv
