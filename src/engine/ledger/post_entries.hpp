// Posting to the ledger: rows, totals, standing and events in one transaction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "crmcore/ledger.hpp"

#include "base/object_reader.hpp"
#include "engine/core/session.hpp"
#include "engine/ledger/entry_days.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/sqlite/row_insert.hpp"
#include "storage/turnover.hpp"

namespace crmcore::engine {

inline constexpr std::int64_t kLineMax = INT32_MAX;

// Told in the journal.
inline constexpr ChangeKind kCustomerBecameExisting{3, "customer.became_existing"};
// Of so many customers in one posting each is told; of more only how many, in the change of the posting.
inline constexpr std::size_t kBecameExistingToldMax = 64;
inline constexpr ChangeKind kEntriesPosted{20, "ledger.posted"};

// Reads source, batch and days.
PostOptions read_post_options(ObjectReader& in);
PostResult post_entries(Session& session, const PostOptions& options, std::span<const EntryInput> entries);

// Posts entries within a write, one or many at a time; finish() settles what they add up to.
class EntryPoster {
 public:
  // `count_hint` is how many entries are to be expected; it decides how first entries are looked up.
  EntryPoster(Session& session, WriteScope& write, std::string_view source, EntryDays days,
              std::size_t count_hint);

  // False when the entry was delivered before with the same content. Throws Error at `path`.
  bool post(const EntryInput& entry, const std::string& path);
  // Posts entries, of which those at fault or delivered before are told as by post(), at `path`/<index>. Much
  // cheaper than one by one.
  void post(std::span<const EntryInput> entries, const std::string& path);
  // Writes totals, standing and events, and the change that tells of the posting. `batch` may be empty.
  PostResult finish(std::string_view batch);

  SourceId source() const noexcept { return source_; }
  std::int64_t first_id() const noexcept { return first_id_; }

 private:
  static constexpr std::size_t kTogether = sqlite::kRowsTogether;
  // A customer whose first entry came or became earlier: the day, and whether it is the very first.
  struct First {
    CustomerId customer;
    std::int32_t day;
    bool is_very_first;
    bool is_of_lost = false;  // and then every entry is noted
    bool is_revenue = false;
  };

  // How many of the first entries were posted with one statement, at most kTogether: none when the first one
  // is at fault or was delivered before.
  std::size_t post_together(std::span<const EntryInput> entries);
  bool is_foreign(const EntryInput& entry) const;
  // `document_key` keeps the document as it is stored, where that is another text.
  storage::EntryRow check(const EntryInput& entry, const std::string& path, std::string& document_key);
  // Throws Error(range) for an entry that is new and would carry a total of its customer beyond what can be
  // answered.
  void require_answerable(const storage::EntryRow& entry, const std::string& path);
  std::string amount_as_given(const EntryInput& entry) const;
  Money in_base_currency(const EntryInput& entry, const std::string& path) const;
  // Throws Error(conflict) unless the key's entry is the same; counts it among what was delivered before.
  void count_again(const storage::EntryRow& entry, const EntryInput& input, const std::string& path);
  // What an entry that was inserted adds to totals, standing and journal.
  void settle(const storage::EntryRow& entry, const EntryInput& input);
  void count_order(const storage::EntryRow& entry);
  void note_first_entry(const storage::EntryRow& entry);
  void settle_totals();
  void settle_standing();
  // Writes very first entries, in the order of customers; returns those of who becomes existing by them.
  std::vector<storage::FirstEntryRow> make_existing(std::span<const storage::FirstEntryRow> fresh);
  // True when the customer becomes existing by it.
  bool put_first(const First& first);
  // A lost customer with revenue after all that was known of it, or since its loss, is existing again.
  void settle_lost(std::span<const First> entries);
  // Of whom more was returned than was ever sold, among those who returned something in this posting.
  std::vector<CustomerId> over_returned();
  std::string posting_body(std::string_view batch);

  Session& session_;
  WriteScope& write_;
  storage::LedgerStore ledger_;
  storage::CustomerStore customers_;
  storage::OwnerLookup owners_;
  std::string source_code_;
  TakenDays taken_;
  std::array<std::string, kTogether> document_keys_;
  SourceId source_;
  std::int64_t first_id_ = 0;
  std::int64_t last_id_ = 0;
  CustomerId last_customer_;
  PostResult result_;
  bool has_foreign_ = false;
  std::int64_t became_existing_ = 0;
  std::optional<bool> has_voids_;  // asked with the first entry that was delivered before

  storage::Turnover turnover_;  // of the archive, this posting included
  // Of each customer who is posted to from where the archive's no longer tells that theirs can be answered.
  std::unordered_map<CustomerId, storage::Turnover> turnovers_;
  bool is_by_customer_ = false;

  std::vector<storage::DayTotals> totals_;
  std::vector<storage::EntryRun> entry_runs_;  // of the same entries

  // Orders are counted by document; the one before is remembered, since lines come together.
  std::string greatest_document_;
  struct {
    std::string document;
    CustomerId customer;
    Date day;
  } order_;

  std::vector<First> firsts_;
  std::set<CustomerId> returned_;  // who
  // The first days of customers in this posting, where the file does not keep those of all.
  std::unordered_map<CustomerId, std::int32_t> first_days_;
};

}  // namespace crmcore::engine
