// The journal's rows: changes, and the links of the audit chain.
//
// The sequence of changes has no gaps, and a link covers all changes and entries since the link before, so
// that the first link that reaches a change tells who made it and when: one look-up in an index for each
// change that is read. tests/engine/journal_test.cpp proves both, and that tampering is found.
#pragma once

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

struct ChangeRow {
  std::int64_t seq = 0;
  std::int32_t kind = 0;
  CustomerId customer;
  std::string_view body;
};

// The end of the chain; all zero in an empty file.
struct AuditLink {
  std::int64_t id = 0;
  Instant at;
  std::string actor;
  std::int64_t change_last = 0;
  std::int64_t entry_last = 0;
  Digest digest{};
};

class JournalStore {
 public:
  explicit JournalStore(sqlite::Connection& db) : db_(db) {}

  void insert(const ChangeRow& change);
  void insert(const AuditLink& link);
  AuditLink last_link();

  // Visits changes in order with the instant and actor of their link. Body and actor are valid during
  // the call only.
  using Visit = std::function<void(const ChangeRow&, Instant at, std::string_view actor)>;
  void after(std::int64_t seq, std::int64_t limit, const Visit& visit);
  // The changes of one customer: its creation, then what followed.
  void of_customer(CustomerId customer, std::int64_t limit, const Visit& visit);

  // The links in order, for verify.
  void links(const std::function<void(const AuditLink&)>& visit);
  // The changes with first <= seq <= last, in order.
  void range(std::int64_t first, std::int64_t last, const std::function<void(const ChangeRow&)>& visit);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
