// A file is proved from its rows alone: the chain says that they are those that were committed, in that
// order, and totals and index are made again from the entries and compared with the packed ones. What no
// digest is of, is read at least, to the end: the pages, of which each has its own, every row and every
// public view. Memory does not grow with the ledger. tests/fault/damage_test.cpp damages files in every way
// and sees that next to nothing changes unseen.
#include "engine/ledger/verify.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/pulse.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/core/room.hpp"
#include "engine/ledger/order_documents.hpp"
#include "engine/ledger/verify_chain.hpp"
#include "storage/contents_scan.hpp"
#include "storage/journal_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/order_day_store.hpp"
#include "storage/packed_vector_rows.hpp"
#include "storage/subject_store.hpp"

namespace crmcore::engine {
namespace {

// Compares totals, index and first entries with the entries, some blocks of customers at a time, so that
// memory does not grow with the ledger: each time all entries are passed over, which costs less than sorting
// them.
class TotalsCheck {
 public:
  TotalsCheck(Session& session, sqlite::Connection& db, bool rebuild)
      : session_(session), ledger_(db), customers_(db), subjects_(db), order_days_(db), rebuild_(rebuild) {
    ledger_.customers_after(0, [&](CustomerId customer) {
      if (customer.value < 0) return;
      const auto block = static_cast<std::size_t>(customer.value / storage::kBlockCustomers);
      if (block >= entries_.size()) entries_.resize(block + 1);
      ++entries_[block];
    });
    entries_.resize(std::max<std::size_t>(entries_.size(), 1));
  }

  void run() {
    std::int64_t pending = 0;
    std::size_t first = 0;
    for (std::size_t block = 0; block < entries_.size(); ++block) {
      pending += entries_[block];
      const bool is_last = block + 1 == entries_.size();
      if (!is_last && pending + entries_[block + 1] <= kEntriesAtOnce) continue;
      // The last blocks reach beyond all customers, for totals of nobody.
      check({static_cast<std::int64_t>(first),
             is_last ? storage::kBlockMax : static_cast<std::int64_t>(block)});
      session_.tick(static_cast<std::int64_t>(block) + 1, static_cast<std::int64_t>(entries_.size()));
      first = block + 1;
      pending = 0;
    }
    if (ledger_.turnover() == turnover_) return;
    is_matching_ = false;
    if (rebuild_) ledger_.add_recent({}, {}, turnover_);
  }

  bool is_matching() const noexcept { return is_matching_; }
  bool is_readable() const noexcept { return is_readable_; }

 private:
  using FirstDays = std::unordered_map<CustomerId, Date>;

  // Whether each customer's first entry is what its standing says.
  void check_first_entries(const storage::BlockRange& blocks, FirstDays days) {
    std::vector<CustomerId> of_none;
    subjects_.standings(blocks.first_customer(), blocks.last_customer(),
                        [&](const storage::SubjectStandingRow& row) {
                          const auto found = days.find(row.customer);
                          if (found == days.end() && row.first_entry) of_none.push_back(row.customer);
                          if (found != days.end() && found->second == row.first_entry) days.erase(found);
                        });
    if (days.empty() && of_none.empty()) return;
    is_matching_ = false;
    if (!rebuild_) return;
    for (const CustomerId customer : of_none) put_first_entry(customer, std::nullopt);
    for (const auto& [customer, day] : days) put_first_entry(customer, day);
  }

  void put_first_entry(CustomerId customer, std::optional<Date> day) {
    storage::StandingRow standing = customers_.standing(customer);
    standing.first_entry = day;
    if (standing.status != CustomerStatus::lost)
      standing.status = day ? CustomerStatus::existing : CustomerStatus::prospect;
    customers_.put_standing(customer, standing);
    session_.file().first_entries().clear();
  }

  void check(const storage::BlockRange& blocks) {
    std::vector<storage::EntryRun> entries;
    FirstDays first_days;
    std::vector<storage::OrderDayRow> days;
    const auto expected = from_entries(blocks, entries, days, first_days);
    check_first_entries(blocks, std::move(first_days));
    bool is_same = false;
    try {
      std::vector<storage::DayTotals> stored;
      ledger_.totals(blocks, stored);
      storage::combine(stored);
      is_same = stored == expected && has_same_index(blocks, entries) && has_same_days(blocks, days);
    } catch (const Error& error) {
      if (error.code() != Code::corrupt) throw;
      is_readable_ = false;
    }
    is_matching_ = is_matching_ && is_same;
    if (is_same || !rebuild_) return;
    ledger_.clear_totals(blocks);
    storage::sort_entries(entries);
    ledger_.add_packed(expected, entries);
    order_days_.clear(blocks);
    for (const auto& row : days) order_days_.add(row.customer, row.source, row.document, row.day);
  }

