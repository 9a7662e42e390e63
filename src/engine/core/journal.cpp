#include "engine/core/journal.hpp"

#include <array>
#include <utility>

namespace crmcore::engine {
namespace {

// A link of this many rows bounds how far `verify` has to look for what was changed.
constexpr std::int64_t kLinkRowsMax = 4096;

}  // namespace

void add_to(Digester& digester, const storage::ChangeRow& change) {
  digester.integer(change.seq);
  digester.integer(change.kind);
  digester.integer(change.customer.value);
  digester.text(change.body);
}

void add_to(Digester& digester, const storage::EntryRow& entry) {
  // This runs for every entry of a bulk load, and SHA-256 takes its time by the byte: numbers are written in
  // as many bytes as they need, with a bit that says whether more follow.
  std::array<std::uint8_t, 9 * 10> bytes;
  std::size_t size = 0;
  for (const std::int64_t number :
       {entry.id, entry.customer.value, std::int64_t{entry.day.days}, static_cast<std::int64_t>(entry.kind),
        entry.amount.minor, entry.source.value, entry.line,
        entry.original_day ? entry.original_day->days : INT64_MIN,
        static_cast<std::int64_t>(entry.document.size())}) {
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

std::int64_t Journal::add(const ChangeKind& kind, CustomerId customer, std::string_view body) {
  const storage::ChangeRow row{++change_last_, kind.number, customer, body};
  store_.insert(row);
  add_to(changes_, row);
  if (++pending_ >= kLinkRowsMax) cut_link();
  return row.seq;
}

void Journal::add(const storage::EntryRow& entry) {
  entry_last_ = entry.id;
  add_to(entries_, entry);
  if (++pending_ >= kLinkRowsMax) cut_link();
}

Journal::Mark Journal::mark() const {
  return {link_, change_last_, entry_last_, pending_, changes_.copy(), entries_.copy()};
}

void Journal::restore(Mark&& mark) noexcept {
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
