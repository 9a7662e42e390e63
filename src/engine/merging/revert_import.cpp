// What an import did is the part of the journal that its row names. Whom it made goes, unless something rests
// on them; whom it changed is changed back, member by member, unless somebody changed the member since. All
// or nothing, or with `leaves_changed` all but these. Cost: the import's changes, and for each customer that
// it made a look at what could rest on it. tests/engine/revert_import_test.cpp.
#include "engine/merging/revert_import.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/archive/customer_edit.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/gone.hpp"
#include "engine/archive/imports.hpp"
#include "engine/archive/put_customers.hpp"
#include "engine/ledger/move_entries.hpp"
#include "engine/ledger/post_entries.hpp"
#include "engine/ledger/void_entries.hpp"
#include "engine/merging/carry.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"
#include "storage/import_store.hpp"
#include "storage/journal_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kRevertedPerTick = 1024;

class ImportReverter {
 public:
  ImportReverter(Session& session, WriteScope& write, const RevertImportRequest& request)
      : session_(session),
        write_(write),
        request_(request),
        store_(write.db()),
        editor_(session, write),
        schemes_(storage::SchemeStore(write.db()).all()) {}

  Json run() {
    find();
    read_changes();
    for (auto update = updates_.rbegin(); update != updates_.rend(); ++update) take_back(*update);
    for (const auto& [customer, status] : statuses_) take_status_back(customer, status);
    for (const CustomerId customer : made_) withdraw(customer);
    if (!request_.leaves_changed) throw_if_any(std::move(found_));
    editor_.finish();
    session_.file().first_entries().clear();
    Json told{{"import", row_.id},
              {"withdrawn", withdrawn_},
              {"updated", std::ssize(updated_)},
              {"left", std::ssize(left_)}};
    tell(told);
    Json left = Json::array();
    for (const CustomerId customer : left_) {
      if (left.size() < kViolationsMax) left.push_back(store_.find(customer)->code);
    }
    told["left_customers"] = std::move(left);
    told["is_dry_run"] = request_.is_dry_run;
    return told;
  }

 private:
  struct Status {
    bool was_lost = false;
    bool is_lost = false;
  };
  struct Update {
    CustomerId customer;
    std::int64_t seq = 0;
    Json body;
  };

  // What stays may be taken back later, when nothing rests on it any more.
  void tell(Json body) {
    if (left_.empty()) {
      storage::ImportStore(write_.db()).set_reverted(row_.id, write_.journal().next_seq());
    } else if (withdrawn_ == 0 && updated_.empty()) {
      return;
    }
    body["reason"] = request_.reason;
    write_.journal().add(kImportReverted, {}, dump_json(body));
  }

  void find() {
    row_ = require_import(write_.db(), request_.import);
    if (row_.what != storage::ImportOf::customers && row_.what != storage::ImportOf::contacts) {
      throw Error(
          Code::invalid,
          fmt::format("import {} is of {}; one of customers or contacts is allowed (ledger.void is for "
                      "entries)",
                      row_.id, word_of(row_.what)),
          "/import");
    }
    if (row_.reverted_seq) {
      throw Error(Code::conflict,
                  fmt::format("import {} was taken back before, by change {}", row_.id, *row_.reverted_seq),
                  "/import");
    }
  }

  void read_changes() {
    const storage::GoneCustomers gone(write_.db());
    for (const storage::GoneRow& row : gone.rows()) absorbers_.insert(row.into);
    storage::JournalStore(write_.db())
        .range(row_.change_first, row_.change_last, [&](const storage::ChangeRow& change) {
          if (change.kind == kCustomerCreated.number) {
            for (std::int64_t i = 0; i < change.count; ++i)
              made_.push_back(CustomerId{change.subject.id + i});
          } else if (change.kind == kCustomerUpdated.number && !is_made(change.subject.customer())) {
            storage::read_stored("a change", [&] {
              updates_.push_back({change.subject.customer(), change.seq, parse_json(change.body)});
            });
          } else if (change.kind == kCustomerLost.number || change.kind == kCustomerRegained.number) {
            // The first one tells what was before, the last one what the import left.
            const bool is_lost = change.kind == kCustomerLost.number;
            statuses_.try_emplace(change.subject.customer(), Status{!is_lost, is_lost})
                .first->second.is_lost = is_lost;
          }
        });
  }

  // They are made in the order of ids.
  bool is_made(CustomerId customer) const { return std::binary_search(made_.begin(), made_.end(), customer); }

  void leave(CustomerId customer, const std::string& why) {
    left_.insert(customer);
    if (found_.size() >= kViolationsMax) return;
    found_.push_back(
        {Code::conflict, "/import", fmt::format("customer '{}' {}", store_.find(customer)->code, why)});
  }

  void take_back(const Update& update) {
    std::vector<std::string> kept;
    if (storage::GoneStore(write_.db()).find(update.customer)) {
      kept.emplace_back("merged or taken back");
    } else if (editor_.take_back(update.customer, update.body, kept) != 0) {
      updated_.insert(update.customer);
    }
    if (!kept.empty()) leave(update.customer, fmt::format("was changed since: {}", fmt::join(kept, ", ")));
    tick();
  }

