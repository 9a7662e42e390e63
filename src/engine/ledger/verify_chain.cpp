// Link by link the leaves of the changes are made from the rows of the journal, those of new customers from
// the customers' own rows, so that an edit of either shows. Memory is that of one link; the cost is one pass
// over changes, customers and entries. tests/engine/journal_test.cpp edits each of them.
#include "engine/ledger/verify_chain.hpp"

#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/pulse.hpp"
#include "engine/archive/first_contents.hpp"
#include "storage/archive_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/migrations.hpp"

namespace crmcore::engine {
namespace {

// The digests of one link after another.
class ChainMaker {
 public:
  ChainMaker(sqlite::Connection& db, const Catalog& catalog)
      : db_(db),
        store_(db),
        archive_(storage::ArchiveStore(db).identity()),
        contents_(db, catalog, CustomerId{1}, CustomerId{INT64_MAX}),
        has_contents_(contents_.next()) {}

  // Fills the digests of the link that follows `before`.
  void make(const storage::AuditLink& before, storage::AuditLink& link) {
    MerkleTree changes;
    std::int64_t expected = before.change_last + 1;
    store_.range(expected, link.change_last, [&](const storage::ChangeRow& row) {
      // A gap, or a run that reaches into another link, gives another root than the one that was.
      if (row.seq_first() != expected) return;
      expected = row.seq + 1;
      if (row.is_run()) {
        add_run(row, changes);
      } else {
        changes.add(change_leaf(row, seed_of(row.subject), row.body));
      }
    });
    Digester entries;
    storage::LedgerStore(db_).entries(before.entry_last + 1, link.entry_last,
                                      [&](const storage::EntryRow& row) { add_to(entries, row); });
    link.changes = expected == link.change_last + 1 ? changes.root() : Digest{};
    link.entries = entries.finish();
    links_.add(link_leaf(archive_, link));
    link.node = links_.last_complete();
  }

 private:
  void add_run(const storage::ChangeRow& run, MerkleTree& changes) {
    for (std::int64_t member = 0; member < run.count; ++member) {
      Pulse::beat();
      const CustomerId customer{run.subject.id + member};
      const storage::ChangeRow one{run.seq_first() + member, run.kind, customer, run.previous, {}};
      while (has_contents_ && contents_.customer() < customer) has_contents_ = contents_.next();
      const bool is_there = has_contents_ && contents_.customer() == customer &&
                            contents_.created_at().value_or(one.seq) == one.seq;
      changes.add(change_leaf(one, seed_of(one.subject), is_there ? contents_.text() : std::string_view()));
    }
  }

  const storage::SaltSeed& seed_of(const ChangeSubject& subject) {
    const std::pair block{subject.kind, subject.id / kSaltBlock};
    if (block_ != block) {
      seed_ = store_.salt_seed(block.first, block.second).value_or(storage::SaltSeed{});
      block_ = block;
    }
    return seed_;
  }

  sqlite::Connection& db_;
  storage::JournalStore store_;
  std::string archive_;
  // Customers are made in the order of their ids, so one pass over all of them follows the journal.
  FirstContents contents_;
  bool has_contents_;
  MerkleTree links_;
  std::optional<std::pair<storage::ChangeSubjectKind, std::int64_t>> block_;
  storage::SaltSeed seed_{};
};

}  // namespace

ChainFindings verify_chain(Session& session, sqlite::Connection& db) {
  std::vector<storage::AuditLink> links;
  storage::JournalStore store(db);
  store.links([&](const storage::AuditLink& link) { links.push_back(link); });
  ChainFindings findings{static_cast<std::int64_t>(links.size()), 0, std::nullopt};
  ChainMaker chain(db, session.catalog());
  storage::AuditLink before;
  for (const auto& link : links) {
    storage::AuditLink made = link;
    if (link.id == before.id + 1) chain.make(before, made);
    if (link.id != before.id + 1 || made.changes != link.changes || made.entries != link.entries ||
        made.node != link.node) {
      findings.broken_link = link.id;
      return findings;
    }
    session.tick(link.id, findings.links);
    before = link;
  }
  findings.changes = before.change_last;
  // Rows behind the last link were added past the journal.
  std::int64_t extra = 0;
  store.range(before.change_last + 1, INT64_MAX, [&](const auto&) { ++extra; });
  if (extra > 0 || storage::LedgerStore(db).last_entry_id() > before.entry_last)
    findings.broken_link = before.id + 1;
  return findings;
}

ChainHead read_head(sqlite::Connection& db) {
  storage::JournalStore store(db);
  const std::int64_t links = store.last_link().id;
  return {links, to_hex(chain_head(store, links).value_or(Digest{}))};
}

bool continues(sqlite::Connection& db, const ChainHead& head) {
  storage::JournalStore store(db);
  const auto digest = chain_head(store, head.links);
  return digest && to_hex(*digest) == head.digest;
}

void rebuild_chain(File& file, std::int32_t from) {
  if (from >= storage::kIdentityScript) return;
  sqlite::Connection& db = file.writer();
  storage::JournalStore store(db);
  std::vector<storage::AuditLink> links;
  store.links([&](const storage::AuditLink& link) { links.push_back(link); });
  store.make_salt_seeds(kSaltBlock);
  const auto catalog = file.catalog(db);
  ChainMaker chain(db, *catalog);
  storage::AuditLink before;
  for (auto& link : links) {
    chain.make(before, link);
    store.update_digests(link);
    before = link;
  }
  Journal journal(db, storage::ArchiveStore(db).identity(), Clock().now(), {});
  journal.add(kFileMigrated, {}, dump_json({{"from", from}, {"to", storage::schema_version()}}));
  journal.close();
}

}  // namespace crmcore::engine
