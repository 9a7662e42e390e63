// Writes what a run planned. What was decided and why goes in first, by customer, so that tables grow at
// their ends: first placements packed by blocks of customers, everything else in rows
// (storage/placement_block.hpp). A run that gives a million customers their first manager writes thousands of
// rows so. Then the run itself with the digest over all of that, then who moved, one by one, each with its
// change in the journal. Intervals of a customer's primary stay without gap and overlap because one function,
// replace_primary, ends one and begins the next (tests/engine/assignment_intervals_test.cpp); a run without
// changes writes nothing but who is over span (tests/engine/assignment_run_test.cpp).
// tests/engine/placements_test.cpp sees no difference between packed placements and rows.
#include "engine/assignment/apply.hpp"

#include <algorithm>
#include <utility>

#include "assignment/decision.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/assignment/over_span.hpp"
#include "engine/assignment/revert.hpp"
#include "engine/assignment/run_record.hpp"
#include "engine/assignment/summary.hpp"
#include "engine/core/naming.hpp"
#include "storage/document_store.hpp"

namespace crmcore::engine {
namespace {

using assignment::Change;
using storage::AssignmentStore;
using storage::DecisionRow;
using storage::PlacementKey;

constexpr std::int64_t kTickChanges = 1 << 14;

// A change of the plan by its customer.
struct ChangeRef {
  CustomerId customer;
  std::uint32_t at;

  friend bool operator<(const ChangeRef& a, const ChangeRef& b) { return a.customer < b.customer; }
};

// Plans decide by rank and then by customer, so that what is to be sorted is a few ascending runs.
std::vector<ChangeRef> by_customer(const std::vector<Change>& changes) {
  std::vector<ChangeRef> refs;
  refs.reserve(changes.size());
  std::vector<std::size_t> ends;
  for (std::uint32_t at = 0; at < changes.size(); ++at) {
    if (at > 0 && changes[at].customer < changes[at - 1].customer) ends.push_back(at);
    refs.push_back({changes[at].customer, at});
  }
  ends.push_back(refs.size());
  const auto place = [&](std::size_t at) { return refs.begin() + static_cast<std::ptrdiff_t>(at); };
  while (ends.size() > 1) {
    std::vector<std::size_t> merged;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); i += 2) {
      const std::size_t end = ends[std::min(i + 1, ends.size() - 1)];
      std::inplace_merge(place(begin), place(ends[i]), place(end));
      merged.push_back(end);
      begin = end;
    }
    ends = std::move(merged);
  }
  return refs;
}

std::vector<storage::StageFindingRow> findings_of(const assignment::Consideration& consideration) {
  std::vector<storage::StageFindingRow> rows;
  for (const auto& finding : consideration) {
    storage::StageFindingRow& row = rows.emplace_back();
    row.stage = finding->stage;
    for (std::size_t code = 0; code < finding->counts.size(); ++code) {
      if (finding->counts[code] != 0)
        row.counts.emplace_back(static_cast<std::int32_t>(code), finding->counts[code]);
    }
    for (const auto& candidate : finding->candidates)
      row.candidates.emplace_back(candidate.manager, static_cast<std::int32_t>(candidate.rejection));
  }
  return rows;
}

DecisionRow decision_of(const Change& change, RunId run) {
  return {change.customer,
          run,
          change.from,
          change.to,
          static_cast<std::int32_t>(change.trigger),
          static_cast<std::int32_t>(change.lost_by),
          static_cast<std::int32_t>(change.unassigned),
          static_cast<std::int32_t>(change.tie_break),
          change.stage,
          change.full_count,
          change.full_detailed,
          change.runner_up,
          change.load_before,
          change.runner_up_load,
          change.consideration};
}

// Ends what is there on the day on which the row begins, and puts the row in its place.
void make_present(AssignmentStore& store, const storage::PrimaryRow& row) {
  const auto known = store.present(row.customer);
  // What is replaced on its first day leaves no interval behind.
  if (known && known->from < row.from) store.insert_past(*known, row.from);
  if (known && known->from == row.from && row.run) store.keep_replaced(*known, row.run);
  store.put(row);
  store.remove_ahead(row.customer, row.from);
}

