// Every pair of 60 points has a key in common but for one kind: companies in one region whose names are only
// similar and begin differently. Keys are hashes of 51 bits, so that of ten million no two are expected to be
// equal by chance; such a pair would only be scored.
#include "archive/duplicates.hpp"

#include <algorithm>
#include <utility>

#include "archive/identifiers.hpp"
#include "archive/pinyin.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

constexpr std::uint64_t kMarkKinds = 3;  // the bits of a mark's kind
constexpr int kKeyKindBits = 3;
constexpr std::size_t kPhoneDigitsMin = 7;        // shorter ones are somebody's within a town, or an exchange
constexpr std::size_t kOneOffCharactersMax = 32;  // longer cores are not found by all but one character
constexpr std::size_t kShortCore = 4;
constexpr std::size_t kFirstLatin = 4;  // letters that say as much as two characters

// FNV-1a, its bits mixed at the end, since blocks are searched by the highest.
class Hash {
 public:
  Hash& add(std::string_view bytes) noexcept {
    for (const char c : bytes) add_byte(static_cast<unsigned char>(c));
    return *this;
  }
  Hash& add(std::uint64_t number) noexcept {
    for (int i = 0; i < 8; ++i) add_byte(static_cast<unsigned char>(number >> (8 * i)));
    return *this;
  }
  std::uint64_t value() const noexcept {
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 33)) * 0xFF51AFD7ED558CCDU;
    mixed = (mixed ^ (mixed >> 33)) * 0xC4CEB9FE1A85EC53U;
    return mixed ^ (mixed >> 33);
  }

 private:
  void add_byte(unsigned char byte) noexcept { state_ = (state_ ^ byte) * 0x100000001B3U; }
  std::uint64_t state_ = 0xCBF29CE484222325U;
};

std::uint64_t key_of(DuplicateKey kind, const Hash& hash) noexcept {
  constexpr int kLow = kKeyKindBits + kKeyPlaceBits;
  return (hash.value() >> kLow << kLow) | (static_cast<std::uint64_t>(kind) << kKeyPlaceBits);
}

using Characters = std::vector<char32_t>;

void read_characters(std::string_view core, Characters& characters) {
  characters.clear();
  for (std::size_t at = 0; at < core.size();) characters.push_back(text::next_point(core, at));
}

// The ways to read a core, as numbers: a syllable, or a character that has none beyond all syllables. Where
// there are more than kInitialsMax, the others are left out. Empty for a core without Chinese characters.
std::vector<Hash> readings_of(const Characters& core) {
  constexpr std::uint64_t kNoSyllable = 1U << 16;
  std::vector<Hash> ways(1);
  bool is_chinese = false;
  for (const char32_t point : core) {
    const Readings readings(point);
    const auto all = readings.all();
    is_chinese = is_chinese || !all.empty();
    const std::size_t count = ways.size();
    const bool is_choice = all.size() > 1 && count * all.size() <= kInitialsMax;
    for (std::size_t choice = 1; is_choice && choice < all.size(); ++choice) {
      for (std::size_t way = 0; way < count; ++way) ways.push_back(Hash(ways[way]).add(all[choice]));
    }
    for (std::size_t way = 0; way < count; ++way)
      ways[way].add(all.empty() ? kNoSyllable + point : std::uint64_t{all.front()});
  }
  if (!is_chinese) ways.clear();
  return ways;
}

bool is_read_alike(const Characters& a, const Characters& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    const Readings one(a[i]);
    const Readings other(b[i]);
    const auto all = one.all();
    if (std::none_of(all.begin(), all.end(), [&](Syllable syllable) { return other.has(syllable); }))
      return false;
  }
  return true;
}

