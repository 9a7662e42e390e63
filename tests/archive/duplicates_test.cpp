// Points as docs/archive.md has them, and the whole archive against a second implementation that compares
// everybody with everybody: keys as sets of texts, Dice by counting, edits by their table.
#include "archive/duplicates.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "archive/duplicate_index.hpp"
#include "archive/identifiers.hpp"
#include "archive/pinyin.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

constexpr const char* kUsccs[] = {"91350100M000100Y43", "91330106MA27XL4J3X"};

struct Person {
  std::string core = {};
  std::uint32_t division = 0;
  bool is_person = false;
  std::int64_t region = 0;
  std::vector<std::pair<IdentifierKind, std::string>> given = {};
  std::vector<Mark> marks = {};

  Profile view() {
    marks.clear();
    for (const auto& [kind, text] : given) marks.push_back(mark_of(kind, text));
    std::sort(marks.begin(), marks.end());
    return {core, division, is_person, NodeId{region}, marks};
  }
};

std::vector<std::string> characters_of(const std::string& text) {
  std::vector<std::string> characters;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    text::next_point(text, at);
    characters.push_back(text.substr(begin, at - begin));
  }
  return characters;
}

std::set<std::string> readings_of_one(const std::string& character) {
  std::size_t at = 0;
  std::set<std::string> all;
  const Readings readings(text::next_point(character, at));
  for (const Syllable syllable : readings.all()) all.insert(std::string(spelling(syllable)));
  if (all.empty()) all.insert(character);
  return all;
}

bool sounds_alike(const std::string& a, const std::string& b) {
  const auto one = characters_of(a);
  const auto other = characters_of(b);
  if (one.size() != other.size()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const auto x = readings_of_one(one[i]);
    const auto y = readings_of_one(other[i]);
    if (std::none_of(x.begin(), x.end(), [&](const auto& reading) { return y.contains(reading); }))
      return false;
  }
  return true;
}

std::size_t edits(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t k = 0; k <= b.size(); ++k) {
      if (i == 0 || k == 0) {
        table[i][k] = i + k;
      } else {
        table[i][k] = std::min(
            {table[i - 1][k] + 1, table[i][k - 1] + 1, table[i - 1][k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1)});
      }
    }
  }
  return table[a.size()][b.size()];
}

