#include "engine/grading/verify_reviews.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "base/json.hpp"
#include "engine/core/versioned_documents.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/revert.hpp"
#include "engine/grading/review/run.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading/schemes.hpp"
#include "engine/grading/verify_states.hpp"
#include "storage/journal_store.hpp"
#include "storage/reversal_store.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// Whether the change that the review names tells of it.
bool is_review_told(storage::JournalStore& journal, storage::ReviewStore& reviews, std::string_view scheme,
                    const storage::ReviewRow& review) {
  bool is_told = false;
  journal.range(review.change_seq, review.change_seq, [&](const storage::ChangeRow& change) {
    if (change.kind != kGradingReviewed.number) return;
    const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
    is_told = body["scheme"] == scheme && body["version"] == review.version &&
              body["as_of"] == format_date(review.as_of) && body["kind"] == word_of(review.kind) &&
              body["digest"] == to_hex(review.digest) && body["subjects"] == review.subjects &&
              // Reviews of the format before told nothing of their report.
              (!body.contains("report") || body["report"] == report_digest(reviews.report(review.id)));
  });
  return is_told;
}

bool is_move(std::int32_t kind) {
  return kind == kGradePromoted.number || kind == kGradeDemoted.number || kind == kGradeBlocked.number ||
         kind == kGradeUnblocked.number || kind == kGradeLeft.number;
}

// Compares each move with the change that tells it.
class MovesCheck {
 public:
  MovesCheck(sqlite::Connection& db, std::span<const storage::SchemeRow> schemes) : db_(db), reviews_(db) {
    for (const storage::SchemeRow& scheme : schemes) schemes_.emplace(scheme.code, scheme.id);
  }

  void check(const storage::ChangeRow& change, const Json& body) {
    const bool is_told = storage::read_stored("a change", [&] {
      const auto scheme = schemes_.find(body["scheme"].text());
      if (scheme == schemes_.end()) return false;
      const auto row = reviews_.event(scheme->second, SubjectId{change.subject.id}, change.seq);
      if (row) ++found_;
      return row && is_row_of(scheme->second, *row, body);
    });
    if (!is_told && !wrong_) wrong_ = change.seq;
  }
  // The first that is not told so; `last_change` for moves of which nothing is told.
  std::optional<std::int64_t> wrong(std::int64_t last_change) {
    if (!wrong_ && reviews_.event_count() != found_) wrong_ = last_change;
    return wrong_;
  }

 private:
  bool is_row_of(SchemeId id, const storage::GradeEventRow& row, const Json& body) {
    const auto version = body.find("version");  // the format before did not tell it
    if (version != nullptr && *version != row.version) return false;
    const auto loaded = loaded_.try_emplace({id, row.version});
    grading::Scheme& scheme = loaded.first->second;
    if (loaded.second) scheme = load_scheme(db_, id, row.version).scheme;
    const auto is_grade = [&](std::int32_t grade, const Json& name) {
      return grade == (name == "" ? grading::kUngraded : scheme.grade_named(name.text()));
    };
    const auto rules = words_of(grading::Rule{});
    return is_grade(row.from, body["from"]) && is_grade(row.to, body["to"]) &&
           is_grade(row.target, body["target"]) && row.rule >= 0 &&
           static_cast<std::size_t>(row.rule) < rules.size() &&
           body["rule"] == rules[static_cast<std::size_t>(row.rule)] && body["streak"] == row.streak &&
           body["as_of"] == format_date(row.day) &&
           (body.contains("review") ? body["review"] == row.review.value : !row.review);
  }

  sqlite::Connection& db_;
  storage::ReviewStore reviews_;
  std::map<std::string, SchemeId> schemes_;
  std::map<std::pair<SchemeId, std::int32_t>, grading::Scheme> loaded_;
  std::int64_t found_ = 0;
  std::optional<std::int64_t> wrong_;
};

}  // namespace

std::optional<std::int64_t> first_wrong_reversal(sqlite::Connection& db, storage::ReversalKind kind,
                                                 const ChangeKind& told) {
  storage::JournalStore journal(db);
  std::optional<std::int64_t> wrong;
  storage::ReversalStore(db).all([&](storage::ReversalKind of, std::int64_t number, std::int64_t seq) {
    if (of != kind) return;
    bool is_told = false;
    journal.range(seq, seq, [&](const storage::ChangeRow& change) {
      const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
      is_told = change.kind == told.number && body[word_of(kind)] == number;
    });
    if (!is_told) wrong = std::min(wrong.value_or(INT64_MAX), std::max<std::int64_t>(seq, 1));
  });
  return wrong;
}

std::optional<std::int64_t> first_wrong_grading(Session& session, sqlite::Connection& db) {
  storage::JournalStore journal(db);
  storage::ReviewStore reviews(db);
  auto wrong = VersionedDocuments(db, storage::DocumentKind::scheme).first_wrong_change(journal, kSchemePut);
  const auto blame = [&](std::optional<std::int64_t> seq) {
    if (seq) wrong = std::min(wrong.value_or(INT64_MAX), std::max<std::int64_t>(*seq, 1));
  };
  const auto schemes = storage::SchemeStore(db).all();
  std::set<std::int64_t> told;  // the changes of the reviews
  for (const storage::SchemeRow& scheme : schemes) {
    for (const storage::ReviewRow& review : reviews.all(scheme.id)) {
      session.tick(0, 0);
      told.insert(review.change_seq);
      if (!is_review_told(journal, reviews, scheme.code, review) || !is_review_intact(db, review))
        blame(review.change_seq);
    }
  }
  for (const storage::SchemeRow& scheme : schemes) blame(first_wrong_state(session, db, scheme.id));
  std::set<std::int64_t> reverted;
  storage::ReversalStore(db).all([&](storage::ReversalKind kind, std::int64_t number, std::int64_t) {
    if (kind == storage::ReversalKind::review) reverted.insert(number);
  });
  MovesCheck moves(db, schemes);
  const std::int64_t last = journal.last_link().change_last;
  std::int64_t visited = 0;
  journal.range(1, last, [&](const storage::ChangeRow& change) {
    constexpr std::int64_t kTickRows = 1 << 14;
    if (++visited % kTickRows == 0) session.tick(visited, last);
    const bool is_review = change.kind == kGradingReviewed.number;
    if (!is_review && !is_move(change.kind)) return;
    const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
    const Json* review = body.find("review");
    if (review != nullptr && reverted.contains(review->get<std::int64_t>())) return;
    if (is_review && !told.contains(change.seq)) blame(change.seq);
    if (!is_review) moves.check(change, body);
  });
  blame(moves.wrong(last));
  blame(first_wrong_reversal(db, storage::ReversalKind::review, kGradingReverted));
  return wrong;
}

}  // namespace crmcore::engine
