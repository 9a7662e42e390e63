// What is found out is found out of one piece, the first with bytes beyond ASCII: until then every encoding
// but UTF-16 says the same, so that a file of any length is read in constant memory. A wrong guess would be a
// text of the wrong characters, so that two-byte characters must be those of GB2312, both bytes from A1:
// Western text with an accent here and there, which GB18030 allows as well, is refused.
// tests/base/encoding_test.cpp.
#include "base/encoding.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iconv.h>
#include <memory>
#include <utility>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "base/text.hpp"

namespace crmcore::csv {
namespace {

constexpr std::size_t kInputBytes = 1u << 15;
constexpr std::size_t kOutputBytes =
    2 * kInputBytes;  // two bytes of GB18030 or UTF-16 are at most four of UTF-8
constexpr std::size_t kIconvFailed = static_cast<std::size_t>(-1);

class Iconv {
 public:
  Iconv(const char* to, const char* from) : handle_(iconv_open(to, from)) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): so POSIX says that there is none
    if (handle_ == reinterpret_cast<iconv_t>(-1)) {
      throw Error(Code::unsupported,
                  fmt::format("this system cannot turn {} into {} (iconv has no table)", from, to));
    }
  }
  ~Iconv() { iconv_close(handle_); }
  Iconv(const Iconv&) = delete;
  Iconv& operator=(const Iconv&) = delete;

  iconv_t get() const noexcept { return handle_; }

 private:
  iconv_t handle_;
};

bool is_ascii_only(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Tells whether the bytes are UTF-8, but for a character that is cut at the end.
bool is_utf8_so_far(std::string_view bytes) {
  constexpr std::size_t kCutBytesMax = 3;
  const auto bad = text::find_invalid_utf8(bytes);
  if (!bad) return true;
  if (bytes.size() - *bad > kCutBytesMax) return false;
  const auto lead = static_cast<unsigned char>(bytes[*bad]);
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
  const auto is_trail = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return bytes.size() - *bad < size &&
         std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(*bad) + 1, bytes.end(), is_trail);
}

// Tells whether UTF-8 has a character of U+4000 to U+9FFF: nearly all of Chinese.
bool has_chinese(std::string_view utf8) {
  return std::any_of(utf8.begin(), utf8.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xE4 && byte <= 0xE9;
  });
}

// Tells whether all that is not ASCII are characters of GB2312, but for one that is cut at the end.
bool is_gb2312_so_far(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    if (lead < 0x80) continue;
    if (lead < 0xA1 || lead > 0xF7) return false;
    if (++at == bytes.size()) return true;
    const auto trail = static_cast<unsigned char>(bytes[at]);
    if (trail < 0xA1 || trail > 0xFE) return false;
  }
  return true;
}

class Decoder {
 public:
  Decoder(Source source, const char* encoding, std::string_view shown)
      : source_(std::move(source)), iconv_("UTF-8", encoding), shown_(shown), is_gb_(shown == "GB18030") {}

  std::size_t read(char* buffer, std::size_t size) {
    while (taken_ == output_.size()) {
      if (!decode_more()) return 0;
    }
    const std::size_t count = std::min(size, output_.size() - taken_);
    std::memcpy(buffer, output_.data() + taken_, count);
    taken_ += count;
    return count;
  }

 private:
  // Decodes one piece of input into output_; false at the end.
  bool decode_more() {
    const std::size_t cut = input_.size();  // bytes of a character that continues in the next piece
    input_.resize(kInputBytes);
    const std::size_t read = source_(input_.data() + cut, input_.size() - cut);
    input_.resize(cut + read);
    if (read == 0) {
      if (cut > 0) refuse("the text ends inside a character");
      return false;
    }
    if (is_gb_ && may_be_utf8_) require_declared(std::string_view(input_).substr(cut));
    output_.resize(kOutputBytes);
    char* from = input_.data();
    char* to = output_.data();
    std::size_t from_left = input_.size();
    std::size_t to_left = output_.size();
    const std::size_t result = iconv(iconv_.get(), &from, &from_left, &to, &to_left);
    const int reason = errno;
    decoded_bytes_ += input_.size() - from_left;
    output_.resize(output_.size() - to_left);
    // Counted in what came out: a line break of UTF-16 is not the byte of one.
    line_ += std::count(output_.begin(), output_.end(), '\n');
    if (result == kIconvFailed && reason != EINVAL) refuse("malformed byte sequence");
    input_.erase(0, input_.size() - from_left);
    taken_ = 0;
    return true;
  }

