// Classes that were decided by hand on axes that derive them. Rows are only added and lifted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// What stands for a customer on an axis.
struct ClassDecision {
  AxisId axis;
  NodeId node;
};

struct ClassOverrideRow {
  std::int64_t id = 0;
  CustomerId customer;
  AxisId axis;
  NodeId node;
  Date from;
  std::string reason;
  std::string actor;
  std::optional<Date> lifted;  // nothing: it stands
  std::string lift_reason;
  std::string lift_actor;
};

// Which ones are read; what is none chooses nothing.
struct ClassOverrideFilter {
  AxisId axis;
  CustomerId customer;
  bool has_lifted = false;
  std::int64_t after_id = 0;
  std::int64_t limit = INT64_MAX;
};

class ClassOverrideStore {
 public:
  explicit ClassOverrideStore(sqlite::Connection& db) : db_(db) {}

  std::vector<ClassDecision> standing(CustomerId customer);
  // By id.
  std::vector<ClassOverrideRow> find(const ClassOverrideFilter& filter);
  // The id of `row` is made; returns it.
  std::int64_t insert(const ClassOverrideRow& row);
  void lift(std::int64_t id, Date day, std::string_view reason, std::string_view actor);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
