// Each reason is found by a pass of its own over what can have it: classes, values of the attribute,
// overrides that stand. tests/engine/class_override_test.cpp.
#include "engine/classification/misfits.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "engine/archive/derived_classes.hpp"
#include "storage/class_override_store.hpp"
#include "storage/class_scan.hpp"
#include "storage/customer_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

struct FoundMisfit {
  CustomerId customer;
  Misfit why = Misfit::missing;
  NodeId node;  // none: unknown

  friend bool operator<(const FoundMisfit& a, const FoundMisfit& b) noexcept {
    return std::pair(a.customer, a.why) < std::pair(b.customer, b.why);
  }
};

// By customer.
std::vector<FoundMisfit> misfits_on(Session& session, const CatalogAxis& axis) {
  sqlite::Connection& db = session.db();
  const Date today = session.today();
  std::vector<FoundMisfit> found;
  const std::int32_t slot[] = {axis.row.slot};
  std::vector<bool> is_unknown;  // by customer id
  storage::scan_classes(db, slot, [&](CustomerId id, std::span<const NodeId> classes) {
    const auto* node = axis.node(classes.front());
    is_unknown.resize(static_cast<std::size_t>(id.value) + 1);
    is_unknown[static_cast<std::size_t>(id.value)] = node == nullptr;
    if (node == nullptr && axis.row.is_required) found.push_back({id, Misfit::missing, {}});
    if (node != nullptr && !node->is_valid_at(today)) found.push_back({id, Misfit::retired, node->id});
  });
  if (axis.attribute) {
    storage::scan_attribute(db, axis.attribute, [&](CustomerId id, std::int64_t number) {
      const auto at = static_cast<std::size_t>(id.value);
      if (axis.axis.place(number) == kNowhere && at < is_unknown.size() && is_unknown[at])
        found.push_back({id, Misfit::outside, {}});
    });
  }
  storage::CustomerStore store(db);
  storage::ClassOverrideFilter standing;
  standing.axis = axis.row.id;
  for (const auto& row : storage::ClassOverrideStore(db).find(standing)) {
    const auto customer = storage::named(store.find(row.customer), row.customer, "customer");
    if (derived_node(axis, stored_facts(session.catalog(), store, row.customer, customer.kind)) != row.node)
      found.push_back({row.customer, Misfit::overridden, row.node});
  }
  std::sort(found.begin(), found.end());
  return found;
}

Json told_misfits(Session& session, const CatalogAxis& axis, const MisfitsRequest& request) {
  std::vector<FoundMisfit> found = misfits_on(session, axis);
  std::array<std::int64_t, words_of(Misfit{}).size()> counts{};
  for (const FoundMisfit& one : found) ++counts[static_cast<std::size_t>(one.why)];
  std::erase_if(found, [&](const FoundMisfit& one) {
    return one.customer.value <= request.after.value || (request.why && one.why != *request.why);
  });
  Json customers = Json::array();
  Json next;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const FoundMisfit& one = found[i];
    // A page ends between customers, so that `next` neither repeats nor leaves out a reason.
    if (std::ssize(customers) >= request.limit && one.customer != found[i - 1].customer) {
      next = found[i - 1].customer.value;
      break;
    }
    const auto* node = axis.node(one.node);
    customers.push_back({{"customer", storage::named(storage::CustomerStore(session.db()).find(one.customer),
                                                     one.customer, "customer")
                                          .code},
                         {"why", word_of(one.why)},
                         {"node", node == nullptr ? Json() : Json(node->code)}});
  }
  Json told{{"axis", axis.row.code}};
  for (std::size_t why = 0; why < counts.size(); ++why) told[words_of(Misfit{})[why]] = counts[why];
  told["customers"] = std::move(customers);
  told["next"] = std::move(next);
  return told;
}

}  // namespace

Json find_misfits(Session& session, const MisfitsRequest& request) {
  const sqlite::ReadTransaction snapshot(session.db());
  Json axes = Json::array();
  if (request.axis) {
    axes.push_back(told_misfits(session, require_axis(session.catalog(), *request.axis, "/axis"), request));
  } else {
    for (const CatalogAxis& axis : session.catalog().axes())
      axes.push_back(told_misfits(session, axis, request));
  }
  return {{"axes", std::move(axes)}};
}

Json misfits_answer() {
  const Json customer =
      schema::object({{"customer", schema::text()},
                      {"why", schema::word<Misfit>()},
                      {"node", schema::about("null: unknown", schema::nullable(schema::text()))}});
  const Json axis = schema::object(
      {{"axis", schema::text()},
       {"missing", schema::about("customers without a class that the axis requires", schema::integer())},
       {"retired", schema::about("on a node that is not valid today", schema::integer())},
       {"outside", schema::about("with a value that is in no band", schema::integer())},
       {"overridden", schema::about("decided by hand, other than the facts say", schema::integer())},
       {"customers", schema::list(customer)},
       {"next", schema::about("what `after` gets for the axis's next page; null: the last one",
                              schema::nullable(schema::integer()))}});
  return schema::object({{"axes", schema::list(axis)}});
}

MisfitsRequest read_misfits(ObjectReader& in) {
  MisfitsRequest request;
  request.axis = in.about("absent: all axes").text("axis", kCodeBytesMax);
  request.why = in.about("absent: all; counts are of all in any case").word<Misfit>("why");
  request.after = CustomerId{in.about("`next` of the page before").integer_or("after", 0, kIntegerMax, 0)};
  request.limit = in.about("customers per axis").integer_or("limit", 1, kMisfitsMax, kMisfitsDefault);
  return request;
}

}  // namespace crmcore::engine
