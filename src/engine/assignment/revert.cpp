// What a run decided tells whom it moved, and the interval that it ended whom it took them from; beside that
// only what nothing else keeps is stored with a run: primaries that it replaced on their first day, whose
// turn it was, and since when managers were over span. Invariants: only the last run is taken back, and only
// while nobody touched the customers whom it moved; what was changed since by somebody else (a span, a turn)
// stays. Cost: a pass over the run's decisions. tests/engine/assignment_revert_test.cpp compares all views
// and answers.
#include "engine/assignment/revert.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/assignment/assign.hpp"
#include "engine/assignment/over_span.hpp"
#include "engine/assignment/policies.hpp"
#include "engine/assignment/run.hpp"
#include "engine/core/naming.hpp"
#include "engine/grading/review/revert.hpp"
#include "storage/assignment_store.hpp"
#include "storage/journal_store.hpp"
#include "storage/reversal_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::AssignmentStore;
using storage::ReversalKind;
using storage::ReversalStore;

constexpr std::string_view kMarks = "over_span";
constexpr std::string_view kTurns = "rotation";

// What a manager had before, and what he was given; none: nothing.
struct Replaced {
  ManagerId manager;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
};

std::optional<std::int64_t> number_of(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<std::int64_t>());
}

std::optional<std::int64_t> number_of(const std::optional<Date>& day) {
  return day ? std::optional<std::int64_t>(day->days) : std::nullopt;
}

// Leaves out what stayed.
void add_replaced(Json& list, const Replaced& one) {
  if (one.before == one.after) return;
  const auto json = [](const std::optional<std::int64_t>& number) {
    return number ? Json(*number) : Json(nullptr);
  };
  list.push_back(Json::array({one.manager.value, json(one.before), json(one.after)}));
}

std::vector<Replaced> read_replaced(const storage::ReversalRow& row, std::string_view member) {
  return storage::read_stored("what is kept to take something back", [&] {
    std::vector<Replaced> list;
    const Json undo = parse_json(row.undo);
    if (!undo.contains(member)) return list;
    for (const Json& one : undo[member])
      list.push_back({ManagerId{one[0].get<std::int64_t>()}, number_of(one[1]), number_of(one[2])});
    return list;
  });
}

// Since when managers are over span, where that is another day than before.
Json changed_marks(sqlite::Connection& db, std::span<const storage::ManagerRow> before) {
  Json marks = Json::array();
  storage::ManagerStore store(db);
  for (const storage::ManagerRow& row : before) {
    const auto now = storage::named(store.find(row.id), row.id, "manager").over_span;
    add_replaced(marks, {row.id, number_of(row.over_span), number_of(now)});
  }
  return marks;
}

// What was changed since by somebody else stays.
void restore_marks(sqlite::Connection& db, const storage::ReversalRow& kept) {
  storage::ManagerStore store(db);
  for (const auto& [id, before, after] : read_replaced(kept, kMarks)) {
    if (number_of(storage::named(store.find(id), id, "manager").over_span) != after) continue;
    store.set_over_span(id, before ? std::optional(Date{static_cast<std::int32_t>(*before)}) : std::nullopt);
  }
}

void restore_turns(sqlite::Connection& db, PolicyId policy, const storage::ReversalRow& kept) {
  AssignmentStore store(db);
  const auto turns = store.rotation(policy);
  for (const auto& [id, before, after] : read_replaced(kept, kTurns)) {
    if (!after || std::find(turns.begin(), turns.end(), std::pair(id, *after)) == turns.end()) continue;
    before ? store.put_rotation(policy, id, *before) : ReversalStore(db).remove_rotation(policy, id);
  }
}

bool is_about_serving(std::int32_t kind) {
  for (const ChangeKind& one :
       {kCustomerAssigned, kCustomerUnassigned, kAssignmentLocked, kAssignmentWithdrawn}) {
    if (one.number == kind) return true;
  }
  return false;
}

// A run that was taken back told its moves too.
bool is_of_run(const storage::ChangeRow& change) {
  return storage::read_stored("a change", [&] { return parse_json(change.body).contains("run"); });
}

class RunReversal {
 public:
  RunReversal(Session& session, WriteScope& write, const storage::RunRow& run, std::string_view reason)
      : session_(session),
        write_(write),
        db_(write.db()),
        run_(run),
        reason_(reason),
        store_(db_),
        removal_(db_) {}

  Json run() {
    const auto kept = require_last();
    require_untouched();
    restore();
    restore_marks(db_, kept);
    restore_turns(db_, run_.policy, kept);
    removal_.remove(run_.id);
    const Json summary = storage::read_stored("a run's summary", [&] { return parse_json(run_.summary); });
    Json body{{"run", run_.id.value},
              {"policy", summary["policy"]},
              {"as_of", format_date(run_.as_of)},
              {"customers", summary["placed"].get<std::int64_t>() + summary["moved"].get<std::int64_t>() +
                                summary["lost"].get<std::int64_t>()}};
    Json told = body;
    told["reason"] = reason_;
    const std::int64_t seq = write_.journal().add(kAssignmentReverted, {}, dump_json(told));
    removal_.tell(ReversalKind::run, run_.id.value, seq);
    return body;
  }

