// Writing. Doubles have the form that nlohmann/json gives them, which answers have had from the start.
#include "base/json_write.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <ostream>
#include <utility>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "base/pulse.hpp"
#include "base/text.hpp"

namespace crmcore {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

// The fewest digits that read back as `value`: fixed from 1e-4 to below 1e15, else with an exponent; always
// recognisable as no integer.
void append_real(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out.append("null");
    return;
  }
  if (std::signbit(value)) out.push_back('-');
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view written(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t mark = written.find('e');
  std::string digits(written.substr(0, 1));
  if (mark > 2) digits.append(written.substr(2, mark - 2));
  int exponent = 0;
  const bool is_small = written[mark + 1] == '-';
  std::from_chars(buffer.data() + mark + 2, end, exponent);
  if (is_small) exponent = -exponent;

  constexpr int kFixedMin = -4;
  constexpr int kFixedEnd = 15;
  if (exponent < kFixedMin || exponent >= kFixedEnd) {
    out.append(digits, 0, 1);
    if (digits.size() > 1) out.append(".").append(digits, 1);
    fmt::format_to(std::back_inserter(out), "e{}{:02}", is_small ? '-' : '+', std::abs(exponent));
  } else if (exponent < 0) {
    out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
  } else {
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    const std::size_t given = digits.size();
    digits.resize(std::max(given, whole), '0');
    out.append(digits, 0, whole).append(".");
    given > whole ? out.append(digits, whole) : out.append("0");
  }
}

// The letter that stands after the backslash; NUL for a byte that has none.
char short_escape(char byte) {
  switch (byte) {
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '"':
    case '\\':
      return byte;
    default:
      return '\0';
  }
}

void append_text(std::string& out, std::string_view text) {
  if (text::find_invalid_utf8(text)) {
    throw Error(Code::utf8, "a text that is to be written as JSON is not UTF-8");
  }
  out.push_back('"');
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, written, i - written).push_back('\\');
    written = i + 1;
    if (const char letter = short_escape(text[i]); letter != '\0') {
      out.push_back(letter);
    } else {
      out.append("u00").push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  out.append(text, written).push_back('"');
}

void append_value(std::string& out, const Json& json) {
  if (json.is_null()) {
    out.append("null");
  } else if (json.is_boolean()) {
    out.append(json.get<bool>() ? "true" : "false");
  } else if (json.is_number_integer()) {
    out.append(fmt::format_int(json.get<std::int64_t>()).c_str());
  } else if (json.is_number_float()) {
    append_real(out, json.get<double>());
  } else if (json.is_string()) {
    append_text(out, json.text());
  } else if (json.is_array()) {
    out.push_back('[');
    for (const Json& element : json) {
      if (&element != json.begin()) out.push_back(',');
      Pulse::beat();
      append_value(out, element);
    }
    out.push_back(']');
  } else {
    out.push_back('{');
    bool is_first = true;
    for (const auto& [key, value] : json.items()) {
      if (!std::exchange(is_first, false)) out.push_back(',');
      append_text(out, key);
      out.push_back(':');
      append_value(out, value);
    }
    out.push_back('}');
  }
}

// Tells whether one of eight bytes is below 0x20, a quote or a backslash. A byte is below n <= 0x80 where
// taking n off sets its highest bit and it was not set before; a borrow from a byte below can only say so too
// often.
bool has_byte_to_escape(std::uint64_t eight) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighest = 0x80 * kOnes;
  const std::uint64_t quote = eight ^ (kOnes * '"');
  const std::uint64_t backslash = eight ^ (kOnes * '\\');
  const std::uint64_t control = (eight - kOnes * 0x20) & ~eight;
  return ((control | ((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash)) & kHighest) != 0;
}

}  // namespace

std::string dump_json(const Json& json) {
  std::string out;
  append_value(out, json);
  return out;
}

std::ostream& operator<<(std::ostream& out, const Json& json) {
  return out << dump_json(json);
}

std::string join_path(std::string_view path, std::string_view key) {
  std::string joined(path);
  joined += '/';
  for (const char c : key) {
    if (c == '~') {
      joined += "~0";
    } else if (c == '/') {
      joined += "~1";
    } else {
      joined += c;
    }
  }
  return joined;
}

std::string join_path(std::string_view path, std::size_t index) {
  return fmt::format("{}/{}", path, index);
}

void append_json_text(std::string& out, std::string_view utf8) {
  out.push_back('"');
  std::size_t written = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    // Texts seldom have anything to escape, and a load writes millions.
    for (std::uint64_t eight = 0; i + sizeof eight <= utf8.size(); i += sizeof eight) {
      std::memcpy(&eight, utf8.data() + i, sizeof eight);
      if (has_byte_to_escape(eight)) break;
    }
    if (i == utf8.size()) break;
    const char c = utf8[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && c != '"' && c != '\\') continue;
    out.append(utf8, written, i - written);
    written = i + 1;
    if (byte >= 0x20) {
      out.push_back('\\');
      out.push_back(c);
    } else {
      out.append("\\u00").push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  out.append(utf8, written).push_back('"');
}

}  // namespace crmcore
