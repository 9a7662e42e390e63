// What is told of every write: changes in one gap-free sequence, and the audit chain over them.
//
// Each link's digest is SHA-256 over the digest before it, who and when, the changes of the link and the
// ledger entries of the link; so an edit, a deletion or a reordering anywhere shows at the first link
// that it touches. tests/engine/journal_test.cpp proves it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crmcore/id.hpp"

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "storage/journal_store.hpp"
#include "storage/ledger_store.hpp"

namespace crmcore::engine {

// A kind of change, declared beside the use case that tells it and listed in its room. The number is stored:
// never renumbered, never reused (tests/engine/rooms_test.cpp). 1 is known to the schema
// (change_by_customer).
struct ChangeKind {
  std::int32_t number;
  std::string_view name;  // in the API, e.g. "customer.updated"

  friend constexpr bool operator==(const ChangeKind& a, const ChangeKind& b) noexcept {
    return a.number == b.number;
  }
};

// The name of the kind of this number, out of all rooms; empty for a number that is not known.
std::string_view change_name(std::int32_t number) noexcept;

void add_to(Digester& digester, const storage::ChangeRow& change);
void add_to(Digester& digester, const storage::EntryRow& entry);
// The digest of a link whose other fields are filled, given the digests of its changes and entries.
Digest link_digest(const Digest& before, const storage::AuditLink& link, const Digest& changes,
                   const Digest& entries);

// The journal of one write transaction.
class Journal {
 public:
  Journal(sqlite::Connection& db, Instant at, std::string actor);

  // Appends a change and returns its place in the sequence. `customer` may be none.
  std::int64_t add(const ChangeKind& kind, CustomerId customer, std::string_view body);
  // Adds an entry that was inserted, in the order of ids.
  void add(const storage::EntryRow& entry);

  // The place that the next change will have.
  std::int64_t next_seq() const noexcept { return change_last_ + 1; }
  std::int64_t entry_last() const noexcept { return entry_last_; }
  Instant at() const noexcept { return at_; }

  // Where a savepoint began, to go back to when it is undone.
  struct Mark {
    storage::AuditLink link;
    std::int64_t change_last;
    std::int64_t entry_last;
    std::int64_t pending;
    Digester changes;
    Digester entries;
  };
  Mark mark() const;
  void restore(Mark&& mark) noexcept;

  // Writes the last link; before the commit.
  void close();

 private:
  void cut_link();

  storage::JournalStore store_;
  Instant at_;
  std::string actor_;
  storage::AuditLink link_;  // the last one written
  std::int64_t change_last_;
  std::int64_t entry_last_;
  std::int64_t pending_ = 0;  // changes and entries since that link
  Digester changes_;
  Digester entries_;
};

}  // namespace crmcore::engine