  // Refuses what is UTF-8 with Chinese in it. As GB18030 it would be read as other characters.
  void require_declared(std::string_view fresh) {
    text_so_far_.append(fresh);
    may_be_utf8_ = is_utf8_so_far(text_so_far_);
    if (!may_be_utf8_ || !has_chinese(text_so_far_)) {
      // What is settled need not be kept: the last character alone may be cut.
      const auto cut = text::find_invalid_utf8(text_so_far_);
      text_so_far_.erase(0, cut.value_or(text_so_far_.size()));
      return;
    }
    throw Error(
        Code::invalid,
        fmt::format("line {}: the text is declared as GB18030 and is UTF-8; declare the encoding utf-8",
                    line_),
        fmt::format("/lines/{}", line_));
  }

  [[noreturn]] void refuse(std::string_view what) const {
    throw Error(Code::utf8,
                fmt::format("line {}: text is not {} at byte {}: {}", line_, shown_, decoded_bytes_, what),
                fmt::format("/lines/{}", line_));
  }

  Source source_;
  Iconv iconv_;
  std::string_view shown_;
  bool is_gb_;
  bool may_be_utf8_ = true;
  std::string text_so_far_;
  std::string input_;
  std::string output_;
  std::size_t taken_ = 0;  // bytes of output_ that were handed out
  std::size_t decoded_bytes_ = 0;
  std::int64_t line_ = 1;
};

struct Encoding {
  std::string_view name;
  const char* iconv_name;  // nullptr: UTF-8, which passes as it is
  std::string_view shown;
  std::string_view reported;
};
constexpr Encoding kEncodings[] = {
    {"utf-8", nullptr, "UTF-8", "utf-8"},           {"gb18030", "GB18030", "GB18030", "gb18030"},
    {"utf-16", "UTF-16LE", "UTF-16", "utf-16le"},   {"utf-16le", "UTF-16LE", "UTF-16", "utf-16le"},
    {"utf-16be", "UTF-16BE", "UTF-16", "utf-16be"}, {"gbk", "GB18030", "GB18030", "gb18030"},
    {"gb2312", "GB18030", "GB18030", "gb18030"},    {"utf8", nullptr, "UTF-8", "utf-8"},
    {"utf16", "UTF-16LE", "UTF-16", "utf-16le"},
};

const Encoding* encoding_of(std::string_view name) {
  const std::string folded = text::fold(name);
  const auto* found = std::find_if(std::begin(kEncodings), std::end(kEncodings),
                                   [&](const Encoding& one) { return one.name == folded; });
  return found == std::end(kEncodings) ? nullptr : found;
}

// Gives what was read ahead, then the rest.
Source with_head(std::string head, Source rest) {
  return [head = std::move(head), at = std::size_t{0}, rest = std::move(rest)](char* buffer,
                                                                               std::size_t size) mutable {
    if (at == head.size()) return rest(buffer, size);
    const std::size_t count = head.copy(buffer, size, at);
    at += count;
    return count;
  };
}

// Reads until there are `size` bytes or the source ends.
std::string read_ahead(const Source& source, std::size_t size) {
  std::string head(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const std::size_t read = source(head.data() + filled, size - filled);
    if (read == 0) break;
    filled += read;
  }
  head.resize(filled);
  return head;
}

Source decoded_by(Source source, const Encoding& encoding, std::string* used) {
  if (used != nullptr) *used = encoding.reported;
  if (encoding.iconv_name == nullptr) return source;
  auto decoder = std::make_shared<Decoder>(std::move(source), encoding.iconv_name, encoding.shown);
  return [decoder](char* buffer, std::size_t size) { return decoder->read(buffer, size); };
}

// Of a text that may be UTF-16.
constexpr std::size_t kHeadBytes = 256;
constexpr std::string_view kLittleMark("\xFF\xFE");
constexpr std::string_view kBigMark("\xFE\xFF");

