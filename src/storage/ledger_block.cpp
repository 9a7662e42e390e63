// Packing and merging. A block is always written from ordered records without duplicates (is_combined()),
// which lets merge() be one pass over two ordered lists, and lets a reader stop at the first damage:
// distances are never negative. What is zero in all fields is not kept, so that a block says the same
// whatever came and went. Combining sorts numbers by their digits, some passes over them instead of a
// comparison for each of n log n: a tenth of the time for a bulk posting. tests/storage/ledger_block_test.cpp
// compares merging with combining all of it, and either way of sorting with the other.
#include "storage/ledger_block.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <optional>
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
constexpr std::uint8_t kMaskMax = 127;
constexpr std::uint8_t kIsRun = 128;                              // among recent totals: entries, no record
constexpr std::uint8_t kRunNumbers = 3;                           // a mask of two numbers, which follow it
constexpr std::uint64_t kRunEntriesMax = std::uint64_t{1} << 24;  // far beyond any posting

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

// The mask of the fields that are not at their usual value, and those.
void put_fields(std::vector<std::uint8_t>& out, const DayTotals& record) {
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

void accumulate(std::int64_t& sum, std::int64_t value) {
  if (__builtin_add_overflow(sum, value, &sum)) {
    throw Error(Code::range, "the sum of a day's amounts exceeds 64 bits");
  }
}

[[noreturn]] void damaged() {
  throw Error(Code::corrupt, "a block of ledger totals is damaged; verify rebuilds it");
}

// Months of days, most of which are of the month before: a division by 400 years is spared.
class MonthFinder {
 public:
  std::int32_t month_of(Date day) {
    if (day < first_ || !(day < end_)) {
      month_ = month_index(day);
      first_ = month_start(month_);
      end_ = month_start(month_ + 1);
    }
    return month_;
  }
  // Of the month that was found last.
  std::int32_t place_of(Date day) const { return day.days - first_.days; }

 private:
  std::int32_t month_ = 0;
  Date first_;
  Date end_;
};

// The order of records.
struct Place {
  std::int32_t month;
  std::int64_t customer;
  std::int32_t day_in_month;

  friend auto operator<=>(const Place&, const Place&) = default;
};

template <class Record>
Place find_place(const Record& record, MonthFinder& months) {
  const std::int32_t month = months.month_of(record.day);
  return {month, record.customer.value, months.place_of(record.day)};
}

int bit_count(std::uint64_t range) {
  return 64 - std::countl_zero(range);
}

constexpr int kDayBits = 5;

// The bits above `low_bit`, up to `end_bit`, decide; what is below keeps its order.
void sort_by_bits(std::vector<std::uint64_t>& numbers, int low_bit, int end_bit) {
  constexpr int kDigitBits = 11;
  constexpr std::size_t kFew = 512;  // a pass costs as much as looking through its 2,048 counters
  if (numbers.size() < kFew) {
    std::sort(numbers.begin(), numbers.end());
    return;
  }
  std::vector<std::uint64_t> others(numbers.size());
  std::array<std::uint32_t, std::size_t{1} << kDigitBits> ends;
  for (int shift = low_bit; shift < end_bit; shift += kDigitBits) {
    const auto digit = [&](std::uint64_t number) { return (number >> shift) & (ends.size() - 1); };
    ends.fill(0);
    for (const std::uint64_t number : numbers) ++ends[digit(number)];
    std::uint32_t begin = 0;
    for (std::uint32_t& end : ends) begin += std::exchange(end, begin);
    for (const std::uint64_t number : numbers) others[ends[digit(number)]++] = number;
    numbers.swap(others);
  }
}

// The order in which combine() takes records, each as one number: month, customer and day by their distances
// from the least ones, and below them which record it is. Nothing when that needs more than 64 bits.
struct Order {
  std::vector<std::uint64_t> numbers;
  int index_bits = 0;

  std::size_t index_of(std::uint64_t number) const {
    return static_cast<std::size_t>(number & ((std::uint64_t{1} << index_bits) - 1));
  }
};

template <class Record>
std::optional<Order> order_of(std::span<const Record> records) {
  const auto [first_day, last_day] =
      std::minmax_element(records.begin(), records.end(), [](auto& a, auto& b) { return a.day < b.day; });
  const auto [first, last] = std::minmax_element(records.begin(), records.end(),
                                                 [](auto& a, auto& b) { return a.customer < b.customer; });
  const std::int32_t month_first = month_index(first_day->day);
  const std::int64_t customer_first = first->customer.value;
  const int month_bits = bit_count(static_cast<std::uint64_t>(month_index(last_day->day) - month_first));
  const int customer_bits = bit_count(static_cast<std::uint64_t>(last->customer.value) -
                                      static_cast<std::uint64_t>(customer_first));
  Order order{{}, bit_count(records.size() - 1)};
  const int bits = month_bits + customer_bits + kDayBits + order.index_bits;
  if (bits > 63) return std::nullopt;
  order.numbers.reserve(records.size());
  MonthFinder months;
  for (const Record& record : records) {
    const Place place = find_place(record, months);
    std::uint64_t number = static_cast<std::uint64_t>(place.month - month_first) << customer_bits;
    number |= static_cast<std::uint64_t>(place.customer - customer_first);
    number = number << kDayBits | static_cast<std::uint64_t>(place.day_in_month);
    order.numbers.push_back(number << order.index_bits | order.numbers.size());
  }
  sort_by_bits(order.numbers, order.index_bits, bits);
  return order;
}

template <class Record>
void sort_by_place(std::vector<Record>& records) {
  std::stable_sort(records.begin(), records.end(), [](const Record& a, const Record& b) {
    MonthFinder months;
    return find_place(a, months) < find_place(b, months);
  });
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
  return {month_index(day), customer.value / kBlockCustomers};
}

BlockKey BlockKey::unpack(std::int64_t packed) noexcept {
  return {static_cast<std::int32_t>(packed >> kBlockBits), packed & kBlockMax};
}

bool is_combined(std::span<const DayTotals> records) {
  MonthFinder months;
  const auto is_behind = [&](const DayTotals& a, const DayTotals& b) {
    const Place first = find_place(a, months);
    return first >= find_place(b, months);
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
    put_fields(out, record);
  }
  return out;
}

BodyReader::BodyReader(std::span<const std::uint8_t> body)
    : at_(body.data()), end_(body.data() + body.size()) {
  if (body.empty() || *at_++ != kFormat) damaged();
}

std::uint64_t BodyReader::long_number() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && at_ != end_; shift += 7) {
    const std::uint8_t byte = *at_++;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  damaged();
}

