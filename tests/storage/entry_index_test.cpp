// The index of entries loses nothing, and what is damaged is refused.
#include "storage/entry_index.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>

#include "crmcore/error.hpp"

#include "storage/ledger_block.hpp"

using namespace crmcore;
using namespace crmcore::storage;

namespace {

using Ids = std::map<std::uint32_t, std::vector<std::int64_t>>;  // by place

Ids ids_in(std::span<const std::uint8_t> body, std::optional<std::uint32_t> only = {}) {
  Ids ids;
  visit_entries(body, only, [&](std::uint32_t place, std::int64_t first, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) ids[place].push_back(first + i);
  });
  for (auto& [place, list] : ids) std::sort(list.begin(), list.end());
  return ids;
}

}  // namespace

TEST_CASE("entries are found under their customers, whatever is posted together") {
  CHECK(rc::check([] {
    const std::int64_t block = *rc::gen::inRange<std::int64_t>(0, 3);
    std::vector<std::uint8_t> body;
    Ids expected;
    std::int64_t id = 1;
    for (int posting = *rc::gen::inRange(0, 5); posting > 0; --posting) {
      std::vector<EntryRun> runs;
      id += *rc::gen::element<std::int64_t>(0, 1, 1'000'000, std::int64_t{1} << 40);
      for (int i = *rc::gen::inRange(0, 60); i > 0; --i) {
        const auto place = *rc::gen::element<std::uint32_t>(0, 1, 17, 1023);
        id += *rc::gen::element<std::int64_t>(0, 0, 3, 600'000);
        add_entry_id(runs, CustomerId{block * kBlockCustomers + place}, Date{19'000}, id);
        expected[place].push_back(id++);
      }
      sort_entries(runs);
      append_entries(body, runs);
    }
    RC_ASSERT(ids_in(body) == expected);
    for (const auto& [place, list] : expected) RC_ASSERT(ids_in(body, place) == Ids({{place, list}}));
    RC_ASSERT(ids_in(body, 5).empty());
  }));
}

TEST_CASE("the lines of a document are one item") {
  std::vector<EntryRun> runs;
  for (std::int64_t id = 100; id < 108; ++id) add_entry_id(runs, CustomerId{7}, Date{19'000}, id);
  CHECK(runs == std::vector<EntryRun>{{CustomerId{7}, Date{19'000}, 100, 8}});
  std::vector<std::uint8_t> body;
  append_entries(body, runs);
  CHECK(body.size() == 1 + 12 + 4);
}

TEST_CASE("a body that was cut or is of another format is refused") {
  std::vector<EntryRun> runs{{CustomerId{7}, Date{19'000}, 100, 3}, {CustomerId{8}, Date{19'000}, 103, 9}};
  std::vector<std::uint8_t> body;
  append_entries(body, runs);
  const std::span<const std::uint8_t> bytes(body);
  for (std::size_t size = 2; size < body.size(); ++size) {
    CHECK_THROWS_AS(ids_in(bytes.first(size)), Error);
  }
  CHECK(ids_in(bytes.first(1)).empty());
  body[0] = 9;
  CHECK_THROWS_AS(ids_in(body), Error);
}
