#include "engine/ledger/verify_sources.hpp"

#include "base/json.hpp"
#include "engine/ledger/post_entries.hpp"
#include "engine/ledger/verify_chain.hpp"
#include "storage/journal_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

class PostingsCheck {
 public:
  PostingsCheck(sqlite::Connection& db, const ArchiveFacts& facts) : ledger_(db), facts_(facts) {}

  void check(const storage::ChangeRow& change) {
    storage::read_stored("a change", [&] {
      const Json body = parse_json(change.body);
      if (!body.contains("first_entry")) return;
      // The format before did not tell in which currency entries are.
      const bool is_in_currency =
          !body.contains("currency") ||
          (body["currency"] == facts_.base_currency && body["currency_digits"] == facts_.currency_digits);
      if (!wrong_ && !is_in_currency) wrong_ = change.seq;
      const std::int64_t first = body["first_entry"].get<std::int64_t>();
      if (!wrong_ && !is_of_source(first, body["source"].text())) wrong_ = change.seq;
      const std::int64_t last = body["last_entry"].get<std::int64_t>();
      check_foreign(change.seq, last, body.contains("foreign") ? body["foreign"].text() : std::string());
    });
  }
  // The format before did not tell of foreign amounts.
  void pass_migration() { wrong_foreign_.reset(); }
  std::optional<std::int64_t> wrong(std::int64_t last_change) {
    check_foreign(last_change, INT64_MAX, {});
    return wrong_ && wrong_foreign_ ? std::min(wrong_, wrong_foreign_) : wrong_ ? wrong_ : wrong_foreign_;
  }

 private:
  // Nothing but the postings gives entries their source, and the chain covers both.
  bool is_of_source(std::int64_t first, std::string_view code) {
    const SourceId source = ledger_.source_id(code);
    bool is_same = false;
    ledger_.entries(first, first, [&](const storage::EntryRow& entry) { is_same = entry.source == source; });
    return is_same;
  }

  // Of the entries since the posting before: a foreign amount between two postings is of neither.
  void check_foreign(std::int64_t seq, std::int64_t last, std::string_view told) {
    const auto held = ledger_.foreign_digest(entry_last_ + 1, last);
    if (!wrong_foreign_ && (held ? to_hex(*held) : std::string()) != told) wrong_foreign_ = seq;
    entry_last_ = last;
  }

  storage::LedgerStore ledger_;
  const ArchiveFacts& facts_;
  std::int64_t entry_last_ = 0;  // of the postings so far
  std::optional<std::int64_t> wrong_;
  std::optional<std::int64_t> wrong_foreign_;
};

}  // namespace

std::optional<std::int64_t> first_wrong_posting(Session& session, sqlite::Connection& db) {
  storage::JournalStore journal(db);
  PostingsCheck postings(db, session.file().facts());
  std::int64_t visited = 0;
  const std::int64_t last = journal.last_link().change_last;
  journal.range(1, last, [&](const storage::ChangeRow& change) {
    constexpr std::int64_t kTickRows = 1 << 14;
    if (++visited % kTickRows == 0) session.tick(visited, 0);
    if (change.kind == kEntriesPosted.number) postings.check(change);
    if (change.kind == kFileMigrated.number) postings.pass_migration();
  });
  return postings.wrong(last);
}

}  // namespace crmcore::engine
