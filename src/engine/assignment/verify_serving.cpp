// All that was told of a customer is played again, in its order: what runs decided, and what people did. A
// primary is known by the day on which it begins, so that a list by days, into which each puts its own, is
// all the memory that is needed; which of them lie in the past, now or ahead follows from their order. The
// rows must be the same list. What was told is read in one pass and kept small, at forty bytes or so a
// change. tests/engine/assignment_told_test.cpp edits every column of every row.
#include "engine/assignment/verify_serving.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "assignment/decision.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/assignment/assign.hpp"
#include "engine/assignment/run.hpp"
#include "storage/assignment_audit.hpp"
#include "storage/journal_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/primary_scan.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::DecisionRow;
using storage::Origin;
using storage::PrimaryRow;
using storage::SideRow;

// What a change tells of who serves a customer.
struct Telling {
  enum class Kind : std::uint8_t { vague, begin, end, lock, withdraw };
  CustomerId customer;
  std::int64_t seq = 0;
  Kind kind = Kind::vague;
  AssignmentRole role = AssignmentRole::primary;
  bool is_of_run = false;    // told by its decision too
  bool is_any_role = false;  // of an end: all parts of the manager beside the primary
  bool is_locked = false;
  Origin origin = Origin::manual;
  ManagerId manager;
  Date from;
  std::optional<Date> to;
  std::size_t reason = 0;  // a hash of it
};

std::size_t hash_of(std::string_view reason) {
  return std::hash<std::string_view>()(reason);
}

// A primary, from its day on, and the change that tells of it.
struct Told {
  ManagerId manager;
  Origin origin = Origin::policy;
  RunId run;
  std::size_t reason = 0;
  bool is_locked = false;
  std::int64_t seq = 0;
};
using Primaries = std::map<Date, Told>;

// A part beside the primary.
using SideKey = std::tuple<AssignmentRole, ManagerId, Date>;
struct Side {
  std::optional<Date> to;
  Origin origin = Origin::manual;
  std::size_t reason = 0;

  friend bool operator==(const Side&, const Side&) = default;
};
using Sides = std::map<SideKey, Side>;

class ServingCheck {
 public:
  ServingCheck(Session& session, sqlite::Connection& db, const TellingRuns& runs)
      : session_(session), db_(db), runs_(runs) {
    for (const auto& row : storage::ManagerStore(db).managers()) managers_.emplace(row.code, row.id);
    read_journal();
  }

  std::optional<std::int64_t> run() {
    storage::ServingRows rows(db_);
    storage::DecisionScan decisions(db_, CustomerId{0}, CustomerId{INT64_MAX});
    bool has_decision = decisions.next();
    auto telling = tellings_.begin();
    for (;;) {
      CustomerId customer = rows.customer();
      const auto least = [&](CustomerId other) { customer = customer ? std::min(customer, other) : other; };
      if (has_decision) least(decisions.row().customer);
      if (telling != tellings_.end()) least(telling->customer);
      if (!customer) return wrong_;
      tick();
      const bool has_rows = rows.customer() == customer;
      decided_.clear();
      packed_.reset();
      for (; has_decision && decisions.row().customer == customer; has_decision = decisions.next()) {
        if (decisions.is_packed()) packed_ = decided_.size();
        decided_.push_back(decisions.row());
      }
      const auto first = telling;
      while (telling != tellings_.end() && telling->customer == customer) ++telling;
      // Most have a first placement and nothing else.
      if (!has_rows && first == telling && packed_ && decided_.size() == 1) continue;
      if (has_rows) rows.take();
      if (!has_rows) rows_of_nobody(rows);
      compare(rows, {first, telling});
    }
  }

 private:
  using Tellings = std::pair<std::vector<Telling>::iterator, std::vector<Telling>::iterator>;

  static void rows_of_nobody(storage::ServingRows& rows) {
    rows.past.clear();
    rows.now.reset();
    rows.ahead.clear();
    rows.sides.clear();
  }

