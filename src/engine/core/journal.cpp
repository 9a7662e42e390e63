#include "engine/core/journal.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "storage/sqlite/random.hpp"

namespace crmcore::engine {
namespace {

// A link of this many rows bounds how far `verify` has to look for what was changed.
constexpr std::int64_t kLinkRowsMax = 4096;
constexpr std::size_t kSaltBytes = 16;

// Integers one after another, then digests and a text.
class LeafBytes {
 public:
  // Seven bits a byte, the lowest first, with a bit that says whether more follow.
  LeafBytes& integer(std::int64_t value) {
    auto rest = static_cast<std::uint64_t>(value);
    for (; rest >= 0x80; rest >>= 7U) bytes_.push_back(static_cast<char>(rest | 0x80U));
    bytes_.push_back(static_cast<char>(rest));
    return *this;
  }
  LeafBytes& raw(std::string_view value) {
    bytes_ += value;
    return *this;
  }
  template <std::size_t size>
  LeafBytes& raw(const std::array<std::uint8_t, size>& value, std::size_t count = size) {
    return raw({reinterpret_cast<const char*>(value.data()), count});
  }
  std::string_view view() const noexcept { return bytes_; }
  void clear() noexcept { bytes_.clear(); }

 private:
  std::string bytes_;
};

}  // namespace

void add_to(Digester& digester, const storage::EntryRow& entry) {
  // This runs for every entry of a bulk load, and SHA-256 takes its time by the byte: numbers are written in
  // as many bytes as they need, with a bit that says whether more follow.
  std::array<std::uint8_t, 9 * 10> bytes;
  std::size_t size = 0;
  for (const std::int64_t number :
       {entry.id, entry.customer.value, std::int64_t{entry.day.days}, static_cast<std::int64_t>(entry.kind),
        entry.amount.minor, entry.source.value, entry.line,
        entry.original_day ? entry.original_day->days : INT64_MIN,
        static_cast<std::int64_t>(entry.document.size())}) {
    // The sign goes to the lowest bit, so that small negative numbers are short too.
    auto rest = (static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63U);
    for (; rest >= 0x80; rest >>= 7U) bytes[size++] = static_cast<std::uint8_t>(rest | 0x80U);
    bytes[size++] = static_cast<std::uint8_t>(rest);
  }
  digester.bytes(bytes.data(), size);
  digester.bytes(entry.document.data(), entry.document.size());
}

// A million of these are made in a load: memory for the bytes is kept, and what is public fits one block of
// SHA-256 with the commitment.
Digest change_leaf(const storage::ChangeRow& change, const storage::SaltSeed& seed, std::string_view text) {
  thread_local LeafBytes bytes;
  bytes.clear();
  const Digest salt = digest_of(bytes.raw(seed).integer(change.seq).view());
  bytes.clear();
  const Digest commitment = digest_of(bytes.raw(salt, kSaltBytes).integer(change.seq).raw(text).view());
  bytes.clear();
  bytes.integer(change.seq)
      .integer(change.kind)
      .integer(static_cast<std::int64_t>(change.subject.kind))
      .integer(change.subject.id)
      .integer(change.previous);
  return merkle_leaf(bytes.raw(commitment).view());
}

Digest link_leaf(std::string_view archive, const storage::AuditLink& link) {
  LeafBytes bytes;
  std::array<std::uint8_t, 16> own{};
  fill_from_hex(own, archive);
  bytes.raw(own);
  bytes.integer(link.id).integer(link.at.microseconds).integer(link.change_last).integer(link.entry_last);
  return merkle_leaf(bytes.raw(link.changes).raw(link.entries).raw(link.actor).view());
}

Digest link_node(storage::JournalStore& store, std::string_view archive, const storage::AuditLink& link) {
  Digest node = link_leaf(archive, link);
  for (std::int64_t size = 1; link.id % (2 * size) == 0; size *= 2)
    node = merkle_node(store.node(link.id - size).value_or(Digest{}), node);
  return node;
}

// The links split into complete subtrees as their number splits into powers of two, and each of these ends
// with a link whose node is its root.
std::optional<Digest> chain_head(storage::JournalStore& store, std::int64_t links) {
  if (links == 0) return digest_of({});
  std::optional<Digest> head;
  for (std::int64_t last = links; last > 0; last -= last & -last) {
    const auto node = store.node(last);
    if (!node) return std::nullopt;
    head = head ? merkle_node(*node, *head) : *node;
  }
  return head;
}

Journal::Journal(sqlite::Connection& db, std::string_view archive, Instant at, std::string actor)
    : db_(db), store_(db), archive_(archive), at_(at), actor_(std::move(actor)) {
  state_.link = store_.last_link();
  state_.change_last = state_.link.change_last;
  state_.entry_last = state_.link.entry_last;
}

std::int64_t Journal::add(const ChangeKind& kind, const ChangeSubject& subject, std::string_view body) {
  assert(kind.number != storage::kCreationKind);
  std::string with_record;
  if (kind.rows != storage::ToldRows::none) {
    assert(body.ends_with('}'));
    assert(!has_subject(kind.rows) || subject.id != 0);
    const Digest record = storage::digest_of_rows(db_, kind.rows, subject.id);
    with_record = body.substr(0, body.size() - 1);
    with_record += body.size() > 2 ? R"(,"record":")" : R"("record":")";
    body = with_record.append(to_hex(record)).append("\"}");
  }
  write_created();
  const storage::ChangeRow row{state_.change_last + 1, kind.number, subject, store_.last_change_of(subject),
                               body};
  store_.insert(row);
  state_.changes.add(change_leaf(row, seed_of(subject), body));
  state_.change_last = row.seq;
  count_pending();
  return row.seq;
}

std::int64_t Journal::add_created(CustomerId customer, std::string_view contents) {
  storage::ChangeRow& run = state_.created;
  storage::ChangeRow row{state_.change_last + 1, storage::kCreationKind, customer, 0, {}};
  if (run.is_run() && run.seq + 1 == row.seq && run.subject.id + run.count == customer.value) {
    run.seq = row.seq;
    ++run.count;
  } else {
    write_created();
    run = row;
  }
  state_.changes.add(change_leaf(row, seed_of(row.subject), contents));
  state_.change_last = row.seq;
  count_pending();
  return row.seq;
}

void Journal::add(const storage::EntryRow& entry) {
  state_.entry_last = entry.id;
  add_to(entries_, entry);
  count_pending();
}

const storage::SaltSeed& Journal::seed_of(const ChangeSubject& subject) {
  const std::pair block{subject.kind, subject.id / kSaltBlock};
  if (seed_block_ == block) return seed_;
  seed_block_.reset();
  if (const auto known = store_.salt_seed(block.first, block.second)) {
    seed_ = *known;
  } else {
    sqlite::fill_random(seed_);
    store_.insert_salt_seed(block.first, block.second, seed_);
  }
  seed_block_ = block;
  return seed_;
}

Journal::Mark Journal::mark() const {
  return {state_, entries_.copy()};
}

void Journal::restore(Mark&& mark) noexcept {
  state_ = std::move(mark.state);
  entries_ = std::move(mark.entries);
  seed_block_.reset();  // the seed may have been made since
}

void Journal::close() {
  if (state_.pending > 0) cut_link();
}

void Journal::count_pending() {
  if (++state_.pending >= kLinkRowsMax) cut_link();
}

void Journal::write_created() {
  if (!state_.created.is_run()) return;
  store_.insert(state_.created);
  state_.created = {};
}

void Journal::cut_link() {
  write_created();
  storage::AuditLink link{
      state_.link.id + 1, at_, actor_, state_.change_last, state_.entry_last, state_.changes.root(),
      entries_.finish(),  {}};
  link.node = link_node(store_, archive_, link);
  store_.insert(link);
  state_.link = std::move(link);
  state_.changes.clear();
  state_.pending = 0;
}

}  // namespace crmcore::engine
