// Facts about one subject at a date, as storage delivers them, and what a model asks storage for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crmcore/date.hpp"

namespace crmcore::grading {

// Sums over one window for one subject, in minor units of the archive's base currency.
struct LedgerTotals {
  std::int64_t revenue = 0;            // gross, >= 0
  std::int64_t cost = 0;               // corrections may make it negative
  std::int64_t reversal_own = 0;       // >= 0, reduces revenue; dated when the return happened
  std::int64_t reversal_original = 0;  // >= 0, reduces revenue; dated as the sale that it reverses
  std::int64_t activity_cost = 0;      // cost to serve; may be negative
  std::int32_t orders = 0;             // distinct documents with revenue in the window
  std::int32_t entries = 0;            // revenue entries
  Date first_day;                      // of the revenue entries; valid only when entries > 0
  Date last_day;
};

// What one subject bought in all its time, by days: purchases of one day are one.
struct PurchaseHistory {
  std::int32_t days = 0;  // with a revenue entry
  Date first_day;         // of these days; valid only when days > 0
  Date last_day;
  LedgerTotals later;  // sums over all days after the first one
};

// A number that the host posted. Money is in minor units.
struct AttributeFact {
  double value = 0;
  Date observed_on;
};

// A subject's category on an axis: the index in ClassNeed::codes of the node itself or of its nearest
// ancestor that is listed there.
using Category = std::int32_t;
inline constexpr Category kUnclassified = -1;  // no class on this axis, or the explicit "unknown"
inline constexpr Category kUnlisted = -2;      // has a class, but neither it nor an ancestor is listed

// One subject's facts, in the order of FactNeeds. Borrowed: valid during one call.
struct SubjectFacts {
  std::span<const LedgerTotals> windows;
  const PurchaseHistory* purchases = nullptr;  // never nullptr when the model needs it
  std::optional<Date> first_entry;             // the first revenue entry before as_of, whatever the windows
  std::span<const std::optional<AttributeFact>> attributes;
  std::span<const Category> classes;
};

struct ClassNeed {
  std::string axis;
  std::vector<std::string> codes;  // node codes, unique

  friend bool operator==(const ClassNeed&, const ClassNeed&) = default;
};

// What a model reads, without repetition.
struct FactNeeds {
  std::vector<DateRange> windows;
  bool purchases = false;  // the history before as_of
  std::vector<std::string> attributes;
  std::vector<std::int32_t> attribute_ages_days;  // that an attribute may reach before it counts no more
  std::vector<ClassNeed> classes;
};

}  // namespace crmcore::grading
