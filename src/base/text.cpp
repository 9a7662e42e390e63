// Unicode by utf8proc. Most names are ASCII or Han, which no normal form or case folding
// changes (ASCII letters aside), so those never reach utf8proc; tests/base/text_test.cpp proves the
// shortcut equal to the long way for every code point.
#include "base/text.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utf8proc.h>
#include <utility>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "base/limits.hpp"

namespace crmcore::text {
namespace {

constexpr std::size_t kQuotedCharactersMax = 40;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) noexcept {
  return static_cast<std::uint8_t>(bytes[at]);
}

// Length of the valid sequence that begins at `at`; 0 when there is none. Unicode standard, table 3-7.
std::size_t sequence_size(std::string_view bytes, std::size_t at) noexcept {
  const std::uint8_t lead = byte_at(bytes, at);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes.size() - at < size) return 0;
  const std::uint8_t second_min = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t second_max = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  const std::uint8_t second = byte_at(bytes, at + 1);
  if (second < second_min || second > second_max) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte_at(bytes, at + i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

// The code point of the valid sequence of `size` bytes at `at`.
std::int32_t decode(std::string_view bytes, std::size_t at, std::size_t size) noexcept {
  constexpr std::uint8_t kLeadMask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  std::int32_t point = byte_at(bytes, at) & kLeadMask[size];
  for (std::size_t i = 1; i < size; ++i) point = (point << 6) | (byte_at(bytes, at + i) & 0x3F);
  return point;
}

// Calls `visit(code point)` for each character of valid text until it returns false; true when none did.
template <class Visit>
bool all_points(std::string_view utf8, Visit visit) {
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t size = sequence_size(utf8, at);
    if (size == 0) return false;
    if (!visit(decode(utf8, at, size))) return false;
    at += size;
  }
  return true;
}

bool is_control(std::int32_t point) noexcept {
  const utf8proc_category_t category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

// Characters that leave no mark: bidi overrides, zero-width ones, soft hyphens, variation selectors.
bool is_invisible(std::int32_t point) noexcept {
  return utf8proc_category(point) == UTF8PROC_CATEGORY_CF || utf8proc_get_property(point)->ignorable != 0;
}

// Unicode's White_Space property.
bool is_space(std::int32_t point) noexcept {
  if (point < 0x80) return point == ' ' || (point >= '\t' && point <= '\r');
  const utf8proc_category_t category = utf8proc_category(point);
  return point == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

// Plausible GBK: every byte beyond ASCII begins a double byte of its code space.
bool looks_like_gbk(std::string_view bytes) noexcept {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const std::uint8_t lead = byte_at(bytes, at);
    if (lead < 0x80) continue;
    if (lead == 0x80 || lead == 0xFF || ++at == bytes.size()) return false;
    const std::uint8_t trail = byte_at(bytes, at);
    if (trail < 0x40 || trail == 0x7F || trail == 0xFF) return false;
  }
  return true;
}

// True for text of ASCII and U+3400 to U+9FFF (E3 90 80 to E9 BF BF): Han without compatibility forms.
bool is_inert(std::string_view utf8) noexcept {
  for (std::size_t at = 0; at < utf8.size();) {
    const std::uint8_t lead = byte_at(utf8, at);
    if (lead < 0x80) {
      ++at;
      continue;
    }
    if (lead < 0xE3 || lead > 0xE9 || sequence_size(utf8, at) == 0) return false;
    if (lead == 0xE3 && byte_at(utf8, at + 1) < 0x90) return false;
    at += 3;
  }
  return true;
}

// Inert text without control characters or spaces at its ends, as nearly all codes and names are: there is
// nothing to refuse in it.
bool is_plain(std::string_view utf8) noexcept {
  if (utf8.empty() || utf8.front() == ' ' || utf8.back() == ' ') return false;
  const auto is_control_byte = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
  return std::none_of(utf8.begin(), utf8.end(), is_control_byte) && is_inert(utf8);
}

std::string map(std::string_view utf8, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                 static_cast<utf8proc_ssize_t>(utf8.size()), &mapped,
                                 static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (size < 0) throw Error(Code::utf8, fmt::format("text is not UTF-8: {}", utf8proc_errmsg(size)));
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

// One space for every run of white space, none at the ends; in place, because it never grows.
void collapse_spaces(std::string& utf8) {
  std::size_t end = 0;
  bool is_space_due = false;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t size = sequence_size(utf8, at);
    const bool is_ascii = size == 1 && utf8[at] > ' ';
    if (!is_ascii && is_space(decode(utf8, at, size))) {
      is_space_due = end > 0;
    } else {
      if (is_space_due) utf8[end++] = ' ';
      is_space_due = false;
      std::memmove(&utf8[end], &utf8[at], size);
      end += size;
    }
    at += size;
  }
  utf8.resize(end);
}

void refuse(Code code, std::string message, std::string_view path) {
  throw Error(code, std::move(message), std::string(path));
}

// Refuses the first character of which `is_refused` says so, naming it.
template <class Predicate>
void refuse_points(std::string_view utf8, Predicate is_refused, std::string_view what,
                   std::string_view path) {
  all_points(utf8, [&](std::int32_t point) {
    if (is_refused(point)) {
      refuse(Code::invalid, fmt::format("{} U+{:04X} is not allowed in {}", what, point, quoted(utf8)), path);
    }
    return true;
  });
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::uint64_t word = 0;
    while (bytes.size() - at >= sizeof word) {
      std::memcpy(&word, bytes.data() + at, sizeof word);
      if ((word & 0x8080808080808080u) != 0) break;
      at += sizeof word;
    }
    if (at == bytes.size()) break;
    const std::size_t size = sequence_size(bytes, at);
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

void require_text(std::string_view bytes, std::size_t bytes_max, std::string_view path) {
  if (bytes.size() > bytes_max) {
    refuse(Code::limit, fmt::format("text of {} bytes is longer than {} bytes", bytes.size(), bytes_max),
           path);
  }
  if (const auto at = find_invalid_utf8(bytes)) {
    const char* hint = looks_like_gbk(bytes) ? "; the bytes look like GBK: declare the encoding gb18030" : "";
    refuse(Code::utf8,
           fmt::format("text is not UTF-8 at byte {} (0x{:02X}){}", *at, byte_at(bytes, *at), hint), path);
  }
  if (const auto at = bytes.find('\0'); at != std::string_view::npos) {
    refuse(Code::invalid, fmt::format("text has a NUL at byte {}; no control characters are allowed", at),
           path);
  }
}

void require_code(std::string_view bytes, std::string_view path) {
  if (bytes.size() <= kCodeBytesMax && is_plain(bytes)) return;
  require_text(bytes, kCodeBytesMax, path);
  if (is_blank(bytes)) refuse(Code::invalid, "a code must not be blank", path);
  refuse_points(bytes, is_control, "the control character", path);
  refuse_points(bytes, is_invisible, "the invisible character", path);
  std::int32_t first = 0;
  std::int32_t last = 0;
  all_points(bytes, [&](std::int32_t point) {
    if (first == 0) first = point;
    last = point;
    return true;
  });
  if (is_space(first) || is_space(last)) {
    refuse(Code::invalid, fmt::format("white space at the ends of {} is not allowed", quoted(bytes)), path);
  }
}

void require_name(std::string_view bytes, std::string_view path) {
  if (bytes.size() <= kNameBytesMax && is_plain(bytes)) return;
  require_text(bytes, kNameBytesMax, path);
  if (is_blank(bytes)) refuse(Code::invalid, "a name must not be blank", path);
  refuse_points(bytes, is_control, "the control character", path);
}

void require_reason(std::string_view reason) {
  require_text(reason, kReasonBytesMax, "/reason");
  if (is_blank(reason)) throw Error(Code::invalid, "a reason is required", "/reason");
}

bool is_blank(std::string_view utf8) noexcept {
  return all_points(
      utf8, [](std::int32_t point) { return is_space(point) || is_control(point) || is_invisible(point); });
}

std::string key_form(std::string_view utf8) {
  if (is_inert(utf8)) return std::string(utf8);
  return map(utf8, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string fold(std::string_view utf8) {
  constexpr int kSearchForm =
      UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  // NFC first: utf8proc folds U+0345 to a letter before it has put it in order with other marks.
  std::string folded = is_inert(utf8) ? lower_ascii(utf8) : map(key_form(utf8), kSearchForm);
  collapse_spaces(folded);
  return folded;
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  std::size_t at = 0;
  for (std::size_t shown = 0; at < value.size() && shown < kQuotedCharactersMax; ++shown) {
    const std::size_t size = sequence_size(value, at);
    const std::uint8_t byte = byte_at(value, at);
    if (size == 0 || byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02X}", byte);
    } else {
      out += value.substr(at, size);
    }
    at += size == 0 ? 1 : size;
  }
  out += at < value.size() ? "\"…" : "\"";
  return out;
}

std::string one_line(std::string text, std::size_t bytes_max) {
  constexpr std::string_view kEnd = "…";
  assert(bytes_max >= kEnd.size());
  std::string line;
  std::size_t cut = 0;  // where the end has room
  bool is_same = true;
  for (std::size_t at = 0; at < text.size() && line.size() <= bytes_max;) {
    const std::size_t size = sequence_size(text, at);
    if (size == 0 || is_control(decode(text, at, size))) {
      const std::size_t count = std::max<std::size_t>(size, 1);
      for (std::size_t i = 0; i < count; ++i) line += fmt::format("\\x{:02X}", byte_at(text, at + i));
      at += count;
      is_same = false;
    } else {
      line.append(text, at, size);
      at += size;
    }
    if (line.size() + kEnd.size() <= bytes_max) cut = line.size();
  }
  if (line.size() > bytes_max) return line.erase(cut).append(kEnd);
  return is_same ? std::move(text) : line;
}

std::string alternatives(std::span<const std::string_view> words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_last = i + 1 == words.size();
    list.append(i == 0 ? "" : is_last ? " or " : ", ").append(words[i]);
  }
  return list;
}

char32_t next_point(std::string_view utf8, std::size_t& at) noexcept {
  constexpr char32_t kReplacement = 0xFFFD;
  const std::size_t size = sequence_size(utf8, at);
  const char32_t point = size == 0 ? kReplacement : static_cast<char32_t>(decode(utf8, at, size));
  at += std::max<std::size_t>(size, 1);
  return point;
}

std::size_t display_width(std::string_view utf8) noexcept {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t size = sequence_size(utf8, at);
    // A byte that is not UTF-8 is shown as one replacement character.
    columns += size == 0 ? 1 : static_cast<std::size_t>(utf8proc_charwidth(decode(utf8, at, size)));
    at += size == 0 ? 1 : size;
  }
  return columns;
}

}  // namespace crmcore::text
