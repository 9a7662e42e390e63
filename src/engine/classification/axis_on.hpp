// An axis as it was on a day: its tree, and the classes of everybody as a column of a pass.
#pragma once

#include <optional>
#include <string>

#include "engine/classification/number_columns.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

class AxisOn {
 public:
  // `axis` must outlive this. Without a date: as it is.
  explicit AxisOn(const CatalogAxis& axis, std::optional<Date> date = {});

  const CatalogAxis& axis() const noexcept { return axis_; }
  std::optional<Date> date() const noexcept { return date_; }
  const classification::Tree& tree() const noexcept { return past_ ? *past_ : axis_.axis.tree; }
  // Numbers of nodes (CatalogAxis::numbers), from the block of `from` on.
  NumberColumn column(sqlite::Connection& db, CustomerId from = {}) const;

 private:
  const CatalogAxis& axis_;
  std::optional<Date> date_;
  std::optional<classification::Tree> past_;
};

// 1 for whoever was a customer on the day.
NumberColumn column_of_customers(sqlite::Connection& db, Date date);

// Refuses, at `path`, to count by what is not kept by day.
[[noreturn]] void refuse_as_of(const std::string& path);

}  // namespace crmcore::engine
