// What a posting makes of its customers: the day of the first entry, who exists by it, who is back; and how
// its change tells of it all. It is settled once a posting, in the order of customers.
#include <algorithm>
#include <tuple>

#include "base/format.hpp"
#include "base/json_write.hpp"
#include "engine/archive/customers.hpp"
#include "engine/ledger/post_entries.hpp"

namespace crmcore::engine {

void EntryPoster::note_first_entry(const storage::EntryRow& entry) {
  FirstEntries& known = session_.file().first_entries();
  std::int32_t before = FirstEntries::kNone;
  if (known.is_loaded()) {
    before = known.day_of(entry.customer);
    if (entry.day.days >= before) return;
    if (before != FirstEntries::kLost) known.set(entry.customer, entry.day.days);
  } else {
    const auto [noted, is_new] = first_days_.try_emplace(entry.customer, FirstEntries::kNone);
    if (is_new) {
      const storage::StandingRow standing = customers_.standing(entry.customer);
      if (standing.first_entry) noted->second = standing.first_entry->days;
      if (standing.status == CustomerStatus::lost) noted->second = FirstEntries::kLost;
    }
    before = noted->second;
    if (entry.day.days >= before) return;
    if (before != FirstEntries::kLost) noted->second = entry.day.days;
  }
  firsts_.push_back({entry.customer, entry.day.days, before == FirstEntries::kNone,
                     before == FirstEntries::kLost, entry.kind == EntryKind::revenue});
}

void EntryPoster::settle_standing() {
  // Neighbours lie on the same page. Of what was noted of one customer the earliest day counts.
  std::sort(firsts_.begin(), firsts_.end(), [](const First& a, const First& b) {
    return std::tie(a.customer, a.day) < std::tie(b.customer, b.day);
  });
  std::vector<storage::FirstEntryRow> fresh;
  for (auto first = firsts_.begin(); first != firsts_.end();) {
    const auto end = std::find_if(first, firsts_.end(),
                                  [&](const First& other) { return other.customer != first->customer; });
    if (first->is_of_lost) {
      settle_lost({first, end});
    } else if (std::any_of(first, end, [](const First& one) { return one.is_very_first; })) {
      fresh.push_back({first->customer, Date{first->day}});
    } else {
      put_first(*first);
    }
    first = end;
  }
  const auto became = make_existing(fresh);
  became_existing_ = std::ssize(became);
  if (became.size() > kBecameExistingToldMax) return;
  for (const storage::FirstEntryRow& row : became) {
    write_.journal().add(kCustomerBecameExisting, row.customer,
                         fmt::format(R"({{"first_entry":"{}"}})", format_date(row.day)));
  }
}

std::vector<storage::FirstEntryRow> EntryPoster::make_existing(
    std::span<const storage::FirstEntryRow> fresh) {
  std::vector<storage::FirstEntryRow> became;
  while (!fresh.empty()) {
    const auto inserted = fresh.first(customers_.insert_existing(fresh));
    became.insert(became.end(), inserted.begin(), inserted.end());
    fresh = fresh.subspan(inserted.size());
    if (fresh.empty()) break;
    // One that has a standing, such as a prospect that was lost.
    const storage::FirstEntryRow& next = fresh.front();
    if (put_first({next.customer, next.day.days, true})) became.push_back(next);
    fresh = fresh.subspan(1);
  }
  return became;
}

bool EntryPoster::put_first(const First& first) {
  storage::StandingRow standing = customers_.standing(first.customer);
  standing.first_entry = Date{first.day};
  const bool becomes_existing = first.is_very_first && standing.status == CustomerStatus::prospect;
  if (becomes_existing) standing.status = CustomerStatus::existing;
  customers_.put_standing(first.customer, standing);
  return becomes_existing;
}

void EntryPoster::settle_lost(std::span<const First> entries) {
  const CustomerId customer = entries.front().customer;
  storage::StandingRow standing = customers_.standing(customer);
  const Date first{entries.front().day};  // they are in the order of days
  if (!standing.first_entry || first < *standing.first_entry) standing.first_entry = first;
  const Date lost = lost_since(session_, customer);
  const auto last = ledger_.last_day(customer, first_id_);
  // What is delivered late, of the time before, brings nobody back.
  const auto again = std::find_if(entries.begin(), entries.end(), [&](const First& one) {
    return one.is_revenue && (lost.days <= one.day || (last && last->days < one.day));
  });
  const bool is_regained = again != entries.end();
  if (is_regained) standing.status = CustomerStatus::existing;
  customers_.put_standing(customer, standing);
  if (!is_regained) return;
  FirstEntries& known = session_.file().first_entries();
  if (known.is_loaded()) known.set(customer, standing.first_entry->days);
  write_.journal().add(kCustomerRegained, customer,
                       fmt::format(R"({{"date":"{}"}})", format_date(Date{again->day})));
}

std::vector<CustomerId> EntryPoster::over_returned() {
  std::vector<CustomerId> over;
  for (const CustomerId customer : returned_) {
    std::int64_t balance = 0;
    for (const storage::DayTotals& day : ledger_.of_customer(customer, kDateMin, Date{kDateMax.days + 1}))
      balance += day.revenue - day.reversal_own;
    if (balance < 0) over.push_back(customer);
  }
  return over;
}

std::string EntryPoster::posting_body(std::string_view batch) {
  std::string body = R"({"source":)";
  append_json_text(body, source_code_);
  if (!batch.empty()) append_json_text(body.append(R"(,"batch":)"), batch);
  const auto add = [&](const char* name, std::int64_t number) {
    body.append(",\"").append(name).append("\":").append(std::to_string(number));
  };
  const ArchiveFacts& facts = session_.file().facts();
  append_json_text(body.append(R"(,"currency":)"), facts.base_currency);
  add("currency_digits", facts.currency_digits);
  add("posted", result_.posted);
  add("already", result_.already);
  if (result_.posted > 0) {
    add("first_entry", first_id_);
    add("last_entry", last_id_);
  }
  if (has_foreign_)
    body.append(R"(,"foreign":")").append(to_hex(ledger_.foreign_digest(first_id_, last_id_).value())) += '"';
  add("became_existing", became_existing_);
  return body + '}';
}

}  // namespace crmcore::engine