  bool has_same_days(const storage::BlockRange& blocks, std::span<const storage::OrderDayRow> days) {
    auto next = days.begin();
    bool is_same = true;
    order_days_.each(blocks, [&](const storage::OrderDayRow& row) {
      is_same = is_same && next != days.end() && *next == row;
      if (is_same) ++next;
    });
    return is_same && next == days.end();
  }

  // Whether each of the entries, which come in their order, is indexed once, under its customer and month.
  bool has_same_index(const storage::BlockRange& blocks, std::span<const storage::EntryRun> entries) {
    std::vector<storage::EntryRun> stored;
    ledger_.entry_index(blocks, stored);
    std::sort(stored.begin(), stored.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first, a.count) < std::tie(b.first, b.count);
    });
    auto own = entries.begin();
    std::int64_t passed = 0;  // of *own
    for (const storage::EntryRun& run : stored) {
      for (std::int64_t left = run.count; left > 0;) {
        if (own == entries.end() || run.first + (run.count - left) != own->first + passed) return false;
        if (run.customer != own->customer || month_index(run.day) != month_index(own->day)) return false;
        const std::int64_t together = std::min(left, own->count - passed);
        left -= together;
        passed += together;
        if (passed < own->count) continue;
        ++own;
        passed = 0;
      }
    }
    return own == entries.end();
  }

  std::vector<storage::DayTotals> from_entries(const storage::BlockRange& blocks,
                                               std::vector<storage::EntryRun>& entries,
                                               std::vector<storage::OrderDayRow>& days,
                                               FirstDays& first_days) {
    std::vector<storage::DayTotals> totals;
    OrderDocuments documents;
    ledger_.entries_of(blocks, [&](const storage::EntryRow& entry) {
      turnover_.add(entry.kind, entry.amount);
      storage::add_entry(totals, entry);
      storage::add_entry_id(entries, entry.customer, entry.day, entry.id);
      Date& first = first_days.try_emplace(entry.customer, entry.day).first->second;
      first = std::min(first, entry.day);
      if (entry.kind == EntryKind::revenue) documents.add(entry);
    });
    documents.add_orders(totals, days);
    storage::combine(totals);
    return totals;
  }

  static constexpr std::int64_t kEntriesAtOnce = 500'000;

  Session& session_;
  storage::LedgerStore ledger_;
  storage::CustomerStore customers_;
  storage::SubjectStore subjects_;
  storage::OrderDayStore order_days_;
  bool rebuild_;
  std::vector<std::int64_t> entries_;  // how many each block has
  storage::Turnover turnover_;         // of all entries
  bool is_matching_ = true;
  bool is_readable_ = true;
};

// What cannot be read or cannot be. A check that meets damage ends, and the others go on.
class DamageList {
 public:
  void add(std::string what) {
    if (found_.size() < kViolationsMax) found_.push_back(text::one_line(std::move(what), kMessageBytesMax));
  }
  // Gives what `check` gives, or `otherwise` when it met damage.
  template <class Check, class Result>
  Result during(std::string_view what, Result otherwise, Check check) {
    try {
      return check();
    } catch (const Error& error) {
      if (is_of_call(error.code())) throw;
      add(fmt::format("{}: {}", what, error.message()));
      return otherwise;
    }
  }
  bool is_empty() const noexcept { return found_.empty(); }
  Json json() const { return found_; }

 private:
  // What says nothing about the file.
  static bool is_of_call(Code code) noexcept {
    return code == Code::cancelled || code == Code::busy || code == Code::no_memory || code == Code::misuse ||
           code == Code::full || code == Code::forked;
  }

  std::vector<std::string> found_;
};

void check_pages(sqlite::Connection& db, DamageList& damage) {
  damage.during("pages", false, [&] {
    const std::string findings = db.quick_check();
    for (std::size_t at = 0; at < findings.size();) {
      const std::size_t end = std::min(findings.find('\n', at), findings.size());
      damage.add("pages: " + findings.substr(at, end - at));
      at = end + 1;
    }
    return true;
  });
}

void check_contents(Session& session, sqlite::Connection& db, DamageList& damage) {
  const auto objects = damage.during("schema", std::vector<storage::StoredObject>(),
                                     [&] { return storage::stored_objects(db); });
  for (const auto& object : objects) {
    damage.during(object.name, false, [&] {
      storage::scan_contents(
          db, object, [&](std::string what) { damage.add(std::move(what)); }, [&] { session.tick(0, 0); });
      return true;
    });
  }
}

