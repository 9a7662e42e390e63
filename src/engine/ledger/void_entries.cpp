// A void is settled customer by customer: the entries that go are taken out of totals and index, and what the
// customer is (first entry, status, orders) is made again from those that stay. That costs reading all
// entries of the customer, and a pass over the journal where it was ever lost; nothing of it is paid by who
// posts.
//
// Invariant: afterwards all that is derived is as if the entries had never been posted, whatever else was
// posted before or since. tests/engine/void_test.cpp makes a second archive without them and compares.
#include "engine/ledger/void_entries.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/imports.hpp"
#include "engine/ledger/move_entries.hpp"
#include "engine/ledger/post_entries.hpp"
#include "engine/ledger/standing_again.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"
#include "storage/ledger_voids.hpp"
#include "storage/order_day_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// A document of a customer: the day on which it counts as an order with what goes, and its days without.
struct OrderDays {
  std::optional<Date> with;
  std::set<Date> kept;

  std::optional<Date> without() const { return kept.empty() ? std::nullopt : std::optional(*kept.begin()); }
};

void keep_earliest(std::optional<Date>& earliest, Date day) {
  if (!earliest || day < *earliest) earliest = day;
}

// Of one customer.
class CustomerVoid {
 public:
  CustomerVoid(sqlite::Connection& db, CustomerId customer, std::vector<std::int64_t> gone)
      : customer_(customer), gone_(std::move(gone)) {
    storage::LedgerStore ledger(db);
    for (const std::int64_t id : gone_)
      ledger.entries(id, id, [&](const storage::EntryRow& entry) { take(entry); });
    for (const storage::EntryRun& run : ledger.entries_of(customer_)) {
      ledger.entries(run.first, run.first + run.count - 1, [&](const storage::EntryRow& entry) {
        if (!std::binary_search(gone_.begin(), gone_.end(), entry.id)) keep(entry);
      });
    }
    for (const auto& [key, days] : orders_) {
      if (days.with == days.without()) continue;
      records.push_back({.customer = customer_, .day = days.with.value_or(Date{}), .orders = 1});
      if (days.without()) records.push_back({.customer = customer_, .day = *days.without(), .orders = -1});
    }
  }

  // Adds the returns of what goes: those that name its day, where they are of more than stays sold there.
  void find_returns(std::vector<Diagnostic>& found, const std::string& path) const {
    for (const Return& one : returns_) {
      const auto sold = sold_.find(one.original);
      if (sold == sold_.end() || sold->second >= 0 || found.size() == kViolationsMax) continue;
      found.push_back(
          {Code::conflict, path,
           fmt::format("entry {} (document '{}', {}) takes back {} of what was sold on {}; void "
                       "it first",
                       one.id, one.document, format_date(one.day), one.amount, format_date(one.original))});
    }
  }

  // Which days documents with revenue on several have now.
  void put_order_days(storage::OrderDayStore& store) const {
    for (const auto& [key, days] : orders_) {
      store.remove(customer_, key.first, key.second);
      if (days.kept.size() < 2) continue;
      for (const Date day : days.kept) store.add(customer_, key.first, key.second, day);
    }
  }

  std::vector<storage::DayTotals> records;  // what goes
  std::vector<storage::EntryRun> runs;
  std::vector<KeptEntry> kept;  // in the order of ids
  std::span<const std::int64_t> gone() const noexcept { return gone_; }
  bool is_over_returned() const noexcept { return balance_ < 0; }

 private:
  struct Return {
    std::int64_t id;
    Date day;
    Date original;
    std::int64_t amount;
    std::string document;
  };

  void take(storage::EntryRow entry) {
    entry.customer = customer_;  // it may have been posted to one who was merged into this one
    storage::add_entry(records, entry);
    storage::add_entry_id(runs, entry.customer, entry.day, entry.id);
    if (entry.kind != EntryKind::revenue) return;
    keep_earliest(orders_[{entry.source, std::string(entry.document)}].with, entry.day);
    sold_.try_emplace(entry.day, 0);
  }

