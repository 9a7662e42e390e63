#include "engine/merging/telling.hpp"

#include "base/schema.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {

Json told_customer_json(storage::CustomerStore& store, CustomerId customer) {
  const auto row = storage::named(store.find(customer), customer, "customer");
  return {{"customer_id", row.id.value}, {"code", row.code}, {"name", row.name}};
}

Json told_customer_answer() {
  return schema::object(
      {{"customer_id", schema::integer()}, {"code", schema::text()}, {"name", schema::text()}});
}

}  // namespace crmcore::engine
