// A run's decisions are not in the journal one by one; its change has a digest over all of them, which is
// made again here out of packed placements, rows and findings. From decisions follows who serves whom: the
// last one of a customer, until a change by hand. What is derived, the lists by manager, is compared by sums
// over the customers, so that memory does not grow with these. Runs of the format before told no digest, but
// the rest holds for them too. tests/engine/placements_test.cpp edits each of them.
#include "engine/assignment/verify_runs.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "engine/assignment/assign.hpp"
#include "engine/assignment/policies.hpp"
#include "engine/assignment/run.hpp"
#include "engine/assignment/run_record.hpp"
#include "engine/core/versioned_documents.hpp"
#include "storage/assignment_audit.hpp"
#include "storage/assignment_store.hpp"
#include "storage/journal_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/primary_scan.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::AssignmentStore;
using storage::DecisionRow;
using storage::PrimaryRow;

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
    load_runs();
    load_locks();
    check_records();
    check_received();
    if (is_readable_) {
      check_present();
      check_past();
    }
    return wrong_;
  }

 private:
  enum class Lock { off, on, unknown };
  struct Known {
    storage::RunRow row;
    std::string record;  // as the journal tells it; empty in the format before
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

  // Who is locked to his manager, as the changes tell it. Manual assignments of files of before tell no lock.
  void load_locks() {
    journal_.range(1, last_change_, [&](const storage::ChangeRow& change) {
      tick();
      const bool assigns = change.kind == kCustomerAssigned.number;
      const bool locks = change.kind == kAssignmentLocked.number;
      if (!assigns && !locks && change.kind != kCustomerUnassigned.number) return;
      const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
      if (body.contains("role")) return;
      const CustomerId customer{change.subject.id};
      const bool is_manual = locks || body["cause"] == "manual";
      if (body.contains("is_locked")) {
        locks_[customer] = body["is_locked"] == true ? Lock::on : Lock::off;
      } else if (!is_manual) {
        locks_[customer] = Lock::off;
      } else if (assigns) {
        locks_[customer] = Lock::unknown;
      }
      // Who is locked loses no manager by hand: what ends then is a part beside the primary.
    });
  }

  void check_lock(const PrimaryRow& row) {
    const auto told = locks_.find(row.customer);
    const Lock lock = told == locks_.end() ? Lock::off : told->second;
    if (told != locks_.end()) locks_.erase(told);
    if (lock != Lock::unknown && row.is_locked != (lock == Lock::on))
      blame_change(std::max<std::int64_t>(journal_.last_change_of(row.customer), 1));
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

  bool is_of(const PrimaryRow& row, const DecisionRow& decision) const {
    const auto known = runs_.find(decision.run);
    if (known == runs_.end()) return false;
    const bool is_handover = known->second.row.kind == storage::RunKind::handover;
    return row.manager == decision.to && row.from == known->second.row.as_of &&
           row.origin == (is_handover ? storage::Origin::handover : storage::Origin::policy);
  }

  // Customer by customer the decisions, the last one last, and the row that says who serves it now.
  void check_present() {
    storage::DecisionScan scan(db_, CustomerId{0}, CustomerId{INT64_MAX});
    bool has_decision = scan.next();
    std::optional<DecisionRow> last;
    bool is_packed = false;
    const auto read_decisions = [&](CustomerId customer) {
      last.reset();
      while (has_decision && scan.row().customer == customer) {
        last = scan.row();
        is_packed = scan.is_packed();
        has_decision = scan.next();
      }
    };
    // Without a row only a packed placement is in force.
    const auto pass_those_before = [&](CustomerId customer) {
      while (has_decision && scan.row().customer < customer) {
        tick();
        read_decisions(scan.row().customer);
        if (!is_packed) blame(last->run);
      }
    };
    audit_.primaries([&](const PrimaryRow& row) {
      tick();
      pass_those_before(row.customer);
      read_decisions(row.customer);
      check_row(row, last);
      check_lock(row);
    });
    pass_those_before(CustomerId{INT64_MAX});
    for (const auto& [customer, lock] : locks_) {
      if (lock == Lock::on) blame_change(std::max<std::int64_t>(journal_.last_change_of(customer), 1));
    }
  }

  void check_past() {
    audit_.past_primaries([&](const PrimaryRow& row) {
      tick();
      if (!row.run) return;
      const auto decision = store_.decision(row.customer, row.run);
      if (decision && !is_of(row, *decision)) blame(row.run);
    });
  }

  void check_row(const PrimaryRow& row, const std::optional<DecisionRow>& last) {
    // A handover takes lost customers from who leaves, without planning them.
    const bool is_let_go = !row.manager && row.origin == storage::Origin::handover;
    if (row.run && last && last->run == row.run) {
      if (!is_of(row, *last)) blame(row.run);
    } else if (row.run && !is_let_go) {
      blame(row.run);
    } else if (!row.run && !is_let_go && !is_told_by_hand(row)) {
      blame_change(std::max<std::int64_t>(journal_.last_change_of(row.customer), 1));
    }
  }

  bool is_told_by_hand(const PrimaryRow& row) {
    const auto manager = row.manager ? storage::ManagerStore(db_).find(row.manager) : std::nullopt;
    bool is_told = false;
    storage::ChangeScan changes(db_, row.customer, 0);
    while (changes.next()) {
      const storage::ChangeRow& change = changes.change();
      const bool assigns = change.kind == kCustomerAssigned.number;
      if (!assigns && change.kind != kCustomerUnassigned.number) continue;
      const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
      if (body["cause"] != "manual" || body.contains("role")) continue;
      // Who ends a part beside the primary tells the same.
      is_told = assigns ? manager && body["to"] == manager->code : is_told || !manager;
    }
    return is_told && row.origin == storage::Origin::manual;
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
  std::unordered_map<CustomerId, Lock> locks_;
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
