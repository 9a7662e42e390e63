#include "engine/classification/number_columns.hpp"

#include <algorithm>

#include "crmcore/error.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kJointNumbersMax = 4096;  // 16 KB of counters, which the nearest cache holds

template <class Number>
bool has_number_from(const Number* numbers, std::size_t end) {
  if (end > Number(-1)) return false;
  // A difference that does not borrow: without a branch and without a greatest number.
  const auto last = static_cast<Number>(end - 1);
  Number beyond = 0;
  for (std::size_t i = 0; i < kNumbersInBlock; ++i) {
    beyond = static_cast<Number>(beyond | (numbers[i] > last ? 1 : 0));
  }
  return beyond != 0;
}

}  // namespace

template <class Number>
void NumberColumn::read_as(std::int64_t block, std::size_t end, std::span<Number> out) {
  if (scan_) {
    scan_->block(block).copy_to(out);
  } else {
    const std::size_t first = std::min(static_cast<std::size_t>(block) * kNumbersInBlock, numbers_.size());
    const std::size_t count = std::min(kNumbersInBlock, numbers_.size() - first);
    for (std::size_t i = 0; i < kNumbersInBlock; ++i)
      out[i] = i < count ? static_cast<Number>(numbers_[first + i]) : Number{0};
  }
  if (has_number_from(out.data(), end)) {
    throw Error(Code::corrupt,
                "packed classes or grades have a number that nothing has; verify rebuilds them");
  }
}

void NumberColumn::read(std::int64_t block, std::size_t end, std::span<std::uint32_t> out) {
  read_as(block, end, out);
}

void NumberColumn::read(std::int64_t block, std::size_t end, std::span<std::uint16_t> out) {
  read_as(block, end, out);
}

std::size_t JointColumn::number_in(std::size_t number, std::size_t part) const noexcept {
  for (std::size_t k = parts_.size() - 1; k > part; --k) number /= parts_[k].size;
  return number % parts_[part].size;
}

void JointColumn::read_narrow(std::int64_t block) {
  narrow_.resize(kNumbersInBlock);
  next_.resize(kNumbersInBlock);
  parts_.front().column.read(block, parts_.front().size, narrow_);
  for (std::size_t k = 1; k < parts_.size(); ++k) {
    parts_[k].column.read(block, parts_[k].size, next_);
    const auto size = static_cast<std::uint16_t>(parts_[k].size);
    std::uint16_t* __restrict numbers = narrow_.data();
    const std::uint16_t* __restrict next = next_.data();
    for (std::size_t i = 0; i < kNumbersInBlock; ++i)
      numbers[i] = static_cast<std::uint16_t>(numbers[i] * size + next[i]);
  }
}

std::vector<JointColumn> join_columns(std::vector<std::pair<NumberColumn, std::size_t>> columns) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < columns.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return columns[a].second < columns[b].second; });
  std::vector<JointColumn> joints;
  for (const std::size_t i : order) {
    const std::size_t size = columns[i].second;
    if (joints.empty() || joints.back().size_ * size > kJointNumbersMax) joints.emplace_back();
    joints.back().parts_.push_back({i, std::move(columns[i].first), size});
    joints.back().size_ *= size;
  }
  return joints;
}

}  // namespace crmcore::engine