std::uint8_t BodyReader::byte() {
  if (at_ == end_) damaged();
  return *at_++;
}

void BodyReader::fields(std::uint8_t mask, DayTotals& record) {
  record.revenue = mask & revenue ? signed_number() : 0;
  record.cost = mask & cost ? signed_number() : 0;
  record.reversal_own = mask & reversal_own ? signed_number() : 0;
  record.reversal_original = mask & reversal_original ? signed_number() : 0;
  record.activity_cost = mask & activity_cost ? signed_number() : 0;
  record.orders = mask & orders ? signed_number() : 1;
  record.entries = mask & entries ? signed_number() : 1;
}

void BodyReader::pass_over(std::uint8_t mask) {
  for (; mask != 0; mask = static_cast<std::uint8_t>(mask & (mask - 1))) {  // a number for each bit
    while (at_ != end_ && *at_ >= 0x80) ++at_;
    if (at_ == end_) damaged();
    ++at_;
  }
}

BlockReader::BlockReader(const BlockKey& key, std::span<const std::uint8_t> body)
    : BodyReader(body), customer_(key.block * kBlockCustomers), month_start_(month_start(key.month).days) {}

BlockReader::Head BlockReader::head() {
  const std::uint64_t distance = number();
  if (distance >= static_cast<std::uint64_t>(kBlockCustomers)) damaged();
  customer_ += static_cast<std::int64_t>(distance);
  const std::uint8_t day = byte();
  const Head head{day, byte()};
  if (head.day > 30 || head.mask > kMaskMax) damaged();
  return head;
}

