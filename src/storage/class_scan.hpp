// All customers with what they are counted by: classes, grade, manager, an attribute.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Visits every customer once, by id, with its nodes on the axes of these slots (1 to 12), in one pass.
void scan_classes(sqlite::Connection& db, std::span<const std::int32_t> slots,
                  const std::function<void(CustomerId, std::span<const NodeId>)>& visit);

// A class that somebody had on an axis, half-open.
struct EndedClass {
  CustomerId customer;
  Date from;
  Date to;
  NodeId node;
};
// Visits the classes on the axis that ended after the day, by customer and day.
void scan_ended_classes(sqlite::Connection& db, AxisId axis, Date after,
                        const std::function<void(const EndedClass&)>& visit);

// Visits all customers with the day since when they are there, by id.
void scan_since(sqlite::Connection& db, const std::function<void(CustomerId, Date)>& visit);

// Visits the customers that have the numeric attribute, by id.
void scan_attribute(sqlite::Connection& db, AttributeId attribute,
                    const std::function<void(CustomerId, std::int64_t)>& visit);

}  // namespace crmcore::storage
