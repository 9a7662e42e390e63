// Who writes last tells what all the rows are, so that only the last change of a subject is looked at. Rows
// of a subject of which no change tells were put in by somebody else, unless there are changes of this kind
// of before the digests (format 11). tests/engine/told_rows_test.cpp edits every column of every row.
#include "engine/database/verify_told.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "base/json.hpp"
#include "engine/core/room.hpp"
#include "storage/journal_store.hpp"
#include "storage/stored.hpp"
#include "storage/told_rows.hpp"

namespace crmcore::engine {
namespace {

using storage::ToldRows;

struct LastTold {
  std::int64_t seq = 0;
  Digest record{};
  bool is_told = false;  // false: by a change of before
};

class ToldCheck {
 public:
  ToldCheck(Session& session, sqlite::Connection& db) : session_(session), db_(db) {}

  std::optional<std::int64_t> run() {
    read_journal();
    for (std::size_t i = 1; i < told_.size(); ++i) check(static_cast<ToldRows>(i), told_[i]);
    return wrong_;
  }

 private:
  using BySubject = std::unordered_map<std::int64_t, LastTold>;

  void read_journal() {
    std::unordered_map<std::int32_t, ToldRows> kinds;
    for (const auto room : rooms()) {
      for (const ChangeKind& kind : room().changes) {
        if (kind.rows != ToldRows::none) kinds.emplace(kind.number, kind.rows);
      }
    }
    storage::JournalStore journal(db_);
    last_ = journal.last_link().change_last;
    journal.range(1, last_, [&](const storage::ChangeRow& change) {
      tick();
      const auto kind = kinds.find(change.kind);
      if (kind == kinds.end()) return;
      const std::int64_t subject = has_subject(kind->second) ? change.subject.id : 0;
      LastTold& told = told_[static_cast<std::size_t>(kind->second)][subject];
      told = {change.seq, {}, false};
      const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
      const Json* record = body.find("record");
      if (record == nullptr) return;
      fill_from_hex(told.record, record->get<std::string>());
      told.is_told = true;
    });
  }

  void check(ToldRows rows, const BySubject& told) {
    const bool is_all_told =
        std::all_of(told.begin(), told.end(), [](const auto& one) { return one.second.is_told; });
    for (const auto& [subject, last] : told) {
      tick();
      if (last.is_told && storage::digest_of_rows(db_, rows, subject) != last.record) blame(last.seq);
    }
    if (!is_all_told || !storage::has_told_subjects(rows)) return;
    storage::subjects_of(db_, rows, [&](std::int64_t subject) {
      if (!told.contains(subject)) blame(last_);
    });
  }

  void blame(std::int64_t seq) { wrong_ = wrong_ ? std::min(*wrong_, seq) : seq; }

  void tick() {
    constexpr std::int64_t kTickRows = 1 << 14;
    if (++visited_ % kTickRows == 0) session_.tick(visited_, 0);
  }

  Session& session_;
  sqlite::Connection& db_;
  std::array<BySubject, storage::kToldRowsKinds> told_;
  std::int64_t last_ = 0;
  std::int64_t visited_ = 0;
  std::optional<std::int64_t> wrong_;
};

}  // namespace

std::optional<std::int64_t> first_wrong_told(Session& session, sqlite::Connection& db) {
  return ToldCheck(session, db).run();
}

}  // namespace crmcore::engine