class Applier {
 public:
  Applier(Session& session, WriteScope& write, const PlannedRun& run, storage::Origin origin,
          const std::string& reason)
      : session_(session),
        write_(write),
        run_(run),
        plan_(run.plan),
        origin_(origin),
        reason_(reason),
        today_(session.today()),
        store_(write.db()),
        id_(plan_.changes.empty() ? RunId{} : RunId{store_.last_run().value + 1}),
        rows_(write.db(), id_) {}

  RunId apply() {
    for (const storage::PrimaryRow& row : store_.begun(today_)) make_present(store_, row);
    const RunUndo undo(write_.db(), run_.loaded.id);
    if (id_) {
      insert_decisions();
      insert_received();
      insert_findings();
      rows_.flush();
      insert_run();
      move_customers();
      put_rotation();
    }
    mark_over_span();
    if (id_) undo.keep(write_.db(), id_);
    return id_;
  }

 private:
  void insert_decisions() {
    is_told_.resize(plan_.considerations.size());
    received_.resize(plan_.loads.size());
    const std::vector<ChangeRef> order = by_customer(plan_.changes);
    std::vector<DecisionRow> firsts;  // of a block
    std::int64_t block = -1;
    std::int64_t done = 0;
    for (const ChangeRef& ref : order) {
      if (++done % kTickChanges == 0) session_.tick(done, static_cast<std::int64_t>(order.size()));
      const Change& change = plan_.changes[ref.at];
      is_told_[change.consideration] = true;
      if (const std::int64_t of = PlacementKey::block_of(change.customer); of != block) {
        insert_firsts(block, firsts);
        block = of;
      }
      const DecisionRow decision = decision_of(change, id_);
      const bool is_first = !change.from && !run_.facts.released.contains(change.customer);
      if (is_first) {
        firsts.push_back(decision);
      } else {
        moved_.push_back(ref.at);
        insert_decision(decision);
      }
    }
    insert_firsts(block, firsts);
  }

  // Rows of decisions go in by customer, but for those of a block who move before those who are placed.
  void insert_decision(const DecisionRow& decision) {
    rows_.add(decision);
    late_.push_back(decision);
  }

  // A million first placements are told in the run's summary.
  void insert_firsts(std::int64_t block, std::vector<DecisionRow>& firsts) {
    const bool is_usual = origin_ == storage::Origin::policy && reason_.empty();
    if (is_usual && firsts.size() >= storage::kPlacementsPackedMin) {
      const PlacementKey key{block, id_};
      const storage::PackedPlacements packed = storage::pack_placements(firsts);
      record_.add(key, packed.managers, packed.reasons);
      rows_.add(key, packed);
      for (const DecisionRow& first : firsts) received_[index_of(first.to)].push_back(first.customer);
    } else {
      for (const DecisionRow& first : firsts) {
        insert_decision(first);
        rows_.add(storage::PrimaryRow{first.customer, first.to, run_.as_of, origin_, id_, reason_, false});
      }
    }
    firsts.clear();
    std::sort(late_.begin(), late_.end(),
              [](const DecisionRow& a, const DecisionRow& b) { return a.customer < b.customer; });
    for (const DecisionRow& decision : late_) record_.add(decision);
    late_.clear();
  }

  std::size_t index_of(ManagerId manager) const {
    const auto load =
        std::partition_point(plan_.loads.begin(), plan_.loads.end(),
                             [&](const assignment::ManagerLoad& other) { return other.manager < manager; });
    return static_cast<std::size_t>(load - plan_.loads.begin());
  }

  void insert_received() {
    for (std::size_t i = 0; i < received_.size(); ++i) {
      if (!received_[i].empty()) rows_.add(plan_.loads[i].manager, received_[i]);
    }
  }

  void insert_findings() {
    for (std::size_t i = 0; i < is_told_.size(); ++i) {
      if (!is_told_[i]) continue;
      const auto number = static_cast<std::int64_t>(i);
      const auto body = storage::pack_findings(findings_of(plan_.considerations[i]));
      record_.add(number, body);
      rows_.add(number, body);
    }
  }