  void keep(const storage::EntryRow& entry) {
    kept.push_back({entry.id, entry.day, entry.kind == EntryKind::revenue});
    const std::int64_t amount = entry.amount.minor;
    if (entry.kind == EntryKind::revenue) {
      balance_ += amount;
      if (const auto sold = sold_.find(entry.day); sold != sold_.end()) sold->second += amount;
      if (orders_.empty()) return;
      const auto order = orders_.find({entry.source, std::string(entry.document)});
      if (order == orders_.end()) return;
      keep_earliest(order->second.with, entry.day);
      order->second.kept.insert(entry.day);
    } else if (entry.kind == EntryKind::reversal) {
      balance_ -= amount;
      const auto sold = entry.original_day ? sold_.find(*entry.original_day) : sold_.end();
      if (sold == sold_.end()) return;
      sold->second -= amount;
      returns_.push_back({entry.id, entry.day, sold->first, amount, std::string(entry.document)});
    }
  }

  CustomerId customer_;
  std::vector<std::int64_t> gone_;  // ids, in their order
  std::map<std::pair<SourceId, std::string>, OrderDays> orders_;
  std::map<Date, std::int64_t> sold_;  // on days on which something goes: what stays, less its returns
  std::vector<Return> returns_;
  std::int64_t balance_ = 0;  // what was sold less what was returned
};

using Parts = std::map<CustomerId, CustomerVoid>;

class EntryVoider {
 public:
  EntryVoider(Session& session, WriteScope& write, const VoidRequest& request)
      : session_(session),
        write_(write),
        request_(request),
        voids_(write.db()),
        path_(request.import ? "/import" : "/document") {}

  Json run() {
    std::map<CustomerId, std::vector<std::int64_t>> gone;
    std::int64_t count = 0;
    std::int64_t already = 0;
    const storage::GoneCustomers merged(write_.db());
    for (const storage::EntryState& entry : find_entries()) {
      if (!entry.is_voided) gone[merged.owner_of(entry.customer)].push_back(entry.id);
      ++(entry.is_voided ? already : count);
    }
    Parts parts;
    std::vector<Diagnostic> found;
    for (auto& [customer, ids] : gone) {
      const auto part = parts.try_emplace(customer, write_.db(), customer, std::move(ids)).first;
      part->second.find_returns(found, path_);
      session_.tick(std::ssize(parts), std::ssize(gone));
    }
    throw_if_any(std::move(found));
    Json over = Json::array();
    for (const auto& [customer, part] : parts) {
      settle(customer, part);
      if (part.is_over_returned())
        over.push_back(storage::named(find_customer(session_, customer), customer, "customer").code);
    }
    if (!parts.empty()) take_out(parts);
    Json told{{"voided", count}, {"already", already}, {"customers", parts.size()}};
    if (!over.empty()) told["over_returned"] = std::move(over);
    return told;
  }

 private:
  std::vector<storage::EntryState> find_entries() {
    if (request_.import) {
      const storage::ImportRow import = require_import(write_.db(), *request_.import);
      if (import.what == storage::ImportOf::entries)
        return voids_.between(import.entry_first, import.entry_last);
      throw Error(Code::invalid,
                  fmt::format("import {} is of {}, not of entries", import.id, word_of(import.what)), path_);
    }
    text::require_code(*request_.source, "/source");
    text::require_code(*request_.document, path_);
    const SourceId source = storage::LedgerStore(write_.db()).source_id(text::key_form(*request_.source));
    if (!source) throw Error(Code::not_found, fmt::format("no source '{}'", *request_.source), "/source");
    const std::string document = text::key_form(*request_.document);
    auto entries = voids_.of_document(source, document);
    if (entries.empty()) {
      throw Error(Code::not_found,
                  fmt::format("source '{}' has no document '{}'", *request_.source, *request_.document),
                  path_);
    }
    if (!request_.line) return entries;
    std::erase_if(entries, [&](const auto& entry) { return entry.line != *request_.line; });
    if (entries.empty()) {
      throw Error(Code::not_found,
                  fmt::format("document '{}' has no line {}", *request_.document, *request_.line), "/line");
    }
    return entries;
  }

