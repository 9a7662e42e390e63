#include "storage/journal_store.hpp"

#include <limits>

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kInsertChange{"INSERT INTO change (seq, kind, customer_id, body) VALUES (?1, ?2, ?3, ?4)"};
constexpr Sql kInsertLink{
    "INSERT INTO audit (id, at_us, actor, change_last, entry_last, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Sql kLastLink{
    "SELECT id, at_us, actor, change_last, entry_last, digest FROM audit ORDER BY id DESC LIMIT 1"};
constexpr Sql kLinks{"SELECT id, at_us, actor, change_last, entry_last, digest FROM audit ORDER BY id"};
constexpr Sql kChangesAfter{
    "SELECT seq, kind, customer_id, body FROM change WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3"};
constexpr Sql kChangesOfCustomer{
    "SELECT seq, kind, customer_id, body FROM change WHERE seq = (SELECT created_seq FROM customer_row WHERE "
    "id = ?1) "
    "UNION ALL SELECT seq, kind, customer_id, body FROM change WHERE customer_id = ?1 AND kind <> 1 "
    "ORDER BY seq LIMIT ?2"};
constexpr Sql kLinkOf{"SELECT at_us, actor FROM audit WHERE change_last >= ?1 ORDER BY change_last LIMIT 1"};

ChangeRow read_change(const Statement& row) {
  return {row.integer(0), row.integer32(1), row.id<CustomerId>(2), row.text(3)};
}

AuditLink read_link(const Statement& row) {
  return {row.integer(0), Instant{row.integer(1)}, row.string(2),
          row.integer(3), row.integer(4),          row.bytes<sizeof(Digest)>(5)};
}

}  // namespace

void JournalStore::insert(const ChangeRow& change) {
  db_.use(kInsertChange)
      .bind(1, change.seq)
      .bind(2, change.kind)
      .bind_or_null(3, change.customer)
      .bind(4, change.body)
      .run();
}

void JournalStore::insert(const AuditLink& link) {
  db_.use(kInsertLink)
      .bind(1, link.id)
      .bind(2, link.at.microseconds)
      .bind(3, link.actor)
      .bind(4, link.change_last)
      .bind(5, link.entry_last)
      .bind(6, link.digest)
      .run();
}

AuditLink JournalStore::last_link() {
  auto last = db_.use(kLastLink);
  return last.step() ? read_link(last) : AuditLink{};
}

void JournalStore::after(std::int64_t seq, std::int64_t limit, const Visit& visit) {
  const std::int64_t complete = last_link().change_last;
  auto changes = db_.use(kChangesAfter);
  changes.bind(1, seq).bind(2, complete).bind(3, limit);
  auto link = db_.use(kLinkOf);
  while (changes.step()) {
    const ChangeRow change = read_change(changes);
    link.rewind();
    link.bind(1, change.seq);
    if (link.step()) visit(change, Instant{link.integer(0)}, link.text(1));
  }
}

void JournalStore::of_customer(CustomerId customer, std::int64_t limit, const Visit& visit) {
  auto changes = db_.use(kChangesOfCustomer);
  changes.bind(1, customer).bind(2, limit);
  auto link = db_.use(kLinkOf);
  while (changes.step()) {
    const ChangeRow change = read_change(changes);
    link.rewind();
    link.bind(1, change.seq);
    if (link.step()) visit(change, Instant{link.integer(0)}, link.text(1));
  }
}

void JournalStore::links(const std::function<void(const AuditLink&)>& visit) {
  auto links = db_.use(kLinks);
  while (links.step()) visit(read_link(links));
}

void JournalStore::range(std::int64_t first, std::int64_t last,
                         const std::function<void(const ChangeRow&)>& visit) {
  auto changes = db_.use(kChangesAfter);
  changes.bind(1, first - 1).bind(2, last).bind(3, std::numeric_limits<std::int64_t>::max());
  while (changes.step()) visit(read_change(changes));
}

}  // namespace crmcore::storage
