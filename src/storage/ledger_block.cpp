// Packing and merging. A block is always written from ordered records without duplicates (is_combined()),
// which lets merge() be one pass over two ordered lists, and lets a reader stop at the first damage:
// distances are never negative. What is zero in all fields is not kept, so that a block says the same
// whatever came and went. tests/storage/ledger_block_test.cpp compares merging with combining all of it.
#include "storage/ledger_block.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <tuple>
#include <utility>

#include "crmcore/error.hpp"

namespace crmcore::storage {
namespace {

constexpr std::uint8_t kFormat = 1;

enum Field : std::uint8_t {
  revenue = 1,
  cost = 2,
  reversal_own = 4,
  reversal_original = 8,
  activity_cost = 16,
  orders = 32,   // set when it is not 1
  entries = 64,  // set when it is not 1
};

void put(std::vector<std::uint8_t>& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(value));
}

void put_signed(std::vector<std::uint8_t>& out, std::int64_t value) {
  put(out, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void accumulate(std::int64_t& sum, std::int64_t value) {
  if (__builtin_add_overflow(sum, value, &sum)) {
    throw Error(Code::range, "the sum of a day's amounts exceeds 64 bits");
  }
}

[[noreturn]] void damaged() {
  throw Error(Code::corrupt, "a block of ledger totals is damaged; verify rebuilds it");
}

// The order of records as two numbers, computed once a record: sorting compares often.
struct Place {
  std::int64_t block_month;
  std::uint32_t customer_day;
  std::uint32_t index;

  bool same_day(const Place& other) const noexcept {
    return block_month == other.block_month && customer_day == other.customer_day;
  }
};

Place place_of(const DayTotals& record, std::size_t index) {
  const BlockKey key = BlockKey::of(record.customer, record.day);
  const auto day_in_month = record.day.days - month_start(key.month).days;
  return {key.packed(),
          static_cast<std::uint32_t>(record.customer.value % kBlockCustomers * 32 + day_in_month),
          static_cast<std::uint32_t>(index)};
}

}  // namespace

void DayTotals::add(const DayTotals& other) {
  accumulate(revenue, other.revenue);
  accumulate(cost, other.cost);
  accumulate(reversal_own, other.reversal_own);
  accumulate(reversal_original, other.reversal_original);
  accumulate(activity_cost, other.activity_cost);
  accumulate(orders, other.orders);
  accumulate(entries, other.entries);
}

BlockKey BlockKey::of(CustomerId customer, Date day) noexcept {
  return {customer.value / kBlockCustomers, month_index(day)};
}

BlockKey BlockKey::unpack(std::int64_t packed) noexcept {
  return {packed >> 17, static_cast<std::int32_t>(packed & ((1 << 17) - 1))};
}

bool is_combined(std::span<const DayTotals> records) {
  const auto is_behind = [](const DayTotals& a, const DayTotals& b) {
    const Place first = place_of(a, 0);
    const Place second = place_of(b, 0);
    return std::tie(first.block_month, first.customer_day) >=
           std::tie(second.block_month, second.customer_day);
  };
  return std::adjacent_find(records.begin(), records.end(), is_behind) == records.end();
}

std::vector<std::uint8_t> pack(const BlockKey& key, std::span<const DayTotals> records) {
  assert(is_combined(records));
  assert(records.empty() || (BlockKey::of(records.front().customer, records.front().day) == key &&
                             BlockKey::of(records.back().customer, records.back().day) == key));
  std::vector<std::uint8_t> out;
  out.reserve(records.size() * 10 + 1);
  out.push_back(kFormat);
  std::int64_t before = key.block * kBlockCustomers;
  const std::int32_t first = month_start(key.month).days;
  for (const DayTotals& record : records) {
    put(out, static_cast<std::uint64_t>(record.customer.value - before));
    before = record.customer.value;
    out.push_back(static_cast<std::uint8_t>(record.day.days - first));
    const std::size_t mask_at = out.size();
    out.push_back(0);
    std::uint8_t mask = 0;
    const auto field = [&](Field bit, std::int64_t value, std::int64_t usual) {
      if (value == usual) return;
      mask = static_cast<std::uint8_t>(mask | bit);
      put_signed(out, value);
    };
    field(revenue, record.revenue, 0);
    field(cost, record.cost, 0);
    field(reversal_own, record.reversal_own, 0);
    field(reversal_original, record.reversal_original, 0);
    field(activity_cost, record.activity_cost, 0);
    field(orders, record.orders, 1);
    field(entries, record.entries, 1);
    out[mask_at] = mask;
  }
  return out;
}

BlockReader::BlockReader(const BlockKey& key, std::span<const std::uint8_t> body)
    : at_(body.data()),
      end_(body.data() + body.size()),
      customer_(key.block * kBlockCustomers),
      month_start_(month_start(key.month).days) {
  if (body.empty() || *at_++ != kFormat) damaged();
}

std::uint64_t BlockReader::number() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && at_ != end_; shift += 7) {
    const std::uint8_t byte = *at_++;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  damaged();
}

std::int64_t BlockReader::signed_number() {
  const std::uint64_t value = number();
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

BlockReader::Head BlockReader::head() {
  const std::uint64_t distance = number();
  if (distance >= static_cast<std::uint64_t>(kBlockCustomers) || end_ - at_ < 2) damaged();
  customer_ += static_cast<std::int64_t>(distance);
  const Head head{at_[0], at_[1]};
  at_ += 2;
  if (head.day > 30 || head.mask > 127) damaged();
  return head;
}

void BlockReader::fields(Head head, DayTotals& record) {
  record.customer = CustomerId{customer_};
  record.day = Date{month_start_ + head.day};
  record.revenue = head.mask & revenue ? signed_number() : 0;
  record.cost = head.mask & cost ? signed_number() : 0;
  record.reversal_own = head.mask & reversal_own ? signed_number() : 0;
  record.reversal_original = head.mask & reversal_original ? signed_number() : 0;
  record.activity_cost = head.mask & activity_cost ? signed_number() : 0;
  record.orders = head.mask & orders ? signed_number() : 1;
  record.entries = head.mask & entries ? signed_number() : 1;
}

void BlockReader::pass_over(int numbers) {
  for (; numbers > 0; --numbers) {
    while (at_ != end_ && *at_ >= 0x80) ++at_;
    if (at_ == end_) damaged();
    ++at_;
  }
}

bool BlockReader::next(DayTotals& record) {
  if (at_ == end_) return false;
  fields(head(), record);
  return true;
}

bool BlockReader::next(const BlockPlaces& places, DayTotals& record) {
  while (at_ != end_) {
    const Head found = head();
    if (places[static_cast<std::size_t>(customer_ % kBlockCustomers)]) {
      fields(found, record);
      return true;
    }
    pass_over(std::popcount(found.mask));
  }
  return false;
}

void merge(const BlockKey& key, std::span<const std::uint8_t> body, std::span<const DayTotals> more,
           std::vector<DayTotals>& out) {
  assert(is_combined(more));
  const auto put = [&](const DayTotals& record) {
    if (!record.is_zero()) out.push_back(record);
  };
  auto next = more.begin();
  if (!body.empty()) {
    BlockReader reader(key, body);
    for (DayTotals record; reader.next(record);) {
      const auto place = std::tie(record.customer, record.day);
      for (; next != more.end() && std::tie(next->customer, next->day) < place; ++next) put(*next);
      for (; next != more.end() && std::tie(next->customer, next->day) == place; ++next) record.add(*next);
      put(record);
    }
  }
  std::for_each(next, more.end(), put);
}

void combine(std::vector<DayTotals>& records) {
  std::vector<Place> places;
  places.reserve(records.size());
  for (const DayTotals& record : records) places.push_back(place_of(record, places.size()));
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.block_month, a.customer_day) < std::tie(b.block_month, b.customer_day);
  });
  std::vector<DayTotals> combined;
  combined.reserve(records.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const DayTotals& record = records[places[i].index];
    if (i > 0 && places[i].same_day(places[i - 1])) {
      combined.back().add(record);
    } else {
      combined.push_back(record);
    }
  }
  std::erase_if(combined, [](const DayTotals& record) { return record.is_zero(); });
  records = std::move(combined);
}

}  // namespace crmcore::storage
