// Columns of numbers in few bytes. Each column is written with the width that its range needs, so that
// packing and unpacking are plain loops over whole columns: some ten times faster than numbers of
// variable length, and a column that says nothing costs nine bytes. tests/base/columns_test.cpp proves that
// nothing is lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace crmcore {

class ColumnWriter {
 public:
  void clear() noexcept { bytes_.clear(); }
  std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }

  void byte(std::uint8_t value) { bytes_.push_back(value); }
  void integers(std::span<const std::int64_t> values);
  // NaN is one missing value, whatever its bits; -0 becomes 0.
  void doubles(std::span<const double> values);

 private:
  void number(std::uint64_t value, std::size_t width);

  std::vector<std::uint8_t> bytes_;
  std::vector<std::int64_t> whole_;
};

// Reads them again in the same order. Throws Error(corrupt) when the bytes end too early or say what was
// never written.
class ColumnReader {
 public:
  explicit ColumnReader(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}

  std::uint8_t byte();
  // Fills `out`; its size is that of the column as it was written. True when all are the same.
  bool integers(std::span<std::int64_t> out);
  // Returns how many are not missing.
  std::size_t doubles(std::span<double> out);
  bool is_at_end() const noexcept { return bytes_.empty(); }

 private:
  std::span<const std::uint8_t> take(std::size_t size);

  std::span<const std::uint8_t> bytes_;
  std::vector<std::int64_t> whole_;
};

}  // namespace crmcore
