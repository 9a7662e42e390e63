// The packed form of totals: one block holds one month of 1,024 neighbouring customers.
//
// A block's body is a version byte, then a record per customer and day in their order. A record is
// the distance to the customer before it, the day of the month, a mask of the fields that are not at
// their usual value, and those fields, all as variable-length integers. Against a row per customer and
// month this is some 20 times cheaper to keep and 5 times faster to scan (performance.md), and the days
// inside make any window exact, not only whole months. tests/storage/ledger_block_test.cpp proves that
// packing loses nothing.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "storage/entry_index.hpp"

namespace crmcore::storage {

inline constexpr std::int64_t kBlockCustomers = 1024;

// Customers of one block, by their place in it.
using BlockPlaces = std::bitset<kBlockCustomers>;

// Blocks from the first to the last one, both included.
struct BlockRange {
  std::int64_t first = 0;
  std::int64_t last = 0;

  CustomerId first_customer() const { return CustomerId{first * kBlockCustomers}; }
  CustomerId last_customer() const { return CustomerId{(last + 1) * kBlockCustomers - 1}; }
};
inline constexpr int kBlockBits = 43;
inline constexpr std::int64_t kBlockMax = (std::int64_t{1} << kBlockBits) - 1;  // 2^53 customers

// What one customer did on one day, in minor units; also a difference to be added.
struct DayTotals {
  CustomerId customer;
  Date day;
  std::int64_t revenue = 0;
  std::int64_t cost = 0;
  std::int64_t reversal_own = 0;       // returns, on the day they happened
  std::int64_t reversal_original = 0;  // returns, on the day of what they reverse
  std::int64_t activity_cost = 0;
  std::int64_t orders = 0;   // documents with revenue
  std::int64_t entries = 0;  // entries with revenue

  bool is_zero() const noexcept {
    return revenue == 0 && cost == 0 && reversal_own == 0 && reversal_original == 0 && activity_cost == 0 &&
           orders == 0 && entries == 0;
  }
  void add(const DayTotals& other);  // throws Error(range) on overflow
  friend bool operator==(const DayTotals&, const DayTotals&) = default;
};

// Which month and block a record belongs to; the key of ledger_totals. The month leads: a feed is of the
// present month, so that what a posting writes lies together in the file.
struct BlockKey {
  std::int32_t month = 0;
  std::int64_t block = 0;

  std::int64_t packed() const noexcept { return (std::int64_t{month} << kBlockBits) | block; }
  static BlockKey of(CustomerId customer, Date day) noexcept;
  static BlockKey unpack(std::int64_t packed) noexcept;
  friend auto operator<=>(const BlockKey&, const BlockKey&) = default;
};

// True for records in the order of month, customer and day, none of them twice: as combine() leaves
// them.
bool is_combined(std::span<const DayTotals> records);

// Precondition: `records` are combined, and all of `key`.
std::vector<std::uint8_t> pack(const BlockKey& key, std::span<const DayTotals> records);

// What both forms of totals are read by.
class BodyReader {
 protected:
  explicit BodyReader(std::span<const std::uint8_t> body);  // throws Error(corrupt) for another format
  bool is_at_end() const noexcept { return at_ == end_; }
  // Most numbers are of one byte: a review reads some ten for each of millions of records.
  std::uint64_t number() { return at_ != end_ && *at_ < 0x80 ? *at_++ : long_number(); }
  std::int64_t signed_number() {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  std::uint8_t byte();
  void fields(std::uint8_t mask, DayTotals& record);
  // What follows such a mask of fields.
  void pass_over(std::uint8_t mask);

 private:
  std::uint64_t long_number();

  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

// Reads the records of a body in order. Throws Error(corrupt) when the body is damaged.
class BlockReader : private BodyReader {
 public:
  BlockReader(const BlockKey& key, std::span<const std::uint8_t> body);
  bool next(DayTotals& record);
  // The next record of one of these customers; the others are passed over without being read.
  bool next(const BlockPlaces& places, DayTotals& record);

 private:
  // Where a record begins.
  struct Head {
    std::uint8_t day;
    std::uint8_t mask;
  };
  Head head();
  void read(Head head, DayTotals& record);

  std::int64_t customer_;
  std::int32_t month_start_;
};

// The other form, of a few records of anybody and any day in any order, each of which names its customer and
// day: a body without any, and one record more.
std::vector<std::uint8_t> empty_body();
void append(std::vector<std::uint8_t>& body, const DayTotals& record);

inline constexpr std::int64_t kEntryIdMax = std::int64_t{1} << 53;

// The same of entries: where they are found.
void append(std::vector<std::uint8_t>& body, const EntryRun& run);

// Reads what such a body holds. Throws Error(corrupt) when the body is damaged.
class RecentReader : private BodyReader {
 public:
  explicit RecentReader(std::span<const std::uint8_t> body) : BodyReader(body) {}
  // The next record of the customers from first to last; entries are passed over.
  bool next(CustomerId first, CustomerId last, DayTotals& record);
  // The next entries of the customers from first to last; records are passed over.
  bool next(CustomerId first, CustomerId last, EntryRun& run);

 private:
  struct Head {
    CustomerId customer;
    Date day;
    std::uint8_t mask;
  };
  Head head();
};

// Appends the records of a body (empty: none) and `more`, which are of the same block and month and combined,
// as one ordered list.
void merge(const BlockKey& key, std::span<const std::uint8_t> body, std::span<const DayTotals> more,
           std::vector<DayTotals>& out);

// Sums records of one customer and day; orders them by month, customer and day, and so by their keys. The
// result does not depend on the order of `records`.
void combine(std::vector<DayTotals>& records);

// The same order for runs of entries, which stay as they are.
void sort_entries(std::vector<EntryRun>& runs);

}  // namespace crmcore::storage
