#include "engine/ledger/verify_sources.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "engine/ledger/post_entries.hpp"
#include "storage/journal_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {

std::optional<std::int64_t> first_wrong_posting(Session& session, sqlite::Connection& db) {
  storage::JournalStore journal(db);
  storage::LedgerStore ledger(db);
  std::optional<std::int64_t> wrong;
  std::int64_t visited = 0;
  journal.range(1, journal.last_link().change_last, [&](const storage::ChangeRow& change) {
    constexpr std::int64_t kTickRows = 1 << 14;
    if (++visited % kTickRows == 0) session.tick(visited, 0);
    if (wrong || change.kind != kEntriesPosted.number) return;
    storage::read_stored("a change", [&] {
      const Json body = parse_json(change.body);
      if (!body.contains("first_entry")) return;
      const std::int64_t first = body["first_entry"].get<std::int64_t>();
      const SourceId source = ledger.source_id(body["source"].text());
      // Nothing but the postings gives entries their source, and the chain covers both.
      bool is_of_source = false;
      ledger.entries(first, first,
                     [&](const storage::EntryRow& entry) { is_of_source = entry.source == source; });
      if (!is_of_source) wrong = change.seq;
    });
  });
  return wrong;
}

}  // namespace crmcore::engine
