// Details of customers (archive/details.hpp).
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Reads one row of kDetailColumns, of which the first is the customer.
Detail read_detail(const sqlite::Statement& row);
extern const sqlite::Sql kScannedDetails;  // of the customers ?1 to ?2, by customer, kind and key

class DetailStore {
 public:
  explicit DetailStore(sqlite::Connection& db) : db_(db) {}

  // By kind and key.
  std::vector<Detail> of(CustomerId customer);
  void put(CustomerId customer, const Detail& detail);
  void remove(CustomerId customer, const Detail& detail);
  // Visits the other names of customers from the first to the last, by id and key.
  void aliases(CustomerId first, CustomerId last,
               const std::function<void(CustomerId, std::string_view)>& visit);
  // The other customer of a tree's link as it is stored; none where there is none.
  CustomerId linked(CustomerId customer, std::string_view use);
  // Visits who has such a link to the customer, by id.
  void linked_to(CustomerId other, std::string_view use, const std::function<void(CustomerId)>& visit);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
