// Whole customers one after another in the order of their ids, with what the journal tells of later updates.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/customer_store.hpp"

namespace crmcore::storage {

struct ScannedCustomer {
  CustomerRow row;
  bool is_gone = false;  // then without classes
  ClassRow classes{};
  std::vector<AttributeRow> attributes;
  std::vector<ContactRow> contacts;
  std::vector<IdentifierRow> identifiers;
  std::vector<Detail> details;
  std::vector<std::string> updates;  // bodies, oldest first
};

// Seven tables are read side by side, so that a million customers cost seven passes. Prepares statements of
// its own, so that several may be read at once.
class CustomerScan {
 public:
  CustomerScan(sqlite::Connection& db, CustomerId first, CustomerId last);

  bool next();
  // Valid until the next call of next(), which may move its texts out.
  ScannedCustomer& customer() noexcept { return customer_; }

 private:
  // Parts of one table, of which the first that is not read yet waits.
  struct Parts {
    sqlite::Statement rows;
    bool has_row = false;

    Parts(sqlite::Connection& db, const sqlite::Sql& sql, CustomerId first, CustomerId last);
    // Calls `take` for the rows of the customer.
    template <class Take>
    void take_of(CustomerId customer, Take take);
  };

  sqlite::Statement customers_;
  Parts attributes_;
  Parts contacts_;
  Parts identifiers_;
  Parts details_;
  Parts updates_;
  ScannedCustomer customer_;
};

// What the journal tells of a customer after its creation: updates, losses, returns,
// entries that are voided, how it went and came back.
struct CustomerNews {
  CustomerId customer;
  std::int64_t seq = 0;
  std::int32_t kind = 0;
  std::string_view body;  // valid during the visit only
};
// Visits customer by customer, each one's in their order.
void visit_news(sqlite::Connection& db, const std::function<void(const CustomerNews&)>& visit);

// Visits in the order of keys what is left of what was taken away or renamed.
void visit_past_codes(sqlite::Connection& db,
                      const std::function<void(std::string_view code, CustomerId)>& visit);
std::int64_t past_class_count(sqlite::Connection& db);
std::int64_t contacts_gone_count(sqlite::Connection& db);

}  // namespace crmcore::storage
