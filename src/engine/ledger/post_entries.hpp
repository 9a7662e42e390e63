// Posting to the ledger: rows, totals, standing and events in one transaction.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "crmcore/ledger.hpp"

#include "base/object_reader.hpp"
#include "engine/core/session.hpp"
#include "storage/customer_store.hpp"
#include "storage/ledger_store.hpp"

namespace crmcore::engine {

inline constexpr std::int64_t kLineMax = INT32_MAX;

// Told in the journal.
inline constexpr ChangeKind kCustomerBecameExisting{3, "customer.became_existing"};
inline constexpr ChangeKind kEntriesPosted{20, "ledger.posted"};

// Reads source and batch.
PostOptions read_post_options(ObjectReader& in);
PostResult post_entries(Session& session, const PostOptions& options, std::span<const EntryInput> entries);

// Posts one entry after another within a write; finish() settles what they add up to.
class EntryPoster {
 public:
  // `count_hint` is how many entries are to be expected; it decides how first entries are looked up.
  EntryPoster(Session& session, WriteScope& write, std::string_view source, std::size_t count_hint);

  // False when the entry was delivered before with the same content. Throws Error at `path`.
  bool post(const EntryInput& entry, const std::string& path);
  // As many as one statement inserts, much cheaper than one by one. False when they must be posted one by
  // one: nothing was posted then.
  bool post_together(std::span<const EntryInput> entries);
  // Writes totals, standing and events, and the change that tells of the posting. `batch` may be empty.
  PostResult finish(std::string_view batch);

  SourceId source() const noexcept { return source_; }
  std::int64_t first_id() const noexcept { return first_id_; }

 private:
  bool is_foreign(const EntryInput& entry) const;
  storage::EntryRow check(const EntryInput& entry, const std::string& path);
  // The document as it is stored: canonically equal ones are one. Valid until the next call.
  std::string_view document_key(std::string_view document);
  Money in_base_currency(const EntryInput& entry, const std::string& path) const;
  void require_same(const storage::EntryRow& entry, const EntryInput& input, const std::string& path);
  // What an entry that was inserted adds to totals, standing and journal.
  void settle(const storage::EntryRow& entry);
  void count_order(const storage::EntryRow& entry);
  void note_first_entry(const storage::EntryRow& entry);
  void settle_totals();
  void settle_standing();
  std::string posting_body(std::string_view batch) const;

  Session& session_;
  WriteScope& write_;
  storage::LedgerStore ledger_;
  storage::CustomerStore customers_;
  std::string source_code_;
  std::string document_key_;
  SourceId source_;
  std::int64_t first_id_ = 0;
  std::int64_t last_id_ = 0;
  CustomerId last_customer_;
  PostResult result_;
  bool has_repeats_ = false;  // some were posted before: a delivery that is delivered again
  std::vector<storage::DayTotals> totals_;

  // Orders are counted by document; the one before is remembered, since lines come together.
  std::string greatest_document_;
  struct {
    std::string document;
    CustomerId customer;
    Date day;
  } order_;

  // Customers whose first entry came or became earlier: the day, and whether it is their very first.
  struct First {
    CustomerId customer;
    std::int32_t day;
    bool is_very_first;
  };
  std::vector<First> firsts_;
  std::unordered_map<CustomerId, std::size_t> first_index_;
};

}  // namespace crmcore::engine
