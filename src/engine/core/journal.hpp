// What is told of every write: changes in one gap-free sequence, and the trees of digests over them.
//
// A change is a leaf: what is public of it (its number, kind, subject, the subject's change before) and a
// commitment to what is private, SHA-256 over a salt, its number and its text. So a text can be dropped, with
// its salt, and everything else stays provable; without salts a phone number is found by trying all. A link
// has the root over the leaves of its changes, a digest over its entries, who and when, and whose it is; the
// links are the leaves of one more tree, whose root, the head, says all of it in 32 bytes and is continued by
// whatever is added later. An edit, a deletion or a reordering anywhere shows at the first link that it
// touches. docs/journal.md has the format to the byte, tests/engine/journal_test.cpp a second reading of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "crmcore/id.hpp"

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/merkle.hpp"
#include "storage/journal_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/told_rows.hpp"

namespace crmcore::engine {

// A kind of change, declared beside the use case that tells it and listed in its room. The number is stored:
// never renumbered, never reused (tests/engine/rooms_test.cpp). 1 is known to the schema
// (change_by_creation).
struct ChangeKind {
  std::int32_t number;
  std::string_view name;  // in the API, e.g. "customer.updated"
  // A digest over these, as they are when it is told, is its member `record`.
  storage::ToldRows rows = storage::ToldRows::none;

  friend constexpr bool operator==(const ChangeKind& a, const ChangeKind& b) noexcept {
    return a.number == b.number;
  }
};

// The name of the kind of this number, out of all rooms; empty for a number that is not known.
std::string_view change_name(std::int32_t number) noexcept;

using storage::ChangeSubject;

void add_to(Digester& digester, const storage::EntryRow& entry);

// Subjects whose salts come from one seed.
inline constexpr std::int64_t kSaltBlock = 1024;

// The leaf of a change. `text` is what is private: its body, or what a new customer was.
Digest change_leaf(const storage::ChangeRow& change, const storage::SaltSeed& seed, std::string_view text);
// The leaf of a link of this archive whose fields are filled, but for the node.
Digest link_leaf(std::string_view archive, const storage::AuditLink& link);
// The node of a link, by its leaf and the nodes of those before.
Digest link_node(storage::JournalStore& store, std::string_view archive, const storage::AuditLink& link);
// The head over the first `links` links; nothing when there are not so many.
std::optional<Digest> chain_head(storage::JournalStore& store, std::int64_t links);

// The journal of one write transaction.
class Journal {
 public:
  // `archive` is the archive's identity.
  Journal(sqlite::Connection& db, std::string_view archive, Instant at, std::string actor);

  // Appends a change and returns its place in the sequence. The subject may be nobody.
  std::int64_t add(const ChangeKind& kind, const ChangeSubject& subject, std::string_view body);
  // Appends the creation of a customer, which has the greatest id so far. `contents` is what it is.
  std::int64_t add_created(CustomerId customer, std::string_view contents);
  // Adds an entry that was inserted, in the order of ids.
  void add(const storage::EntryRow& entry);

  // Writes the run of new customers that is pending, so that whoever reads the journal in this transaction
  // finds it; at the end of every use case.
  void settle() { write_created(); }

  // The place that the next change will have.
  std::int64_t next_seq() const noexcept { return state_.change_last + 1; }
  // Whether something was told that no link covers yet.
  bool is_pending() const noexcept { return state_.pending > 0; }
  std::int64_t entry_last() const noexcept { return state_.entry_last; }
  Instant at() const noexcept { return at_; }

  // Where a savepoint began, to go back to when it is undone.
  struct Mark;
  Mark mark() const;
  void restore(Mark&& mark) noexcept;

  // Writes the last link; before the commit.
  void close();
  // The last that is written.
  const storage::AuditLink& link() const noexcept { return state_.link; }

 private:
  struct State {
    storage::AuditLink link;  // the last one written
    std::int64_t change_last = 0;
    std::int64_t entry_last = 0;
    std::int64_t pending = 0;    // changes and entries since that link
    storage::ChangeRow created;  // the run that is not written yet; its kind is 0 when there is none
    MerkleTree changes;
  };

  const storage::SaltSeed& seed_of(const ChangeSubject& subject);
  void count_pending();
  void write_created();
  void cut_link();

  sqlite::Connection& db_;
  storage::JournalStore store_;
  std::string archive_;
  Instant at_;
  std::string actor_;
  State state_;
  Digester entries_;
  // The seed that was used last, and of what.
  std::optional<std::pair<storage::ChangeSubjectKind, std::int64_t>> seed_block_;
  storage::SaltSeed seed_{};
};

struct Journal::Mark {
  State state;
  Digester entries;
};

}  // namespace crmcore::engine
