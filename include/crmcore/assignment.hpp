// Assignment (客户分配): units, account managers, policies, who serves whom and why.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/words.hpp"

namespace crmcore {

enum class Employment : std::int32_t { part_time = 0, dedicated = 1, agent = 2, on_site = 3 };
constexpr std::array<std::string_view, 4> words_of(Employment) noexcept {
  return {"part_time", "dedicated", "agent", "on_site"};
}

enum class ManagerStatus : std::int32_t { present = 0, on_leave = 1, left = 2 };
constexpr std::array<std::string_view, 3> words_of(ManagerStatus) noexcept {
  return {"present", "on_leave", "left"};
}

enum class RelationshipKind : std::int32_t { developed = 0, family = 1, friendship = 2, referral = 3 };
constexpr std::array<std::string_view, 4> words_of(RelationshipKind) noexcept {
  return {"developed", "family", "friendship", "referral"};
}

enum class AssignmentRole : std::int32_t { primary = 0, backup = 1, team = 2, on_site = 3 };
constexpr std::array<std::string_view, 4> words_of(AssignmentRole) noexcept {
  return {"primary", "backup", "team", "on_site"};
}

// What is absent stays as it is, or at its default in a new unit.
struct UnitInput {
  std::string code;
  std::optional<std::string> name;      // required for a new unit
  std::optional<std::string> parent;    // code; empty, as of a new unit: a root
  std::optional<bool> is_confidential;  // new: false
};

// A node whose subtree the manager serves.
struct SegmentInput {
  std::string axis;
  std::string node;  // code, name or declared alias
  bool remove = false;
};

struct SkillInput {
  std::string specialty;
  std::optional<std::int32_t> proficiency;  // 0 to 100; required for a new one
  bool remove = false;
};

struct CertificateInput {
  std::string certificate;
  // The first day on which it no longer counts; without a date, as of a new one: it always counts.
  std::optional<std::optional<Date>> expires;
  bool remove = false;
};

// What is absent stays as it is, or at its default in a new manager; of a list the members that are not
// named.
struct ManagerInput {
  std::string code;
  std::optional<std::string> name;       // required for a new manager
  std::optional<std::string> level;      // one of the policy's levels; empty: none
  std::optional<Date> level_since;       // absent with a new level: the day of the write
  std::optional<std::string> unit;       // code; empty: none
  std::optional<Employment> employment;  // new: dedicated
  std::optional<std::string> phone;
  std::optional<std::int64_t> span;                   // greatest weighted load, 0 to 1,000,000,000; new: 0
  std::optional<std::vector<SegmentInput>> segments;  // known by axis and node
  std::optional<std::vector<SkillInput>> skills;      // by specialty
  std::optional<std::vector<CertificateInput>> certificates;  // by certificate
  bool replace = false;  // the lists that are given are all there is to be: members not named go
};

// A manager's status in [from, to); what it overlaps is cut to make room. An absence is known by its first
// day: what is absent stays as it is in the one of that day and status.
struct StatusInput {
  std::string manager;
  ManagerStatus status = ManagerStatus::present;
  Date from;
  std::optional<std::optional<Date>> to;  // without a date, as of a new one: open
  std::optional<std::string> reason;
};

struct RelationshipInput {
  CustomerId customer;
  std::string manager;
  RelationshipKind kind = RelationshipKind::developed;
  std::optional<std::int32_t> strength;  // 0 to 100; absent: as it is, new: 100
  bool remove = false;
};

struct ExclusionInput {
  CustomerId customer;
  std::string manager;
  std::optional<std::string> reason;  // absent: as it is
  bool remove = false;
};

struct PolicyInfo {
  PolicyId id;
  std::string code;
  std::int32_t version = 0;   // of a put: the one that the document is; else the newest
  std::string scheme;         // whose grades it reads; empty: none
  bool is_used = false;       // that version, by a run: it cannot be changed any more
  bool is_unchanged = false;  // of a put: the version was there already
};

struct AssignmentRequest {
  std::string policy;                   // code
  std::optional<std::int32_t> version;  // absent: the newest
  std::optional<Date> as_of;            // absent: today
  std::vector<CustomerId> customers;    // empty: all that are not lost
  // A preview's `plan`: commit() is refused with Error(moved) when the plan comes out differently now.
  std::string plan;
  std::int32_t limit = 100;  // how many changes, and how many held, are told in the summary; 0 to 10,000

  bool has_trade = false;  // previews only: tell how many moves buy how much balance

