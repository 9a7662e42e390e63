// A pass over all customers that tells the cell of each.
//
// Each column has a part of the cell for every number; the parts of all columns add up. Filters are columns
// too, whose parts are nothing or beyond all cells, so that there is no branch.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "engine/classification/number_columns.hpp"

namespace crmcore::engine {

inline constexpr std::int64_t kOutside = -1;  // a part: the customer is in no cell

class CellPass {
 public:
  explicit CellPass(sqlite::Connection& db) : db_(db) {}

  // `part_of` by number.
  void add(NumberColumn column, std::vector<std::int64_t> part_of);

  // Calls `visit(first, cells)` for neighbouring customers from `from` to `last`; a cell below 0 is none, as
  // it is of those who are gone. Ends when it returns false. To be called once. Precondition: cells are below
  // 2^24.
  void run(CustomerId from, CustomerId last,
           const std::function<bool(CustomerId, std::span<const std::int32_t>)>& visit);
  // The same for cells up to 2^50.
  void run_wide(CustomerId from, CustomerId last,
                const std::function<bool(CustomerId, std::span<const std::int64_t>)>& visit);

 private:
  template <class Cell, class Visit>
  void run_as(CustomerId from, CustomerId last, const Visit& visit);

  sqlite::Connection& db_;
  std::vector<std::pair<NumberColumn, std::size_t>> columns_;
  std::vector<std::vector<std::int64_t>> parts_;  // by column and number
};

}  // namespace crmcore::engine
