#include "engine/archive/change_log.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/format.hpp"
#include "base/schema.hpp"
#include "engine/archive/first_contents.hpp"
#include "engine/archive/imports.hpp"
#include "engine/core/room.hpp"
#include "storage/gone_store.hpp"
#include "storage/journal_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

void require_changes_limit(std::int64_t limit) {
  if (limit < 1 || limit > kChangesMax) {
    throw Error(Code::range, fmt::format("a limit of {}; 1 to {} are allowed", limit, kChangesMax), "/limit");
  }
}

// One change after another, those after a number or those of one customer.
class ChangeLog {
 public:
  ChangeLog(File& file, sqlite::Connection& db, std::int64_t after_seq)
      : db_(db),
        zone_(file.facts().zone),
        catalog_(file.catalog(db)),
        after_seq_(after_seq),
        scan_(std::in_place, db, after_seq) {}
  ChangeLog(File& file, sqlite::Connection& db, CustomerId customer)
      : db_(db), zone_(file.facts().zone), catalog_(file.catalog(db)), customer_(customer) {
    const std::int64_t creation = storage::JournalStore(db).creation_of(customer);
    after_seq_ = std::max<std::int64_t>(creation - 1, 0);
    if (creation > 0) {
      scan_.emplace(db, after_seq_);
    } else {
      scan_.emplace(db, customer, 0);
    }
    is_at_creation_ = creation > 0;
  }

  // Moves to the next change, at first to the first; false when there is none.
  bool next() {
    if (members_left_ > 0) {
      next_member();
      return true;
    }
    if (customer_ && !is_at_creation_ && scanned_creation_) {
      scanned_creation_ = false;
      scan_.emplace(db_, customer_, 0);
    }
    if (!scan_->next()) return false;
    const storage::ChangeRow& row = scan_->change();
    change_.kind = row.kind;
    if (row.is_run()) {
      begin_run(row);
    } else {
      change_ = row;
    }
    return true;
  }

  // Valid until the next call of next(). Of a creation the body is what the customer was then.
  const storage::ChangeRow& change() const noexcept { return change_; }
  bool has_link() const noexcept { return scan_->has_link(); }
  Instant at() const noexcept { return scan_->at(); }
  Date day() const noexcept { return zone_.day_of(at()); }
  std::string time() const { return zone_.text_of(at()); }
  std::string_view actor() const noexcept { return scan_->actor(); }

 private:
  void begin_run(const storage::ChangeRow& run) {
    const std::int64_t skipped = std::max<std::int64_t>(after_seq_ + 1 - run.seq_first(), 0);
    change_ = run;
    change_.count = 1;
    change_.seq = run.seq_first() + skipped - 1;
    change_.subject.id = run.subject.id + skipped - 1;
    members_left_ = run.count - skipped;
    if (customer_) {  // its creation alone, then what followed
      members_left_ = 1;
      is_at_creation_ = false;
      scanned_creation_ = true;
    }
    // Customers are made in the order of their ids: one pass over them follows the journal.
    if (!contents_) {
      const CustomerId first{change_.subject.id + 1};
      contents_.emplace(db_, *catalog_, first, customer_ ? customer_ : CustomerId{INT64_MAX});
      has_contents_ = contents_->next();
    }
    next_member();
  }

  void next_member() {
    --members_left_;
    ++change_.seq;
    ++change_.subject.id;
    body_ = "{}";  // of a customer whose row is gone, which verify tells
    while (has_contents_ && contents_->customer() < change_.subject.customer())
      has_contents_ = contents_->next();
    if (has_contents_ && contents_->customer() == change_.subject.customer()) {
      body_ = contents_->text();
    }
    change_.body = body_;
  }

  sqlite::Connection& db_;
  const Zone& zone_;  // the file's
  std::shared_ptr<const Catalog> catalog_;
  CustomerId customer_;  // none: everybody's
  std::int64_t after_seq_ = 0;
  std::optional<storage::ChangeScan> scan_;
  bool is_at_creation_ = false;
  bool scanned_creation_ = false;
  storage::ChangeRow change_;
  std::string body_;
  // Of the run that is told.
  std::int64_t members_left_ = 0;
  std::optional<FirstContents> contents_;
  bool has_contents_ = false;
};

Change told_change(const ChangeLog& log) {
  const storage::ChangeRow& row = log.change();
  return {row.seq,
          log.at().microseconds,
          log.time(),
          std::string(log.actor()),
          std::string(change_name(row.kind)),
          row.subject.customer(),
          std::string(row.body)};
}