  // Reads what stands beside policy and date from a JSON object: "version", "plan", "limit", "trade".
  static AssignmentRequest from_options(std::string_view json);
};

struct AssignmentChange {
  CustomerId customer;
  std::string from;        // manager; empty: had none
  std::string to;          // empty: is left unassigned
  std::string cause;       // unassigned, manager_left, ineligible, level_mismatch, rebalanced
  std::string lost_by;     // why `from` no longer serves; empty: had none
  std::string unassigned;  // full, absent, certificate_expired, barred, no_match; empty: assigned
  std::string tie_break;   // only_candidate, preference, load, rotation, id, optimum; empty: unassigned
  std::int32_t stage = -1;
  std::string customer_code;
  std::string customer_name;
  std::string from_name;  // of the managers
  std::string to_name;
};

struct LoadChange {
  std::string manager;
  std::int64_t span = 0;
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::int32_t received = 0;  // customers
  std::int32_t released = 0;
  std::string name = {};  // of the manager
  bool is_over_span() const { return after > span; }
};

struct HeldCustomer {
  CustomerId customer;
  std::string manager;
  std::string reason;      // why it would have moved
  bool is_locked = false;  // otherwise in grace
  std::optional<Date> to;  // end of the grace
  std::string customer_code = {};
  std::string customer_name = {};
  std::string manager_name = {};
};

struct ReasonCount {
  std::string reason;
  std::int64_t count = 0;
};

// What a plan costs: first what it leaves unassigned, then the rest together.
struct PlanCost {
  std::int64_t unassigned = 0;  // weight of those without manager, each by the urgency of its grade
  std::int64_t preference = 0;
  std::int64_t disruption = 0;
  std::int64_t imbalance = 0;
  std::int64_t cost() const { return preference + disruption + imbalance; }
};

// Of the optimal solver.
struct SolverSummary {
  PlanCost objective;
  std::int64_t bound_unassigned = 0;  // no plan leaves less
  std::int64_t bound_cost = 0;        // and none that leaves as little costs less
  std::optional<PlanCost> ordered;    // of the ordered solver; absent: is_proved says enough
  bool is_proved = false;             // no plan is better
  bool is_ordered = false;            // it is the ordered one, and nothing better was found
  std::int64_t rebalanced = 0;        // customers who move though they might stay
};

// The plan of least cost where moving one who might stay costs so much.
struct TradePlan {
  std::optional<std::int64_t> disruption;  // absent: nobody who may stay is moved
  std::int64_t rebalanced = 0;
  PlanCost objective;
  bool is_proved = false;
};

struct TradeSummary {
  PlanCost ordered;              // of the ordered solver
  std::vector<TradePlan> plans;  // the fewest moves first
};

struct AssignmentSummary {
  RunId id;  // none for a preview, and when nothing changed
  std::string policy;
  std::int32_t version = 0;
  Date as_of;
  std::int64_t customers = 0;
  std::int64_t stayed = 0;
  std::int64_t placed = 0;                // had no manager
  std::int64_t moved = 0;                 // from one manager to another
  std::int64_t lost = 0;                  // had a manager and are left without
  std::int64_t unassigned = 0;            // all without manager afterwards
  std::vector<ReasonCount> reasons;       // of `unassigned`
  std::vector<LoadChange> loads;          // of every manager, by id
  std::vector<HeldCustomer> held;         // at most `limit`
  std::vector<AssignmentChange> changes;  // the first `limit`, in the order of decisions
  std::string plan;                       // hexadecimal digest of all that was decided
  std::optional<SolverSummary> solver;    // of the optimal solver
  std::optional<TradeSummary> trade;      // where it was asked for

