#include "archive/duplicate_index.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace crmcore::archive {
namespace {

constexpr std::uint64_t kPlaceMask = (std::uint64_t{1} << kKeyPlaceBits) - 1;
static_assert(NameBlock::kCustomers == std::int64_t{1} << kKeyPlaceBits);
constexpr int kSliceBits = 6;  // hashes are gone through in so many slices, as a power of 2
constexpr std::size_t kPendingMax = std::size_t{1} << 22;

// Where a value would stand among sorted hashes: looked for near where it would if they were spread evenly,
// as they are but for chance.
std::size_t place_of_hash(std::span<const std::uint64_t> keys, std::uint64_t key) noexcept {
  const std::size_t count = keys.size();
  const auto guess = static_cast<std::size_t>((key >> 32) * count >> 32);
  std::size_t low = guess;
  std::size_t high = guess;
  std::size_t step = 16;
  while (low > 0 && keys[low - 1] >= key) low -= std::min(low, step), step *= 2;
  for (step = 16; high < count && keys[high] < key; step *= 2) high += std::min(count - high, step);
  return static_cast<std::size_t>(std::lower_bound(keys.begin() + static_cast<std::ptrdiff_t>(low),
                                                   keys.begin() + static_cast<std::ptrdiff_t>(high), key) -
                                  keys.begin());
}

using Ids = std::pair<std::uint32_t, std::uint32_t>;

bool is_more(const CrowdedKey& a, const CrowdedKey& b) {
  return std::tie(b.customers, a.kind, a.core) < std::tie(a.customers, b.kind, b.core);
}

// Pairs that have a key in common, each once, as soon as there are many; then with their points.
class PairCollector {
 public:
  PairCollector(const DuplicateIndex& index, std::int32_t points_min)
      : index_(index), points_min_(points_min) {}

  void add(CustomerId one, CustomerId other) {
    const auto [low, high] = std::minmax(one, other);
    pending_.emplace_back(static_cast<std::uint32_t>(low.value), static_cast<std::uint32_t>(high.value));
  }
  bool is_full() const noexcept { return pending_.size() >= kPendingMax; }
  void score() {
    std::sort(pending_.begin(), pending_.end());
    pending_.erase(std::unique(pending_.begin(), pending_.end()), pending_.end());
    for (const auto& [low, high] : pending_) {
      const CustomerId one{low};
      const CustomerId other{high};
      const std::int32_t points = score_of(*index_.profile(one), *index_.profile(other)).points;
      if (points >= points_min_) pairs_.push_back({one, other, points});
    }
    pending_.clear();
  }
  std::vector<DuplicatePair> finish() {
    score();
    const auto ids = [](const DuplicatePair& pair) { return std::tie(pair.one, pair.other); };
    std::sort(pairs_.begin(), pairs_.end(), [&](const auto& a, const auto& b) { return ids(a) < ids(b); });
    const auto is_same = [&](const auto& a, const auto& b) { return ids(a) == ids(b); };
    pairs_.erase(std::unique(pairs_.begin(), pairs_.end(), is_same), pairs_.end());
    return std::move(pairs_);
  }

 private:
  const DuplicateIndex& index_;
  std::int32_t points_min_;
  std::vector<Ids> pending_;
  std::vector<DuplicatePair> pairs_;
};

}  // namespace

void DuplicateBlock::add(std::size_t place, const Profile& profile) {
  const auto end = [&] {
    Row row;
    row.core_end = static_cast<std::uint32_t>(cores_.size());
    row.mark_end = static_cast<std::uint32_t>(marks_.size());
    return row;
  };
  while (rows_.size() < place) rows_.push_back(end());
  cores_ += profile.core;
  marks_.insert(marks_.end(), profile.marks.begin(), profile.marks.end());
  Row row = end();
  row.division = profile.division;
  row.is_there = true;
  row.is_person = profile.is_person;
  row.region = profile.region;
  rows_.push_back(row);
  std::vector<std::uint64_t> keys;
  keys_of(profile, keys);
  for (const std::uint64_t key : keys) keys_.push_back(key | place);
}

void DuplicateBlock::finish() {
  std::sort(keys_.begin(), keys_.end());
  keys_.shrink_to_fit();
}

std::optional<Profile> DuplicateBlock::profile(std::size_t place) const noexcept {
  if (place >= rows_.size() || !rows_[place].is_there) return std::nullopt;
  const Row& row = rows_[place];
  const Row before = place == 0 ? Row() : rows_[place - 1];
  Profile profile;
  profile.core = std::string_view(cores_).substr(before.core_end, row.core_end - before.core_end);
  profile.division = row.division;
  profile.is_person = row.is_person;
  profile.region = row.region;
  profile.marks = std::span(marks_).subspan(before.mark_end, row.mark_end - before.mark_end);
  return profile;
}

