// Packing loses nothing, and what is damaged is refused.
#include "storage/ledger_block.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <optional>
#include <rapidcheck.h>
#include <tuple>

#include "crmcore/error.hpp"

using namespace crmcore;
using namespace crmcore::storage;

namespace {

std::vector<DayTotals> unpack(const BlockKey& key, std::span<const std::uint8_t> body) {
  std::vector<DayTotals> records;
  BlockReader reader(key, body);
  for (DayTotals record; reader.next(record);) records.push_back(record);
  return records;
}

std::int64_t amount() {
  return *rc::gen::inRange<std::int64_t>(-kBlockCustomers * 1'000'000'000, 1'000'000'000'000);
}

DayTotals any_record(std::int64_t customers, std::int32_t days) {
  return {CustomerId{*rc::gen::inRange<std::int64_t>(1, customers)},
          Date{19'000 + *rc::gen::inRange<std::int32_t>(0, days)},
          amount(),
          amount(),
          *rc::gen::element<std::int64_t>(0, amount()),
          0,
          *rc::gen::element<std::int64_t>(0, 7),
          *rc::gen::inRange<std::int64_t>(-2, 4),
          *rc::gen::inRange<std::int64_t>(0, 4)};
}

std::vector<DayTotals> any_records(std::int64_t customers, std::int32_t days) {
  std::vector<DayTotals> records;
  const int count = *rc::gen::inRange(0, 200);
  for (int i = 0; i < count; ++i) records.push_back(any_record(customers, days));
  return records;
}

}  // namespace

TEST_CASE("a block that is packed reads back as it was") {
  CHECK(rc::check([] {
    auto records = any_records(5000, 100);
    combine(records);
    for (std::size_t first = 0; first < records.size();) {
      const BlockKey key = BlockKey::of(records[first].customer, records[first].day);
      std::size_t last = first;
      while (last < records.size() && BlockKey::of(records[last].customer, records[last].day) == key) ++last;
      const std::span<const DayTotals> block(records.data() + first, last - first);
      const auto read = unpack(key, pack(key, block));
      RC_ASSERT(std::equal(read.begin(), read.end(), block.begin(), block.end()));
      first = last;
    }
  }));
}

TEST_CASE("merging into a block gives what combining all of it gives") {
  CHECK(rc::check([] {
    const BlockKey key = BlockKey::of(CustomerId{1}, Date{19'000});
    auto before = any_records(60, 3);
    auto more = any_records(60, 3);
    const auto is_elsewhere = [&](const DayTotals& record) {
      return BlockKey::of(record.customer, record.day) != key;
    };
    std::erase_if(before, is_elsewhere);
    std::erase_if(more, is_elsewhere);
    auto all = before;
    all.insert(all.end(), more.begin(), more.end());
    combine(before);
    combine(more);
    combine(all);
    std::vector<DayTotals> merged;
    if (before.empty()) {
      merge(key, {}, more, merged);
    } else {
      merge(key, pack(key, before), more, merged);
    }
    RC_ASSERT(merged == all);
  }));
}

TEST_CASE("combining sums by customer and day, whatever the order") {
  CHECK(rc::check([] {
    auto records = any_records(50, 40);
    auto shuffled = *rc::gen::map(rc::gen::just(records), [](auto list) {
      std::reverse(list.begin(), list.end());
      return list;
    });
    std::int64_t revenue = 0;
    for (const auto& record : records) revenue += record.revenue;
    combine(records);
    combine(shuffled);
    RC_ASSERT(records == shuffled);
    std::int64_t combined = 0;
    for (const auto& record : records) combined += record.revenue;
    RC_ASSERT(combined == revenue);
    const auto same_day = [](const auto& a, const auto& b) {
      return a.customer == b.customer && a.day == b.day;
    };
    RC_ASSERT(std::adjacent_find(records.begin(), records.end(), same_day) == records.end());
  }));
}

// Few records are sorted by comparing, more by their digits, and those that need more than 64 bits by
// comparing again.
TEST_CASE("either way of sorting gives the order of month, customer and day") {
  for (const std::int64_t stride : {std::int64_t{1}, std::int64_t{1} << 38}) {
    for (const int count : {1, 2, 100, 511, 512, 5000}) {
      CAPTURE(stride);
      CAPTURE(count);
      std::vector<DayTotals> records;
      std::map<std::tuple<std::int32_t, CustomerId, Date>, std::int64_t> sums;
      std::uint64_t state = 1;
      for (int i = 0; i < count; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const CustomerId customer{1 + static_cast<std::int64_t>(state >> 50U) * stride};
        const Date day{19'000 + static_cast<std::int32_t>(state >> 20U) % 300};
        records.push_back({customer, day, 1 + i % 7});
        sums[{month_index(day), customer, day}] += 1 + i % 7;
      }
      combine(records);
      REQUIRE(records.size() == sums.size());
      auto expected = sums.begin();
      for (const DayTotals& record : records) {
        CHECK(std::tuple(month_index(record.day), record.customer, record.day) == expected->first);
        CHECK(record.revenue == (expected++)->second);
      }
    }
  }
}

TEST_CASE("recent totals read back as they were appended, by customers too") {
  CHECK(rc::check([] {
    const auto records = any_records(5000, 100);
    std::vector<std::uint8_t> body = empty_body();
    for (const auto& record : records) append(body, record);
    const CustomerId first{*rc::gen::inRange<std::int64_t>(0, 5000)};
    const CustomerId last{first.value + *rc::gen::inRange<std::int64_t>(0, 3000)};
    RecentReader reader(body);
    DayTotals read;
    for (const auto& record : records) {
      if (record.customer < first || last < record.customer) continue;
      RC_ASSERT(reader.next(first, last, read));
      RC_ASSERT(read == record);
    }
    RC_ASSERT(!reader.next(first, last, read));
  }));
}

TEST_CASE("damaged recent totals are refused or read, never trusted to end") {
  std::vector<std::uint8_t> body = empty_body();
  for (int i = 0; i < 50; ++i) append(body, DayTotals{CustomerId{1 + i * 700}, Date{19'000}, 1000 + i, 500});
  // Nothing when it is refused.
  const auto count_of = [](std::span<const std::uint8_t> bytes) -> std::optional<std::size_t> {
    std::size_t count = 0;
    try {
      RecentReader reader(bytes);
      for (DayTotals record; reader.next(CustomerId{0}, CustomerId{INT64_MAX}, record);) ++count;
    } catch (const Error& error) {
      CHECK(error.code() == Code::corrupt);
      return std::nullopt;
    }
    return count;
  };
  CHECK(count_of(body) == 50);
  for (std::size_t cut = 0; cut < body.size(); ++cut)
    CHECK(count_of(std::span(body).first(cut)).value_or(0) < 50);
  for (std::size_t at = 0; at < body.size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      auto wrong = body;
      wrong[at] = static_cast<std::uint8_t>(wrong[at] ^ (1 << bit));
      CHECK(count_of(wrong).value_or(0) <= body.size());
    }
  }
  CHECK_FALSE(count_of({}));
  body[0] = 99;
  CHECK_FALSE(count_of(body));
}

TEST_CASE("records are combined when they are in order and none stands twice") {
  CHECK(is_combined({}));
  CHECK(rc::check([] {
    auto records = any_records(50, 40);
    combine(records);
    RC_ASSERT(is_combined(records));
    if (records.empty()) return;
    auto twice = records;
    twice.push_back(twice.back());
    RC_ASSERT(!is_combined(twice));
    std::reverse(records.begin(), records.end());
    RC_ASSERT(is_combined(records) == (records.size() == 1));
  }));
}

TEST_CASE("keys keep block and month apart") {
  for (const std::int64_t block : {std::int64_t{0}, std::int64_t{976}, std::int64_t{1} << 40}) {
    for (const Date day : {kDateMin, Date{0}, kDateMax}) {
      const BlockKey key{month_index(day), block};
      CHECK(BlockKey::unpack(key.packed()) == key);
    }
  }
}

TEST_CASE("a damaged block is refused or read, never trusted to end") {
  std::vector<DayTotals> records;
  for (int i = 0; i < 50; ++i) {
    records.push_back({CustomerId{1 + i * 7}, Date{19'000}, 1000 + i, 500, 0, 0, 0, 1, 1});
  }
  const BlockKey key = BlockKey::of(records[0].customer, records[0].day);
  const auto body = pack(key, records);
  for (std::size_t cut = 0; cut < body.size(); ++cut) {
    const std::span<const std::uint8_t> part(body.data(), cut);
    std::size_t count = 0;
    Code code = Code::ok;
    try {
      count = unpack(key, part).size();
    } catch (const Error& error) {
      code = error.code();
    }
    CHECK((code == Code::corrupt || (code == Code::ok && count < records.size())));
  }
  auto wrong_version = body;
  wrong_version[0] = 99;
  CHECK_THROWS_AS(unpack(key, wrong_version), Error);
}

TEST_CASE("a day's sum beyond 64 bits is refused") {
  DayTotals totals{CustomerId{1}, Date{0}, INT64_MAX};
  CHECK_THROWS_AS(totals.add({CustomerId{1}, Date{0}, 1}), Error);
}
