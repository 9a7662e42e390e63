// A span that is made smaller, as a promotion that makes a load greater, evicts nobody: it blocks intake, and
// is told when it happens, not with the next run. tests/engine/territory_test.cpp.
#include "engine/assignment/over_span.hpp"

#include <map>
#include <optional>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/assignment/manager_grades.hpp"
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

void settle_over_span(WriteScope& write, const storage::ManagerRow& manager, std::int64_t load, bool is_over,
                      Date today) {
  if (is_over == manager.over_span.has_value()) return;
  storage::ManagerStore(write.db()).set_over_span(manager.id, is_over ? std::optional(today) : std::nullopt);
  if (!is_over) return;
  const Json body = {{"manager", manager.code}, {"load", load}, {"span", manager.span}};
  write.journal().add(kManagerOverSpan, {}, dump_json(body));
}

std::vector<OverSpan> mark_over_span(WriteScope& write, Date today, std::span<const ManagerId> managers) {
  std::vector<OverSpan> found;
  if (managers.empty()) return found;
  storage::ManagerStore store(write.db());
  std::map<ManagerId, std::vector<OverSpan>> over;
  for (const auto& policy : policies_or_none(write.db())) {
    const ManagerId only = managers.size() == 1 ? managers.front() : ManagerId{};
    for (const ManagerGrades& served :
         grades_by_manager(write.db(), policy ? policy->scheme : SchemeId{}, today, only))
      over[served.manager].push_back({"", policy ? policy->policy.code : "", load_of(served, policy), 0});
  }
  for (const ManagerId id : managers) {
    const auto row = storage::named(store.find(id), id, "manager");
    const std::size_t found_before = found.size();
    for (const OverSpan& one : over[id]) {
      if (one.load > row.span) found.push_back({row.code, one.policy, one.load, row.span});
    }
    const bool is_over = found.size() > found_before;
    settle_over_span(write, row, is_over ? found.back().load : 0, is_over, today);
  }
  return found;
}

void mark_all_over_span(Session& session, WriteScope& write) {
  std::vector<ManagerId> managers;
  for (const auto& row : storage::ManagerStore(write.db()).managers()) managers.push_back(row.id);
  mark_over_span(write, session.today(), managers);
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
