#include "storage/journal_store.hpp"

#include <utility>
#include <vector>

#include "base/pulse.hpp"
#include "storage/sqlite/random.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kInsertChange{
    "INSERT INTO change (seq, kind, subject_kind, subject, previous, count, body) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kInsertLink{
    "INSERT INTO audit (id, at_us, actor, change_last, entry_last, changes, entries, node) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr Sql kUpdateLink{"UPDATE audit SET changes = ?2, entries = ?3, node = ?4 WHERE id = ?1"};
constexpr Sql kLastLink{
    "SELECT id, at_us, actor, change_last, entry_last, changes, entries, node FROM audit "
    "ORDER BY id DESC LIMIT 1"};
constexpr Sql kLinks{
    "SELECT id, at_us, actor, change_last, entry_last, changes, entries, node FROM audit ORDER BY id"};
constexpr Sql kNodeOfLink{"SELECT node FROM audit WHERE id = ?1"};
constexpr Sql kLastChangeOf{
    "SELECT seq FROM change WHERE subject_kind = ?1 AND subject = ?2 AND kind <> 1 AND subject_kind > 0 "
    "ORDER BY seq DESC LIMIT 1"};
constexpr Sql kCreationRun{
    "SELECT seq, subject, count FROM change WHERE kind = 1 AND subject <= ?1 ORDER BY subject DESC LIMIT 1"};
constexpr Sql kSaltSeed{"SELECT seed FROM salt WHERE subject_kind = ?1 AND block = ?2"};
constexpr Sql kInsertSaltSeed{"INSERT INTO salt (subject_kind, block, seed) VALUES (?1, ?2, ?3)"};
// Of a run, every block that it reaches into.
constexpr Sql kBlocksWithoutSalt{
    "WITH RECURSIVE reached (subject_kind, block, last) AS ("
    "SELECT subject_kind, subject / ?1, (subject + CASE kind WHEN 1 THEN count - 1 ELSE 0 END) / ?1 FROM "
    "change "
    "UNION SELECT subject_kind, block + 1, last FROM reached WHERE block < last) "
    "SELECT DISTINCT r.subject_kind, r.block FROM reached r WHERE NOT EXISTS "
    "(SELECT 1 FROM salt s WHERE s.subject_kind = r.subject_kind AND s.block = r.block)"};
constexpr Sql kChangesBetween{
    "SELECT seq, kind, subject_kind, subject, previous, count, body FROM change "
    "WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq"};
constexpr Sql kChangesAfter{
    "SELECT seq, kind, subject_kind, subject, previous, count, body FROM change WHERE seq > ?1 ORDER BY seq"};
constexpr Sql kChangesOfCustomer{
    "SELECT seq, kind, subject_kind, subject, previous, count, body FROM change "
    "WHERE subject_kind = 1 AND subject = ?1 AND seq > ?2 AND kind <> 1 AND subject_kind > 0 ORDER BY seq"};
constexpr Sql kLinkOf{
    "SELECT at_us, actor, change_last FROM audit WHERE change_last >= ?1 ORDER BY change_last LIMIT 1"};

constexpr Sql kIdOfLink{"SELECT id FROM audit WHERE change_last >= ?1 ORDER BY change_last LIMIT 1"};

ChangeRow read_change(const Statement& row) {
  ChangeRow change;
  change.seq = row.integer(0);
  change.kind = row.integer32(1);
  change.subject = {row.enum_at<ChangeSubjectKind>(2), row.integer(3)};
  change.previous = row.integer(4);
  change.count = row.integer(5);
  change.body = row.text(6);
  return change;
}

AuditLink read_link(const Statement& row) {
  return {row.integer(0),
          Instant{row.integer(1)},
          row.string(2),
          row.integer(3),
          row.integer(4),
          row.bytes<sizeof(Digest)>(5),
          row.bytes<sizeof(Digest)>(6),
          row.bytes<sizeof(Digest)>(7)};
}

}  // namespace

void JournalStore::insert(const ChangeRow& change) {
  auto insert = db_.use(kInsertChange);
  insert.bind(1, change.seq)
      .bind(2, change.kind)
      .bind(3, change.subject.kind)
      .bind(4, change.subject.id)
      .bind(5, change.previous)
      .bind(6, change.count);
  if (change.is_run()) {
    insert.bind_null(7);
  } else {
    insert.bind(7, change.body);
  }
  insert.run();
}

