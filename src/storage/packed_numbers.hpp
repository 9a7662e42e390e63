// Numbers in as many bytes as they need, as blobs of packed rows have them: seven bits a byte, the lowest
// first, the top bit saying that more follow.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crmcore/error.hpp"

namespace crmcore::storage {

class NumberWriter {
 public:
  explicit NumberWriter(std::vector<std::uint8_t>& out) : out_(out) {}

  NumberWriter& add(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) out_.push_back(static_cast<std::uint8_t>(value | 0x80U));
    out_.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  NumberWriter& add(std::int64_t value) { return add(static_cast<std::uint64_t>(value)); }
  NumberWriter& add(std::int32_t value) { return add(static_cast<std::int64_t>(value)); }

 private:
  std::vector<std::uint8_t>& out_;
};

// Throws Error(corrupt), with `damage` as its message, where the bytes end too early.
class NumberReader {
 public:
  NumberReader(std::span<const std::uint8_t> bytes, const char* damage)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()), damage_(damage) {}

  bool is_at_end() const noexcept { return at_ == end_; }
  std::int64_t next() {
    if (at_ != end_ && *at_ < 0x80) return *at_++;  // most are short
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const std::uint8_t byte = *at_++;
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if (byte < 0x80) return static_cast<std::int64_t>(value);
    }
    fail();
  }
  std::int32_t next32() {
    const std::int64_t value = next();
    if (value < INT32_MIN || value > INT32_MAX) fail();
    return static_cast<std::int32_t>(value);
  }
  std::span<const std::uint8_t> bytes(std::size_t count) {
    if (static_cast<std::size_t>(end_ - at_) < count) fail();
    const std::uint8_t* begin = at_;
    at_ += count;
    return {begin, count};
  }
  [[noreturn]] void fail() const { throw Error(Code::corrupt, damage_); }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  const char* damage_;
};

}  // namespace crmcore::storage
