// All customers with what they are counted by: classes, grade, manager, an attribute.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Visits every customer once, by id, with its nodes on the axes of these slots (1 to 12), in one pass.
void scan_classes(sqlite::Connection& db, std::span<const std::int32_t> slots,
                  const std::function<void(CustomerId, std::span<const NodeId>)>& visit);

// Visits the customers that have the numeric attribute, by id.
void scan_attribute(sqlite::Connection& db, AttributeId attribute,
                    const std::function<void(CustomerId, std::int64_t)>& visit);

}  // namespace crmcore::storage