  void take_status_back(CustomerId customer, const Status& status) {
    if (is_made(customer) || status.was_lost == status.is_lost) return;
    const bool is_lost = store_.standing(customer).status == CustomerStatus::lost;
    if (is_lost != status.is_lost || storage::GoneStore(write_.db()).find(customer))
      return leave(customer, "was changed since: status");
    set_lost(session_, customer, status.was_lost);
    updated_.insert(customer);
  }

  // Changes whose effect, if it lasts, is seen in what the customer has.
  static bool is_without_trace(std::int32_t kind) {
    constexpr std::int32_t kKinds[] = {kCustomerBecameExisting.number, kEntriesVoided.number,
                                       kCustomerMerged.number,         kCustomerAbsorbed.number,
                                       kCustomerUnmerged.number,       kCustomerReleased.number};
    return std::find(std::begin(kKinds), std::end(kKinds), kind) != std::end(kKinds);
  }

  // What keeps a customer that the import made; empty: nothing does.
  std::string what_rests_on(CustomerId customer) {
    sqlite::Connection& db = write_.db();
    storage::ChangeScan later(db, customer, row_.change_last);
    while (later.next()) {
      if (is_without_trace(later.change().kind)) continue;
      return fmt::format("was changed since: {}, change {}", change_name(later.change().kind),
                         later.change().seq);
    }
    if (absorbers_.contains(customer)) return "has another one merged into it";
    if (!storage::LedgerStore(db).entries_of(customer).empty()) return "has entries";
    for (const auto& scheme : schemes_) {
      if (storage::ReviewStore(db).state(scheme.id, subject_of(customer)))
        return fmt::format("has a grade under scheme {}", scheme.code);
    }
    const std::string manager = manager_of(db, customer);
    return manager.empty() ? manager : fmt::format("is served by {}", manager);
  }

  void withdraw(CustomerId customer) {
    tick();
    if (const auto gone = storage::GoneStore(write_.db()).find(customer)) {
      if (gone->into) leave(customer, fmt::format("was merged into '{}'", store_.find(gone->into)->code));
      return;
    }
    if (const std::string why = what_rests_on(customer); !why.empty()) return leave(customer, why);
    editor_.clear(customer, free_code(store_.find(customer)->code));
    Json body{{"import", row_.id}, {"codes", store_.past_codes(customer)}};
    storage::GoneStore(write_.db()).remove(customer, {}, write_.journal().next_seq());
    StandingChange change{store_.standing(customer), {CustomerStatus::lost, {}}};
    store_.put_standing(customer, change.after);
    add_standing_change(body, change);
    write_.journal().add(kCustomerWithdrawn, customer, dump_json(body));
    ++withdrawn_;
  }

  // A code for the row that stays, so that its own can be given anew. It ends with a blank, which no code
  // does that is put.
  std::string free_code(const std::string& code) const { return fmt::format("{}~{} ", code, row_.id); }

  void tick() {
    if (++done_ % kRevertedPerTick == 0) session_.tick(done_, std::ssize(made_) + std::ssize(updates_));
  }

  Session& session_;
  WriteScope& write_;
  const RevertImportRequest& request_;
  storage::CustomerStore store_;
  CustomerEditor editor_;
  std::vector<storage::SchemeRow> schemes_;
  storage::ImportRow row_;
  std::vector<CustomerId> made_;  // ascending
  std::vector<Update> updates_;   // of others, oldest first
  std::map<CustomerId, Status> statuses_;
  std::set<CustomerId> absorbers_;  // into whom others were merged
  std::set<CustomerId> updated_;
  std::set<CustomerId> left_;
  std::vector<Diagnostic> found_;
  std::int64_t withdrawn_ = 0;
  std::int64_t done_ = 0;
};

}  // namespace

RevertImportRequest read_revert_import(ObjectReader& in) {
  RevertImportRequest request;
  request.import =
      in.about("of archive.list_imports, of customers or contacts").require_integer("import", 1, kIntegerMax);
  request.reason = in.require_text("reason", kReasonBytesMax);
  request.leaves_changed =
      in.about("what was changed since, or has something resting on it, stays; else it is refused")
          .boolean_or("leaves_changed", false);
  request.is_dry_run = in.about("tell what would be done, and do nothing").boolean_or("is_dry_run", false);
  return request;
}

Json revert_import(Session& session, const RevertImportRequest& request) {
  text::require_reason(request.reason);
  WriteScope write(session);
  Json answer = ImportReverter(session, write, request).run();
  if (!request.is_dry_run) write.commit();
  return answer;
}

Json revert_import_answer() {
  using schema::about;
  using schema::integer;
  return schema::object(
      {{"import", integer()},
       {"withdrawn", about("customers that it had made and who are there no more", integer())},
       {"updated", about("customers that are again as they were", integer())},
       {"left", about("customers that stay, wholly or in part", integer())},
       {"left_customers", about("their codes, the first 100", schema::list(schema::text()))},
       {"is_dry_run", schema::boolean()}});
}

}  // namespace crmcore::engine