int naive_score(const Person& a, const Person& b) {
  bool is_same = false;
  bool is_other = false;
  bool is_reached = false;
  for (const auto& [kind, text] : a.given) {
    for (const auto& [other_kind, other] : b.given) {
      const bool are_numbers = kind <= IdentifierKind::tax_number && other_kind <= IdentifierKind::tax_number;
      if (are_numbers && text == other) is_same = true;
      if (are_numbers && kind == other_kind && text != other) is_other = true;
      if (!are_numbers && kind == other_kind && text == other) is_reached = true;
    }
  }
  if (is_other && !is_same) return 0;
  int points = is_same ? 100 : 0;
  const bool is_person = a.is_person || b.is_person;
  const auto one = characters_of(a.core);
  const auto other = characters_of(b.core);
  if (!one.empty() && !other.empty()) {
    if (a.core == b.core) {
      points += is_person ? 25 : 55;
    } else if (sounds_alike(a.core, b.core)) {
      points += is_person ? 15 : 45;
    } else if (edits(one, other) == 1) {
      points += is_person ? 10 : std::min(one.size(), other.size()) < 4 ? 15 : 40;
    } else if (!is_person) {
      std::map<std::string, int> left;
      for (std::size_t i = 1; i < one.size(); ++i) ++left[one[i - 1] + one[i]];
      int shared = 0;
      for (std::size_t i = 1; i < other.size(); ++i) shared += left[other[i - 1] + other[i]]-- > 0 ? 1 : 0;
      const auto all = static_cast<int>(one.size() + other.size()) - 2;
      if (all > 0) points += std::max(0, (80 * shared - 16 * all) / all);
    }
  }
  if (is_reached) points += 40;
  if (a.region != 0 && a.region == b.region) points += 35;
  if (a.division != 0 && b.division != 0) {
    const auto holds = [](std::uint32_t above, std::uint32_t below) {
      return above == below || (above % 10'000 == 0 && above / 10'000 == below / 10'000) ||
             (above % 100 == 0 && above / 100 == below / 100);
    };
    if (a.division == b.division)
      points += 10;
    else if (!holds(a.division, b.division) && !holds(b.division, a.division))
      points -= 30;
  }
  return std::clamp(points, 0, 100);
}

// Names here have few characters of several readings, so that none is left out.
std::set<std::string> naive_keys(const Person& one) {
  std::set<std::string> keys;
  for (const auto& [kind, text] : one.given)
    keys.insert((kind <= IdentifierKind::tax_number ? "id "
                 : kind == IdentifierKind::phone    ? "tel "
                                                    : "mail ") +
                text);
  if (one.core.empty() || (one.is_person && one.region == 0)) return keys;
  const std::string region = "@" + std::to_string(one.region);
  const std::string where = one.is_person ? region : "";
  const auto characters = characters_of(one.core);
  keys.insert("core " + one.core + where);
  std::set<std::string> ways{""};
  bool is_chinese = false;
  for (const std::string& character : characters) {
    const auto readings = readings_of_one(character);
    is_chinese = is_chinese || !readings.contains(character);
    std::set<std::string> longer;
    for (const std::string& way : ways) {
      for (const std::string& reading : readings) longer.insert(way + " " + reading);
    }
    ways.swap(longer);
  }
  REQUIRE(ways.size() <= 8);
  std::set<std::string> initials;
  for (const std::string& way : ways) {
    if (is_chinese) keys.insert("pinyin " + way + where);
    std::string letters;
    for (std::size_t i = 1; i < way.size(); ++i) {
      if (way[i - 1] == ' ') letters += way[i];
    }
    initials.insert(letters);
  }
  if (one.region == 0) return keys;
  for (const std::string& letters : initials) {
    if (is_chinese) keys.insert("initials " + letters + region);
  }
  if (one.is_person) return keys;
  keys.insert("off " + one.core + region);
  for (std::size_t out = 0; out < characters.size(); ++out) {
    std::string rest;
    for (std::size_t i = 0; i < characters.size(); ++i) rest += i == out ? "" : characters[i];
    keys.insert("off " + rest + region);
  }
  std::string first;
  const std::size_t count = characters[0].size() == 1 ? 4 : 2;
  for (std::size_t i = 0; i < std::min(count, characters.size()); ++i) first += characters[i];
  keys.insert("first " + first + region);
  return keys;
}

template <class Random>
Person random_person(Random& random) {
  const char* syllables[] = {"华", "兴", "星", "贸", "易", "新", "鑫", "长", "行", "隆", "a", "b", "e", "3"};
  constexpr std::uint32_t kDivisions[] = {0, 330000, 330100, 330106, 330200, 310000};
  Person one;
  one.is_person = random() % 3 == 0;
  for (auto left = random() % 4 + (one.is_person ? 2 : 1); left > 0; --left) {
    const std::string next = syllables[random() % 14];
    const bool is_again = (next == "长" || next == "行") && (one.core.find("长") != std::string::npos ||
                                                             one.core.find("行") != std::string::npos);
    one.core += is_again ? "安" : next;  // of several readings
  }
  if (random() % 50 == 0) one.core.clear();
  one.region = static_cast<std::int64_t>(random() % 4);
  if (!one.is_person) one.division = kDivisions[random() % 6];
  if (random() % 6 == 0) one.given.emplace_back(IdentifierKind::uscc, kUsccs[random() % 2]);
  if (random() % 20 == 0) one.given.emplace_back(IdentifierKind::tax_number, kUsccs[random() % 2]);
  if (random() % 3 == 0)
    one.given.emplace_back(IdentifierKind::phone, "1380013" + std::to_string(8000 + random() % 200));
  if (random() % 5 == 0)
    one.given.emplace_back(IdentifierKind::email, "a" + std::to_string(random() % 100) + "@x.cn");
  return one;
}

DuplicateIndex index_of(std::vector<Person>& people) {
  DuplicateIndex index;
  for (std::size_t block = 0; block * 1024 <= people.size(); ++block) {
    DuplicateBlock rows;
    for (std::size_t place = block == 0 ? 1 : 0; place < 1024 && block * 1024 + place <= people.size();
         ++place) {
      const std::size_t id = block * 1024 + place;
      if (id % 97 != 0) rows.add(place, people[id - 1].view());  // who is not there
    }
    rows.finish();
    index.set(static_cast<std::int64_t>(block), std::move(rows));
  }
  return index;
}

int points_of(Person a, Person b) {
  const int points = score_of(a.view(), b.view()).points;
  CHECK(points == score_of(b.view(), a.view()).points);
  CHECK(points == naive_score(a, b));
  return points;
}

}  // namespace