  void read_journal() {
    storage::JournalStore journal(db_);
    journal.range(1, journal.last_link().change_last, [&](const storage::ChangeRow& change) {
      tick();
      const CustomerId customer = change.subject.customer();
      if (!customer) return;
      const bool begins = change.kind == kCustomerAssigned.number;
      const bool ends = change.kind == kCustomerUnassigned.number;
      const bool locks = change.kind == kAssignmentLocked.number;
      if (!begins && !ends && !locks && change.kind != kAssignmentWithdrawn.number) return;
      using Kind = Telling::Kind;
      const Kind kind = begins ? Kind::begin : ends ? Kind::end : locks ? Kind::lock : Kind::withdraw;
      Telling& told = tellings_.emplace_back();
      const Json body = storage::read_stored("a change", [&] {
        Json json = parse_json(change.body);
        read(json, kind, told);
        return json;
      });
      told.customer = customer;
      told.seq = change.seq;
    });
    std::stable_sort(tellings_.begin(), tellings_.end(),
                     [](const Telling& a, const Telling& b) { return a.customer < b.customer; });
  }

  void read(const Json& body, Telling::Kind kind, Telling& told) const {
    const auto text = [&](std::string_view member, std::string_view otherwise = {}) {
      return std::string(body.contains(member) ? body[member].get<std::string>() : otherwise);
    };
    const auto from = parse_date(text("valid_from"));
    told.is_of_run = body.contains("run") && text("cause") != "handover";
    if (!from) return;
    told.kind = kind;
    told.from = *from;
    told.to = parse_date(text("valid_to"));
    told.is_locked = body.contains("is_locked") && body["is_locked"] == true;
    told.reason = hash_of(text("reason"));
    if (text("cause") == "handover") told.origin = Origin::handover;
    const std::string role = text("role", word_of(AssignmentRole::primary));
    told.is_any_role = role == "beside";
    told.role = told.is_any_role ? AssignmentRole::team : enum_of<AssignmentRole>(role).value_or(told.role);
    const bool is_side = told.role != AssignmentRole::primary;
    const char* member = kind == Telling::Kind::begin            ? "to"
                         : kind == Telling::Kind::end && is_side ? "from"
                         : kind == Telling::Kind::withdraw       ? "manager"
                                                                 : "";
    const auto manager = managers_.find(text(member));
    if (manager != managers_.end()) told.manager = manager->second;
  }

  void compare(const storage::ServingRows& rows, Tellings told) {
    for (auto one = told.first; one != told.second; ++one) {
      if (one->kind == Telling::Kind::vague) return;
    }
    const std::int64_t last = told.first == told.second ? 1 : std::prev(told.second)->seq;
    if (!have_same_primaries(rows, replayed(told), last)) return;
    if (!have_same_sides(rows.sides, sides_told(told))) blame(last);
  }

  // In the order of their changes, decisions of runs among what people did.
  Primaries replayed(Tellings told) {
    Primaries primaries;
    auto one = told.first;
    const auto play_until = [&](std::int64_t seq) {
      for (; one != told.second && one->seq < seq; ++one) play(*one, primaries);
    };
    for (const DecisionRow& row : decided_) {
      const auto run = runs_.find(row.run);
      if (run == runs_.end()) continue;  // which is told of the run
      const TellingRun& of = run->second;
      play_until(of.change_seq);
      const auto lost = static_cast<assignment::UnassignedReason>(row.unassigned);
      const std::string_view reason = row.to ? std::string_view(of.reason) : word_of(lost);
      primaries[of.as_of] = {row.to, of.origin, row.run, hash_of(reason), false, of.change_seq};
    }
    play_until(INT64_MAX);
    return primaries;
  }

  static void play(const Telling& told, Primaries& primaries) {
    if (told.role != AssignmentRole::primary || told.is_of_run) return;
    switch (told.kind) {
      case Telling::Kind::begin:
      case Telling::Kind::end:
        primaries[told.from] = {told.manager, told.origin, {}, told.reason, told.is_locked, told.seq};
        break;
      case Telling::Kind::lock:
        if (const auto found = primaries.find(told.from); found != primaries.end()) {
          found->second.is_locked = told.is_locked;
          found->second.reason = told.reason;
          found->second.seq = told.seq;
        }
        break;
      case Telling::Kind::withdraw:
        primaries.erase(told.from);
        break;
      case Telling::Kind::vague:
        break;
    }
  }

