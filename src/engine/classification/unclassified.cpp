#include "engine/classification/unclassified.hpp"

#include <vector>

#include "base/format.hpp"
#include "base/schema.hpp"
#include "storage/class_scan.hpp"
#include "storage/customer_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {

Json unclassified_customers(Session& session, std::string_view only, std::int64_t limit) {
  if (limit < 0 || limit > kUnclassifiedMax) {
    throw Error(Code::range, fmt::format("a limit of {}; 0 to {} are allowed", limit, kUnclassifiedMax),
                "/limit");
  }
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const Date today = session.today();
  Json axes = Json::array();
  for (const CatalogAxis& axis : session.catalog().axes()) {
    if (!only.empty() && axis.row.code != only) continue;
    std::int64_t unknown = 0;
    std::int64_t retired = 0;
    std::vector<CustomerId> first;
    const std::int32_t slot[] = {axis.row.slot};
    storage::scan_classes(db, slot, [&](CustomerId id, std::span<const NodeId> classes) {
      const auto* node = axis.node(classes.front());
      if (node != nullptr && node->is_valid_at(today)) return;
      ++(node == nullptr ? unknown : retired);
      if (first.size() < static_cast<std::size_t>(limit)) first.push_back(id);
    });
    Json customers = Json::array();
    for (const CustomerId id : first)
      customers.push_back(storage::named(storage::CustomerStore(db).find(id), id, "customer").code);
    axes.push_back({{"axis", axis.row.code},
                    {"is_required", axis.row.is_required},
                    {"unknown", unknown},
                    {"retired", retired},
                    {"customers", std::move(customers)}});
  }
  if (!only.empty() && axes.empty()) require_axis(session.catalog(), only, "/axis");
  return {{"axes", std::move(axes)}};
}

Json unclassified_answer() {
  const Json axis = schema::object(
      {{"axis", schema::text()},
       {"is_required", schema::boolean()},
       {"unknown", schema::about("customers without a class", schema::integer())},
       {"retired", schema::about("customers on a node that is no longer valid", schema::integer())},
       {"customers", schema::about("codes of the first", schema::list(schema::text()))}});
  return schema::object({{"axes", schema::list(axis)}});
}

}  // namespace crmcore::engine