  // Writes that the entries are voided, what the customer is without them, and the change that tells both.
  void settle(CustomerId customer, const CustomerVoid& part) {
    for (const std::int64_t entry : part.gone())
      voids_.insert({entry, customer, write_.journal().next_seq()});
    storage::CustomerStore customers(write_.db());
    const storage::StandingRow before = customers.standing(customer);
    const storage::StandingRow after = standing_by(session_, write_.db(), customer, part.kept);
    Json body = Json::object();
    if (request_.import) body["import"] = *request_.import;
    if (request_.source) body["source"] = text::key_form(*request_.source);
    if (request_.document) body["document"] = text::key_form(*request_.document);
    if (request_.line) body["line"] = *request_.line;
    body["reason"] = request_.reason;
    body["entries"] = runs_json(part.gone());
    add_standing_change(body, {before, after});
    if (before.status != after.status || before.first_entry != after.first_entry) {
      customers.put_standing(customer, after);
      FirstEntries& known = session_.file().first_entries();
      const std::int32_t first = after.first_entry ? after.first_entry->days : FirstEntries::kNone;
      const bool is_lost = after.status == CustomerStatus::lost;
      if (known.is_loaded()) known.set(customer, is_lost ? FirstEntries::kLost : first);
    }
    write_.journal().add(kEntriesVoided, customer, dump_json(body));
  }

  // Ids that follow one another are told by the first and the last.
  static Json runs_json(std::span<const std::int64_t> ids) {
    Json runs = Json::array();
    for (std::size_t i = 0, first = 0; i < ids.size(); ++i) {
      if (i + 1 < ids.size() && ids[i + 1] == ids[i] + 1) continue;
      runs.push_back(Json::array({ids[first], ids[i]}));
      first = i + 1;
    }
    return runs;
  }

  void take_out(const Parts& parts) {
    storage::LedgerStore ledger(write_.db());
    std::vector<storage::DayTotals> records;
    std::vector<storage::EntryRun> runs;
    storage::OrderDayStore order_days(write_.db());
    for (const auto& [customer, part] : parts) {
      part.put_order_days(order_days);
      records.insert(records.end(), part.records.begin(), part.records.end());
      runs.insert(runs.end(), part.runs.begin(), part.runs.end());
    }
    storage::Turnover turnover = ledger.turnover();
    if (turnover.is_known()) {
      turnover.take_back(storage::turnover_of(records));
    } else {
      turnover = {};
      ledger.entries_of({0, storage::kBlockMax},
                        [&](const auto& entry) { turnover.add(entry.kind, entry.amount); });
    }
    voids_.take_out(std::move(records), std::move(runs), turnover);
  }

  Session& session_;
  WriteScope& write_;
  const VoidRequest& request_;
  storage::LedgerVoids voids_;
  std::string path_;
};

}  // namespace

VoidRequest read_void(ObjectReader& in) {
  VoidRequest request;
  request.source = in.about("with document, unless an import is named").text("source", kCodeBytesMax);
  request.document = in.text("document", kCodeBytesMax);
  request.line = in.about("absent: the whole document").integer("line", 0, kLineMax);
  request.import = in.about("all that this import posted").integer("import", 1, kIntegerMax);
  request.reason = in.require_text("reason", kReasonBytesMax);
  return request;
}

Json void_entries(Session& session, const VoidRequest& request) {
  if (text::is_blank(request.reason)) throw Error(Code::invalid, "a reason is required", "/reason");
  if (request.import) {
    if (request.source || request.document || request.line)
      throw Error(Code::invalid, "either an import or a document of a source is named", "/import");
  } else if (!request.source || !request.document) {
    throw Error(Code::invalid, "a document of a source, or an import, is required",
                request.source ? "/document" : "/source");
  }
  WriteScope write(session);
  Json told = EntryVoider(session, write, request).run();
  write.commit();
  return told;
}

Json void_answer() {
  return schema::object(
      {{"voided", schema::about("entries that do not count any more", schema::integer())},
       {"already", schema::about("voided before", schema::integer())},
       {"customers", schema::about("whose entries they were", schema::integer())},
       schema::optional("over_returned",
                        schema::about("customers of whom more was returned, in all, than what is left was "
                                      "sold for; absent: nobody",
                                      schema::list(schema::text())))});
}

}  // namespace crmcore::engine
