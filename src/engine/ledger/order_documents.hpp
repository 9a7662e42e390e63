// On which day each document counts as an order, found from all entries of customers at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "storage/ledger_store.hpp"
#include "storage/order_day_store.hpp"

namespace crmcore::engine {

// The documents of revenue entries: a document counts as an order of each of its customers on the day of the
// first entry that it has for it.
class OrderDocuments {
 public:
  // Precondition: it is revenue.
  void add(const storage::EntryRow& entry);
  // Appends an order for each document and customer; to `days` those of documents that have several.
  void add_orders(std::vector<storage::DayTotals>& totals, std::vector<storage::OrderDayRow>& days);

 private:
  struct Row {
    CustomerId customer;
    SourceId source;
    std::size_t at;  // in texts_
    Date day;
    std::uint32_t size;
  };
  std::vector<Row> rows_;
  std::string texts_;
};

}  // namespace crmcore::engine
