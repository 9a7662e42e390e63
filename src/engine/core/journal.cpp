#include "engine/core/journal.hpp"

#include <array>
#include <utility>

namespace crmcore::engine {
namespace {

// A link of this many rows bounds how far `verify` has to look for what was changed.
constexpr std::int64_t kLinkRowsMax = 4096;

struct Name {
  ChangeKind kind;
  std::string_view name;
};

constexpr Name kNames[] = {
    {ChangeKind::customer_created, "customer.created"},
    {ChangeKind::customer_updated, "customer.updated"},
    {ChangeKind::customer_became_existing, "customer.became_existing"},
    {ChangeKind::customer_lost, "customer.lost"},
    {ChangeKind::customer_regained, "customer.regained"},
    {ChangeKind::attribute_defined, "attribute.defined"},
    {ChangeKind::axis_defined, "axis.defined"},
    {ChangeKind::nodes_put, "axis.nodes_put"},
    {ChangeKind::entries_posted, "ledger.posted"},
    {ChangeKind::totals_rebuilt, "ledger.totals_rebuilt"},
    {ChangeKind::scheme_put, "grading.scheme_put"},
    {ChangeKind::grading_reviewed, "grading.reviewed"},
    {ChangeKind::grade_promoted, "grade.promoted"},
    {ChangeKind::grade_demoted, "grade.demoted"},
    {ChangeKind::grade_warned, "grade.warned"},
    {ChangeKind::grade_blocked, "grade.blocked"},
    {ChangeKind::grade_unblocked, "grade.unblocked"},
    {ChangeKind::override_put, "grade.override_put"},
    {ChangeKind::override_lifted, "grade.override_lifted"},
    {ChangeKind::blacklisted, "customer.blacklisted"},
    {ChangeKind::unblacklisted, "customer.unblacklisted"},
    {ChangeKind::override_decided, "grade.override_decided"},
    {ChangeKind::grade_triggered, "grade.triggered"},
    {ChangeKind::grade_left, "grade.left"},
    {ChangeKind::manager_put, "manager.put"},
    {ChangeKind::policy_put, "assignment.policy_put"},
    {ChangeKind::assignment_applied, "assignment.applied"},
    {ChangeKind::customer_assigned, "customer.assigned"},
    {ChangeKind::customer_unassigned, "customer.unassigned"},
    {ChangeKind::manager_over_span, "manager.over_span"},
    {ChangeKind::unit_put, "unit.put"},
    {ChangeKind::manager_status_set, "manager.status_set"},
    {ChangeKind::customer_tie_put, "customer.tie_put"},
    {ChangeKind::assignment_locked, "assignment.locked"},
    {ChangeKind::customers_handed_over, "manager.received"},
};

}  // namespace

std::string_view change_name(std::int32_t kind) noexcept {
  for (const Name& row : kNames) {
    if (static_cast<std::int32_t>(row.kind) == kind) return row.name;
  }
  return {};
}

void add_to(Digester& digester, const storage::ChangeRow& change) {
  digester.integer(change.seq);
  digester.integer(change.kind);
  digester.integer(change.customer.value);
  digester.text(change.body);
}

void add_to(Digester& digester, const AuditedEntry& entry) {
  // This runs for every entry of a bulk load, and SHA-256 takes its time by the byte: numbers are written in
  // as many bytes as they need, with a bit that says whether more follow.
  std::array<std::uint8_t, 9 * 10> bytes;
  std::size_t size = 0;
  for (const std::int64_t number :
       {entry.id, entry.customer, std::int64_t{entry.day}, std::int64_t{entry.kind}, entry.amount,
        entry.source, entry.line, entry.original_day, static_cast<std::int64_t>(entry.document.size())}) {
    // The sign goes to the lowest bit, so that small negative numbers are short too.
    auto rest = (static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63U);
    for (; rest >= 0x80; rest >>= 7U) bytes[size++] = static_cast<std::uint8_t>(rest | 0x80U);
    bytes[size++] = static_cast<std::uint8_t>(rest);
  }
  digester.bytes(bytes.data(), size);
  digester.bytes(entry.document.data(), entry.document.size());
}

Digest link_digest(const Digest& before, const storage::AuditLink& link, const Digest& changes,
                   const Digest& entries) {
  Digester digester;
  digester.bytes(before.data(), before.size());
  digester.integer(link.id);
  digester.integer(link.at.microseconds);
  digester.text(link.actor);
  digester.integer(link.change_last);
  digester.integer(link.entry_last);
  digester.bytes(changes.data(), changes.size());
  digester.bytes(entries.data(), entries.size());
  return digester.finish();
}

Journal::Journal(sqlite::Connection& db, Instant at, std::string actor)
    : store_(db), at_(at), actor_(std::move(actor)), link_(store_.last_link()) {
  change_last_ = link_.change_last;
  entry_last_ = link_.entry_last;
}

std::int64_t Journal::add(ChangeKind kind, CustomerId customer, std::string_view body) {
  const storage::ChangeRow row{++change_last_, static_cast<std::int32_t>(kind), customer, body};
  store_.insert(row);
  add_to(changes_, row);
  if (++pending_ >= kLinkRowsMax) cut_link();
  return row.seq;
}

void Journal::add(const AuditedEntry& entry) {
  entry_last_ = entry.id;
  add_to(entries_, entry);
  if (++pending_ >= kLinkRowsMax) cut_link();
}

Journal::Mark Journal::mark() const {
  return {link_, change_last_, entry_last_, pending_, changes_.copy(), entries_.copy()};
}

void Journal::restore(Mark&& mark) {
  link_ = std::move(mark.link);
  change_last_ = mark.change_last;
  entry_last_ = mark.entry_last;
  pending_ = mark.pending;
  changes_ = std::move(mark.changes);
  entries_ = std::move(mark.entries);
}

void Journal::close() {
  if (pending_ > 0) cut_link();
}

void Journal::cut_link() {
  const Digest before = link_.digest;
  link_ = {link_.id + 1, at_, actor_, change_last_, entry_last_, {}};
  link_.digest = link_digest(before, link_, changes_.finish(), entries_.finish());
  store_.insert(link_);
  pending_ = 0;
}

}  // namespace crmcore::engine
