// Doubles are mapped to integers of the same order. Their leading 16 bits make a histogram that is
// logarithmic by itself and needs neither the least nor the largest value first. Running down its buckets
// finds the one in which a limit is reached; only the members of these are gathered, cut finer by the next 11
// bits, and so on until few are left, which are sorted. Invariant: a bucket that is looked into holds the
// answer. Only where a value's own amount counts it may be in the used bucket above, which is known when the
// largest of the bucket is. Cost: two passes over the values. tests/grading/property_test.cpp compares it
// with a sort.
#include "grading/selection.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>

#include "crmcore/error.hpp"
#include "crmcore/money.hpp"

#include "grading/ranking.hpp"

namespace crmcore::grading {
namespace {

constexpr int kFirstBits = 16;
constexpr int kNextBits = 11;
constexpr std::size_t kSortedMax = 512;

// The value, or zero where it does not count by value. In integers, because compilers make a branch of a
// comparison of doubles, and whether a customer bought anything is what no processor foresees.
double or_zero(double value) noexcept {
  constexpr auto kInfinity = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity());
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return std::bit_cast<double>(bits & -std::uint64_t{bits - 1 < kInfinity});
}

// How a value counts, for each way of weighing.
template <Weigh weigh>
bool counts(double value) noexcept {
  return weigh == Weigh::by_value ? or_zero(value) != 0 : value == value;
}
template <Weigh weigh>
std::int64_t weight_one(double value) noexcept {
  return weigh == Weigh::by_value ? static_cast<std::int64_t>(value) : 1;
}

// What does not count becomes zero, which has no weight, where values are weights, and is left to lie beyond
// the infinities, as NaN does by its bits, where each counts once: no branch for each value.
template <Weigh weigh>
std::uint64_t key_of(double value) noexcept {
  return order_key(weigh == Weigh::by_value ? or_zero(value) : value);
}

// The weight in a bucket: of amounts it may need more than 64 bits.
template <Weigh weigh>
class BucketWeight {
 public:
  void add(std::uint64_t key) noexcept {
    constexpr std::uint64_t kSign = std::uint64_t{1} << 63;  // that of all amounts, none being negative
    const auto amount =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(std::bit_cast<double>(key ^ kSign)));
    low_ += amount;
    high_ += low_ < amount ? 1 : 0;
  }
  Wide total() const noexcept { return (Wide{high_} << 64) + Wide{low_}; }

 private:
  std::uint64_t low_ = 0;
  std::uint32_t high_ = 0;
};
template <>
class BucketWeight<Weigh::each_once> {
 public:
  void add(std::uint64_t) noexcept { ++count_; }
  Wide total() const noexcept { return count_; }

 private:
  std::uint32_t count_ = 0;
};

// A limit on its way down, with its place in the answer.
struct Open {
  WeightLimit limit;
  std::size_t answer;
};

// Buckets of keys that agree in the bits above.
struct Digit {
  int shift;
  std::size_t buckets;
  std::size_t at(std::uint64_t key) const noexcept {
    return static_cast<std::size_t>(key >> shift) & (buckets - 1);
  }
};

constexpr std::int16_t kNoPart = -1;  // of a bucket that need not be looked at again

// A bucket whose members are looked at again.
struct Part {
  std::size_t bucket;
  Wide above;
  std::vector<Open> open;
  std::vector<std::uint64_t> keys;
};

// Where a limit is reached: in this part, or where that depends on its largest member perhaps in the one of
// the used bucket above it.
struct Reached {
  Open open;
  std::int16_t part;
  std::int16_t part_above = kNoPart;
};

template <Weigh weigh>
class Selection {
 public:
  explicit Selection(std::vector<double>& answers) : answers_(answers) {}

  void run(std::span<const double> values, const std::vector<Open>& open) {
    if (values.size() <= kSortedMax) {  // a histogram would cost more than they do
      Part all{0, 0, open, {}};
      for (const double value : values) {
        if (counts<weigh>(value)) all.keys.push_back(key_of<weigh>(value));
      }
      walk(all);
      return;
    }
    descend(values, key_of<weigh>, {64 - kFirstBits, std::size_t{1} << kFirstBits}, 0, open);
  }

 private:
  static bool is_satisfied(const WeightLimit& limit, Wide above, std::uint64_t key) {
    return above + (limit.includes_own ? weight_one<weigh>(from_order_key(key)) : 0) < limit.below;
  }

