// What customers are chosen by: a node with its subtree, a grade, a manager.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crmcore/classification.hpp"

#include "base/object_reader.hpp"
#include "engine/classification/axis_on.hpp"
#include "engine/classification/cell_pass.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

inline constexpr std::size_t kFiltersMax = 16;

// The groups of one dimension: their labels, the last one for those without, and by number the group of a
// customer, or kOutside; of a node its shown ancestor.
struct DimensionGroups {
  std::vector<std::string> labels;
  std::vector<std::int64_t> by_number;
};

// Throws Error: not_found at `path`/under, invalid at `path`/level for one above that node.
DimensionGroups groups_of(const AxisOn& axis, const Dimension& dimension, const std::string& path);

// The grades of a scheme: best first, then the blocked one and an empty name for those without; the place in
// that list by number (storage::number_of_grade).
struct SchemeGrades {
  SchemeId id;
  std::vector<std::string> labels;
  std::vector<std::int64_t> by_number;
};

// Throws Error(not_found) at `path`.
SchemeGrades grades_of_scheme(sqlite::Connection& db, const std::string& code, const std::string& path);

// Filters as columns of a pass, and the customers of a manager where one is asked for.
struct FilterColumns {
  explicit FilterColumns(sqlite::Connection& db) : pass(db) {}

  CellPass pass;
  bool has_manager = false;
  std::vector<CustomerId> of_manager;  // ascending, from the first that is wanted on

  // Takes customers from a block out of `chosen` (a flag each) who are not of the manager.
  void keep_of_manager(CustomerId first, std::span<std::uint8_t> chosen) const;
};

// With `as_of` those are chosen who were there on the day, by their classes of then. Throws Error(not_found,
// invalid, limit) at "/filters/<index>/<member>".
FilterColumns columns_of(Session& session, std::span<const CustomerFilter> filters, CustomerId from,
                         std::optional<Date> as_of);

CustomerFilter read_filter(ObjectReader& in);

}  // namespace crmcore::engine
