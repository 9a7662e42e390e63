#include "engine/verify.hpp"

#include <map>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "storage/journal_store.hpp"
#include "storage/ledger_store.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kEntriesPerTick = 65'536;

struct ChainFindings {
  std::int64_t links = 0;
  std::int64_t changes = 0;
  std::optional<std::int64_t> broken_link;
};

AuditedEntry audited(const storage::EntryRow& row) {
  return {row.id,       row.customer.value, row.day.days,
          row.kind,     row.amount,         row.source,
          row.document, row.line,           row.original_day ? row.original_day->days : INT64_MIN};
}

// The rows must be those that the link was made of, each with the number after the one before.
Digest expected_digest(sqlite::Connection& db, const storage::AuditLink& before,
                       const storage::AuditLink& link) {
  Digester changes;
  Digester entries;
  storage::JournalStore(db).range(before.change_last + 1, link.change_last,
                                  [&](const storage::ChangeRow& row) { add_to(changes, row); });
  storage::LedgerStore(db).entries(before.entry_last + 1, link.entry_last,
                                   [&](const storage::EntryRow& row) { add_to(entries, audited(row)); });
  return link_digest(before.digest, link, changes.finish(), entries.finish());
}

ChainFindings verify_chain(Session& session, sqlite::Connection& db) {
  std::vector<storage::AuditLink> links;
  storage::JournalStore(db).links([&](const storage::AuditLink& link) { links.push_back(link); });
  ChainFindings findings{static_cast<std::int64_t>(links.size()), 0, std::nullopt};
  storage::AuditLink before;
  for (const auto& link : links) {
    if (link.id != before.id + 1 || expected_digest(db, before, link) != link.digest) {
      findings.broken_link = link.id;
      return findings;
    }
    session.tick(link.id, findings.links);
    before = link;
  }
  findings.changes = before.change_last;
  // Rows behind the last link were added past the journal.
  std::int64_t extra = 0;
  storage::JournalStore(db).range(before.change_last + 1, INT64_MAX, [&](const auto&) { ++extra; });
  if (extra > 0 || storage::LedgerStore(db).last_entry_id() > before.entry_last)
    findings.broken_link = before.id + 1;
  return findings;
}

// Totals made anew from the entries.
std::vector<storage::DayTotals> totals_from_entries(Session& session, storage::LedgerStore& ledger) {
  std::vector<storage::DayTotals> totals;
  // The day on which each document counts as an order, per customer.
  std::map<std::tuple<std::int64_t, std::int64_t, std::string>, Date> orders;
  std::int64_t seen = 0;
  ledger.entries(1, INT64_MAX, [&](const storage::EntryRow& entry) {
    if (++seen % kEntriesPerTick == 0) {
      session.tick(seen, 0);
      storage::combine(totals);
    }
    storage::add_entry(totals, entry);
    if (entry.kind != 0) return;
    const auto [place, is_new] =
        orders.try_emplace({entry.source, entry.customer.value, std::string(entry.document)}, entry.day);
    if (!is_new && entry.day < place->second) place->second = entry.day;
  });
  for (const auto& [key, day] : orders) {
    totals.push_back({.customer = CustomerId{std::get<1>(key)}, .day = day, .orders = 1});
  }
  storage::combine(totals);
  return totals;
}

std::vector<storage::DayTotals> stored_totals(sqlite::Connection& db) {
  std::vector<storage::DayTotals> totals;
  storage::LedgerStore(db).all_totals(totals);
  storage::combine(totals);
  return totals;
}

}  // namespace

Json verify_file(Session& session, bool rebuild) {
  std::optional<WriteScope> write;
  if (rebuild) write.emplace(session);
  sqlite::Connection& db = session.db();
  std::optional<sqlite::ReadTransaction> snapshot;
  if (!session.in_transaction()) snapshot.emplace(db);

  const ChainFindings chain = verify_chain(session, db);
  storage::LedgerStore ledger(db);
  const auto expected = totals_from_entries(session, ledger);
  bool totals_match = false;
  bool is_readable = true;
  try {
    totals_match = stored_totals(db) == expected;
  } catch (const Error& error) {
    if (error.code() != Code::corrupt) throw;
    is_readable = false;
  }
  const bool rebuilds = rebuild && !totals_match;
  if (rebuilds) {
    ledger.clear_totals();
    ledger.add_packed(expected);
    write->journal().add(ChangeKind::totals_rebuilt, {}, "{}");
  }
  if (write) write->commit();

  Json findings{{"ok", !chain.broken_link && (totals_match || rebuilds)},
                {"entries", ledger.last_entry_id()},
                {"changes", chain.changes},
                {"links", chain.links}};
  if (chain.broken_link) findings["broken_link"] = *chain.broken_link;
  findings["totals_match"] = totals_match;
  findings["totals_readable"] = is_readable;
  findings["rebuilt"] = rebuilds;
  return findings;
}

}  // namespace crmcore::engine
