// What may change a subject's facts, and how it is found:
// - something was written about it: the journal since the review;
// - entries were posted to it, with whatever date: the ledger since the review;
// - a day with entries of it entered or left a window, or its first entry came of age: the packed totals of
//   the days about the ends of all windows, and a window's new first day, with which growth compares the
//   first entry;
// - its first entry is of such a day, and is in no totals: the standings by that day;
// - an attribute became known or too old by now: the attributes by the day on which they were observed;
// - its grace or its time on the blacklist may be over: the circumstances that the review kept, which the
//   caller has.
// Invariant: who is not found has the same facts as then, a day's more recency for each day aside. Too many
// is allowed, too few is not; what cannot be told apart is given up, and everybody is read. Cost: the journal
// and the ledger since the review, and the totals of the new days. tests/engine/review_population_test.cpp
// proves it.
#include "engine/grading/review/news.hpp"

#include <algorithm>
#include <cassert>

#include "base/json.hpp"
#include "engine/archive/attributes.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/gone.hpp"
#include "engine/archive/put_customers.hpp"
#include "engine/classification/define.hpp"
#include "engine/classification/nodes.hpp"
#include "engine/core/journal.hpp"
#include "engine/grading/overrides.hpp"
#include "engine/ledger/post_entries.hpp"
#include "engine/ledger/verify.hpp"
#include "engine/ledger/void_entries.hpp"
#include "grading/metric.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"
#include "storage/journal_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/stored.hpp"
#include "storage/subject_store.hpp"
#include "storage/totals_scan.hpp"

namespace crmcore::engine {
namespace {

// When more than this part of the days of all windows is new, everybody is read.
constexpr std::int64_t kDaysPart = 3;

class NewsFinder {
 public:
  NewsFinder(Session& session, sqlite::Connection& db, const grading::Model& now,
             const storage::ReviewRow& last)
      : session_(session),
        db_(db),
        now_(now),
        before_(now.scheme(), last.as_of),
        last_(last),
        subjects_(subject_of(storage::CustomerStore(db).last_id())),
        moved_(subjects_) {}

  std::optional<News> find() {
    if (!is_comparable() || !read_journal()) return std::nullopt;
    add_posted();
    if (last_.as_of < now_.as_of()) {
      read_days();
      read_begun();
      read_attributes();
    }
    return News{std::move(subjects_), std::move(moved_)};
  }

 private:
  void add(CustomerId customer) { subjects_.add(subject_of(customer)); }

  void add_posted() {
    const storage::GoneCustomers gone(db_);
    storage::LedgerStore(db_).customers_after(last_.entry_last, [&](CustomerId id) {
      if (const CustomerId owner = gone.owner_of(id)) add(owner);
    });
  }

  // The windows must be the same ones, only moved, and few days.
  bool is_comparable() {
    const auto& windows = now_.needs().windows;
    const auto& old = before_.needs().windows;
    if (now_.needs().purchases && last_.as_of != now_.as_of()) return false;  // all histories grew older
    if (windows.size() != old.size()) return false;
    const auto& factors = now_.scheme().factors;
    const bool is_any_dated = std::any_of(factors.begin(), factors.end(), [](const auto& factor) {
      return factor.metric->kind().aging == grading::Aging::dated;
    });
    std::int64_t all_days = 0;
    for (std::size_t w = 0; w < windows.size(); ++w) {
      if (windows[w] == old[w]) continue;
      if (is_any_dated) return false;
      add_days_between(old[w].from, add_days(windows[w].from, 1));
      add_days_between(old[w].to, windows[w].to);
      all_days += windows[w].to.days - windows[w].from.days;
    }
    add_days_between(last_.as_of, now_.as_of());
    std::int64_t new_days = 0;
    for (const DateRange& days : days_) new_days += days.to.days - days.from.days;
    return all_days == 0 || new_days * kDaysPart <= all_days;
  }

  void add_days_between(Date a, Date b) {
    if (a == b) return;
    const Date from = std::min(a, b);
    const Date to = std::max(a, b);
    for (DateRange& known : days_) {
      if (to < known.from || known.to < from) continue;
      known = {std::min(known.from, from), std::max(known.to, to)};
      return;
    }
    days_.push_back({from, to});
  }