TEST_CASE("points are those of the table") {
  const Person huaxing{"华兴贸易"};
  const auto company = [](const char* core, std::uint32_t division, std::int64_t region) {
    return Person{core, division, false, region};
  };
  CHECK(points_of(huaxing, huaxing) == 55);
  CHECK(points_of(huaxing, {"华星贸易"}) == 45);               // read alike
  CHECK(points_of(huaxing, {"华新贸易"}) == 40);               // one character
  CHECK(points_of(huaxing, {"华兴新贸易"}) == 40);             // one more
  CHECK(points_of({"华兴"}, {"华大"}) == 15);                  // short
  CHECK(points_of({"华兴隆贸易商行"}, {"华兴隆贸易"}) == 16);  // Dice 8/10
  CHECK(points_of(huaxing, {"大通物流"}) == 0);
  CHECK(points_of(company("华兴", 330100, 5), company("华兴", 330100, 5)) == 100);
  CHECK(points_of(company("华兴", 330100, 0), company("华兴", 330100, 0)) == 65);
  CHECK(points_of(company("华兴", 330100, 0), company("华兴", 330000, 0)) == 55);  // one lies in the other
  CHECK(points_of(company("华兴", 330100, 0), company("华兴", 310000, 0)) == 25);
  const Person wang{"王小明", 0, true, 7};
  CHECK(points_of(wang, wang) == 60);
  CHECK(points_of(wang, {"王晓明", 0, true, 7}) == 50);
  CHECK(points_of(wang, {"王大明", 0, true, 7}) == 45);
  CHECK(points_of(wang, {"王小明", 0, true, 8}) == 25);
  Person one = huaxing;
  Person other{"大通物流"};
  one.given = other.given = {{IdentifierKind::uscc, kUsccs[0]}};
  CHECK(points_of(one, other) == 100);
  other = one;
  other.given = {{IdentifierKind::uscc, kUsccs[1]}};
  CHECK(points_of(one, other) == 0);  // two codes are two companies
  other.given = {{IdentifierKind::tax_number, kUsccs[0]}};
  CHECK(points_of(one, other) == 100);
  other.given = {{IdentifierKind::uscc, kUsccs[1]}, {IdentifierKind::tax_number, kUsccs[0]}};
  CHECK(points_of(one, other) == 100);
  one.given = other.given = {{IdentifierKind::phone, "13800138000"}, {IdentifierKind::email, "a@x.cn"}};
  CHECK(points_of(one, other) == 95);  // the desk counts once
}

