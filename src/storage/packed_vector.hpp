// Small numbers of all customers, a vector for each axis and each scheme: what everybody is counted by.
//
// Rows of classes and grades cost some 60 ns to step over, so that counting a million customers by four
// dimensions took a quarter of a second. A vector has a byte or two a customer instead: the number of the
// node within its axis in the order of ids, which never changes since nodes are only added, or the grade. It
// is cut into blocks of 1,984 customers, of which one with two bytes each fills a page of the file, and is
// derived: written in the transactions that write the rows, compared with them and made anew by verify
// (packed_vector_rows.hpp). tests/engine/packed_vector_test.cpp lets customers live at random and compares.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

inline constexpr std::int64_t kVectorCustomers = 1984;

// Which vector; 0 is the number of those who have none.
struct VectorKey {
  enum class Kind : std::int64_t { axis = 1, scheme = 2 };

  Kind kind = Kind::axis;
  std::int64_t id = 0;  // of the axis or scheme

  // Of the row that holds a block.
  std::int64_t packed(std::int64_t block) const noexcept;
  friend auto operator<=>(const VectorKey&, const VectorKey&) = default;
};

constexpr VectorKey vector_of(AxisId axis) noexcept {
  return {VectorKey::Kind::axis, axis.value};
}
constexpr VectorKey vector_of(SchemeId scheme) noexcept {
  return {VectorKey::Kind::scheme, scheme.value};
}

// A grade's number: of the blocked ones 1, of the ungraded 2, of the best grade 3.
constexpr std::uint32_t number_of_grade(std::int32_t grade) noexcept {
  return static_cast<std::uint32_t>(grade + 3);
}
constexpr std::int32_t grade_of_number(std::uint32_t number) noexcept {
  return static_cast<std::int32_t>(number) - 3;
}

// Numbers of a block as they lie in its body; those that are missing at the end are 0.
class VectorBlock {
 public:
  VectorBlock() = default;
  explicit VectorBlock(std::span<const std::uint8_t> body);  // throws Error(corrupt)

  std::size_t size() const noexcept { return size_; }
  // Bytes of a number: 1, 2 or 4, little end first.
  std::size_t width() const noexcept { return width_; }
  const std::uint8_t* data() const noexcept { return data_; }
  // Copies the numbers; `out` has place for kVectorCustomers, all of which are filled. Numbers of four bytes
  // become the greatest of two where they do not fit.
  void copy_to(std::span<std::uint32_t> out) const noexcept;
  void copy_to(std::span<std::uint16_t> out) const noexcept;

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t width_ = 1;
};

// Writes numbers of single customers; what is pending is in no block until flush().
class VectorWriter {
 public:
  explicit VectorWriter(sqlite::Connection& db) : db_(db) {}

  void set(const VectorKey& key, CustomerId customer, std::uint32_t number);
  void flush();

 private:
  using Numbers = std::vector<std::uint32_t>;
  Numbers& numbers_of(const VectorKey& key, std::int64_t block);

  sqlite::Connection& db_;
  std::map<std::int64_t, Numbers> pending_;  // by key of the row, in whose order they are written
  std::int64_t last_row_ = -1;
  Numbers* last_ = nullptr;
};

// Reads one vector from its first block on.
class VectorScan {
 public:
  // `first_block` and those behind it.
  VectorScan(sqlite::Connection& db, const VectorKey& key, std::int64_t first_block = 0);
  // The block, which is not before those asked for until now; valid until the next call.
  VectorBlock block(std::int64_t block);
  // The last block that there is; -1: there is none.
  std::int64_t last_block() const noexcept { return last_block_; }

 private:
  void step();

  sqlite::Statement rows_;
  VectorKey key_;
  std::int64_t last_block_ = -1;
  std::int64_t at_ = -1;  // the block of the present row; INT64_MAX: there is no more
};

// Drops all vectors, for a rebuild.
void drop_vectors(sqlite::Connection& db);

}  // namespace crmcore::storage