// UTF-16, whose mark or whose zeros say which; nothing when the first bytes are none.
const Encoding* utf16_of(std::string_view head) {
  if (head.starts_with(kLittleMark)) return encoding_of("utf-16le");
  if (head.starts_with(kBigMark)) return encoding_of("utf-16be");
  // A separator or a letter of ASCII has a zero, always on the same side; other encodings have none.
  bool has_first = false;
  bool has_second = false;
  for (std::size_t at = 0; at < head.size(); ++at) {
    if (head[at] == '\0') (at % 2 == 0 ? has_first : has_second) = true;
  }
  if (has_first == has_second) return nullptr;
  return encoding_of(has_first ? "utf-16be" : "utf-16le");
}

Source decode_utf16(Source source, const Encoding& named, std::string* used) {
  std::string head = read_ahead(source, kHeadBytes);
  const bool is_either = named.name == "utf-16" || named.name == "utf16";
  const Encoding* found = is_either ? utf16_of(head) : nullptr;
  const bool has_mark = head.starts_with(kLittleMark) || head.starts_with(kBigMark);
  if (has_mark) head.erase(0, 2);
  return decoded_by(with_head(std::move(head), std::move(source)), found ? *found : named, used);
}

// Passes ASCII on and settles at the first piece that is more.
class Finder {
 public:
  Finder(Source source, std::string* used) : source_(std::move(source)), used_(used) {
    if (used_ != nullptr) *used_ = "utf-8";
  }

  std::size_t read(char* buffer, std::size_t size) {
    if (settled_) return settled_(buffer, size);
    if (taken_ == piece_.size()) {
      piece_ = read_ahead(source_, kInputBytes);
      taken_ = 0;
      if (!is_ascii_only(piece_)) {
        settle();
        return settled_(buffer, size);
      }
    }
    const std::size_t count = piece_.copy(buffer, size, taken_);
    taken_ += count;
    line_ += std::count(buffer, buffer + count, '\n');
    return count;
  }

 private:
  void settle() {
    const bool is_utf8 = is_utf8_so_far(piece_);
    if (!is_utf8 && !is_gb2312_so_far(piece_)) {
      throw Error(
          Code::utf8,
          fmt::format(
              "the text from line {} on is neither UTF-8 nor plainly GB2312; say its encoding: utf-8, "
              "gb18030, utf-16, utf-16le or utf-16be",
              line_),
          fmt::format("/lines/{}", line_));
    }
    settled_ =
        decoded_by(with_head(std::move(piece_), source_), *encoding_of(is_utf8 ? "utf-8" : "gb18030"), used_);
  }

  Source source_;
  std::string* used_;
  std::string piece_;
  std::size_t taken_ = 0;
  std::int64_t line_ = 1;
  Source settled_;
};

}  // namespace

Source decode(Source source, std::string_view encoding, std::string* used) {
  if (text::find_invalid_utf8(encoding)) throw Error(Code::utf8, "the name of the encoding is not UTF-8");
  if (text::fold(encoding) == "auto") {
    std::string head = read_ahead(source, kHeadBytes);
    const Encoding* utf16 = utf16_of(head);
    source = with_head(std::move(head), std::move(source));
    if (utf16 != nullptr) return decode_utf16(std::move(source), *utf16, used);
    auto finder = std::make_shared<Finder>(std::move(source), used);
    return [finder](char* buffer, std::size_t size) { return finder->read(buffer, size); };
  }
  const Encoding* named = encoding_of(encoding);
  if (named == nullptr) {
    throw Error(
        Code::invalid,
        fmt::format(
            "unknown encoding {}; allowed: utf-8, gb18030 (gbk, gb2312), utf-16, utf-16le, utf-16be, auto",
            text::quoted(encoding)));
  }
  if (named->shown == "UTF-16") return decode_utf16(std::move(source), *named, used);
  return decoded_by(std::move(source), *named, used);
}

std::string encode_gb18030(std::string_view utf8) {
  const Iconv iconv_handle("GB18030", "UTF-8");
  std::string input(utf8);
  std::string output(2 * utf8.size() + 8, '\0');  // two bytes of UTF-8 may be four
  char* from = input.data();
  char* to = output.data();
  std::size_t from_left = input.size();
  std::size_t to_left = output.size();
  if (iconv(iconv_handle.get(), &from, &from_left, &to, &to_left) == kIconvFailed) {
    throw Error(Code::unsupported, "this system cannot write a character as GB18030");
  }
  output.resize(output.size() - to_left);
  return output;
}

}  // namespace crmcore::csv
