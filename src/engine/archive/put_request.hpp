// The request of archive.put: customers as JSON has them.
#pragma once

#include <cstddef>
#include <vector>

#include "crmcore/archive.hpp"

#include "base/object_reader.hpp"
#include "engine/core/catalog.hpp"

namespace crmcore::engine {

struct PutRequest {
  std::vector<CustomerInput> customers;

  // Values whose meaning depends on the type of their attribute, which the reader does not know: a text may
  // be a date, and true is 1 of a boolean alone.
  struct Open {
    std::size_t customer;
    std::size_t attribute;
    bool is_boolean;
    bool is_dated;  // given as {value, observed}
  };
  std::vector<Open> open;
};

PutRequest read_put(ObjectReader& in);

// What is said of a customer who is compared with those who are there: name, kind, classes, identifiers,
// contacts.
CustomerInput read_new_customer(ObjectReader& in);

// Gives the open values the form of their attributes. Throws Error with every value that has none; attributes
// that are not defined are left to the use case.
void settle_values(const Catalog& catalog, const Zone& zone, PutRequest& request);

}  // namespace crmcore::engine