 private:
  storage::ReversalRow require_last() {
    if (const RunId last = removal_.last_standing_run(); last != run_.id) {
      throw Error(Code::conflict,
                  fmt::format("run {} came later; the last one is taken back first", last.value), "/run");
    }
    if (run_.kind == storage::RunKind::handover) {
      throw Error(Code::unsupported,
                  fmt::format("run {} is a handover, which ends more than it moves", run_.id.value), "/run");
    }
    auto kept = removal_.find(ReversalKind::run, run_.id.value);
    if (!kept) {
      throw Error(Code::unsupported,
                  fmt::format("run {} was made when what is needed for it was not kept", run_.id.value),
                  "/run");
    }
    return std::move(*kept);
  }

  void require_untouched() {
    storage::JournalStore(db_).range(run_.change_seq + 1, INT64_MAX, [&](const storage::ChangeRow& change) {
      if (!is_about_serving(change.kind) || is_of_run(change)) return;
      const CustomerId customer = change.subject.customer();
      if (!store_.decision(customer, run_.id)) return;
      throw Error(Code::conflict,
                  fmt::format("customer {}, whom the run moved, was assigned otherwise since, by change {}",
                              told_customer(db_, customer), change.seq),
                  "/run");
    });
  }

  // First placements that are packed go with their blocks.
  void restore() {
    std::vector<CustomerId> customers;
    removal_.changed(run_.id, [&](CustomerId customer) { customers.push_back(customer); });
    for (const CustomerId customer : customers) {
      const auto decision = store_.decision(customer, run_.id);
      removal_.restore_primary(customer, run_.id, run_.as_of);
      if (decision->from) tell(*decision);
    }
  }

  // As the run told it, the other way round.
  void tell(const storage::DecisionRow& decision) {
    Json body = {{"to", code_of(decision.from)}};
    if (decision.to) body["from"] = code_of(decision.to);
    body["cause"] = "reverted";
    body["run"] = run_.id.value;
    body["reason"] = reason_;
    body["valid_from"] = format_date(run_.as_of);
    write_.journal().add(kCustomerAssigned, decision.customer, dump_json(body));
  }

  std::string code_of(ManagerId id) {
    return storage::named(storage::ManagerStore(db_).find(id), id, "manager").code;
  }

  Session& session_;
  WriteScope& write_;
  sqlite::Connection& db_;
  const storage::RunRow& run_;
  std::string_view reason_;
  AssignmentStore store_;
  ReversalStore removal_;
};

}  // namespace

Json revert_run(Session& session, RunId run, std::string_view reason) {
  text::require_reason(reason);
  WriteScope write(session);
  const storage::RunRow row = require_run(write.db(), run);
  Json answer = RunReversal(session, write, row, reason).run();
  write.commit();
  return answer;
}

Json revert_run_answer() {
  return schema::object(
      {{"run", schema::integer(1, kIntegerMax)},
       {"policy", schema::text()},
       {"as_of", schema::date()},
       {"customers", schema::about("who went back to whom they had before", schema::integer())}});
}

storage::RunRow require_run(sqlite::Connection& db, RunId id) {
  if (auto run = AssignmentStore(db).run(id)) return std::move(*run);
  const auto reverted = ReversalStore(db).find(ReversalKind::run, id.value);
  throw Error(Code::not_found,
              reverted && reverted->change_seq != 0
                  ? fmt::format("run {} was taken back, by change {}", id.value, reverted->change_seq)
                  : fmt::format("no run {}", id.value),
              "/run");
}

void follow_review(Session& session, WriteScope& write, ReviewId review) {
  const auto before = storage::ManagerStore(write.db()).managers();
  mark_all_over_span(session, write);
  Json marks = changed_marks(write.db(), before);
  if (marks.empty()) return;
  const Json undo{{kMarks, std::move(marks)}};
  ReversalStore(write.db()).keep(ReversalKind::review, review.value, dump_json(undo));
}

void undo_review(Session&, WriteScope& write, const ReviewToRevert& review) {
  ReversalStore store(write.db());
  if (const RunId run = store.run_by_grades(review.scheme, review.change_seq)) {
    throw Error(Code::conflict, fmt::format("run {} was made by these grades", run.value), "/review");
  }
  if (store.is_read_by_policies(review.scheme)) {
    storage::JournalStore(write.db())
        .range(review.change_seq + 1, INT64_MAX, [&](const storage::ChangeRow& change) {
          if (change.kind != kCustomerAssigned.number || is_of_run(change)) return;
          const CustomerId customer = change.subject.customer();
          if (!std::binary_search(review.moved.begin(), review.moved.end(), subject_of(customer))) return;
          throw Error(
              Code::conflict,
              fmt::format("customer {}, whom the review moved, was given to a manager since, by change {}",
                          told_customer(write.db(), customer), change.seq),
              "/review");
        });
  }
  if (const auto kept = store.find(ReversalKind::review, review.id.value)) restore_marks(write.db(), *kept);
}

RunUndo::RunUndo(sqlite::Connection& db, PolicyId policy)
    : policy_(policy),
      managers_(storage::ManagerStore(db).managers()),
      turns_(AssignmentStore(db).rotation(policy)) {}

void RunUndo::keep(sqlite::Connection& db, RunId run) const {
  Json turns = Json::array();
  for (const auto& [manager, last] : AssignmentStore(db).rotation(policy_)) {
    const auto before = std::find_if(turns_.begin(), turns_.end(),
                                     [id = manager](const auto& other) { return other.first == id; });
    add_replaced(turns,
                 {manager, before == turns_.end() ? std::nullopt : std::optional(before->second), last});
  }
  const Json undo{{kMarks, changed_marks(db, managers_)}, {kTurns, std::move(turns)}};
  ReversalStore(db).keep(ReversalKind::run, run.value, dump_json(undo));
}

}  // namespace crmcore::engine
