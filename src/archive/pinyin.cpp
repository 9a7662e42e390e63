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

constexpr char32_t kHanFirst = 0x3400;
constexpr char32_t kQu = U'区';

// 区 is ou in the name of a person alone, where it comes first.
bool is_surname_read(std::string_view search_form) noexcept {
  constexpr std::size_t kPersonBytesMax = 9;
  return search_form.size() <= kPersonBytesMax;
}

bool is_packed(char32_t point) noexcept {
  return point >= table::kFirst && point <= table::kLast;
}

Syllable packed_reading(char32_t point) noexcept {
  if (!is_packed(point)) return 0;
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
  if (point < kHanFirst) return;
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

bool Readings::has(Syllable syllable) const noexcept {
  const auto known = all();
  return std::find(known.begin(), known.end(), syllable) != known.end();
}

bool Readings::has_prefix(std::string_view letters) const noexcept {
  const auto known = all();
  return std::any_of(known.begin(), known.end(),
                     [&](Syllable one) { return spelling(one).starts_with(letters); });
}

namespace {

// What is asked of each character of a million names, so that none of it is looked up.
struct HanCharacter {
  char16_t form = 0;       // simplified
  std::uint8_t count = 0;  // of letters
  std::array<char, 5> letters{};
};

std::vector<HanCharacter> make_han_characters() {
  std::vector<HanCharacter> made(table::kLast - table::kFirst + 1);
  for (char32_t point = table::kFirst; point <= table::kLast; ++point) {
    HanCharacter& one = made[point - table::kFirst];
    one.form = static_cast<char16_t>(point);
    const Readings readings(point);
    for (const Syllable syllable : readings.all()) {
      const char letter = spelling(syllable).front();
      const auto end = one.letters.begin() + one.count;
      if (one.count < one.letters.size() && std::find(one.letters.begin(), end, letter) == end)
        one.letters[one.count++] = letter;
    }
  }
  for (std::size_t i = 0; i < table::kFormCount; ++i)
    made[(table::kForms[i] >> 16) - table::kFirst].form = static_cast<char16_t>(table::kForms[i] & 0xFFFFU);
  return made;
}

const HanCharacter& han_character(char32_t point) {
  static const std::vector<HanCharacter> all = make_han_characters();
  return all[point - table::kFirst];
}

}  // namespace

char32_t simplified(char32_t point) noexcept {
  return is_packed(point) ? han_character(point).form : point;
}

void append_initials(std::string_view search_form, std::string& lines) {
  struct Choice {
    std::size_t at;  // in the initials
    const HanCharacter* character;
  };
  std::string usual;
  std::vector<Choice> choices;
  std::size_t ways = 1;
  bool is_chinese = false;
  bool is_surname = is_surname_read(search_form);
  for (std::size_t at = 0; at < search_form.size();) {
    const char32_t point = text::next_point(search_form, at);
    if (is_latin(point)) {
      usual.push_back(static_cast<char>(point));
    } else if (is_packed(point)) {
      const HanCharacter& character = han_character(point);
      if (character.count == 0) continue;
      is_chinese = true;
      // Beyond the most there may be, the others are left out.
      const bool is_choice = character.count > 1 && (point != kQu || (usual.empty() && is_surname));
      if (is_choice && ways * character.count <= kInitialsMax) {
        ways *= character.count;
        choices.push_back({usual.size(), &character});
      }
      usual.push_back(character.letters[0]);
    } else if (const Readings readings(point); !readings.all().empty()) {
      is_chinese = true;
      usual.push_back(spelling(readings.all().front()).front());
    }
  }
  if (!is_chinese) return;
  for (std::size_t way = 0; way < ways; ++way) {
    std::size_t left = way;
    const std::size_t begin = lines.size();
    lines.append(usual).push_back('\n');
    for (const Choice& choice : choices) {
      lines[begin + choice.at] = choice.character->letters[left % choice.character->count];
      left /= choice.character->count;
    }
  }
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

bool is_read_as(std::string_view search_form, std::size_t skipped, const PinyinReading& reading) noexcept {
  std::size_t place = 0;  // among those that can be typed
  std::size_t read = 0;
  for (std::size_t at = 0; at < search_form.size();) {
    const char32_t point = text::next_point(search_form, at);
    const bool is_letter = is_latin(point);
    if (!is_letter && point < kHanFirst) continue;
    const Readings readings = is_letter ? Readings() : Readings(point);
    if (!is_letter && readings.all().empty()) continue;
    if (place++ < skipped) continue;
    const bool is_last = read == reading.syllables.size();
    const bool is_ou =
        point == kQu && (is_last ? reading.begun.front() : spelling(reading.syllables[read]).front()) == 'o';
    if (is_ou && (place > 1 || !is_surname_read(search_form))) return false;
    if (is_last) return readings.has_prefix(reading.begun);
    if (!readings.has(reading.syllables[read++])) return false;
  }
  return false;
}

}  // namespace crmcore::archive
