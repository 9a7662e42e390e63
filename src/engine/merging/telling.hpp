// What the answers of this room have in common.
#pragma once

#include "base/json.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {

Json told_customer_json(storage::CustomerStore& store, CustomerId customer);
Json told_customer_answer();

}  // namespace crmcore::engine
