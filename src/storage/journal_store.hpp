// The journal's rows: changes, the links over them, and the seeds of their salts.
//
// The sequence of changes has no gaps, and a link covers all changes and entries since the link before, so
// that the first link that reaches a change tells who made it and when: one look-up in an index for each
// change that is read. A run of new customers is one row. tests/engine/journal_test.cpp proves both, and that
// tampering is found.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "crmcore/id.hpp"

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Whom a change concerns. Stored; never renumbered.
enum class ChangeSubjectKind : std::int32_t { nobody, customer, manager, unit };
constexpr std::array<std::string_view, 4> words_of(ChangeSubjectKind) noexcept {
  return {"nobody", "customer", "manager", "unit"};
}

struct ChangeSubject {
  ChangeSubjectKind kind = ChangeSubjectKind::nobody;
  std::int64_t id = 0;  // 0: nobody

  ChangeSubject() = default;
  ChangeSubject(CustomerId customer) noexcept  // NOLINT(google-explicit-constructor)
      : ChangeSubject(ChangeSubjectKind::customer, customer.value) {}
  ChangeSubject(ManagerId manager) noexcept  // NOLINT(google-explicit-constructor)
      : ChangeSubject(ChangeSubjectKind::manager, manager.value) {}
  ChangeSubject(UnitId unit) noexcept  // NOLINT(google-explicit-constructor)
      : ChangeSubject(ChangeSubjectKind::unit, unit.value) {}
  ChangeSubject(ChangeSubjectKind of, std::int64_t number) noexcept
      : kind(number != 0 ? of : ChangeSubjectKind::nobody), id(number) {}

  CustomerId customer() const noexcept { return CustomerId{kind == ChangeSubjectKind::customer ? id : 0}; }
  friend bool operator==(const ChangeSubject&, const ChangeSubject&) = default;
};

// The kind of the one change that comes in runs: the schema knows it too (change_by_creation).
inline constexpr std::int32_t kCreationKind = 1;

struct ChangeRow {
  std::int64_t seq = 0;
  std::int32_t kind = 0;
  ChangeSubject subject;
  std::int64_t previous = 0;  // the change before of the same subject; 0: there is none
  std::string_view body;      // JSON; empty: of new customers

  // Of a run of new customers, whose ids follow one another as their changes do: `seq` is that of the last,
  // `subject` the first.
  std::int64_t count = 1;

  bool is_run() const noexcept { return kind == kCreationKind; }
  std::int64_t seq_first() const noexcept { return seq - count + 1; }
};

// A link of the chain; all zero before the first.
struct AuditLink {
  std::int64_t id = 0;
  Instant at;
  std::string actor;
  std::int64_t change_last = 0;
  std::int64_t entry_last = 0;
  Digest changes{};  // the root over the leaves of its changes
  Digest entries{};  // over its entries
  Digest node{};     // the root of the largest complete subtree of links that ends with this one
};

using SaltSeed = std::array<std::uint8_t, 32>;

class JournalStore {
 public:
  explicit JournalStore(sqlite::Connection& db) : db_(db) {}

  void insert(const ChangeRow& change);
  void insert(const AuditLink& link);
  // The digests of a link that is there.
  void update_digests(const AuditLink& link);
  AuditLink last_link();
  // The node of a link; nothing when there is no such link.
  std::optional<Digest> node(std::int64_t link);

  // The last change of a subject, and 0 when there is none.
  std::int64_t last_change_of(const ChangeSubject& subject);
  // The change that made the customer; 0 when there is none.
  std::int64_t creation_of(CustomerId customer);

  // Nothing when there is none yet.
  std::optional<SaltSeed> salt_seed(ChangeSubjectKind kind, std::int64_t block);
  // For every block of so many subjects that has changes and no seed yet.
  void make_salt_seeds(std::int64_t block_size);
  void insert_salt_seed(ChangeSubjectKind kind, std::int64_t block, const SaltSeed& seed);

  // The link that covers the change; 0 when there is none.
  std::int64_t link_of(std::int64_t seq);
  // The links in order, for verify.
  void links(const std::function<void(const AuditLink&)>& visit);
  // The rows with first <= seq <= last, in order; a run counts by its last change. Bodies are valid during
  // the call only.
  void range(std::int64_t first, std::int64_t last, const std::function<void(const ChangeRow&)>& visit);

 private:
  sqlite::Connection& db_;
};

// Reads changes one after another with their link: those after a number, or a customer's. Prepares statements
// of its own, so that several may be read at once.
class ChangeScan {
 public:
  ChangeScan(sqlite::Connection& db, std::int64_t after_seq);
  // Without its creation.
  ChangeScan(sqlite::Connection& db, CustomerId customer, std::int64_t after_seq);

  bool next();
  // Valid until the next call of next().
  const ChangeRow& change() const noexcept { return change_; }
  // False for a change of the transaction that is open: nobody knows yet who and when.
  bool has_link() const noexcept { return change_.seq <= link_last_; }
  Instant at() const noexcept { return at_; }
  std::string_view actor() const noexcept { return actor_; }

 private:
  void load_link();

  sqlite::Statement rows_;
  sqlite::Statement link_;
  ChangeRow change_;
  std::int64_t link_last_ = 0;  // the last change of the link that at_ and actor_ are from
  Instant at_;
  std::string actor_;
};

}  // namespace crmcore::storage