// Whether one becomes the other by a character that is another, more or less. Precondition: they differ.
bool is_one_off(const Characters& a, const Characters& b) {
  const Characters& shorter = a.size() < b.size() ? a : b;
  const Characters& longer = a.size() < b.size() ? b : a;
  if (longer.size() - shorter.size() > 1) return false;
  const auto [at, in] = std::mismatch(shorter.begin(), shorter.end(), longer.begin());
  return std::equal(shorter.size() == longer.size() ? at + 1 : at, shorter.end(), in + 1, longer.end());
}

// 40 × (Dice − 0.4) over pairs of neighbouring characters, rounded down.
std::int32_t similar_points(const Characters& a, const Characters& b) {
  const auto pairs_of = [](const Characters& characters) {
    std::vector<std::uint64_t> pairs;
    for (std::size_t i = 1; i < characters.size(); ++i)
      pairs.push_back(std::uint64_t{characters[i - 1]} << 32 | characters[i]);
    std::sort(pairs.begin(), pairs.end());
    return pairs;
  };
  const auto one = pairs_of(a);
  const auto other = pairs_of(b);
  std::int32_t shared = 0;
  for (auto i = one.begin(), k = other.begin(); i != one.end() && k != other.end();) {
    if (*i == *k)
      ++shared, ++i, ++k;
    else if (*i < *k)
      ++i;
    else
      ++k;
  }
  const auto all = static_cast<std::int32_t>(one.size() + other.size());
  return all == 0 ? 0 : std::max((80 * shared - 16 * all) / all, 0);
}

Score::Part name_part(const Profile& a, const Profile& b) {
  const bool is_person = a.is_person || b.is_person;
  if (a.core.empty() || b.core.empty()) return {};
  if (a.core == b.core) return {DuplicateReason::name, is_person ? 25 : 55};
  Characters one;
  Characters other;
  read_characters(a.core, one);
  read_characters(b.core, other);
  if (is_read_alike(one, other)) return {DuplicateReason::pinyin, is_person ? 15 : 45};
  if (is_one_off(one, other)) {
    const bool is_short = std::min(one.size(), other.size()) < kShortCore;
    return {DuplicateReason::one_character, is_person ? 10 : is_short ? 15 : 40};
  }
  return {DuplicateReason::similar, is_person ? 0 : similar_points(one, other)};
}

// What their marks say.
struct SharedMarks {
  bool has_identity = false;
  bool is_other = false;  // each has one of a kind that names one customer alone, and they differ
  bool has_phone = false;
  bool has_email = false;
};

SharedMarks shared_marks(std::span<const Mark> a, std::span<const Mark> b) {
  SharedMarks shared;
  for (const Mark one : a) {
    const auto kind = static_cast<IdentifierKind>(one & kMarkKinds);
    for (const Mark other : b) {
      const auto other_kind = static_cast<IdentifierKind>(other & kMarkKinds);
      if (is_identity(kind) && is_identity(other_kind)) {
        // A tax number is a unified social credit code since 2015.
        const bool is_same = (one | kMarkKinds) == (other | kMarkKinds);
        shared.has_identity = shared.has_identity || is_same;
        shared.is_other = shared.is_other || (!is_same && kind == other_kind);
      } else if (one == other) {
        shared.has_phone = shared.has_phone || kind == IdentifierKind::phone;
        shared.has_email = shared.has_email || kind == IdentifierKind::email;
      }
    }
  }
  return shared;
}

}  // namespace

Mark mark_of(IdentifierKind kind, std::string_view key) noexcept {
  Hash hash;
  hash.add(is_identity(kind) ? std::uint64_t{0} : static_cast<std::uint64_t>(kind)).add(key);
  return (hash.value() | kMarkKinds) ^ kMarkKinds ^ static_cast<std::uint64_t>(kind);
}

void add_mark(IdentifierKind kind, std::string_view written, std::vector<Mark>& marks) {
  if (written.empty()) return;
  const auto key = identifier_key(kind, written);
  if (key && (kind != IdentifierKind::phone || key->size() >= kPhoneDigitsMin))
    marks.push_back(mark_of(kind, *key));
}