std::vector<Change> list_changes(ChangeLog&& log, std::int64_t limit) {
  std::vector<Change> changes;
  // What the open transaction did is not told before it is committed.
  while (std::ssize(changes) < limit && log.next() && log.has_link()) changes.push_back(told_change(log));
  return changes;
}

bool has_number(std::string_view body, std::string_view member, std::int64_t number) {
  const Json json = storage::read_stored("a change", [&] { return parse_json(body); });
  return json.contains(member) && json[member] == number;
}

// What is cheap to see is asked first.
bool is_chosen(const ChangeFilter& filter, const ChangeLog& log) {
  const storage::ChangeRow& row = log.change();
  if (row.seq <= filter.after_seq || (filter.before_seq && row.seq >= *filter.before_seq)) return false;
  const auto& kinds = filter.kinds;
  if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), change_name(row.kind)) == kinds.end())
    return false;
  if (filter.actor && log.actor() != *filter.actor) return false;
  const Date day = log.day();
  if ((filter.from && day < *filter.from) || (filter.to && *filter.to <= day)) return false;
  if (filter.run && !has_number(row.body, "run", *filter.run)) return false;
  return !filter.review || has_number(row.body, "review", *filter.review);
}

// Appends the changes of the log up to `last` that are chosen, at most so many.
void choose(ChangeLog&& log, const ChangeFilter& filter, std::int64_t last, std::int64_t count_max,
            std::vector<Change>& chosen) {
  while (std::ssize(chosen) < count_max && log.next() && log.has_link() && log.change().seq <= last) {
    if (is_chosen(filter, log)) chosen.push_back(told_change(log));
  }
}

// The newest first: the journal is read forwards, in pieces from its end on, each twice as long as the one
// before it.
std::vector<Change> newest_changes(Session& session, const ChangeFilter& filter) {
  constexpr std::int64_t kFirstPiece = 1024;
  sqlite::Connection& db = session.db();
  std::vector<Change> newest;
  std::int64_t end = storage::JournalStore(db).last_link().change_last;
  if (filter.before_seq) end = std::min(end, *filter.before_seq - 1);
  for (std::int64_t size = kFirstPiece; end > filter.after_seq && std::ssize(newest) < filter.limit;
       size *= 2) {
    const std::int64_t begin = std::max(end - size, filter.after_seq);
    std::vector<Change> piece;
    choose({session.file(), db, begin}, filter, end, INT64_MAX, piece);
    newest.insert(newest.end(), std::make_move_iterator(piece.rbegin()),
                  std::make_move_iterator(piece.rend()));
    end = begin;
  }
  if (std::ssize(newest) > filter.limit) newest.resize(static_cast<std::size_t>(filter.limit));
  return newest;
}

// In the order of the journal, at most so many.
std::vector<Change> in_order(std::vector<Change> changes, std::int64_t count_max) {
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.seq < b.seq; });
  if (std::ssize(changes) > count_max) changes.resize(static_cast<std::size_t>(count_max));
  return changes;
}

void require_change_kinds(std::span<const std::string> kinds) {
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    std::string known;
    bool found = false;
    for (const auto room : rooms()) {
      for (const ChangeKind& kind : room().changes) {
        if (kind.name == kinds[i]) found = true;
        known.append(known.empty() ? "" : ", ").append(kind.name);
      }
    }
    if (found) continue;
    throw Error(Code::invalid, fmt::format("no kind of change '{}'; there are {}", kinds[i], known),
                fmt::format("/kinds/{}", i));
  }
}

class ChangeSource : public sqlite::RowSource {
 public:
  explicit ChangeSource(ChangeLog log, std::int64_t last = INT64_MAX) : log_(std::move(log)), last_(last) {}

  bool next() override { return log_.next() && log_.change().seq <= last_; }

  sqlite::Value column(int index) override {
    const storage::ChangeRow& row = log_.change();
    switch (index) {
      case 0:
        return row.seq;
      case 1:
        return change_name(row.kind);
      case 2:
        if (const CustomerId customer = row.subject.customer()) return customer.value;
        return std::monostate();
      case 3:
        return row.body;
      case 4:
        if (log_.has_link()) return log_.at().microseconds;
        return std::monostate();
      default:
        if (log_.has_link()) return log_.actor();
        return std::monostate();
    }
  }

 private:
  ChangeLog log_;
  std::int64_t last_;
};

}  // namespace

std::vector<CustomerId> merged_with(sqlite::Connection& db, CustomerId customer) {
  std::vector<CustomerId> all{customer};
  const auto merged = storage::GoneStore(db).merged_into(customer);
  all.insert(all.end(), merged.begin(), merged.end());
  return all;
}

