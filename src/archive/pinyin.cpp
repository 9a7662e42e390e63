#include "archive/pinyin.hpp"

#include <algorithm>
#include <cassert>

#include "archive/pinyin_table.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

namespace table = pinyin_table;

constexpr std::size_t kSyllableLettersMax = 6;

bool is_latin(char32_t point) noexcept {
  return (point >= U'a' && point <= U'z') || (point >= U'0' && point <= U'9');
}

// Characters that begin many a name and are read there in another way than usual.
struct NameStart {
  std::string_view start;
  char letter;
};
constexpr NameStart kNameStarts[] = {
    {"重庆", 'C'}, {"长", 'C'}, {"厦门", 'X'}, {"单", 'S'}, {"曾", 'Z'},   {"解", 'X'},   {"仇", 'Q'},
    {"查", 'Z'},   {"盖", 'G'}, {"任", 'R'},   {"翟", 'Z'}, {"尉迟", 'Y'}, {"万俟", 'M'}, {"朴", 'P'},
    {"覃", 'Q'},   {"缪", 'M'}, {"冼", 'X'},   {"种", 'Z'}, {"石", 'S'},   {"乐亭", 'L'}, {"朝阳", 'C'},
};

Syllable packed_reading(char32_t point) noexcept {
  if (point < table::kFirst || point > table::kLast) return 0;
  const auto bit = static_cast<std::size_t>(point - table::kFirst) * table::kSyllableBits;
  const std::uint32_t bytes =
      table::kPacked[bit / 8] | static_cast<std::uint32_t>(table::kPacked[bit / 8 + 1]) << 8;
  return static_cast<Syllable>(bytes >> (bit % 8) & ((1U << table::kSyllableBits) - 1));
}

// The number of the first syllable that is not before the letters; syllable_count() + 1 when all are.
std::size_t syllable_bound(std::string_view letters) noexcept {
  std::size_t first = 1;
  std::size_t end = table::kSyllableCount + 1;
  while (first < end) {
    const std::size_t middle = (first + end) / 2;
    if (spelling(static_cast<Syllable>(middle)) < letters) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  return first;
}

bool begins_syllable(std::string_view letters) noexcept {
  if (letters.size() > kSyllableLettersMax) return false;
  // The first one that is not before the letters begins with them, if any does.
  const std::size_t at = syllable_bound(letters);
  return at <= table::kSyllableCount && spelling(static_cast<Syllable>(at)).starts_with(letters);
}

// Reads letters as pinyin in every way; from where there is none is found first, so that nothing is tried in
// vain.
class PinyinReader {
 public:
  explicit PinyinReader(std::string_view letters) : letters_(letters), is_readable_(letters.size()) {
    for (std::size_t at = letters.size(); at-- > 0;) {
      is_readable_[at] = begins_syllable(letters.substr(at));
      each_syllable(at, [&](Syllable, std::size_t next) {
        if (is_readable_[next]) is_readable_[at] = true;
      });
    }
  }

  std::vector<PinyinReading> run() {
    if (is_readable_.front()) read_on(0);
    return std::move(found_);
  }

 private:
  // Calls `visit(syllable, next)` for those that begin at `at` and leave something.
  template <class Visit>
  void each_syllable(std::size_t at, Visit visit) const {
    for (std::size_t size = std::min(letters_.size() - at - 1, kSyllableLettersMax); size > 0; --size) {
      if (const Syllable syllable = syllable_of(letters_.substr(at, size))) visit(syllable, at + size);
    }
  }

  void read_on(std::size_t at) {
    if (found_.size() == kPinyinReadingsMax) return;
    if (begins_syllable(letters_.substr(at))) {
      found_.push_back(read_);
      found_.back().begun = letters_.substr(at);
    }
    each_syllable(at, [&](Syllable syllable, std::size_t next) {
      if (!is_readable_[next]) return;
      read_.syllables.push_back(syllable);
      read_on(next);
      read_.syllables.pop_back();
    });
  }

  std::string_view letters_;
  std::vector<bool> is_readable_;  // to the end, from each letter on
  PinyinReading read_;
  std::vector<PinyinReading> found_;
};

}  // namespace

std::string_view spelling(Syllable syllable) noexcept {
  assert(syllable > 0 && syllable <= table::kSyllableCount);
  const std::size_t start = table::kSyllableStarts[syllable - 1];
  return std::string_view(table::kSyllables + start, table::kSyllableStarts[syllable] - start);
}

std::size_t syllable_count() noexcept {
  return table::kSyllableCount;
}

Syllable syllable_of(std::string_view letters) noexcept {
  const std::size_t at = syllable_bound(letters);
  const bool is_found = at <= table::kSyllableCount && spelling(static_cast<Syllable>(at)) == letters;
  return is_found ? static_cast<Syllable>(at) : Syllable{0};
}