  bool have_same_primaries(const storage::ServingRows& rows, const Primaries& told, std::int64_t last) {
    auto next = told.begin();
    // `to`: where the row says that it ends, which is where the next one begins.
    const auto is_next = [&](const PrimaryRow& row, bool is_past, std::optional<Date> to) {
      const bool is_there = next != told.end() && next->first == row.from;
      const Told expected = is_there ? next->second : Told{};
      // Who left lets go of customers whom no run plans, where it is the run's own change that tells of
      // others.
      const bool is_same = is_there && expected.manager == row.manager && expected.origin == row.origin &&
                           (expected.run == row.run || (!row.manager && row.origin == Origin::handover)) &&
                           expected.reason == hash_of(row.reason) &&
                           (is_past || expected.is_locked == row.is_locked);
      if (is_there) ++next;
      const bool ends = !is_past || (next != told.end() && next->first == to);
      if (!is_same || !ends) blame(is_there ? expected.seq : last);
      return is_same && ends;
    };
    for (const auto& past : rows.past) {
      if (!is_next(past.row, true, past.to)) return false;
    }
    std::optional<PrimaryRow> present = rows.now;
    if (!present && packed_) {
      const DecisionRow& row = decided_[*packed_];
      const auto run = runs_.find(row.run);
      if (run != runs_.end())
        present = storage::primary_of({row.customer, row.to, row.run}, run->second.as_of);
    }
    if (present && !is_next(*present, false, {})) return false;
    for (const PrimaryRow& row : rows.ahead) {
      if (!is_next(row, false, {})) return false;
    }
    if (next == told.end()) return true;
    blame(next->second.seq);
    return false;
  }

  static Sides sides_told(Tellings told) {
    Sides sides;
    for (auto one = told.first; one != told.second; ++one) {
      if (one->role == AssignmentRole::primary) continue;
      const SideKey key{one->role, one->manager, one->from};
      if (one->kind == Telling::Kind::begin) sides[key] = {one->to, one->origin, one->reason};
      if (one->kind == Telling::Kind::withdraw) sides.erase(key);
      if (one->kind == Telling::Kind::end) end_sides(*one, sides);
    }
    return sides;
  }

  static void end_sides(const Telling& told, Sides& sides) {
    for (auto side = sides.begin(); side != sides.end();) {
      const auto& [role, manager, from] = side->first;
      const bool is_meant = manager == told.manager && (told.is_any_role || role == told.role) &&
                            !(side->second.to && *side->second.to <= told.from);
      if (is_meant && told.from <= from) {
        side = sides.erase(side);
        continue;
      }
      if (is_meant) side->second.to = told.from;
      ++side;
    }
  }

  static bool have_same_sides(const std::vector<SideRow>& rows, const Sides& told) {
    if (rows.size() != told.size()) return false;
    return std::equal(rows.begin(), rows.end(), told.begin(), [](const SideRow& row, const auto& side) {
      return SideKey{row.role, row.manager, row.from} == side.first && !row.run &&
             Side{row.to, row.origin, hash_of(row.reason)} == side.second;
    });
  }

  void blame(std::int64_t seq) { wrong_ = wrong_ ? std::min(*wrong_, seq) : seq; }

  void tick() {
    constexpr std::int64_t kTickRows = 1 << 14;
    if (++visited_ % kTickRows == 0) session_.tick(visited_, 0);
  }

  Session& session_;
  sqlite::Connection& db_;
  const TellingRuns& runs_;
  std::unordered_map<std::string, ManagerId> managers_;
  std::vector<Telling> tellings_;  // by customer, and in their order
  std::vector<DecisionRow> decided_;
  std::optional<std::size_t> packed_;  // which of them is packed with others
  std::int64_t visited_ = 0;
  std::optional<std::int64_t> wrong_;
};

}  // namespace

std::optional<std::int64_t> first_wrong_serving(Session& session, sqlite::Connection& db,
                                                const TellingRuns& runs) {
  return ServingCheck(session, db, runs).run();
}

}  // namespace crmcore::engine