void BlockReader::read(Head head, DayTotals& record) {
  record.customer = CustomerId{customer_};
  record.day = Date{month_start_ + head.day};
  fields(head.mask, record);
}

bool BlockReader::next(DayTotals& record) {
  if (is_at_end()) return false;
  read(head(), record);
  return true;
}

bool BlockReader::next(const BlockPlaces& places, DayTotals& record) {
  while (!is_at_end()) {
    const Head found = head();
    if (places[static_cast<std::size_t>(customer_ % kBlockCustomers)]) {
      read(found, record);
      return true;
    }
    pass_over(found.mask);
  }
  return false;
}

std::vector<std::uint8_t> empty_body() {
  return {kFormat};
}

void append(std::vector<std::uint8_t>& body, const DayTotals& record) {
  put(body, static_cast<std::uint64_t>(record.customer.value));
  put_signed(body, record.day.days);
  put_fields(body, record);
}

void append(std::vector<std::uint8_t>& body, const EntryRun& run) {
  put(body, static_cast<std::uint64_t>(run.customer.value));
  put_signed(body, run.day.days);
  body.push_back(kIsRun);
  put(body, static_cast<std::uint64_t>(run.first));
  put(body, static_cast<std::uint64_t>(run.count));
}

RecentReader::Head RecentReader::head() {
  const std::uint64_t customer = number();
  const std::int64_t day = signed_number();
  const std::uint8_t mask = byte();
  if (customer >= static_cast<std::uint64_t>(kBlockMax) * kBlockCustomers || day < kDateMin.days ||
      day > kDateMax.days || (mask > kMaskMax && mask != kIsRun)) {
    damaged();
  }
  return {CustomerId{static_cast<std::int64_t>(customer)}, Date{static_cast<std::int32_t>(day)}, mask};
}

bool RecentReader::next(CustomerId first, CustomerId last, DayTotals& record) {
  while (!is_at_end()) {
    const Head found = head();
    if (found.mask == kIsRun) {
      pass_over(kRunNumbers);
    } else if (first <= found.customer && found.customer <= last) {
      record.customer = found.customer;
      record.day = found.day;
      fields(found.mask, record);
      return true;
    } else {
      pass_over(found.mask);
    }
  }
  return false;
}

bool RecentReader::next(CustomerId first, CustomerId last, EntryRun& run) {
  while (!is_at_end()) {
    const Head found = head();
    if (found.mask != kIsRun) {
      pass_over(found.mask);
    } else if (first <= found.customer && found.customer <= last) {
      const std::uint64_t id = number();
      const std::uint64_t count = number();
      if (id > kEntryIdMax || count == 0 || count > kRunEntriesMax) damaged();
      run = {found.customer, found.day, static_cast<std::int64_t>(id), static_cast<std::int64_t>(count)};
      return true;
    } else {
      pass_over(kRunNumbers);
    }
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
  std::vector<DayTotals> combined;
  combined.reserve(records.size());
  const auto put = [&](const DayTotals& record) {
    if (!combined.empty() && combined.back().customer == record.customer &&
        combined.back().day == record.day) {
      combined.back().add(record);
    } else {
      if (!combined.empty() && combined.back().is_zero()) combined.pop_back();
      combined.push_back(record);
    }
  };
  if (records.empty()) return;
  if (const auto order = order_of(std::span<const DayTotals>(records))) {
    for (const std::uint64_t number : order->numbers) put(records[order->index_of(number)]);
  } else {
    sort_by_place(records);
    for (const DayTotals& record : records) put(record);
  }
  if (combined.back().is_zero()) combined.pop_back();
  records.swap(combined);
}

void sort_entries(std::vector<EntryRun>& runs) {
  if (runs.empty()) return;
  const auto order = order_of(std::span<const EntryRun>(runs));
  if (!order) return sort_by_place(runs);
  std::vector<EntryRun> sorted;
  sorted.reserve(runs.size());
  for (const std::uint64_t number : order->numbers) sorted.push_back(runs[order->index_of(number)]);
  runs.swap(sorted);
}

}  // namespace crmcore::storage
