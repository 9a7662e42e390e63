// A review that grades a million customers for the first time, and a run that places them, are one change
// each: who got what is kept with the states of grades and the blocks of placements, and read from there.
// tests/engine/history_test.cpp.
#include "engine/archive/first_changes.hpp"

#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "engine/archive/change_log.hpp"
#include "storage/assignment_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

void add_first(Session& session, std::int64_t seq, CustomerId customer, std::string_view kind,
               const Json& body, std::vector<Change>& firsts) {
  std::vector<Change> made = changes_after(session, seq - 1, 1);
  if (made.empty() || made.front().seq != seq) return;
  made.front().kind = kind;
  made.front().customer = customer;
  made.front().body = dump_json(body);
  firsts.push_back(std::move(made.front()));
}

}  // namespace

std::vector<Change> first_changes(Session& session, CustomerId customer) {
  sqlite::Connection& db = session.db();
  std::vector<Change> firsts;
  storage::ReviewStore reviews(db);
  for (const storage::SchemeRow& scheme : storage::SchemeStore(db).all()) {
    const SubjectId subject = subject_of(customer);
    const auto state = reviews.state(scheme.id, subject);
    const auto review = state && state->first_review ? reviews.find(state->first_review) : std::nullopt;
    if (!review) continue;
    const auto events = reviews.events(scheme.id, subject);
    const auto next = std::find_if(events.begin(), events.end(),
                                   [&](const auto& event) { return event.change_seq > review->change_seq; });
    const std::int32_t grade = next == events.end() ? state->grade : next->from;
    const auto names = storage::SchemeStore(db).grades(scheme.id);
    const auto name =
        std::find_if(names.begin(), names.end(), [&](const auto& row) { return row.grade == grade; });
    if (name == names.end()) continue;  // was measured, and has no grade
    const Json body = {{"scheme", scheme.code},
                       {"to", name->name},
                       {"as_of", format_date(review->as_of)},
                       {"review", review->id.value}};
    add_first(session, review->change_seq, customer, "grade.placed", body, firsts);
  }
  storage::AssignmentStore assignment(db);
  for (const storage::Placement& placement : assignment.placements(customer)) {
    const auto run = assignment.run(placement.run);
    const auto manager = storage::ManagerStore(db).find(placement.manager);
    if (!run || !manager) continue;
    // Who lost a manager before is told by a change of its own.
    ChangeFilter told;
    told.customer = customer;
    told.kinds = {"customer.assigned"};
    told.run = run->id.value;
    told.limit = 1;
    if (!changes_by(session, told).empty()) continue;
    const Json body = {{"to", manager->code}, {"run", run->id.value}, {"cause", "unassigned"}};
    add_first(session, run->change_seq, customer, "customer.assigned", body, firsts);
  }
  return firsts;
}

}  // namespace crmcore::engine
