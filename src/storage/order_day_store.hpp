// On which days documents have revenue that have it on several days of one customer.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "storage/ledger_block.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct OrderDayRow {
  CustomerId customer;
  SourceId source;
  std::string document;
  Date day;

  friend bool operator==(const OrderDayRow&, const OrderDayRow&) = default;
};

class OrderDayStore {
 public:
  explicit OrderDayStore(sqlite::Connection& db) : db_(db) {}

  // Does nothing where it is there.
  void add(CustomerId customer, SourceId source, std::string_view document, Date day);
  void remove(CustomerId customer, SourceId source, std::string_view document);
  void clear(const BlockRange& blocks);
  void clear(CustomerId customer);
  // Visits by ascending customer, source, document and day. The row is valid during the call only.
  void each(const BlockRange& blocks, const std::function<void(const OrderDayRow&)>& visit);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
