// Whoever was never lost exists from the first entry on. The others are followed through the journal from
// their first loss on: each loss, each return by hand, and each posting with the rule that brings lost
// customers back (EntryPoster::settle_lost). What the journal tells of returns by a posting is passed over,
// since it is this that is asked again. Cost: the journal since the first loss. tests/engine/void_test.cpp.
#include "engine/ledger/standing_again.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/json.hpp"
#include "engine/archive/customers.hpp"
#include "engine/ledger/post_entries.hpp"
#include "storage/journal_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

struct LossEvent {
  std::int64_t seq = 0;
  std::optional<Date> lost;  // nothing: taken back by hand
};

std::vector<LossEvent> losses_of(Session& session, sqlite::Connection& db, CustomerId customer) {
  std::vector<LossEvent> events;
  storage::ChangeScan changes(db, customer, 0);
  while (changes.next()) {
    const storage::ChangeRow& change = changes.change();
    if (change.kind == kCustomerLost.number) {
      events.push_back({change.seq, day_of(session, changes)});
    } else if (change.kind == kCustomerRegained.number) {
      const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
      if (!body.contains("date")) events.push_back({change.seq, {}});
    }
  }
  return events;
}

bool brings_back(std::span<const KeptEntry> before, std::span<const KeptEntry> posted, Date lost) {
  const auto is_earlier = [](const KeptEntry& a, const KeptEntry& b) { return a.day < b.day; };
  const auto last = std::max_element(before.begin(), before.end(), is_earlier);
  return std::any_of(posted.begin(), posted.end(), [&](const KeptEntry& one) {
    return one.is_revenue && (lost <= one.day || (last != before.end() && last->day < one.day));
  });
}

bool is_lost_still(sqlite::Connection& db, std::span<const LossEvent> events,
                   std::span<const KeptEntry> entries) {
  std::optional<Date> lost;
  auto event = events.begin();
  const auto pass_events = [&](std::int64_t seq) {
    for (; event != events.end() && event->seq < seq; ++event) lost = event->lost;
  };
  storage::JournalStore(db).range(events.front().seq, INT64_MAX, [&](const storage::ChangeRow& change) {
    if (change.kind != kEntriesPosted.number) return;
    pass_events(change.seq);
    if (!lost) return;
    const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
    if (!body.contains("first_entry")) return;
    const auto behind = [&](std::int64_t id) {
      return std::partition_point(entries.begin(), entries.end(),
                                  [&](const KeptEntry& entry) { return entry.id < id; });
    };
    const auto first = behind(body["first_entry"].get<std::int64_t>());
    const auto end = behind(body["last_entry"].get<std::int64_t>() + 1);
    if (brings_back({entries.begin(), first}, {first, end}, *lost)) lost.reset();
  });
  pass_events(INT64_MAX);
  return lost.has_value();
}

}  // namespace

storage::StandingRow standing_by(Session& session, sqlite::Connection& db, CustomerId customer,
                                 std::span<const KeptEntry> entries) {
  storage::StandingRow standing;
  for (const KeptEntry& entry : entries) {
    if (!standing.first_entry || entry.day < *standing.first_entry) standing.first_entry = entry.day;
  }
  if (standing.first_entry) standing.status = CustomerStatus::existing;
  const auto events = losses_of(session, db, customer);
  if (!events.empty() && is_lost_still(db, events, entries)) standing.status = CustomerStatus::lost;
  return standing;
}

}  // namespace crmcore::engine
