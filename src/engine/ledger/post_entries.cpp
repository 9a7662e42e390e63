// An entry is a row that never changes. What reviews read of it, the day totals of its customer, is written
// in the same transaction, so that the two cannot tell different things (engine/ledger/verify.cpp compares
// them). Idempotency is the unique key (source, document, line): an insert that ends at an entry says that it
// was delivered before, and only then is its content compared. Cost: one statement for 16 new entries, and
// totals in memory until there are kPendingTotalsMax of them. tests/engine/posting_test.cpp proves that
// neither the order of deliveries nor their batches nor their repetition changes a total.
#include "engine/ledger/post_entries.hpp"

#include <algorithm>
#include <tuple>

#include "base/exchange.hpp"
#include "base/format.hpp"
#include "base/json_write.hpp"
#include "base/limits.hpp"
#include "base/pulse.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/core/naming.hpp"
#include "engine/ledger/entry_content.hpp"
#include "storage/ledger_voids.hpp"
#include "storage/order_day_store.hpp"

namespace crmcore::engine {
namespace {

// Postings of fewer days' totals are appended to the recent ones, which are packed whenever the ledger has so
// many entries more: a block that is written costs as much as some hundred records that are appended, and
// there are as many blocks as customers have thousands.
constexpr std::size_t kPackedRecordsMin = 4096;
constexpr std::int64_t kRecentEntriesMax = 16384;
// Totals kept in memory before they are written.
constexpr std::size_t kPendingTotalsMax = 1u << 19;
// The first entries of all customers are read at once from so many entries on, or from one entry for so many
// customers on: to look for one costs up to that when its page is not in memory.
constexpr std::int64_t kFirstEntriesScanMin = 256;
constexpr std::int64_t kLookUpCost = 256;

}  // namespace

PostOptions read_post_options(ObjectReader& in) {
  return {in.about("which system delivers").require_text("source", kCodeBytesMax),
          in.about("makes the delivery as a whole count once").text("batch", kCodeBytesMax).value_or(""),
          read_entry_days(in)};
}

PostResult post_entries(Session& session, const PostOptions& options, std::span<const EntryInput> entries) {
  if (!options.batch.empty()) text::require_code(options.batch, "/batch");
  const std::string batch = text::key_form(options.batch);
  WriteScope write(session);
  EntryPoster poster(session, write, options.source, options.days, entries.size());
  storage::LedgerStore ledger(write.db());
  const Digest digest = options.batch.empty() ? Digest{} : batch_digest(entries);
  if (!options.batch.empty()) {
    if (const auto known = ledger.find_batch(poster.source(), batch)) {
      if (known->digest != digest) {
        throw Error(
            Code::conflict,
            fmt::format("batch '{}' of source '{}' was delivered before with other entries ({} of them)",
                        options.batch, options.source, known->entry_count + known->already_count),
            "/batch");
      }
      return {0, known->entry_count + known->already_count, {}, 0};
    }
  }
  poster.post(entries, "/entries");
  const PostResult result = poster.finish(batch);
  if (!options.batch.empty()) {
    ledger.insert(
        storage::BatchRow{poster.source(), batch, digest, poster.first_id(), result.posted, result.already});
  }
  write.commit();
  return result;
}

EntryPoster::EntryPoster(Session& session, WriteScope& write, std::string_view source, EntryDays days,
                         std::size_t count_hint)
    : session_(session),
      write_(write),
      ledger_(write.db()),
      customers_(write.db()),
      owners_(write.db()),
      taken_(taken_days(session, days)) {
  text::require_code(source, "/source");
  source_code_ = text::key_form(source);
  source_ = ledger_.source_id(source_code_);
  if (!source_) source_ = ledger_.create_source(source_code_);
  last_id_ = ledger_.last_entry_id();
  first_id_ = last_id_ + 1;
  last_customer_ = customers_.last_id();
  greatest_document_ = ledger_.last_document(source_);
  turnover_ = ledger_.turnover();
  totals_.reserve(std::min(count_hint + count_hint / 4, kPendingTotalsMax));
  FirstEntries& known = session.file().first_entries();
  // All of them are read when as much has been spent, or will be, on looking for single ones.
  const auto scan_min = std::max<std::int64_t>(kFirstEntriesScanMin, last_customer_.value / kLookUpCost);
  if (!known.is_loaded() && known.expect(static_cast<std::int64_t>(count_hint)) >= scan_min) {
    session.file().begin_first_entries();
    customers_.first_entries([&](CustomerId id, const storage::StandingRow& standing) {
      const bool is_lost = standing.status == CustomerStatus::lost;
      known.set(id, is_lost ? FirstEntries::kLost : standing.first_entry->days);
    });
  }
}

bool EntryPoster::is_foreign(const EntryInput& entry) const {
  return !entry.currency.empty() && entry.currency != session_.file().facts().base_currency;
}

std::string EntryPoster::amount_as_given(const EntryInput& entry) const {
  const ArchiveFacts& facts = session_.file().facts();
  if (!is_foreign(entry)) return told_amount(facts, entry.amount.minor);
  const int digits = currency_digits(entry.currency).value_or(facts.currency_digits);
  return format_money(entry.amount, digits).append(" ").append(entry.currency);
}

Money EntryPoster::in_base_currency(const EntryInput& entry, const std::string& path) const {
  const ArchiveFacts& facts = session_.file().facts();
  if (!is_foreign(entry)) {
    if (!entry.rate.empty())
      throw Error(Code::invalid, "a rate is only for another currency", path + "/rate");
    return entry.amount;
  }
  const auto digits = currency_digits(entry.currency);
  if (!digits) {
    throw Error(Code::invalid,
                fmt::format("unknown currency '{}'; an ISO 4217 code is allowed", entry.currency),
                path + "/currency");
  }
  const auto convert = [&](Money amount) {
    return exchange(amount, *digits, entry.rate, facts.currency_digits);
  };
  if (const auto amount = convert(entry.amount)) return *amount;
  if (convert(Money{})) {
    throw Error(Code::range, fmt::format("the amount exceeds {}", told_amount(facts, kIntegerMax)),
                path + "/amount");
  }
  throw Error(Code::invalid,
              fmt::format("the rate '{}' from {} to {} is not a positive decimal with at most 9 digits and 9 "
                          "decimals",
                          entry.rate, entry.currency, facts.base_currency),
              path + "/rate");
}

storage::EntryRow EntryPoster::check(const EntryInput& entry, const std::string& path,
                                     std::string& document_key) {
  const CustomerId customer = owners_.owner_of(entry.customer);
  if (customer.value <= 0 || customer > last_customer_)
    throw_no_customer(write_.db(), entry.customer, path + "/customer");
  if (!taken_.has(entry.date)) refuse_day(session_, taken_, entry.date, path + "/date");
  if (word_of(entry.kind).empty()) {
    throw Error(
        Code::invalid,
        fmt::format("unknown kind of entry; {} are allowed", text::alternatives(words_of(entry.kind))),
        path + "/kind");
  }
  if (entry.amount.minor > kIntegerMax || entry.amount.minor < -kIntegerMax) {
    throw Error(Code::range, "the amount exceeds 2^53 - 1 minor units", path + "/amount");
  }
  const bool may_be_negative = entry.kind == EntryKind::cost || entry.kind == EntryKind::activity_cost;
  if (entry.amount.minor < 0 && !may_be_negative) {
    throw Error(Code::invalid,
                fmt::format("the amount of a {} is {}; 0 or more is allowed, a return is a reversal with a "
                            "positive amount",
                            word_of(entry.kind), amount_as_given(entry)),
                path + "/amount");
  }
  if (entry.line < 0 || entry.line > kLineMax) {
    throw Error(Code::range, fmt::format("line {}; 0 to 2^31 - 1 are allowed", entry.line), path + "/line");
  }
  if (entry.document.empty() || entry.document != order_.document)
    text::require_code(entry.document, path + "/document");
  if (entry.original_date) {
    if (entry.kind != EntryKind::reversal) {
      throw Error(Code::invalid, "only a reversal has an original date", path + "/original_date");
    }
    const Date original = *entry.original_date;
    if (original < taken_.first) refuse_day(session_, taken_, original, path + "/original_date");
    if (original > entry.date) {
      throw Error(Code::invalid,
                  fmt::format("the original date {} is after the reversal's own {}", format_date(original),
                              format_date(entry.date)),
                  path + "/original_date");
    }
  }
  return {last_id_ + 1,
          customer,
          entry.date,
          entry.kind,
          in_base_currency(entry, path),
          source_,
          document_key_of(entry.document, document_key),
          entry.line,
          entry.original_date};
}

void EntryPoster::require_answerable(const storage::EntryRow& entry, const std::string& path) {
  if (!is_by_customer_) {
    storage::Turnover all = turnover_;
    all.add(entry.kind, entry.amount);
    if (all.can_be_answered()) return;
    settle_totals();
    is_by_customer_ = true;
  }
  const auto [own, is_new] = turnovers_.try_emplace(entry.customer);
  if (is_new) {
    // The ledger has all of the customer: whoever is posted to from here on has a turnover here.
    own->second =
        storage::turnover_of(ledger_.of_customer(entry.customer, kDateMin, Date{kDateMax.days + 1}));
  }
  storage::Turnover next = own->second;
  next.add(entry.kind, entry.amount);
  if (next.can_be_answered() || ledger_.find(entry.source, entry.document, entry.line)) return;
  const auto& [revenue, reversals, costs, corrections] = own->second;
  const auto amount = [&](std::int64_t minor) { return told_amount(session_.file().facts(), minor); };
  throw Error(
      Code::range,
      fmt::format("{} of {} is too much for customer {}: revenue of {} or reversals of {}, whichever is "
                  "more, and costs of {} or their corrections of {} may reach {} together",
                  word_of(entry.kind), amount(entry.amount.minor), told_customer(write_.db(), entry.customer),
                  amount(revenue), amount(reversals), amount(costs), amount(corrections),
                  amount(kIntegerMax)),
      path + "/amount");
}

bool EntryPoster::post(const EntryInput& input, const std::string& path) {
  const storage::EntryRow entry = check(input, path, document_keys_.front());
  require_answerable(entry, path);
  if (ledger_.insert(std::span(&entry, 1)) == 0) {
    count_again(entry, input, path);
    return false;
  }
  settle(entry, input);
  return true;
}

void EntryPoster::post(std::span<const EntryInput> entries, const std::string& path) {
  std::size_t fresh = kTogether;  // how many of the last ones were not delivered before
  std::string entry_path;
  for (std::size_t i = 0; i < entries.size();) {
    // In a delivery that is delivered again, one at a time is cheaper: each ends the statement.
    if (fresh >= kTogether) {
      const std::size_t posted = post_together(entries.subspan(i));
      i += posted;
      if (posted == kTogether || i == entries.size()) continue;
    }
    entry_path.assign(path).append("/").append(std::to_string(i));
    fresh = post(entries[i++], entry_path) ? fresh + 1 : 0;
  }
}

std::size_t EntryPoster::post_together(std::span<const EntryInput> entries) {
  if (is_by_customer_) return 0;
  std::array<storage::EntryRow, kTogether> rows;
  std::size_t count = 0;
  storage::Turnover all = turnover_;
  try {
    for (const EntryInput& entry : entries.first(std::min(entries.size(), kTogether))) {
      rows[count] = check(entry, {}, document_keys_[count]);
      rows[count].id += static_cast<std::int64_t>(count);
      all.add(rows[count].kind, rows[count].amount);
      if (!all.can_be_answered()) break;
      ++count;
    }
  } catch (const Error&) {
    // What is at fault is told when it is posted alone.
  }
  const std::size_t inserted = ledger_.insert(std::span(rows).first(count));
  for (std::size_t i = 0; i < inserted; ++i) settle(rows[i], entries[i]);
  return inserted;
}

void EntryPoster::settle(const storage::EntryRow& entry, const EntryInput& input) {
  Pulse::beat();
  last_id_ = entry.id;
  ++result_.posted;
  if (is_foreign(input)) {
    ledger_.insert(storage::ForeignRow{entry.id, input.currency, input.amount, input.rate});
    has_foreign_ = true;
  }
  turnover_.add(entry.kind, entry.amount);
  if (is_by_customer_) turnovers_.at(entry.customer).add(entry.kind, entry.amount);
  storage::add_entry(totals_, entry);
  storage::add_entry_id(entry_runs_, entry.customer, entry.day, entry.id);
  if (entry.kind == EntryKind::revenue) count_order(entry);
  if (entry.kind == EntryKind::reversal) returned_.insert(entry.customer);
  note_first_entry(entry);
  write_.journal().add(entry);
  if (totals_.size() >= kPendingTotalsMax) settle_totals();
}

void EntryPoster::count_again(const storage::EntryRow& entry, const EntryInput& input,
                              const std::string& path) {
  auto known = ledger_.find(entry.source, entry.document, entry.line);
  if (known) {
    if (const CustomerId owner = owners_.owner_of(known->customer)) known->customer = owner;
  }
  storage::LedgerVoids voids(write_.db());
  if (!has_voids_) has_voids_ = !voids.is_empty();
  const bool is_void = known && *has_voids_ && voids.contains(known->id);
  if (known && same_content(*known, entry)) {
    ++result_.already;
    result_.voided += is_void ? 1 : 0;
    return;
  }
  const ArchiveFacts& facts = session_.file().facts();
  throw Error(
      Code::conflict,
      fmt::format("document '{}' line {} of source '{}' was posted before with other content: entry {} is "
                  "({}){}, delivered now is ({})",
                  input.document, input.line, source_code_, known ? known->id : 0,
                  known ? describe(write_.db(), facts, *known) : "",
                  is_void ? " and is voided: post it under another number" : "",
                  describe(write_.db(), facts, entry)),
      path);
}

// An order is a document with revenue, counted on the earliest day that the customer has in it, so that
// the order in which its lines arrive changes nothing. Windows that begin after it find its other days by
// themselves.
void EntryPoster::count_order(const storage::EntryRow& entry) {
  std::optional<Date> before;
  if (entry.document == order_.document && entry.customer == order_.customer) {
    before = order_.day;
  } else if (entry.document <= greatest_document_) {
    before = ledger_.first_day(entry.source, entry.document, entry.customer, entry.id);
  }
  if (entry.document > greatest_document_) greatest_document_ = entry.document;
  if (!before || entry.day < *before) {
    totals_.back().orders = 1;  // add_entry() put the entry's own day there
    if (before) totals_.push_back({.customer = entry.customer, .day = *before, .orders = -1});
  }
  if (before && entry.day != *before) {
    storage::OrderDayStore days(write_.db());
    for (const Date day : {*before, entry.day}) days.add(entry.customer, entry.source, entry.document, day);
  }
  order_.document = entry.document;
  order_.customer = entry.customer;
  order_.day = before ? std::min(*before, entry.day) : entry.day;
}

void EntryPoster::settle_totals() {
  storage::combine(totals_);
  // Beyond the archive's bound, what is recent stays in the order of posting (storage/ledger_store.cpp).
  if (totals_.size() >= kPackedRecordsMin && !is_by_customer_) {
    storage::sort_entries(entry_runs_);
    ledger_.add_packed(totals_, entry_runs_);
    totals_.clear();
    entry_runs_.clear();
  }
  ledger_.add_recent(totals_, entry_runs_, turnover_);
  totals_.clear();
  entry_runs_.clear();
}

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

PostResult EntryPoster::finish(std::string_view batch) {
  if (result_.posted > 0) settle_totals();
  settle_standing();
  if ((first_id_ - 1) / kRecentEntriesMax != last_id_ / kRecentEntriesMax) ledger_.pack_recent();
  if (result_.posted > 0 || !batch.empty()) {
    write_.journal().add(kEntriesPosted, {}, posting_body(batch));
  }
  result_.over_returned = over_returned();
  return result_;
}

}  // namespace crmcore::engine
