#include "base/columns.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
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

// Numbers lie with their low byte first. As one load and one store where the machine does the same: compilers
// make that of a loop only when they unroll it.
template <std::size_t width>
std::uint64_t read_number(const std::uint8_t* at) {
  std::uint64_t value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, at, width);
  } else {
    for (std::size_t i = 0; i < width; ++i) value |= static_cast<std::uint64_t>(at[i]) << (8 * i);
  }
  return value;
}

void write_number(std::uint8_t* at, std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(at, &value, sizeof(value));
  } else {
    for (std::size_t i = 0; i < sizeof(value); ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

template <std::size_t width>
void read_all(const std::uint8_t* at, std::uint64_t least, std::span<std::int64_t> out) {
  for (std::int64_t& value : out) {
    value = static_cast<std::int64_t>(least + read_number<width>(at));
    at += width;
  }
}

// Half of a column may be missing, without any order: a branch for each value would be foreseen wrong as
// often. The value, or 0 where there is none.
double if_there(double value, bool is_there) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) & -std::uint64_t{is_there});
}

}  // namespace

void ColumnWriter::number(std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void ColumnWriter::integers(std::span<const std::int64_t> values) {
  if (values.empty()) return;
  std::int64_t least = values.front();
  std::int64_t most = least;
  for (const std::int64_t value : values) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  const auto base = static_cast<std::uint64_t>(least);
  const std::size_t width = width_of(static_cast<std::uint64_t>(most) - base);
  byte(static_cast<std::uint8_t>(width));
  number(base, 8);
  if (width == 0) return;
  // Each is written as eight bytes of which the next one overwrites what is too much.
  const std::size_t end = bytes_.size() + values.size() * width;
  const std::size_t first = bytes_.size();
  bytes_.resize(end + 8);
  std::uint8_t* at = bytes_.data() + first;
  for (const std::int64_t value : values) {
    write_number(at, static_cast<std::uint64_t>(value) - base);
    at += width;
  }
  bytes_.resize(end);
}

void ColumnWriter::doubles(std::span<const double> values) {
  constexpr auto kMost = static_cast<double>(kIntegerMax);
  whole_.resize(values.size());
  std::size_t count = 0;
  bool is_fractions = false;
  for (const double value : values) {
    const bool is_there = value == value;
    const double shown = if_there(value, is_there);
    const bool is_in_range = shown >= -kMost && shown <= kMost;
    const auto whole = static_cast<std::int64_t>(if_there(shown, is_in_range));
    is_fractions |= !is_in_range | (static_cast<double>(whole) != shown);
    whole_[count] = whole;
    count += is_there ? 1 : 0;
  }
  const bool is_some_missing = count < values.size();
  byte(static_cast<std::uint8_t>((is_some_missing ? kSomeMissing : 0) | (is_fractions ? kFractions : 0)));
  if (is_some_missing) {
    for (std::size_t first = 0; first < values.size(); first += 8) {
      unsigned bits = 0;
      for (std::size_t i = first; i < std::min(first + 8, values.size()); ++i) {
        bits |= unsigned{values[i] == values[i]} << (i - first);
      }
      byte(static_cast<std::uint8_t>(bits));
    }
  }
  if (!is_fractions) return integers(std::span(whole_).first(count));
  // What is missing is overwritten by the next one.
  const std::size_t first = bytes_.size();
  bytes_.resize(first + 8 * (count + 1));
  std::uint8_t* at = bytes_.data() + first;
  for (const double value : values) {
    write_number(at, std::bit_cast<std::uint64_t>(value));
    at += value == value ? 8 : 0;
  }
  bytes_.resize(first + 8 * count);
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
  if (count == 0) {
    std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
    return count;
  }
  const auto spread = [&](auto value_at) {
    if (there.empty()) {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = value_at(i);
      return;
    }
    constexpr auto kMissing = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());
    std::size_t next = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::uint64_t is_there = (there[i / 8] >> (i % 8)) & 1;
      const auto bits = std::bit_cast<std::uint64_t>(value_at(std::min(next, count - 1)));
      out[i] = std::bit_cast<double>((bits & -is_there) | (kMissing & (is_there - 1)));
      next += is_there;
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