  // As the gateway's methods assignment.preview and assignment.commit answer.
  std::string to_json() const;
};

struct AssignInput {
  CustomerId customer;
  std::string manager;
  AssignmentRole role = AssignmentRole::primary;
  std::optional<Date> from;  // absent: the day of the write
  std::optional<Date> to;    // roles beside the primary only; absent: open
  std::string reason;
  bool is_locked = false;  // primary only
  std::string policy;      // whose weights measure the load; may be empty when there is at most one
  bool is_future = false;  // `from` may lie after today: it takes effect by itself on its day
};

// What begins after today and is taken back.
struct WithdrawInput {
  CustomerId customer;
  Date from;            // the day on which it begins
  std::string manager;  // of a part beside the primary; empty: the primary
  std::string reason;
};

struct HandoverRequest {
  std::string manager;
  std::optional<Date> as_of;  // absent: today
  // Absent: the manager leaves for good and the customers move. Else leave until this day: receivers
  // cover as backups, which ends by itself.
  std::optional<Date> to;
  std::string policy;  // as in AssignInput
  std::string reason;
  std::vector<std::string> key_grades;  // whose customers are written to; empty: the best grade
  bool is_preview = false;
  bool is_future = false;  // as in AssignInput, of `as_of`
};

struct Serving {
  std::string manager;
  std::string manager_name;
  AssignmentRole role = AssignmentRole::primary;
  Date from;
  std::optional<Date> to;
};

struct LoadOfManager {
  std::string manager;
  std::int64_t customers = 0;
  std::int64_t load = 0;
  std::int64_t span = 0;
};

class Assignment {
 public:
  explicit Assignment(Connection& connection) : session_(connection.session()) {}

  // Insert or update by code, all or nothing. Throw Error with every violation, each at
  // "/<index>/<field>".
  PutResult put_units(std::span<const UnitInput> units);
  PutResult put_managers(std::span<const ManagerInput> managers);
  // Read CSV with a header line (docs/exchange.md): units and managers by code, relationships by customer,
  // manager and kind. Lists of a manager are written as "axis:node;axis:node".
  ImportResult import_units_csv(const ByteSource& source, const ImportOptions& options = {});
  ImportResult import_managers_csv(const ByteSource& source, const ImportOptions& options = {});
  ImportResult import_relationships_csv(const ByteSource& source, const ImportOptions& options = {});
  void set_status(const StatusInput& status);
  // Return how many were new, changed or removed.
  std::int64_t put_relationships(std::span<const RelationshipInput> relationships);
  std::int64_t put_exclusions(std::span<const ExclusionInput> exclusions);
  // Replaces the specialties that the customer asks for.
  void set_needs(CustomerId customer, std::span<const std::string> specialties);

  // Checks and stores a policy document (docs/assignment.md). A document that is the newest version, or the
  // one that it names, stays that version; else it becomes the next one. A version that a run used cannot be
  // changed: Error(conflict).
  PolicyInfo put_policy(std::string_view document);
  std::vector<PolicyInfo> list_policies();
  // The canonical document. Throws Error(not_found).
  std::string get_policy(std::string_view code, std::optional<std::int32_t> version = {});

  // Says what commit() would do, and changes nothing.
  AssignmentSummary preview(const AssignmentRequest& request);
  // Plans and applies; all or nothing. Throws Error: moved (see AssignmentRequest::plan), conflict (a
  // changed customer's present assignment begins after the date), not_found, invalid (also a date after
  // today: a run is applied on its day), cancelled.
  AssignmentSummary commit(const AssignmentRequest& request);

  // Gives the customer to the manager, whatever the policy's stages say. Throws Error: conflict (no room
  // within the span, excluded, away at that date, locked to another), not_found, invalid (a day after today
  // that is not said to be meant).
  void assign(const AssignInput& input);
  // Ends the customer's primary (manager empty) or the manager's part beside it; `is_future` as in
  // AssignInput.
  void end(CustomerId customer, std::string_view manager, std::optional<Date> date, std::string_view reason,
           bool is_future = false);
  // Take back what has not begun by today: of a customer, or all primaries of a run. Return how many. Throw
  // Error: not_found.
  std::int64_t withdraw(const WithdrawInput& input);
  std::int64_t withdraw_run(RunId run, std::string_view reason);
  // Takes the last run of a policy back, as if it had not been. Throws Error: not_found, conflict where
  // something later rests on it, unsupported for a handover.
  void revert_run(RunId run, std::string_view reason);
  void set_locked(CustomerId customer, bool is_locked, std::string_view reason);
  // Hands over what the manager holds, by policy; JSON: what moves to whom, and the notices to be sent.
  std::string handover(const HandoverRequest& request);

  // Who serves the customer at a date, the primary first; absent: today.
  std::vector<Serving> serving(CustomerId customer, std::optional<Date> as_of = {});
  // On a day; absent: today.
  std::vector<LoadOfManager> loads(std::string_view policy = {}, std::optional<Date> as_of = {});
  // Why the customer is served by whom; JSON: policy, stage, candidates with rejections, tie-break.
  std::string explain(CustomerId customer);

 private:
  Connection::Session& session_;
};

}  // namespace crmcore
