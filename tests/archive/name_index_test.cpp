#include "archive/name_index.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "crmcore/words.hpp"

#include "archive/text_scan.hpp"

namespace crmcore::archive {
namespace {

NameIndex index_of(const std::vector<std::string>& names) {
  std::map<std::int64_t, NameBlock> blocks;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    const auto id = static_cast<std::int64_t>(i) + 1;
    blocks[id / NameBlock::kCustomers].add(static_cast<std::size_t>(id % NameBlock::kCustomers), names[i],
                                           {});
  }
  NameIndex index;
  for (auto& [number, block] : blocks) index.set(number, std::move(block));
  return index;
}

std::string found_text(const NameIndex& index, std::string_view text) {
  const auto hits = index.search(NameQuery(text));
  std::string told;
  for (const NameHit& hit : index.ranked(hits, std::nullopt, 100))
    told += (told.empty() ? "" : ", ") + std::to_string(hit.customer.value) + " " +
            std::string(word_of(hit.match));
  return told;
}

// What a name is found by, one name at a time.
NameMatch* naive_match(const std::string& form, const std::string& needle, NameMatch& match) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
  };
  NameMatch* best = nullptr;
  for (std::size_t at = form.find(needle); at != std::string::npos; at = form.find(needle, at + 1)) {
    const NameMatch one = at == 0 && needle.size() == form.size() ? NameMatch::exact
                          : at == 0                               ? NameMatch::prefix
                          : !is_word(form[at - 1])                ? NameMatch::word_start
                                                                  : NameMatch::inside;
    if (best == nullptr || one < match) match = one;
    best = &match;
  }
  return best;
}

}  // namespace

TEST_CASE("names are ranked by what was found where") {
  const NameIndex index =
      index_of({"华兴", "华兴贸易有限公司", "北京华兴贸易有限公司", "上海新华兴隆机械厂",
                "Ｈａｒｂｏｒ Trading 7 Ltd", "Old Harbor Foods Inc", "Newharbor Paper Co"});
  CHECK(found_text(index, "华兴") == "1 exact, 2 prefix, 4 inside, 3 inside");
  CHECK(found_text(index, "華興") == "1 exact, 2 prefix, 4 inside, 3 inside");
  CHECK(found_text(index, "harbor") == "5 prefix, 6 word_start, 7 inside");
  CHECK(found_text(index, "ARB") == "5 inside, 7 inside, 6 inside");
  CHECK(found_text(index, "7") == "5 word_start");
  CHECK(found_text(index, "hx") == "1 initials, 2 initials, 4 initials_inside, 3 initials_inside");
  CHECK(found_text(index, "huaxing") == "1 pinyin, 2 pinyin, 4 pinyin_inside, 3 pinyin_inside");
  CHECK(found_text(index, "huaxingl") == "4 pinyin_inside");
  CHECK(found_text(index, "xyz").empty());
  CHECK(found_text(index, "兴贸") == "3 inside, 2 inside");
}

TEST_CASE("a customer is found by its other names as well, and stands where the name does") {
  NameBlock block;
  const std::string_view others[] = {"中石油", "Sinopec no more"};
  block.add(1, "中国石油天然气股份有限公司", others);
  block.add(3, "中石油昆仑燃气", {});
  NameIndex index;
  index.set(0, std::move(block));
  CHECK(found_text(index, "中石油") == "1 exact, 3 prefix");
  CHECK(found_text(index, "zsy") == "1 initials, 3 initials");
  CHECK(found_text(index, "zhongshiyou") == "1 pinyin, 3 pinyin");
  CHECK(found_text(index, "天然气") == "1 inside");
  CHECK(found_text(index, "no more") == "1 word_start");
  CHECK(index.form(CustomerId{1}) == "中国石油天然气股份有限公司");
  CHECK(index.form(CustomerId{2}).empty());
  CHECK(index.form(CustomerId{3}) == "中石油昆仑燃气");
  CHECK(index.form(CustomerId{4}).empty());
}

TEST_CASE("every part of a name is found, as by looking at each") {
  std::mt19937 random(20261130);
  const char* const parts[] = {"华", "兴", "北", "京", "a", "b", "7", " ", "é", "兴隆", "华兴", "ab", "云"};
  std::vector<std::string> names(3'000);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i % 37 == 0) continue;  // nobody
    for (auto left = 1 + random() % 12; left > 0; --left) names[i] += parts[random() % std::size(parts)];
    if (name_form(names[i]).empty()) names[i] = "云";
  }
  const NameIndex index = index_of(names);
  int found_count = 0;
  for (int round = 0; round < 300; ++round) {
    std::string needle;
    for (auto left = 1 + random() % 4; left > 0; --left) needle += parts[random() % std::size(parts)];
    if (name_form(needle).empty()) continue;
    const NameQuery query(needle);
    std::map<std::int64_t, NameMatch> expected;
    for (std::size_t i = 0; i < names.size(); ++i) {
      NameMatch match = NameMatch::inside;
      if (!names[i].empty() && naive_match(name_form(names[i]), query.form(), match) != nullptr)
        expected[static_cast<std::int64_t>(i) + 1] = match;
    }
    std::map<std::int64_t, NameMatch> found;
    for (const NameHit& hit : index.search(query)) {
      if (hit.match <= NameMatch::inside) CHECK(found.emplace(hit.customer.value, hit.match).second);
    }
    CAPTURE(query.form());
    CHECK((found == expected));
    found_count += static_cast<int>(found.size());
  }
  CHECK(found_count > 10'000);
}

TEST_CASE("pages put together are the list") {
  std::mt19937 random(4);
  const char* const parts[] = {"华", "兴", "北", "a", "b"};
  std::vector<std::string> names(2'500);
  for (std::string& name : names) {
    for (auto left = 1 + random() % 5; left > 0; --left) name += parts[random() % std::size(parts)];
  }
  const NameIndex index = index_of(names);
  const auto hits = index.search(NameQuery("兴"));
  const std::size_t total = hits.size();
  REQUIRE(total > 500);
  const auto all = index.ranked(hits, std::nullopt, total);
  std::vector<NameHit> paged;
  std::optional<NameIndex::Place> after;
  for (;;) {
    const auto page = index.ranked(hits, after, 70);
    if (page.empty()) break;
    paged.insert(paged.end(), page.begin(), page.end());
    after = {page.back().match, std::string(index.form(page.back().customer)), page.back().customer};
  }
  REQUIRE(paged.size() == total);
  for (std::size_t i = 0; i < total; ++i) CHECK(paged[i].customer == all[i].customer);
}

TEST_CASE("all places of a text are found, whatever its length and theirs") {
  std::mt19937 random(9);
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (auto left = random() % 200; left > 0; --left) text.push_back("ab\xe5\x8d\x8e\n"[random() % 6]);
    std::string needle;
    for (auto left = random() % 9; left > 0; --left) needle.push_back("ab\xe5\x8d\x8e"[random() % 5]);
    std::vector<std::size_t> expected;
    for (std::size_t at = text.find(needle); !needle.empty() && at != std::string::npos;
         at = text.find(needle, at + 1))
      expected.push_back(at);
    std::vector<std::size_t> found;
    find_all(text, needle, found);
    CHECK(found == expected);
  }
}

}  // namespace crmcore::archive