  // `members` are values or keys.
  template <class Members, class KeyOf>
  void descend(const Members& members, KeyOf key_of_member, Digit digit, Wide above,
               const std::vector<Open>& open) {
    std::vector<BucketWeight<weigh>> weights(digit.buckets);
    for (const auto member : members) {
      const std::uint64_t key = key_of_member(member);
      weights[digit.at(key)].add(key);
    }
    std::vector<std::int16_t> part_of(digit.buckets, kNoPart);
    const std::vector<Reached> reached = find_parts(weights, digit, above, open, part_of);
    for (const auto member : members) {
      const std::uint64_t key = key_of_member(member);
      const std::int16_t part = part_of[digit.at(key)];
      if (part != kNoPart) parts_of_level_[static_cast<std::size_t>(part)].keys.push_back(key);
    }
    std::vector<Part> parts = std::move(parts_of_level_);
    parts_of_level_.clear();
    for (const Reached& one : reached) share_out(one, parts);
    for (Part& part : parts) {
      if (!part.open.empty()) refine(part, digit.shift);
    }
  }

  // Down the buckets: the last one that a limit lets in.
  std::vector<Reached> find_parts(const std::vector<BucketWeight<weigh>>& weights, Digit digit, Wide above,
                                  const std::vector<Open>& open, std::vector<std::int16_t>& part_of) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const bool is_first = digit.buckets == std::size_t{1} << kFirstBits;
    const std::size_t top = is_first ? digit.at(order_key(kInfinity)) : digit.buckets - 1;
    const std::size_t bottom = is_first ? digit.at(order_key(-kInfinity)) : 0;
    std::vector<std::size_t> used;
    std::vector<Wide> aboves;
    std::vector<std::size_t> last(open.size());  // how many of the used ones a limit lets in
    for (std::size_t bucket = top + 1; bucket-- > bottom;) {
      const Wide weight = weights[bucket].total();
      if (weight == 0) continue;
      used.push_back(bucket);
      aboves.push_back(above);
      bool is_any = false;
      for (std::size_t i = 0; i < open.size(); ++i) {
        const Wide least_own = open[i].limit.includes_own ? 1 : 0;
        if (above + least_own >= open[i].limit.below) continue;
        last[i] = used.size();
        is_any = true;
      }
      if (!is_any) break;
      above += weight;
    }
    const auto part_at = [&](std::size_t place) {
      std::int16_t& part = part_of[used[place]];
      if (part == kNoPart) {
        part = static_cast<std::int16_t>(parts_of_level_.size());
        parts_of_level_.push_back({used[place], aboves[place], {}, {}});
      }
      return part;
    };
    std::vector<Reached> reached;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (last[i] == 0) continue;  // not even the largest value: stays infinite
      Reached one{open[i], part_at(last[i] - 1)};
      const bool may_be_above = weigh == Weigh::by_value && open[i].limit.includes_own && last[i] > 1;
      if (may_be_above) one.part_above = part_at(last[i] - 2);
      reached.push_back(one);
    }
    return reached;
  }

  static void share_out(const Reached& reached, std::vector<Part>& parts) {
    Part& part = parts[static_cast<std::size_t>(reached.part)];
    const bool is_sure = weigh == Weigh::each_once || !reached.open.limit.includes_own;
    if (is_sure ||
        is_satisfied(reached.open.limit, part.above, *std::max_element(part.keys.begin(), part.keys.end()))) {
      part.open.push_back(reached.open);
    } else if (reached.part_above != kNoPart) {
      parts[static_cast<std::size_t>(reached.part_above)].open.push_back(reached.open);
    }
  }

  void refine(Part& part, int shift) {
    if (shift == 0) {  // one value, many times
      for (const Open& one : part.open) answers_[one.answer] = from_order_key(part.keys.front());
    } else if (part.keys.size() <= kSortedMax) {
      walk(part);
    } else {
      const int bits = std::min(kNextBits, shift);
      descend(
          part.keys, [](std::uint64_t key) { return key; }, {shift - bits, std::size_t{1} << bits},
          part.above, part.open);
    }
  }

  void walk(Part& part) {
    std::sort(part.keys.begin(), part.keys.end(), std::greater<>());
    Wide above = part.above;
    for (std::size_t first = 0; first < part.keys.size();) {
      const std::uint64_t key = part.keys[first];
      std::size_t next = first;
      while (next < part.keys.size() && part.keys[next] == key) ++next;
      for (const Open& one : part.open) {
        if (is_satisfied(one.limit, above, key)) answers_[one.answer] = from_order_key(key);
      }
      above += static_cast<Wide>(weight_one<weigh>(from_order_key(key))) * static_cast<Wide>(next - first);
      first = next;
    }
  }

  std::vector<double>& answers_;
  std::vector<Part> parts_of_level_;  // that are being filled
};