void DuplicateBlock::find(std::uint64_t key, std::int64_t first, std::vector<CustomerId>& found) const {
  for (std::size_t at = place_of_hash(keys_, key); at < keys_.size() && (keys_[at] & ~kPlaceMask) == key;
       ++at)
    found.push_back(CustomerId{first + static_cast<std::int64_t>(keys_[at] & kPlaceMask)});
}

std::span<const std::uint64_t> DuplicateBlock::slice(std::uint64_t from, std::uint64_t to) const noexcept {
  const std::size_t begin = place_of_hash(keys_, from);
  const std::size_t end = to == 0 ? keys_.size() : place_of_hash(keys_, to);
  return std::span(keys_).subspan(begin, end - begin);
}

void DuplicateIndex::set(std::int64_t block, DuplicateBlock profiles) {
  const auto at = static_cast<std::size_t>(block);
  while (blocks_.size() <= at) blocks_.push_back(std::make_shared<const DuplicateBlock>());
  blocks_[at] = std::make_shared<const DuplicateBlock>(std::move(profiles));
}

std::optional<Profile> DuplicateIndex::profile(CustomerId customer) const noexcept {
  const auto block = static_cast<std::size_t>(customer.value / NameBlock::kCustomers);
  if (customer.value < 0 || block >= blocks_.size()) return std::nullopt;
  return blocks_[block]->profile(static_cast<std::size_t>(customer.value % NameBlock::kCustomers));
}

std::vector<DuplicateIndex::Hit> DuplicateIndex::like(const Profile& profile, CustomerId self,
                                                      std::int32_t points_min) const {
  std::vector<std::uint64_t> keys;
  keys_of(profile, keys);
  std::vector<CustomerId> found;
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    for (const std::uint64_t key : keys)
      blocks_[block]->find(key, static_cast<std::int64_t>(block) * NameBlock::kCustomers, found);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<Hit> hits;
  for (const CustomerId customer : found) {
    if (customer == self) continue;
    const Score score = score_of(profile, *this->profile(customer));
    if (score.points >= points_min) hits.push_back({customer, score});
  }
  std::stable_sort(hits.begin(), hits.end(),
                   [](const Hit& a, const Hit& b) { return a.score.points > b.score.points; });
  return hits;
}

DuplicatePairs DuplicateIndex::pairs(std::int32_t points_min,
                                     const std::function<void(std::int64_t, std::int64_t)>& tick) const {
  struct Keyed {
    std::uint64_t key;
    CustomerId customer;
  };
  DuplicatePairs result;
  PairCollector collector(*this, points_min);
  std::vector<Keyed> slice;
  constexpr std::uint64_t kSlices = std::uint64_t{1} << kSliceBits;
  const auto first_of = [](std::uint64_t part) { return part % kSlices << (64 - kSliceBits); };
  for (std::uint64_t part = 0; part < kSlices; ++part) {
    slice.clear();
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
      const auto first = static_cast<std::int64_t>(block) * NameBlock::kCustomers;
      for (const std::uint64_t key : blocks_[block]->slice(first_of(part), first_of(part + 1)))
        slice.push_back({key & ~kPlaceMask, CustomerId{first + static_cast<std::int64_t>(key & kPlaceMask)}});
    }
    std::sort(slice.begin(), slice.end(), [](const Keyed& a, const Keyed& b) {
      return std::tie(a.key, a.customer) < std::tie(b.key, b.customer);
    });
    for (auto begin = slice.begin(); begin != slice.end();) {
      const std::uint64_t key = begin->key;
      const auto end = std::find_if(begin, slice.end(), [&](const Keyed& one) { return one.key != key; });
      if (static_cast<std::size_t>(end - begin) > kCrowd) {
        std::string_view core = profile(begin->customer)->core;
        for (auto one = begin; one != end; ++one) core = std::min(core, profile(one->customer)->core);
        result.crowded.push_back({kind_of_key(key), end - begin, std::string(core)});
        begin = end;
      }
      for (; begin != end; ++begin) {
        for (auto other = begin + 1; other != end; ++other) collector.add(begin->customer, other->customer);
      }
      if (!collector.is_full()) continue;
      collector.score();
      tick(static_cast<std::int64_t>(part), kSlices);
    }
    tick(static_cast<std::int64_t>(part), kSlices);
  }
  result.pairs = collector.finish();
  std::sort(result.crowded.begin(), result.crowded.end(), is_more);
  return result;
}

}  // namespace crmcore::archive
