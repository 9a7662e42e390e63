// The packed numbers of all customers, block after block, several columns of few numbers joined to one.
//
// A column has a number for every customer (storage/packed_vector.hpp). Counting costs a look-up or an
// addition in memory for each customer and column, so columns are joined while their numbers together are
// few: region, ownership and grade of a customer become one number, which is made by arithmetic on whole
// registers. Loops are over whole blocks, whose length the compiler knows. tests/engine/cross_tab_test.cpp
// and tests/engine/packed_vector_test.cpp compare with counts over the views.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "crmcore/id.hpp"

#include "storage/packed_vector.hpp"

namespace crmcore::engine {

inline constexpr std::size_t kNumbersInBlock = static_cast<std::size_t>(storage::kVectorCustomers);

// The numbers of all customers in one respect.
class NumberColumn {
 public:
  // From the block of `from` on.
  NumberColumn(sqlite::Connection& db, const storage::VectorKey& key, CustomerId from = {})
      : scan_(std::in_place, db, key, from.value / storage::kVectorCustomers) {}
  // By customer id; those beyond the end have 0.
  explicit NumberColumn(std::vector<std::uint32_t> numbers) : numbers_(std::move(numbers)) {}

  // Fills in those of a block; blocks come in ascending order. Throws Error(corrupt) for one not below `end`.
  void read(std::int64_t block, std::size_t end, std::span<std::uint32_t> out);
  // The same where `end` is at most 2^16.
  void read(std::int64_t block, std::size_t end, std::span<std::uint16_t> out);

 private:
  template <class Number>
  void read_as(std::int64_t block, std::size_t end, std::span<Number> out);

  std::optional<storage::VectorScan> scan_;
  std::vector<std::uint32_t> numbers_;
};

// Some columns as one: number = ((first * size of the next + next) …).
class JointColumn {
 public:
  struct Part {
    std::size_t index = 0;  // of the column among those that were joined
    NumberColumn column;
    std::size_t size = 0;  // its numbers are below
  };

  std::size_t size() const noexcept { return size_; }
  const std::vector<Part>& parts() const noexcept { return parts_; }
  // The number that a part has in the number of all.
  std::size_t number_in(std::size_t number, std::size_t part) const noexcept;

  // Calls `use(numbers)` with those of the block, an array of kNumbersInBlock.
  template <class Use>
  void with_block(std::int64_t block, Use use) {
    if (size_ <= std::size_t{1} << 16) {
      read_narrow(block);
      use(narrow_.data());
    } else {
      wide_.resize(kNumbersInBlock);
      parts_.front().column.read(block, size_, wide_);
      use(wide_.data());
    }
  }

 private:
  friend std::vector<JointColumn> join_columns(std::vector<std::pair<NumberColumn, std::size_t>> columns);
  void read_narrow(std::int64_t block);

  std::vector<Part> parts_;
  std::size_t size_ = 1;
  std::vector<std::uint16_t> narrow_;
  std::vector<std::uint16_t> next_;
  std::vector<std::uint32_t> wide_;
};

// Each column comes with what its numbers are below.
std::vector<JointColumn> join_columns(std::vector<std::pair<NumberColumn, std::size_t>> columns);

}  // namespace crmcore::engine
