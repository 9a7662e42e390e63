// A span that is made smaller, as a promotion that makes a load greater, evicts nobody: it blocks intake, and
// is told at once to who did it. tests/engine/territory_test.cpp.
#include "engine/assignment/over_span.hpp"

#include <optional>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/assignment/facts.hpp"
#include "engine/assignment/policies.hpp"
#include "engine/assignment/run.hpp"
#include "storage/document_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

std::vector<std::optional<LoadedPolicy>> policies_or_none(sqlite::Connection& db) {
  std::vector<std::optional<LoadedPolicy>> policies;
  for (const auto& row : storage::DocumentStore(db, storage::DocumentKind::policy).all())
    policies.emplace_back(load_policy(db, row.code, std::nullopt));
  if (policies.empty()) policies.emplace_back();
  return policies;
}

}  // namespace

std::vector<OverSpan> mark_over_span(WriteScope& write, Date today, std::span<const ManagerId> managers) {
  std::vector<OverSpan> found;
  if (managers.empty()) return found;
  storage::ManagerStore store(write.db());
  const auto policies = policies_or_none(write.db());
  for (const ManagerId id : managers) {
    const auto row = storage::named(store.find(id), id, "manager");
    const std::size_t found_before = found.size();
    for (const auto& policy : policies) {
      const std::int64_t load = load_of(write.db(), id, policy);
      if (load > row.span) found.push_back({row.code, policy ? policy->policy.code : "", load, row.span});
    }
    const bool is_over = found.size() > found_before;
    if (is_over == row.over_span.has_value()) continue;
    store.set_over_span(id, is_over ? std::optional(today) : std::nullopt);
    if (!is_over) continue;
    const Json body = {{"manager", row.code}, {"load", found.back().load}, {"span", row.span}};
    write.journal().add(kManagerOverSpan, {}, dump_json(body));
  }
  return found;
}

Json over_span_json(std::span<const OverSpan> found) {
  Json list = Json::array();
  for (const OverSpan& one : found) {
    list.push_back(
        {{"manager", one.manager}, {"policy", one.policy}, {"load", one.load}, {"span", one.span}});
  }
  return list;
}

Json over_span_answer() {
  const Json one = schema::object(
      {{"manager", schema::text()},
       {"policy", schema::about("whose weights make the load; empty: there is none", schema::text())},
       {"load", schema::integer()},
       {"span", schema::integer()}});
  return schema::about("who carries more than the span that was given: nobody is evicted, intake is blocked",
                       schema::list(one));
}

}  // namespace crmcore::engine