template <Weigh weigh, class Passes>
Weight sum_if(std::span<const double> values, Passes passes) noexcept {
  constexpr std::size_t kStride = 512;  // amounts of 53 bits fit 64 bits so many times
  Weight weight;
  for (std::size_t first = 0; first < values.size(); first += kStride) {
    std::int64_t part = 0;
    for (const double value : values.subspan(first, std::min(kStride, values.size() - first))) {
      const std::int64_t is_in = std::int64_t{counts<weigh>(value)} & std::int64_t{passes(value)};
      part += weigh == Weigh::by_value ? static_cast<std::int64_t>(or_zero(value)) & -is_in : is_in;
      weight.count += is_in;
    }
    weight.total += part;
  }
  return weight;
}

template <class Passes>
Weight sum_if(std::span<const double> values, Weigh weigh, Passes passes) noexcept {
  return weigh == Weigh::by_value ? sum_if<Weigh::by_value>(values, passes)
                                  : sum_if<Weigh::each_once>(values, passes);
}

// A review's values are read from the file, and the weights of others than these do not add up.
void require_whole(std::span<const double> values) {
  bool are_whole = true;
  for (const double value : values) {
    const double weight = or_zero(value);
    const bool fits = weight <= static_cast<double>(kIntegerMax);
    // By hand, since the plainest processors have no instruction for std::trunc().
    const auto whole = static_cast<double>(static_cast<std::int64_t>(fits ? weight : 0));
    are_whole &= fits && whole == weight;
  }
  if (!are_whole)
    throw Error(Code::corrupt, "a value that is to be weighed is no whole number up to 2^53 - 1");
}

}  // namespace

std::vector<double> select_by_weight(std::span<const double> values, Weigh weigh,
                                     std::span<const WeightLimit> limits) {
  std::vector<double> answers(limits.size(), std::numeric_limits<double>::infinity());
  std::vector<Open> open;
  for (std::size_t i = 0; i < limits.size(); ++i) open.push_back({limits[i], i});
  if (weigh == Weigh::by_value) {
    require_whole(values);
    Selection<Weigh::by_value>(answers).run(values, open);
  } else {
    Selection<Weigh::each_once>(answers).run(values, open);
  }
  return answers;
}

Weight weight_of(std::span<const double> values, Weigh weigh) noexcept {
  return sum_if(values, weigh, [](double) { return true; });
}

Weight weight_above(std::span<const double> values, Weigh weigh, double value) noexcept {
  return sum_if(values, weigh, [value](double other) { return other > value; });
}

std::vector<double> quantiles(std::span<const double> values, std::span<const Fraction> fractions) {
  std::vector<double> found;
  const std::int64_t count = weight_of(values, Weigh::each_once).count;
  if (count == 0) return found;
  // The value with rank r from below has at most count - r - 1 values above it.
  std::vector<WeightLimit> limits;
  for (const Fraction& at : fractions) {
    const std::int64_t rank = (count - 1) * at.numerator / at.denominator;
    limits.push_back({count - rank, false});
    limits.push_back({count - std::min(rank + 1, count - 1), false});
  }
  const std::vector<double> ranked = select_by_weight(values, Weigh::each_once, limits);
  for (std::size_t i = 0; i < fractions.size(); ++i) {
    const double below = ranked[2 * i];
    const double above = ranked[2 * i + 1];
    const std::int64_t rest = (count - 1) * fractions[i].numerator % fractions[i].denominator;
    const double part = static_cast<double>(rest) / static_cast<double>(fractions[i].denominator);
    found.push_back(rest == 0 ? below : below + part * (above - below));
  }
  return found;
}

std::vector<double> quantile_cuts(std::span<const double> values, int classes) {
  std::vector<Fraction> fractions;
  for (int c = 1; c < classes; ++c) fractions.push_back({c, classes});
  return quantiles(values, fractions);
}

}  // namespace crmcore::grading
