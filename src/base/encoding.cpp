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
constexpr std::size_t kOutputBytes = 2 * kInputBytes;  // two bytes of GB18030 are at most four of UTF-8

class Gb18030Decoder {
 public:
  explicit Gb18030Decoder(Source source)
      : source_(std::move(source)), iconv_(iconv_open("UTF-8", "GB18030")) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): so POSIX says that there is none
    if (iconv_ == reinterpret_cast<iconv_t>(-1)) {
      throw Error(Code::unsupported, "this system cannot decode gb18030 (iconv has no table)");
    }
  }
  ~Gb18030Decoder() { iconv_close(iconv_); }
  Gb18030Decoder(const Gb18030Decoder&) = delete;
  Gb18030Decoder& operator=(const Gb18030Decoder&) = delete;

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
    output_.resize(kOutputBytes);
    char* from = input_.data();
    char* to = output_.data();
    std::size_t from_left = input_.size();
    std::size_t to_left = output_.size();
    const std::size_t result = iconv(iconv_, &from, &from_left, &to, &to_left);
    const int reason = errno;
    decoded_bytes_ += input_.size() - from_left;
    // No character of several bytes has a line break among them.
    line_ += std::count(input_.data(), from, '\n');
    if (result == kFailed && reason != EINVAL) refuse("malformed byte sequence");
    input_.erase(0, input_.size() - from_left);
    output_.resize(output_.size() - to_left);
    taken_ = 0;
    return true;
  }

  [[noreturn]] void refuse(std::string_view what) const {
    throw Error(Code::utf8,
                fmt::format("line {}: text is not GB18030 at byte {}: {}", line_, decoded_bytes_, what),
                fmt::format("/lines/{}", line_));
  }

  static constexpr std::size_t kFailed = static_cast<std::size_t>(-1);

  Source source_;
  iconv_t iconv_;
  std::string input_;
  std::string output_;
  std::size_t taken_ = 0;  // bytes of output_ that were handed out
  std::size_t decoded_bytes_ = 0;
  std::int64_t line_ = 1;
};

bool is_named(std::string_view encoding, std::string_view name) {
  return text::fold(encoding) == name;
}

}  // namespace

Source decode(Source source, std::string_view encoding) {
  if (text::find_invalid_utf8(encoding)) throw Error(Code::utf8, "the name of the encoding is not UTF-8");
  if (is_named(encoding, "utf-8")) return source;
  if (is_named(encoding, "gb18030")) {
    auto decoder = std::make_shared<Gb18030Decoder>(std::move(source));
    return [decoder](char* buffer, std::size_t size) { return decoder->read(buffer, size); };
  }
  throw Error(Code::invalid,
              fmt::format("unknown encoding {}; allowed: utf-8, gb18030", text::quoted(encoding)));
}

}  // namespace crmcore::csv