std::vector<Change> changes_after(Session& session, std::int64_t after_seq, std::int64_t limit) {
  require_changes_limit(limit);
  if (after_seq < 0) throw Error(Code::range, "a sequence number is 0 or more", "/after_seq");
  return list_changes({session.file(), session.db(), after_seq}, limit);
}

std::vector<Change> changes_by(Session& session, ChangeFilter filter) {
  require_changes_limit(filter.limit);
  require_change_kinds(filter.kinds);
  sqlite::ReadTransaction snapshot(session.db());
  if (filter.import) {
    const storage::ImportRow import = require_import(session.db(), *filter.import);
    filter.after_seq = std::max(filter.after_seq, import.change_first - 1);
    filter.before_seq = std::min(filter.before_seq.value_or(INT64_MAX), import.change_last + 1);
  }
  if (filter.is_newest_first && !filter.customer) return newest_changes(session, filter);
  std::vector<Change> chosen;
  if (!filter.customer) {
    choose({session.file(), session.db(), filter.after_seq}, filter, INT64_MAX, filter.limit, chosen);
    return chosen;
  }
  const std::int64_t count_max = filter.is_newest_first ? INT64_MAX : filter.limit;
  for (const CustomerId customer : merged_with(session.db(), *filter.customer)) {
    std::vector<Change> own;
    choose({session.file(), session.db(), customer}, filter, INT64_MAX, count_max, own);
    std::move(own.begin(), own.end(), std::back_inserter(chosen));
  }
  chosen = in_order(std::move(chosen), count_max);
  if (filter.is_newest_first) std::reverse(chosen.begin(), chosen.end());
  if (std::ssize(chosen) > filter.limit) chosen.resize(static_cast<std::size_t>(filter.limit));
  return chosen;
}

std::vector<Change> changes_of(Session& session, CustomerId id, std::int64_t limit) {
  require_changes_limit(limit);
  std::vector<Change> changes;
  for (const CustomerId customer : merged_with(session.db(), id)) {
    std::vector<Change> own = list_changes({session.file(), session.db(), customer}, limit);
    std::move(own.begin(), own.end(), std::back_inserter(changes));
  }
  return in_order(std::move(changes), limit);
}

sqlite::TableFunction change_table(File& file) {
  return {"crmcore_change",
          {"seq INTEGER", "kind TEXT", "customer_id INTEGER", "body TEXT", "at_us INTEGER", "actor TEXT"},
          {},
          {2},
          [&file](sqlite::Connection& db,
                  std::span<const sqlite::Value> arguments) -> std::unique_ptr<sqlite::RowSource> {
            if (const auto* customer = std::get_if<std::int64_t>(&arguments[0]))
              return std::make_unique<ChangeSource>(ChangeLog(file, db, CustomerId{*customer}));
            const auto* least = std::get_if<std::int64_t>(&arguments[1]);
            const auto* greatest = std::get_if<std::int64_t>(&arguments[2]);
            return std::make_unique<ChangeSource>(
                ChangeLog(file, db, least ? std::max<std::int64_t>(*least, 1) - 1 : 0),
                greatest ? *greatest : INT64_MAX);
          },
          0};
}

Json change_json(const Change& change) {
  Json json{{"seq", change.seq},
            {"at_us", change.at_us},
            {"at", change.at},
            {"actor", change.actor},
            {"kind", change.kind},
            {"body", storage::read_stored("a change", [&] { return parse_json(change.body); })}};
  if (change.customer) json["customer_id"] = change.customer.value;
  return json;
}

Json changes_after_json(std::span<const Change> changes, std::int64_t after_seq) {
  Json list = Json::array();
  std::int64_t last = after_seq;
  for (const Change& change : changes) {
    list.push_back(change_json(change));
    last = change.seq;
  }
  return {{"changes", std::move(list)}, {"last_seq", last}};
}

Json changes_of_json(std::span<const Change> changes) {
  Json list = Json::array();
  for (const Change& change : changes) list.push_back(change_json(change));
  return {{"changes", std::move(list)}};
}

Json change_answer() {
  return schema::object(
      {{"seq", schema::integer()},
       {"at_us", schema::integer()},
       {"at", schema::about("the same in the archive's time zone", schema::text())},
       {"actor", schema::text()},
       {"kind", schema::text()},
       {"body", schema::about("what the kind tells", schema::map(schema::reference("json")))},
       schema::optional("customer_id", schema::about("whom it concerns; of who was merged its own",
                                                     schema::integer(1, kIntegerMax)))});
}

}  // namespace crmcore::engine