  // False when something changed that concerns anybody.
  bool read_journal() {
    bool is_general = false;
    bool is_bulk = false;
    const auto& needs = now_.needs();
    const bool reads_classes = !needs.classes.empty() || !now_.scheme().population.classes.empty();
    storage::JournalStore(db_).range(last_.change_seq + 1, INT64_MAX, [&](const storage::ChangeRow& row) {
      switch (row.kind) {
        case kBlacklisted.number:
        case kUnblacklisted.number:
          moved_.add(subject_of(row.subject.customer()));
          add(row.subject.customer());
          break;
        case kCustomerCreated.number:
          for (std::int64_t i = 0; i < row.count; ++i) add(CustomerId{row.subject.id + i});
          break;
        case kCustomerUpdated.number:
        case kCustomerBecameExisting.number:
        case kCustomerLost.number:
        case kCustomerRegained.number:
        case kEntriesVoided.number:
        case kCustomerMerged.number:
        case kCustomerAbsorbed.number:
        case kCustomerUnmerged.number:
        case kCustomerReleased.number:
        case kCustomerWithdrawn.number:
          add(row.subject.customer());
          break;
        case kEntriesPosted.number:
          // Of so many that became existing nobody was told: they are among those with new entries.
          is_bulk = is_bulk || has_untold(row.body);
          break;
        case kAxisDefined.number:
        case kNodesPut.number:
          is_general = is_general || reads_classes;
          break;
        case kAttributeDefined.number:
          is_general = is_general || !needs.attributes.empty();
          break;
        case kTotalsRebuilt.number:
          is_general = true;
          break;
        default:
          break;
      }
    });
    if (is_bulk) add_posted();
    return !is_general;
  }

  static bool has_untold(std::string_view posted) {
    return storage::read_stored("a change", [&] {
      const Json body = parse_json(posted);
      const Json* count = body.find("became_existing");
      return count != nullptr && count->get<std::int64_t>() > std::int64_t{kBecameExistingToldMax};
    });
  }

  void read_days() {
    const std::int64_t blocks = storage::CustomerStore(db_).last_id().value / storage::kBlockCustomers + 1;
    std::vector<storage::DayTotals> records;
    for (const DateRange& days : days_) {
      storage::TotalsScan scan(db_, days.from, days.to);
      for (std::int64_t block = 0; block < blocks; ++block) {
        records.clear();
        scan.read(block, records);
        for (const auto& record : records) add(record.customer);
        if (block % 64 == 63) session_.tick(block + 1, blocks);
      }
    }
  }

  // Entries that add up to nothing are in no totals, and yet they make a customer existing.
  void read_begun() {
    DateRange all = days_.front();
    for (const DateRange& days : days_) all = {std::min(all.from, days.from), std::max(all.to, days.to)};
    storage::SubjectStore(db_).begun(all, [&](CustomerId id, Date first_entry) {
      const auto is_here = [&](const DateRange& days) { return days.contains(first_entry); };
      if (std::any_of(days_.begin(), days_.end(), is_here)) add(id);
    });
  }

  void read_attributes() {
    if (now_.needs().attributes.empty()) return;
    storage::SubjectStore store(db_);
    const auto observed_in = [&](Date from, Date to) {
      store.observed({from, to}, [&](CustomerId id) { add(id); });
    };
    observed_in(add_days(last_.as_of, 1), add_days(now_.as_of(), 1));
    for (const std::int32_t days : now_.needs().attribute_ages_days) {
      observed_in(add_days(last_.as_of, -days), add_days(now_.as_of(), -days));
    }
  }

  Session& session_;
  sqlite::Connection& db_;
  const grading::Model& now_;
  grading::Model before_;
  const storage::ReviewRow& last_;
  SubjectSet subjects_;
  SubjectSet moved_;
  std::vector<DateRange> days_;  // that entered or left a window
};

}  // namespace

std::optional<News> find_news(Session& session, sqlite::Connection& db, const grading::Model& model,
                              const storage::ReviewRow& last) {
  assert(last.version == model.scheme().version && last.as_of <= model.as_of());
  return NewsFinder(session, db, model, last).find();
}

}  // namespace crmcore::engine