DuplicateKey kind_of_key(std::uint64_t key) noexcept {
  return static_cast<DuplicateKey>(key >> kKeyPlaceBits & ((1U << kKeyKindBits) - 1));
}

void keys_of(const Profile& profile, std::vector<std::uint64_t>& keys) {
  keys.clear();
  const auto add = [&](DuplicateKey kind, const Hash& hash) { keys.push_back(key_of(kind, hash)); };
  for (const Mark mark : profile.marks) {
    const bool is_identity_mark = is_identity(static_cast<IdentifierKind>(mark & kMarkKinds));
    add(DuplicateKey::mark, Hash().add(is_identity_mark ? mark | kMarkKinds : mark));
  }
  const auto region = static_cast<std::uint64_t>(profile.region.value);
  // A person's name alone says little: it counts where the region is the same.
  if (!profile.core.empty() && (!profile.is_person || region != 0)) {
    const std::uint64_t where = profile.is_person ? region : 0;
    Characters core;
    read_characters(profile.core, core);
    add(DuplicateKey::core, Hash().add(where).add(profile.core));
    for (const Hash& way : readings_of(core)) add(DuplicateKey::pinyin, Hash(way).add(where));
    if (region != 0) {
      std::string initials;
      append_initials(profile.core, initials);
      for (std::size_t at = 0; at < initials.size();) {
        const std::size_t end = initials.find('\n', at);
        add(DuplicateKey::initials, Hash().add(region).add(std::string_view(initials).substr(at, end - at)));
        at = end + 1;
      }
    }
    if (region != 0 && !profile.is_person) {
      if (core.size() <= kOneOffCharactersMax) {
        const Hash begin = Hash().add(region);
        add(DuplicateKey::all_but_one, Hash(begin).add(profile.core));
        for (std::size_t at = 0; at < profile.core.size();) {
          const std::size_t left_out = at;
          text::next_point(profile.core, at);
          add(DuplicateKey::all_but_one,
              Hash(begin).add(profile.core.substr(0, left_out)).add(profile.core.substr(at)));
        }
      }
      std::size_t end = 0;
      for (std::size_t i = core.front() < 0x80 ? kFirstLatin : 2; i > 0 && end < profile.core.size(); --i)
        text::next_point(profile.core, end);
      add(DuplicateKey::first_two, Hash().add(region).add(profile.core.substr(0, end)));
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

Score score_of(const Profile& a, const Profile& b) {
  constexpr std::int32_t kReachPoints = 40;
  constexpr std::int32_t kRegionPoints = 35;
  constexpr std::int32_t kRegionWordPoints = 10;
  constexpr std::int32_t kOtherRegionPoints = -30;
  Score score;
  const auto add = [&](DuplicateReason reason, std::int32_t points) {
    if (points == 0) return;
    score.parts.at(score.count++) = {reason, points};
    score.points += points;
  };
  const SharedMarks shared = shared_marks(a.marks, b.marks);
  if (shared.is_other && !shared.has_identity) return score;
  if (shared.has_identity) add(DuplicateReason::identifier, Score::kMost);
  const Score::Part name = name_part(a, b);
  add(name.reason, name.points);
  // A number and an address that are shared are one desk.
  if (shared.has_phone || shared.has_email)
    add(shared.has_phone ? DuplicateReason::phone : DuplicateReason::email, kReachPoints);
  if (a.region && a.region == b.region) add(DuplicateReason::region, kRegionPoints);
  if (a.division != 0 && b.division != 0) {
    if (a.division == b.division)
      add(DuplicateReason::region_word, kRegionWordPoints);
    else if (!is_within(a.division, b.division) && !is_within(b.division, a.division))
      add(DuplicateReason::other_region, kOtherRegionPoints);
  }
  score.points = std::clamp(score.points, 0, Score::kMost);
  return score;
}

}  // namespace crmcore::archive
