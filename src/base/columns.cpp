#include "base/columns.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "crmcore/error.hpp"
#include "crmcore/money.hpp"

namespace crmcore {
namespace {

// How a column of doubles is written.
constexpr std::uint8_t kSomeMissing = 1;  // bits that say which values are there come first
constexpr std::uint8_t kFractions = 2;    // the bits of doubles, not integers

[[noreturn]] void damaged() {
  throw Error(Code::corrupt, "a packed column is damaged");
}

// The bytes that a number up to `most` takes.
std::size_t width_of(std::uint64_t most) {
  if (most == 0) return 0;
  const auto bytes = (static_cast<std::size_t>(std::bit_width(most)) + 7) / 8;
  return bytes <= 4 ? bytes : std::size_t{8};
}

template <std::size_t width>
std::uint64_t read_number(const std::uint8_t* at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= static_cast<std::uint64_t>(at[i]) << (8 * i);
  return value;
}

template <std::size_t width>
void read_all(const std::uint8_t* at, std::uint64_t least, std::span<std::int64_t> out) {
  for (std::int64_t& value : out) {
    value = static_cast<std::int64_t>(least + read_number<width>(at));
    at += width;
  }
}

bool is_whole(double value) {
  return std::abs(value) <= static_cast<double>(kIntegerMax) && value == std::floor(value);
}

}  // namespace

void ColumnWriter::number(std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void ColumnWriter::integers(std::span<const std::int64_t> values) {
  if (values.empty()) return;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const auto base = static_cast<std::uint64_t>(*least);
  const std::size_t width = width_of(static_cast<std::uint64_t>(*most) - base);
  byte(static_cast<std::uint8_t>(width));
  number(base, 8);
  if (width == 0) return;
  // Each is written as eight bytes of which the next one overwrites what is too much.
  const std::size_t end = bytes_.size() + values.size() * width;
  std::size_t at = bytes_.size();
  bytes_.resize(end + 8);
  for (const std::int64_t value : values) {
    const std::uint64_t rest = static_cast<std::uint64_t>(value) - base;
    for (std::size_t i = 0; i < 8; ++i) bytes_[at + i] = static_cast<std::uint8_t>(rest >> (8 * i));
    at += width;
  }
  bytes_.resize(end);
}

void ColumnWriter::doubles(std::span<const double> values) {
  const bool is_some_missing =
      std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
  const bool is_fractions = std::any_of(values.begin(), values.end(),
                                        [](double value) { return !std::isnan(value) && !is_whole(value); });
  byte(static_cast<std::uint8_t>((is_some_missing ? kSomeMissing : 0) | (is_fractions ? kFractions : 0)));
  if (is_some_missing) {
    for (std::size_t first = 0; first < values.size(); first += 8) {
      std::uint8_t bits = 0;
      for (std::size_t i = first; i < std::min(first + 8, values.size()); ++i) {
        if (!std::isnan(values[i])) bits = static_cast<std::uint8_t>(bits | (1U << (i - first)));
      }
      byte(bits);
    }
  }
  whole_.clear();
  for (const double value : values) {
    if (std::isnan(value)) continue;
    if (is_fractions) {
      number(std::bit_cast<std::uint64_t>(value), 8);
    } else {
      whole_.push_back(static_cast<std::int64_t>(value));
    }
  }
  integers(whole_);
}

std::span<const std::uint8_t> ColumnReader::take(std::size_t size) {
  if (size > bytes_.size()) damaged();
  const auto taken = bytes_.first(size);
  bytes_ = bytes_.subspan(size);
  return taken;
}

std::uint8_t ColumnReader::byte() {
  return take(1).front();
}

bool ColumnReader::integers(std::span<std::int64_t> out) {
  if (out.empty()) return true;
  const std::size_t width = byte();
  const std::uint64_t least = read_number<8>(take(8).data());
  if (width > 4 && width != 8) damaged();
  const std::uint8_t* at = take(width * out.size()).data();
  switch (width) {
    case 0:
      std::fill(out.begin(), out.end(), static_cast<std::int64_t>(least));
      break;
    case 1:
      read_all<1>(at, least, out);
      break;
    case 2:
      read_all<2>(at, least, out);
      break;
    case 3:
      read_all<3>(at, least, out);
      break;
    case 4:
      read_all<4>(at, least, out);
      break;
    default:
      read_all<8>(at, least, out);
  }
  return width == 0;
}

std::size_t ColumnReader::doubles(std::span<double> out) {
  const std::uint8_t form = byte();
  if (form > (kSomeMissing | kFractions)) damaged();
  std::span<const std::uint8_t> there;
  std::size_t count = out.size();
  if ((form & kSomeMissing) != 0) {
    there = take((out.size() + 7) / 8);
    count = 0;
    for (const std::uint8_t bits : there) count += static_cast<std::size_t>(std::popcount(bits));
    if (count > out.size()) damaged();
  }
  const auto spread = [&](auto value_at) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const bool is_there = there.empty() || (next < count && ((there[i / 8] >> (i % 8)) & 1) != 0);
      out[i] = is_there ? value_at(next++) : std::numeric_limits<double>::quiet_NaN();
    }
  };
  if ((form & kFractions) != 0) {
    const std::uint8_t* at = take(8 * count).data();
    spread([at](std::size_t i) { return std::bit_cast<double>(read_number<8>(at + 8 * i)); });
  } else {
    whole_.resize(count);
    integers(whole_);
    spread([this](std::size_t i) { return static_cast<double>(whole_[i]); });
  }
  return count;
}

}  // namespace crmcore
