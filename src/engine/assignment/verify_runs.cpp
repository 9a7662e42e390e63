// A run's decisions are not in the journal one by one; its change has a digest over all of them, which is
// made again here out of packed placements, rows and findings. From decisions and from what was done by hand
// follows who serves whom (verify_serving.hpp). What is derived, the lists by manager, is compared by sums
// over the customers, so that memory does not grow with these. Runs of the format before told no digest, but
// the rest holds for them too. tests/engine/placements_test.cpp edits each of them.
#include "engine/assignment/verify_runs.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "engine/assignment/policies.hpp"
#include "engine/assignment/revert.hpp"
#include "engine/assignment/run.hpp"
#include "engine/assignment/run_record.hpp"
#include "engine/assignment/verify_serving.hpp"
#include "engine/core/versioned_documents.hpp"
#include "engine/grading/verify_reviews.hpp"
#include "storage/assignment_audit.hpp"
#include "storage/assignment_store.hpp"
#include "storage/journal_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::AssignmentStore;
using storage::DecisionRow;

class RunsCheck {
 public:
  RunsCheck(Session& session, sqlite::Connection& db)
      : session_(session),
        db_(db),
        store_(db),
        audit_(db),
        journal_(db),
        last_change_(journal_.last_link().change_last) {}

  std::optional<std::int64_t> run() {
    if (const auto wrong =
            VersionedDocuments(db_, storage::DocumentKind::policy).first_wrong_change(journal_, kPolicyPut)) {
      blame_change(*wrong);
    }
    if (const auto wrong = first_wrong_reversal(db_, storage::ReversalKind::run, kAssignmentReverted))
      blame_change(*wrong);
    load_runs();
    check_records();
    check_received();
    if (is_readable_) check_serving();
    return wrong_;
  }

 private:
  struct Known {
    storage::RunRow row;
    std::string record;  // as the journal tells it; empty in the format before
    std::string reason;  // of a handover
    RunRecord made;
  };

  void blame_change(std::int64_t seq) { wrong_ = wrong_ ? std::min(*wrong_, seq) : seq; }
  void blame(RunId run) {
    const auto known = runs_.find(run);
    blame_change(known != runs_.end() ? known->second.row.change_seq : last_change_);
  }

  void load_runs() {
    std::vector<RunId> ids;
    audit_.runs([&](RunId id) { ids.push_back(id); });
    for (const RunId id : ids) {
      auto row = store_.run(id);
      if (!row) continue;
      Known& known = runs_[id];
      known.row = std::move(*row);
      bool is_told = false;
      journal_.range(known.row.change_seq, known.row.change_seq, [&](const storage::ChangeRow& change) {
        if (change.kind != kAssignmentApplied.number) return;
        const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
        is_told = body["run"] == id.value && body["plan"] == to_hex(known.row.digest);
        if (body.contains("record")) known.record = body["record"].get<std::string>();
        if (body.contains("reason")) known.reason = body["reason"].get<std::string>();
      });
      if (!is_told) blame_change(std::min(known.row.change_seq, last_change_));
    }
  }

  // The record of a run; nothing when there is no such run, which is told.
  RunRecord* record_of(RunId run) {
    const auto known = runs_.find(run);
    if (known == runs_.end()) blame(run);
    return known == runs_.end() ? nullptr : &known->second.made;
  }

  void check_records() {
    audit_.placements([&](const storage::PlacementKey& key, auto managers, auto reasons) {
      tick();
      if (RunRecord* record = record_of(key.run)) record->add(key, managers, reasons);
      add_received(key, managers, reasons);
    });
    audit_.decisions([&](const DecisionRow& decision) {
      tick();
      if (RunRecord* record = record_of(decision.run)) record->add(decision);
    });
    audit_.findings([&](RunId run, std::int64_t number, auto body) {
      if (RunRecord* record = record_of(run)) record->add(number, body);
    });
    for (auto& [id, known] : runs_) {
      if (!known.record.empty() && to_hex(known.made.finish(known.row)) != known.record) blame(id);
    }
  }

  // Differs for every customer, and says nothing in a sum with others.
  static std::uint64_t mark_of(CustomerId customer) {
    std::uint64_t mixed = static_cast<std::uint64_t>(customer.value) * 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 32U)) * 0xbf58476d1ce4e5b9U;
    return mixed ^ (mixed >> 29U);
  }

  void add_received(const storage::PlacementKey& key, std::span<const std::uint8_t> managers,
                    std::span<const std::uint8_t> reasons) {
    unpacked_.clear();
    try {
      unpack_placements(key, managers, reasons, unpacked_);
    } catch (const Error& error) {
      if (error.code() != Code::corrupt) throw;
      is_readable_ = false;
      return blame(key.run);
    }
    for (const DecisionRow& row : unpacked_) received_[{row.to, key.run}] += mark_of(row.customer);
  }

  void check_received() {
    audit_.received([&](ManagerId manager, RunId run, auto bytes) {
      std::uint64_t& sum = received_[{manager, run}];
      try {
        for (const CustomerId customer : storage::unpack_customers(bytes)) sum -= mark_of(customer);
      } catch (const Error& error) {
        if (error.code() != Code::corrupt) throw;
        sum = 1;
      }
    });
    for (const auto& [key, sum] : received_) {
      if (sum != 0) blame(key.second);
    }
  }

  void check_serving() {
    TellingRuns runs;
    for (const auto& [id, known] : runs_) {
      const bool is_handover = known.row.kind == storage::RunKind::handover;
      runs[id] = {known.row.as_of, is_handover ? storage::Origin::handover : storage::Origin::policy,
                  known.reason, known.row.change_seq};
    }
    if (const auto wrong = first_wrong_serving(session_, db_, runs)) blame_change(*wrong);
  }

  void tick() {
    constexpr std::int64_t kTickRows = 1 << 14;
    if (++visited_ % kTickRows == 0) session_.tick(visited_, 0);
  }

  Session& session_;
  sqlite::Connection& db_;
  AssignmentStore store_;
  storage::AssignmentAudit audit_;
  storage::JournalStore journal_;
  std::int64_t last_change_;
  std::map<RunId, Known> runs_;
  // By manager and run: sums over the customers, those of the placements less those of the list.
  std::map<std::pair<ManagerId, RunId>, std::uint64_t> received_;
  std::vector<DecisionRow> unpacked_;
  bool is_readable_ = true;
  std::int64_t visited_ = 0;
  std::optional<std::int64_t> wrong_;
};

}  // namespace

std::optional<std::int64_t> first_wrong_assignment(Session& session, sqlite::Connection& db) {
  return RunsCheck(session, db).run();
}

}  // namespace crmcore::engine