TEST_CASE("who may be one, out of some thousands, is told as by comparing all with all") {
  std::mt19937 random(11);
  std::vector<Person> people;
  for (int i = 0; i < 3000; ++i) people.push_back(random_person(random));
  const DuplicateIndex index = index_of(people);
  std::vector<std::set<std::string>> keys;
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = 0; i < people.size(); ++i) {
    keys.push_back(naive_keys(people[i]));
    if ((i + 1) % 97 == 0) keys.back().clear();
    for (const std::string& key : keys.back()) ++counts[key];
  }
  std::size_t crowded = 0;
  for (const auto& [key, count] : counts) crowded += count > DuplicateIndex::kCrowd ? 1 : 0;
  std::map<std::pair<std::int64_t, std::int64_t>, int> pairs;
  for (std::size_t i = 0; i < people.size(); ++i) {
    for (std::size_t k = i + 1; k < people.size(); ++k) {
      const bool have_key = std::any_of(keys[i].begin(), keys[i].end(), [&](const std::string& key) {
        return keys[k].contains(key) && counts[key] <= DuplicateIndex::kCrowd;
      });
      if (!have_key) continue;
      const int points = naive_score(people[i], people[k]);
      if (points >= 50) pairs[{static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(k) + 1}] = points;
    }
  }
  const DuplicatePairs found = index.pairs(50, [](std::int64_t, std::int64_t) {});
  CHECK(found.crowded.size() == crowded);
  CHECK(crowded > 0);
  CHECK(pairs.size() > 1000);
  REQUIRE(found.pairs.size() == pairs.size());
  auto expected = pairs.begin();
  for (const DuplicatePair& pair : found.pairs) {
    CHECK(std::make_pair(pair.one.value, pair.other.value) == expected->first);
    CHECK(pair.points == expected->second);
    ++expected;
  }
  // At entry: whoever has a key, without regard to crowds.
  for (std::size_t i = 0; i < people.size(); i += 41) {
    std::vector<std::pair<int, std::int64_t>> like;
    for (std::size_t k = 0; k < people.size(); ++k) {
      const bool have_key = std::any_of(keys[i].begin(), keys[i].end(),
                                        [&](const std::string& key) { return keys[k].contains(key); });
      if (k != i && have_key && naive_score(people[i], people[k]) >= 60)
        like.emplace_back(-naive_score(people[i], people[k]), static_cast<std::int64_t>(k) + 1);
    }
    if (keys[i].empty()) continue;
    std::sort(like.begin(), like.end());
    const auto hits = index.like(people[i].view(), CustomerId{static_cast<std::int64_t>(i) + 1}, 60);
    REQUIRE(hits.size() == like.size());
    for (std::size_t k = 0; k < hits.size(); ++k) {
      CHECK(hits[k].customer.value == like[k].second);
      CHECK(hits[k].score.points == -like[k].first);
    }
  }
}

TEST_CASE("who is found does not depend on the order in which customers came") {
  std::mt19937 random(5);
  std::vector<Person> people;
  for (int i = 0; i < 1500; ++i) people.push_back(random_person(random));
  std::vector<std::size_t> order(people.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  using Found = std::vector<std::tuple<std::size_t, std::size_t, int>>;
  const auto find = [&] {
    std::vector<Person> turned;
    for (const std::size_t i : order) turned.push_back(people[i]);
    DuplicateIndex index;
    DuplicateBlock rows[2];
    for (std::size_t i = 0; i < turned.size(); ++i) rows[i / 1024].add(i % 1024, turned[i].view());
    for (std::size_t block = 0; block < 2; ++block) {
      rows[block].finish();
      index.set(static_cast<std::int64_t>(block), std::move(rows[block]));
    }
    Found found;
    for (const DuplicatePair& pair : index.pairs(60, [](std::int64_t, std::int64_t) {}).pairs) {
      const std::size_t one = order[static_cast<std::size_t>(pair.one.value)];
      const std::size_t other = order[static_cast<std::size_t>(pair.other.value)];
      found.emplace_back(std::min(one, other), std::max(one, other), pair.points);
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  const Found first = find();
  std::shuffle(order.begin(), order.end(), random);
  CHECK(find() == first);
  CHECK(!first.empty());
}

}  // namespace crmcore::archive