  void insert_run() {
    AssignmentSummary summary = summary_of(write_.db(), run_, id_, 0);
    summary.loads.erase(std::remove_if(summary.loads.begin(), summary.loads.end(),
                                       [](const LoadChange& load) { return load.before == load.after; }),
                        summary.loads.end());
    const auto kind =
        origin_ == storage::Origin::handover ? storage::RunKind::handover : storage::RunKind::policy;
    storage::RunRow row{id_,
                        run_.loaded.id,
                        run_.loaded.policy.version,
                        run_.as_of,
                        kind,
                        dump_json(summary_json(summary)),
                        run_.digest,
                        0};
    Json body = {{"run", id_.value},           {"policy", summary.policy},
                 {"version", summary.version}, {"as_of", format_date(run_.as_of)},
                 {"placed", summary.placed},   {"moved", summary.moved},
                 {"lost", summary.lost},       {"unassigned", summary.unassigned},
                 {"plan", summary.plan},       {"record", to_hex(record_.finish(row))}};
    if (!reason_.empty()) body["reason"] = reason_;
    row.change_seq = write_.journal().add(kAssignmentApplied, {}, dump_json(body));
    store_.insert(row);
  }

  void move_customers() {
    for (const std::uint32_t at : moved_) {
      const Change& change = plan_.changes[at];
      storage::PrimaryRow row{change.customer, change.to, run_.as_of, origin_, id_, reason_, false};
      if (!change.to) row.reason = word_of(change.unassigned);
      replace_primary(write_.db(), row, today_);
      if (change.from) tell(change);
    }
  }

  void tell(const Change& change) {
    Json body = {{"from", run_.facts.code_of(change.from)}};
    if (change.to) body["to"] = run_.facts.code_of(change.to);
    if (!change.to) body["reason"] = word_of(change.unassigned);
    body["cause"] = word_of(change.trigger);
    body["run"] = id_.value;
    body["valid_from"] = format_date(run_.as_of);
    const auto kind = change.to ? kCustomerAssigned : kCustomerUnassigned;
    write_.journal().add(kind, change.customer, dump_json(body));
  }

  void put_rotation() {
    for (const auto& load : plan_.loads) {
      if (load.received > 0) store_.put_rotation(run_.loaded.id, load.manager, load.last_assigned);
    }
  }

  // Told once, when it begins; by a later run where this one lies ahead.
  void mark_over_span() {
    if (today_ < run_.as_of) return;
    // Other policies weigh otherwise, and who is over span by one of them is.
    if (storage::DocumentStore(write_.db(), storage::DocumentKind::policy).all().size() > 1)
      return mark_all_over_span(session_, write_);
    for (std::size_t i = 0; i < plan_.loads.size(); ++i) {
      const auto& load = plan_.loads[i];
      settle_over_span(write_, run_.facts.manager_rows[i], load.after, load.is_over_span(), run_.as_of);
    }
  }

  Session& session_;
  WriteScope& write_;
  const PlannedRun& run_;
  const assignment::Plan& plan_;
  storage::Origin origin_;
  const std::string& reason_;
  Date today_;
  AssignmentStore store_;
  RunId id_;  // none: nothing changes
  storage::DecisionInsert rows_;
  RunRecord record_;
  std::vector<bool> is_told_;                      // by consideration
  std::vector<std::vector<CustomerId>> received_;  // packed first placements, by manager
  std::vector<std::uint32_t> moved_;               // who is no first placement
  std::vector<DecisionRow> late_;                  // rows of a block that the record does not have yet
};

}  // namespace

RunId apply_assignment(Session& session, WriteScope& write, const PlannedRun& run, storage::Origin origin,
                       const std::string& reason) {
  return Applier(session, write, run, origin, reason).apply();
}

void settle_begun(AssignmentStore& store, CustomerId customer, Date today) {
  for (const storage::PrimaryRow& row : store.ahead(customer)) {
    if (row.from <= today) make_present(store, row);
  }
}

void replace_primary(sqlite::Connection& db, const storage::PrimaryRow& row, Date today) {
  AssignmentStore store(db);
  settle_begun(store, row.customer, today);
  if (today < row.from) return store.put_ahead(row);
  if (const auto known = store.present(row.customer); known && row.from < known->from) {
    throw Error(Code::conflict,
                fmt::format("the present assignment of customer {} begins on {}, after {}",
                            told_customer(db, row.customer), format_date(known->from), format_date(row.from)),
                "/as_of");
  }
  make_present(store, row);
}

}  // namespace crmcore::engine
