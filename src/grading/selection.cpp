// Doubles are mapped to integers of the same order, and their range is cut into buckets by the leading bits
// that differ: a histogram that is logarithmic by itself. Running down the buckets finds the one in which a
// limit is reached; only its members are looked at again, in the same way, until few are left. Invariant:
// the largest member of a bucket that is looked at satisfies its limit, so the answer lies inside. Cost: two
// passes over the values. tests/grading/property_test.cpp compares it with a sort.
#include "grading/selection.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <limits>

#include "grading/ranking.hpp"

namespace crmcore::grading {
namespace {

constexpr int kBucketBits = 13;
constexpr std::size_t kSortedMax = 512;

// How a value counts, for each way of weighing.
template <Weigh weigh>
bool counts(double value) noexcept {
  return weigh == Weigh::by_value ? value > 0 : value == value;
}
template <Weigh weigh>
std::int64_t weight_one(double value) noexcept {
  return weigh == Weigh::by_value ? static_cast<std::int64_t>(value) : 1;
}

struct Bucket {
  Wide weight = 0;
  double largest = -std::numeric_limits<double>::infinity();
  bool is_used = false;
};

// How values map to buckets.
struct BucketMap {
  std::uint64_t low;
  int shift;
  std::size_t at(double value) const noexcept {
    return static_cast<std::size_t>((order_key(value) - low) >> shift);
  }
};

constexpr std::int32_t kNoPart = -1;  // of a bucket that need not be looked at again

// A limit on its way down, with its place in the answer.
struct Open {
  WeightLimit limit;
  std::size_t answer;
};

template <Weigh weigh>
class Selection {
 public:
  explicit Selection(std::vector<double>& answers) : answers_(answers) {}

  // Precondition: no limit is satisfied by a value below all of `values`.
  void refine(std::span<const double> values, Wide above, const std::vector<Open>& open) {
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    std::size_t count = 0;
    for (const double value : values) {
      const bool is_in = counts<weigh>(value);
      least = is_in && value < least ? value : least;
      most = is_in && value > most ? value : most;
      count += is_in ? 1 : 0;
    }
    if (count == 0) return;
    const std::uint64_t low = order_key(least);
    const std::uint64_t high = order_key(most);
    if (low == high || count <= kSortedMax) return walk(values, above, open);
    const int shift = std::max(0, static_cast<int>(std::bit_width(high - low)) - kBucketBits);
    const BucketMap map{low, shift};
    std::vector<Bucket> buckets(static_cast<std::size_t>((high - low) >> shift) + 1);
    for (const double value : values) {
      if (!counts<weigh>(value)) continue;
      Bucket& bucket = buckets[map.at(value)];
      bucket.weight += weight_one<weigh>(value);
      bucket.largest = std::max(bucket.largest, value);
      bucket.is_used = true;
    }
    descend(values, above, open, buckets, map);
  }

 private:
  bool is_satisfied(const WeightLimit& limit, Wide above, double value) const {
    return above + (limit.includes_own ? weight_one<weigh>(value) : 0) < limit.below;
  }

  void descend(std::span<const double> values, Wide above, const std::vector<Open>& open,
               const std::vector<Bucket>& buckets, const BucketMap& map) {
    // Down the buckets: the last one whose largest member satisfies a limit holds that limit's answer.
    std::vector<std::size_t> last(open.size(), buckets.size());
    std::vector<Wide> aboves(buckets.size());
    for (std::size_t b = buckets.size(); b-- > 0;) {
      if (!buckets[b].is_used) continue;
      aboves[b] = above;
      bool is_any = false;
      for (std::size_t i = 0; i < open.size(); ++i) {
        if (!is_satisfied(open[i].limit, above, buckets[b].largest)) continue;
        last[i] = b;
        is_any = true;
      }
      if (!is_any) break;
      above += buckets[b].weight;
    }

    std::vector<std::int32_t> part_of(buckets.size(), kNoPart);
    std::vector<std::vector<Open>> parts_open;
    std::vector<std::size_t> parts_bucket;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (last[i] == buckets.size()) continue;  // not even the largest value: stays infinite
      std::int32_t& part = part_of[last[i]];
      if (part == kNoPart) {
        part = static_cast<std::int32_t>(parts_open.size());
        parts_open.emplace_back();
        parts_bucket.push_back(last[i]);
      }
      parts_open[static_cast<std::size_t>(part)].push_back(open[i]);
    }
    std::vector<std::vector<double>> parts(parts_open.size());
    for (const double value : values) {
      if (!counts<weigh>(value)) continue;
      const std::int32_t part = part_of[map.at(value)];
      if (part != kNoPart) parts[static_cast<std::size_t>(part)].push_back(value);
    }
    for (std::size_t p = 0; p < parts.size(); ++p) {
      refine(parts[p], aboves[parts_bucket[p]], parts_open[p]);
    }
  }

  // Few values, or one value many times.
  void walk(std::span<const double> values, Wide above, const std::vector<Open>& open) {
    std::vector<double> sorted;
    for (const double value : values) {
      if (counts<weigh>(value)) sorted.push_back(value);
    }
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    for (std::size_t first = 0; first < sorted.size();) {
      const double value = sorted[first];
      std::size_t next = first;
      while (next < sorted.size() && sorted[next] == value) ++next;
      for (const Open& one : open) {
        if (is_satisfied(one.limit, above, value)) answers_[one.answer] = value;
      }
      above += static_cast<Wide>(weight_one<weigh>(value)) * static_cast<Wide>(next - first);
      first = next;
    }
  }

  std::vector<double>& answers_;
};

template <Weigh weigh, class Passes>
Weight sum_if(std::span<const double> values, Passes passes) noexcept {
  constexpr std::size_t kStride = 512;  // amounts of 53 bits fit 64 bits so many times
  Weight weight;
  for (std::size_t first = 0; first < values.size(); first += kStride) {
    std::int64_t part = 0;
    for (const double value : values.subspan(first, std::min(kStride, values.size() - first))) {
      const bool is_in = counts<weigh>(value) && passes(value);
      part += is_in ? weight_one<weigh>(value) : 0;
      weight.count += is_in ? 1 : 0;
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

}  // namespace

std::vector<double> select_by_weight(std::span<const double> values, Weigh weigh,
                                     std::span<const WeightLimit> limits) {
  std::vector<double> answers(limits.size(), std::numeric_limits<double>::infinity());
  std::vector<Open> open;
  for (std::size_t i = 0; i < limits.size(); ++i) open.push_back({limits[i], i});
  if (weigh == Weigh::by_value) {
    Selection<Weigh::by_value>(answers).refine(values, 0, open);
  } else {
    Selection<Weigh::each_once>(answers).refine(values, 0, open);
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
