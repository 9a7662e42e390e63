// Text: UTF-8 validation, folding for keys and search, display width.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crmcore::text {

// Byte offset of the first invalid UTF-8 sequence (overlong, surrogate, beyond U+10FFFF, cut); nothing
// when all of it is valid.
std::optional<std::size_t> find_invalid_utf8(std::string_view bytes) noexcept;

// Throws Error(utf8) naming the byte offset, with a hint where the bytes look like GBK; Error(invalid)
// for an embedded NUL; Error(limit) beyond `bytes_max`. `path` goes into the error.
void require_text(std::string_view bytes, std::size_t bytes_max, std::string_view path);

// What a unique code must satisfy beyond require_text: not blank, no control characters, no bidi
// overrides, zero-width or other invisible characters, no leading or trailing white space, at most
// kCodeBytesMax bytes.
void require_code(std::string_view bytes, std::string_view path);

// What a name must satisfy beyond require_text: not blank, no control characters, at most
// kNameBytesMax bytes.
void require_name(std::string_view bytes, std::string_view path);

// What a reason must satisfy: not blank, at most kReasonBytesMax bytes; else Error at "/reason".
void require_reason(std::string_view reason);

// True when nothing of the text can be seen: empty, white space, control or invisible characters.
bool is_blank(std::string_view utf8) noexcept;

// Key form for uniqueness: NFC only, so that canonically equal codes are one ("00123" stays text, case
// and width are kept). This and fold() throw Error(utf8) for text that is not UTF-8.
std::string key_form(std::string_view utf8);

// Search form: NFKC, case folded, white space collapsed and trimmed, invisible characters dropped;
// full-width letters become ASCII.
std::string fold(std::string_view utf8);

// Renders a value for a message: in double quotes, control characters and bytes that are not UTF-8 as
// \xNN, cut after 40 characters.
std::string quoted(std::string_view value);

// Makes a text one line of at most `bytes_max` bytes: control characters, line and paragraph separators and
// bytes that are not UTF-8 become \xNN, what is longer ends with "…". Precondition: bytes_max of at least 3.
std::string one_line(std::string text, std::size_t bytes_max);

// Lists words for a message: "company, household or person".
std::string alternatives(std::span<const std::string_view> words);

// The code point at byte `at`, which moves on to the next one; of a byte that begins none, U+FFFD.
// Precondition: at < utf8.size().
char32_t next_point(std::string_view utf8, std::size_t& at) noexcept;

// Columns a terminal gives the text: wide East Asian characters count two, combining marks none.
std::size_t display_width(std::string_view utf8) noexcept;

}  // namespace crmcore::text
