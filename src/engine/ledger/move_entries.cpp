// Entries stay as they were posted; whose they are follows from who was merged into whom. So all that is kept
// by customer is taken away from those concerned and made again out of their entries, in the way in which
// verify makes it. Cost: all entries of these customers, twice. tests/engine/merge_test.cpp compares with an
// archive in which they were one from the beginning.
#include "engine/ledger/move_entries.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/ledger/order_documents.hpp"
#include "engine/ledger/standing_again.hpp"
#include "storage/gone_store.hpp"
#include "storage/ledger_voids.hpp"
#include "storage/order_day_store.hpp"

namespace crmcore::engine {
namespace {

Json standing_day(std::optional<Date> day) {
  return day ? Json(format_date(*day)) : Json();
}

}  // namespace

EntryMove::EntryMove(Session& session, WriteScope& write, std::vector<CustomerId> customers)
    : session_(session), write_(write), ledger_(write.db()), customers_(std::move(customers)) {
  for (const CustomerId customer : customers_) {
    const auto totals = ledger_.of_customer(customer, kDateMin, Date{kDateMax.days + 1});
    totals_.insert(totals_.end(), totals.begin(), totals.end());
    const auto runs = ledger_.entries_of(customer);
    runs_.insert(runs_.end(), runs.begin(), runs.end());
  }
}

void EntryMove::settle(const std::string& path) {
  const storage::GoneCustomers gone(write_.db());
  std::map<CustomerId, std::vector<KeptEntry>> kept;
  std::map<CustomerId, storage::Turnover> turnovers;
  std::vector<storage::DayTotals> totals;
  std::vector<storage::EntryRun> runs;
  OrderDocuments documents;
  for (const storage::EntryRun& run : runs_) {
    ledger_.entries(run.first, run.first + run.count - 1, [&](const storage::EntryRow& posted) {
      storage::EntryRow entry = posted;
      entry.customer = gone.owner_of(posted.customer);
      storage::add_entry(totals, entry);
      storage::add_entry_id(runs, entry.customer, entry.day, entry.id);
      turnovers[entry.customer].add(entry.kind, entry.amount);
      kept[entry.customer].push_back({entry.id, entry.day, entry.kind == EntryKind::revenue});
      if (entry.kind == EntryKind::revenue) documents.add(entry);
    });
    session_.tick(0, 0);
  }
  for (const auto& [customer, turnover] : turnovers) {
    if (turnover.can_be_answered()) continue;
    throw Error(Code::range, "the revenue or the costs of both are beyond 2^53 - 1 minor units together",
                path);
  }
  storage::OrderDayStore order_days(write_.db());
  for (const CustomerId customer : customers_) order_days.clear(customer);
  std::vector<storage::OrderDayRow> days;
  documents.add_orders(totals, days);
  for (const auto& day : days) order_days.add(day.customer, day.source, day.document, day.day);

  const storage::Turnover all = ledger_.turnover();
  storage::LedgerVoids(write_.db()).take_out(std::move(totals_), std::move(runs_), all);
  storage::combine(totals);
  storage::sort_entries(runs);
  ledger_.add_packed(totals, runs);

  for (auto& [customer, entries] : kept) {
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  }
  storage::CustomerStore customers(write_.db());
  for (const CustomerId customer : customers_) {
    StandingChange& change = standings_[customer];
    change.before = customers.standing(customer);
    if (gone.contains(customer)) {
      change.after.status = CustomerStatus::lost;
    } else {
      change.after = standing_by(session_, write_.db(), customer, kept[customer]);
    }
    customers.put_standing(customer, change.after);
  }
  session_.file().first_entries().clear();
}

std::int64_t EntryMove::entries_of(CustomerId customer) const {
  std::int64_t count = 0;
  for (const storage::EntryRun& run : runs_) count += run.customer == customer ? run.count : 0;
  return count;
}

void add_standing_change(Json& body, const StandingChange& change) {
  const auto& [before, after] = change;
  if (before.status != after.status)
    body["status"] = Json::array({word_of(before.status), word_of(after.status)});
  if (before.first_entry != after.first_entry)
    body["first_entry"] = Json::array({standing_day(before.first_entry), standing_day(after.first_entry)});
}

}  // namespace crmcore::engine
