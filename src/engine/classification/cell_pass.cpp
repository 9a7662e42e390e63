#include "engine/classification/cell_pass.hpp"

#include <algorithm>
#include <type_traits>

#include "storage/gone_store.hpp"

namespace crmcore::engine {
namespace {

// So far below 0 that no other part makes up for it, and a hundred of them still fit.
template <class Cell>
constexpr Cell kFarOutside = std::is_same_v<Cell, std::int32_t> ? Cell{-(1 << 24)}
                                                                : static_cast<Cell>(-(std::int64_t{1} << 56));

// The cells of a joint column's numbers.
template <class Cell>
std::vector<Cell> cells_of(const JointColumn& joint, const std::vector<std::vector<std::int64_t>>& parts) {
  std::vector<Cell> cells(joint.size());
  for (std::size_t number = 0; number < cells.size(); ++number) {
    for (std::size_t k = 0; k < joint.parts().size() && cells[number] >= 0; ++k) {
      const std::int64_t own = parts[joint.parts()[k].index][joint.number_in(number, k)];
      cells[number] = own == kOutside ? kFarOutside<Cell> : cells[number] + static_cast<Cell>(own);
    }
  }
  return cells;
}

}  // namespace

void CellPass::add(NumberColumn column, std::vector<std::int64_t> part_of) {
  columns_.emplace_back(std::move(column), part_of.size());
  parts_.push_back(std::move(part_of));
}

template <class Cell, class Visit>
void CellPass::run_as(CustomerId from, CustomerId last, const Visit& visit) {
  auto joints = join_columns(std::move(columns_));
  std::vector<std::vector<Cell>> cell_of;
  for (const JointColumn& joint : joints) cell_of.push_back(cells_of<Cell>(joint, parts_));
  std::vector<Cell> cells(kNumbersInBlock);
  const storage::GoneCustomers gone(db_);
  const std::int64_t first_block = std::max<std::int64_t>(from.value, 1) / storage::kVectorCustomers;
  for (std::int64_t block = first_block; block <= last.value / storage::kVectorCustomers; ++block) {
    for (std::size_t k = 0; k < joints.size(); ++k) {
      joints[k].with_block(block, [&, own = cell_of[k].data(), out = cells.data()](const auto* numbers) {
        if (k == 0) {
          for (std::size_t i = 0; i < kNumbersInBlock; ++i) out[i] = own[numbers[i]];
        } else {
          for (std::size_t i = 0; i < kNumbersInBlock; ++i) out[i] += own[numbers[i]];
        }
      });
    }
    if (joints.empty()) std::fill(cells.begin(), cells.end(), Cell{});
    const std::int64_t begin = block * storage::kVectorCustomers;
    const std::int64_t first = std::max<std::int64_t>({from.value, begin, 1});
    const std::int64_t end = std::min(last.value + 1, begin + storage::kVectorCustomers);
    if (first >= end) continue;
    gone.each(CustomerId{first}, CustomerId{end - 1}, [&](CustomerId customer) {
      cells[static_cast<std::size_t>(customer.value - begin)] = kFarOutside<Cell>;
    });
    const std::span<const Cell> wanted = std::span<const Cell>(cells).subspan(
        static_cast<std::size_t>(first - begin), static_cast<std::size_t>(end - first));
    if (!visit(CustomerId{first}, wanted)) return;
  }
}

void CellPass::run(CustomerId from, CustomerId last,
                   const std::function<bool(CustomerId, std::span<const std::int32_t>)>& visit) {
  run_as<std::int32_t>(from, last, visit);
}

void CellPass::run_wide(CustomerId from, CustomerId last,
                        const std::function<bool(CustomerId, std::span<const std::int64_t>)>& visit) {
  run_as<std::int64_t>(from, last, visit);
}

}  // namespace crmcore::engine
