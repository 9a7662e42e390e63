#include "engine/grading/verify_reviews.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "engine/core/versioned_documents.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/revert.hpp"
#include "engine/grading/review/run.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading/schemes.hpp"
#include "storage/journal_store.hpp"
#include "storage/reversal_store.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// Whether the change that the review names tells of it.
bool is_review_told(storage::JournalStore& journal, std::string_view scheme,
                    const storage::ReviewRow& review) {
  bool is_told = false;
  journal.range(review.change_seq, review.change_seq, [&](const storage::ChangeRow& change) {
    if (change.kind != kGradingReviewed.number) return;
    const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
    is_told = body["scheme"] == scheme && body["version"] == review.version &&
              body["as_of"] == format_date(review.as_of) && body["kind"] == word_of(review.kind) &&
              body["digest"] == to_hex(review.digest);
  });
  return is_told;
}

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
  auto wrong = VersionedDocuments(db, storage::DocumentKind::scheme).first_wrong_change(journal, kSchemePut);
  const auto schemes = storage::SchemeStore(db).all();
  for (const storage::SchemeRow& scheme : schemes) {
    for (const storage::ReviewRow& review : storage::ReviewStore(db).all(scheme.id)) {
      session.tick(0, 0);
      if (is_review_told(journal, scheme.code, review) && is_review_intact(db, review)) continue;
      wrong = std::min(wrong.value_or(INT64_MAX), std::max<std::int64_t>(review.change_seq, 1));
    }
  }
  const auto reversal = first_wrong_reversal(db, storage::ReversalKind::review, kGradingReverted);
  return reversal ? std::min(wrong.value_or(INT64_MAX), *reversal) : wrong;
}

}  // namespace crmcore::engine
