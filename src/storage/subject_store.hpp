// What a review reads about many customers at once, in the order of their ids: a range of each table costs a
// pass over neighbouring rows, where asking customer by customer costs a search for each.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "crmcore/date.hpp"

#include "storage/customer_store.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct SubjectStandingRow {
  CustomerId customer;
  CustomerStatus status = CustomerStatus::prospect;
  std::optional<Date> first_entry;
};

struct SubjectAttributeRow {
  CustomerId customer;
  AttributeId attribute;
  std::int64_t number = 0;
  Date observed;
};

// Each visits the rows of first <= customer id <= last, in order; customers without a row are left out.
class SubjectStore {
 public:
  explicit SubjectStore(sqlite::Connection& db) : db_(db) {}

  void standings(CustomerId first, CustomerId last,
                 const std::function<void(const SubjectStandingRow&)>& visit);
  void classes(CustomerId first, CustomerId last,
               const std::function<void(CustomerId, const ClassRow&)>& visit);
  void attributes(CustomerId first, CustomerId last,
                  const std::function<void(const SubjectAttributeRow&)>& visit);
  // Visits who has the first entry on one of these days, and on which; reads all standings.
  void begun(const DateRange& days, const std::function<void(CustomerId, Date)>& visit);
  // Visits who has an attribute that was observed in these days, once for each; reads all attributes.
  void observed(const DateRange& days, const std::function<void(CustomerId)>& visit);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