// The first link that is broken by its leaves, or by rows of its changes that rooms look at themselves.
std::optional<std::int64_t> first_broken_link(Session& session, sqlite::Connection& db,
                                              std::optional<std::int64_t> by_leaves, DamageList& damage) {
  std::optional<std::int64_t> first = by_leaves;
  for (const auto room : rooms()) {
    const auto find = room().first_wrong_change;
    const auto change = find == nullptr ? std::nullopt
                                        : damage.during("changes", std::optional<std::int64_t>(),
                                                        [&] { return find(session, db); });
    if (!change) continue;
    const std::int64_t link =
        damage.during("journal", std::int64_t{0}, [&] { return storage::JournalStore(db).link_of(*change); });
    first = first ? std::min(*first, link) : link;
  }
  return first;
}

struct DerivedFindings {
  bool has_matching_totals = false;
  bool has_readable_totals = false;
  bool has_matching_vectors = false;

  bool is_matching() const noexcept { return has_matching_totals && has_matching_vectors; }
};

DerivedFindings check_derived(Session& session, sqlite::Connection& db, bool rebuild, DamageList& damage) {
  DerivedFindings findings = damage.during("ledger", DerivedFindings(), [&] {
    TotalsCheck totals(session, db, rebuild);
    totals.run();
    return DerivedFindings{totals.is_matching(), totals.is_readable(), false};
  });
  findings.has_matching_vectors = damage.during(
      "packed_vector", false, [&] { return storage::are_vectors_of_rows(db, [&] { session.tick(0, 0); }); });
  if (rebuild && !findings.has_matching_vectors) storage::make_vectors(db);
  return findings;
}

}  // namespace

Json verify_file(Session& session, bool rebuild, const std::optional<ChainHead>& known, VerifyMode mode) {
  if (session.in_transaction()) {
    // The link of what is not committed yet is written by the commit.
    throw Error(Code::misuse, "a transaction is open; commit it or roll it back, then verify");
  }
  std::optional<WriteScope> write;
  if (rebuild) write.emplace(session);
  sqlite::Connection& db = session.db();
  std::optional<sqlite::ReadTransaction> snapshot;
  if (!write) snapshot.emplace(db);

  const bool is_full = mode == VerifyMode::full;
  DamageList damage;
  if (is_full) check_pages(db, damage);
  // What is derived is not made anew from pages that cannot be trusted.
  const bool is_rebuilding = rebuild && damage.is_empty();
  const ChainFindings chain =
      damage.during("journal", ChainFindings(), [&] { return verify_chain(session, db); });
  const auto broken_link = first_broken_link(session, db, chain.broken_link, damage);
  const DerivedFindings derived = check_derived(session, db, is_rebuilding, damage);
  const bool rebuilds = is_rebuilding && !derived.is_matching();
  // Views read what was made anew.
  if (is_full) check_contents(session, db, damage);
  const bool is_continued = !known || damage.during("journal", false, [&] { return continues(db, *known); });
  const std::string head = damage.during("journal", std::string(), [&] { return read_head(db).digest; });
  const std::int64_t entries =
      damage.during("ledger", std::int64_t{0}, [&] { return storage::LedgerStore(db).last_entry_id(); });
  if (rebuilds) write->journal().add(kTotalsRebuilt, {}, "{}");
  if (write) write->commit();

  Json findings{
      {"is_ok", damage.is_empty() && !broken_link && is_continued && (derived.is_matching() || rebuilds)},
      {"entries", entries},
      {"changes", chain.changes},
      {"links", chain.links},
      {"head", head}};
  if (known) findings["is_continued"] = is_continued;
  if (broken_link) findings["broken_link"] = *broken_link;
  findings["has_matching_totals"] = derived.has_matching_totals;
  findings["has_readable_totals"] = derived.has_readable_totals;
  findings["has_matching_vectors"] = derived.has_matching_vectors;
  findings["is_rebuilt"] = rebuilds;
  findings["has_page_digests"] = db.has_page_digests();
  findings["damage"] = damage.json();
  findings["left_out"] = is_full ? Json::array() : Json({"pages", "tables", "views"});
  return findings;
}

Json verify_answer() {
  return schema::object(
      {{"is_ok", schema::boolean()},
       {"entries", schema::integer()},
       {"changes", schema::integer()},
       {"links", schema::integer()},
       {"head", schema::about("of the links, in hexadecimal", schema::text())},
       schema::optional("is_continued", schema::boolean()),
       schema::optional("broken_link", schema::integer()),
       {"has_matching_totals", schema::boolean()},
       {"has_readable_totals", schema::boolean()},
       {"has_matching_vectors", schema::about("of classes and grades", schema::boolean())},
       {"is_rebuilt", schema::boolean()},
       {"has_page_digests",
        schema::about("whether each page keeps a digest; files of before do not", schema::boolean())},
       {"damage",
        schema::about("what cannot be read or cannot be, the first 100", schema::list(schema::text()))},
       {"left_out", schema::about("what was not read: pages, tables, views", schema::list(schema::text()))}});
}

}  // namespace crmcore::engine