void JournalStore::insert(const AuditLink& link) {
  db_.use(kInsertLink)
      .bind(1, link.id)
      .bind(2, link.at.microseconds)
      .bind(3, link.actor)
      .bind(4, link.change_last)
      .bind(5, link.entry_last)
      .bind(6, link.changes)
      .bind(7, link.entries)
      .bind(8, link.node)
      .run();
}

void JournalStore::update_digests(const AuditLink& link) {
  db_.use(kUpdateLink).bind(1, link.id).bind(2, link.changes).bind(3, link.entries).bind(4, link.node).run();
}

AuditLink JournalStore::last_link() {
  auto last = db_.use(kLastLink);
  return last.step() ? read_link(last) : AuditLink{};
}

std::optional<Digest> JournalStore::node(std::int64_t link) {
  auto row = db_.use(kNodeOfLink);
  row.bind(1, link);
  if (!row.step()) return std::nullopt;
  return row.bytes<sizeof(Digest)>(0);
}

std::int64_t JournalStore::last_change_of(const ChangeSubject& subject) {
  if (subject.kind == ChangeSubjectKind::nobody) return 0;
  {
    auto last = db_.use(kLastChangeOf);
    last.bind(1, subject.kind).bind(2, subject.id);
    if (last.step()) return last.integer(0);
  }
  return creation_of(subject.customer());
}

std::int64_t JournalStore::creation_of(CustomerId customer) {
  if (!customer) return 0;
  auto run = db_.use(kCreationRun);
  run.bind(1, customer);
  if (!run.step()) return 0;
  const std::int64_t place = customer.value - run.integer(1);
  const std::int64_t count = run.integer(2);
  return place < count ? run.integer(0) - count + 1 + place : 0;
}

std::optional<SaltSeed> JournalStore::salt_seed(ChangeSubjectKind kind, std::int64_t block) {
  auto row = db_.use(kSaltSeed);
  row.bind(1, kind).bind(2, block);
  if (!row.step()) return std::nullopt;
  return row.bytes<sizeof(SaltSeed)>(0);
}

void JournalStore::insert_salt_seed(ChangeSubjectKind kind, std::int64_t block, const SaltSeed& seed) {
  db_.use(kInsertSaltSeed).bind(1, kind).bind(2, block).bind(3, seed).run();
}

void JournalStore::make_salt_seeds(std::int64_t block_size) {
  auto blocks = db_.use(kBlocksWithoutSalt);
  blocks.bind(1, block_size);
  std::vector<std::pair<ChangeSubjectKind, std::int64_t>> missing;
  while (blocks.step()) missing.emplace_back(blocks.enum_at<ChangeSubjectKind>(0), blocks.integer(1));
  for (const auto& [kind, block] : missing) {
    SaltSeed seed;
    sqlite::fill_random(seed);
    insert_salt_seed(kind, block, seed);
  }
}

std::int64_t JournalStore::link_of(std::int64_t seq) {
  auto link = db_.use(kIdOfLink);
  link.bind(1, seq);
  return link.step() ? link.integer(0) : 0;
}

void JournalStore::links(const std::function<void(const AuditLink&)>& visit) {
  auto links = db_.use(kLinks);
  while (links.step()) visit(read_link(links));
}

void JournalStore::range(std::int64_t first, std::int64_t last,
                         const std::function<void(const ChangeRow&)>& visit) {
  auto changes = db_.use(kChangesBetween);
  changes.bind(1, first).bind(2, last);
  while (changes.step()) {
    Pulse::beat();
    visit(read_change(changes));
  }
}

ChangeScan::ChangeScan(sqlite::Connection& db, std::int64_t after_seq)
    : rows_(db.prepare(kChangesAfter.text)), link_(db.prepare(kLinkOf.text)) {
  rows_.bind(1, after_seq);
}

ChangeScan::ChangeScan(sqlite::Connection& db, CustomerId customer, std::int64_t after_seq)
    : rows_(db.prepare(kChangesOfCustomer.text)), link_(db.prepare(kLinkOf.text)) {
  rows_.bind(1, customer).bind(2, after_seq);
}

bool ChangeScan::next() {
  if (!rows_.step()) return false;
  change_ = read_change(rows_);
  if (!has_link()) load_link();
  return true;
}

void ChangeScan::load_link() {
  link_.rewind();
  link_.bind(1, change_.seq);
  if (!link_.step()) return;
  at_ = Instant{link_.integer(0)};
  actor_ = link_.string(1);
  link_last_ = link_.integer(2);
}

}  // namespace crmcore::storage