Readings::Readings(char32_t point) noexcept {
  if (point < 0x3400) return;
  if (const Syllable usual = packed_reading(point)) add(usual);
  const std::uint32_t* end = table::kMore + table::kMoreCount;
  const auto key = static_cast<std::uint32_t>(point) << table::kSyllableBits;
  for (const std::uint32_t* more = std::lower_bound(table::kMore, end, key);
       more != end && *more >> table::kSyllableBits == point; ++more) {
    add(static_cast<Syllable>(*more & ((1U << table::kSyllableBits) - 1)));
  }
}

void Readings::add(Syllable syllable) noexcept {
  if (count_ < kReadingsMax) syllables_[count_++] = syllable;
}

void Readings::remove(Syllable syllable) noexcept {
  const auto end = syllables_.begin() + static_cast<std::ptrdiff_t>(count_);
  count_ = static_cast<std::size_t>(std::remove(syllables_.begin(), end, syllable) - syllables_.begin());
}

bool Readings::has(Syllable syllable) const noexcept {
  const auto known = all();
  return std::find(known.begin(), known.end(), syllable) != known.end();
}

bool Readings::has_prefix(std::string_view letters) const noexcept {
  const auto known = all();
  return std::any_of(known.begin(), known.end(),
                     [&](Syllable one) { return spelling(one).starts_with(letters); });
}

char32_t simplified(char32_t point) noexcept {
  if (point < table::kFirst || point > table::kLast) return point;
  const std::uint32_t* end = table::kForms + table::kFormCount;
  const auto key = static_cast<std::uint32_t>(point) << 16;
  const std::uint32_t* found = std::lower_bound(table::kForms, end, key);
  return found != end && *found >> 16 == point ? static_cast<char32_t>(*found & 0xFFFFU) : point;
}

std::vector<NameCharacter> typed_characters(std::string_view search_form) {
  constexpr char32_t kQu = U'区';
  constexpr std::size_t kPersonCharactersMax = 3;
  std::vector<NameCharacter> characters;
  bool has_qu = false;
  for (std::size_t at = 0; at < search_form.size();) {
    NameCharacter one;
    one.at = at;
    const char32_t point = text::next_point(search_form, at);
    if (is_latin(point)) {
      one.letter = static_cast<char>(point);
    } else {
      one.readings = Readings(point);
      if (one.readings.all().empty()) continue;
      has_qu = has_qu || point == kQu;
    }
    characters.push_back(one);
  }
  if (!has_qu) return characters;
  // Only the surname is read so.
  const Syllable ou = syllable_of("ou");
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (i > 0 || characters.size() > kPersonCharactersMax) {
      std::size_t at = characters[i].at;
      if (text::next_point(search_form, at) == kQu) characters[i].readings.remove(ou);
    }
  }
  return characters;
}

std::vector<std::string> initials_of(std::string_view search_form) {
  std::vector<std::string> ways;
  const std::vector<NameCharacter> characters = typed_characters(search_form);
  if (std::all_of(characters.begin(), characters.end(), [](const auto& one) { return one.letter != 0; }))
    return ways;
  ways.emplace_back();
  for (const NameCharacter& one : characters) {
    std::string letters(1, one.letter);
    if (one.letter == 0) {
      letters.clear();
      for (const Syllable syllable : one.readings.all()) {
        const char letter = spelling(syllable).front();
        if (letters.find(letter) == std::string::npos) letters.push_back(letter);
      }
    }
    // Beyond the most there may be, each way goes on with the usual reading.
    if (ways.size() * letters.size() > kInitialsMax) letters.resize(1);
    const std::size_t count = ways.size();
    for (std::size_t i = 1; i < letters.size(); ++i) {
      for (std::size_t way = 0; way < count; ++way) ways.push_back(ways[way] + letters[i]);
    }
    for (std::size_t way = 0; way < count; ++way) ways[way].push_back(letters[0]);
  }
  return ways;
}

char letter_of(std::string_view search_form) noexcept {
  for (const NameStart& one : kNameStarts) {
    if (search_form.starts_with(one.start)) return one.letter;
  }
  char letter = '#';
  if (!search_form.empty()) {
    std::size_t at = 0;
    const char32_t point = text::next_point(search_form, at);
    if (point >= U'a' && point <= U'z') {
      letter = static_cast<char>(point);
    } else if (const Readings readings(point); !readings.all().empty()) {
      letter = spelling(readings.all().front()).front();
    }
  }
  return letter == '#' ? letter : static_cast<char>(letter - 'a' + 'A');
}

std::string PinyinReading::initials() const {
  std::string letters;
  for (const Syllable syllable : syllables) letters.push_back(spelling(syllable).front());
  letters.push_back(begun.front());
  return letters;
}

std::vector<PinyinReading> read_pinyin(std::string_view letters) {
  if (letters.empty() ||
      !std::all_of(letters.begin(), letters.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
    return {};
  return PinyinReader(letters).run();
}

bool is_read_as(std::span<const NameCharacter> characters, const PinyinReading& reading) noexcept {
  if (characters.size() <= reading.syllables.size()) return false;
  for (std::size_t i = 0; i < reading.syllables.size(); ++i) {
    if (!characters[i].readings.has(reading.syllables[i])) return false;
  }
  return characters[reading.syllables.size()].readings.has_prefix(reading.begun);
}

}  // namespace crmcore::archive
