// A committed review is its record: what was seen of each subject, and the states before and after. All else
// follows from these by the scheme version, which is immutable, so reports, explanations and replay read the
// record and decide again; nothing that was decided is kept twice. The digest covers the record's blocks and
// the base that it is the difference to, and the report follows from them: a byte that changed is told by
// replay. Costs: one pass over the
// blocks; for one subject of an absolute scheme one block. tests/engine/grading_review_test.cpp replays
// reviews after late entries, tests/fault/bit_rot_test.cpp flips bytes of a file.
#include "engine/grading/review/stored.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/schema.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/record.hpp"
#include "engine/grading/review/summary.hpp"
#include "engine/grading/schemes.hpp"
#include "grading/cut.hpp"
#include "grading/scale.hpp"
#include "storage/ledger_block.hpp"
#include "storage/reversal_store.hpp"

namespace crmcore::engine {
namespace {

using storage::ReviewRow;
using storage::ReviewStore;

// Whether a subject's score depends on others.
bool has_relative_scores(const grading::Scheme& scheme) {
  return std::any_of(scheme.factors.begin(), scheme.factors.end(), [](const grading::Factor& factor) {
    return factor.scale && factor.scale->kind().is_relative;
  });
}

// A review of which nothing is read yet.
ReviewPlan plan_of(sqlite::Connection& db, const ReviewRow& review) {
  ReviewPlan plan{review.scheme,
                  review.kind,
                  review.id,
                  grading::Model(load_scheme(db, review.scheme, review.version).scheme, review.as_of),
                  {},
                  {},
                  {},
                  {}};
  if (review.base) plan.base = require_review(db, review.base);
  return plan;
}

void evaluate_rows(ReviewRows rows, ReviewPlan& plan) {
  plan.facts = std::move(rows.facts);
  plan.states = std::move(rows.before);
  plan.evaluate();
}

// Whether the stored blocks are those that were committed.
bool has_own_blocks(sqlite::Connection& db, const ReviewPlan& plan, const ReviewRow& row) {
  Digester stored = begin_digest(plan);
  ReviewStore(db).blocks(row.id, [&](std::int64_t block, std::span<const std::uint8_t> body) {
    add_block(stored, block, body);
  });
  return stored.finish() == row.digest;
}

// The same of those of its base, too.
bool is_intact(sqlite::Connection& db, const ReviewPlan& plan, const ReviewRow& row) {
  return has_own_blocks(db, plan, row) &&
         (!plan.base || has_own_blocks(db, plan_of(db, *plan.base), *plan.base));
}

}  // namespace

ReviewRow require_review(sqlite::Connection& db, ReviewId id, const std::string& path) {
  if (auto row = ReviewStore(db).find(id)) return *row;
  const auto reverted = storage::ReversalStore(db).find(storage::ReversalKind::review, id.value);
  throw Error(Code::not_found,
              reverted && reverted->change_seq != 0
                  ? fmt::format("review {} was taken back, by change {}", id.value, reverted->change_seq)
                  : fmt::format("no review with the number {}", id.value),
              path);
}

ReviewPlan load_review(sqlite::Connection& db, const ReviewRow& review, std::optional<SubjectId> subject) {
  ReviewPlan plan = plan_of(db, review);
  ReviewRecord record(db, review, plan.model.scheme());
  ReviewRows rows(plan.model.factor_count());
  const grading::Scheme& scheme = plan.model.scheme();
  if (subject && !scheme.cut->kind().is_relative && !has_relative_scores(scheme)) {
    // Nobody else matters, so that nobody else is evaluated.
    ReviewRows block(plan.model.factor_count());
    record.read(subject->value / storage::kBlockCustomers, block);
    const auto& subjects = block.facts.subjects;
    const auto found = std::lower_bound(subjects.begin(), subjects.end(), *subject);
    if (found != subjects.end() && *found == *subject)
      rows.append(block, static_cast<std::size_t>(found - subjects.begin()));
  } else {
    for (std::int64_t block = 0; block <= record.last_block(); ++block) record.read(block, rows);
  }
  evaluate_rows(std::move(rows), plan);
  return plan;
}

ReviewPlan load_scores(sqlite::Connection& db, const ReviewRow& review, std::span<const SubjectId> subjects) {
  ReviewPlan plan = plan_of(db, review);
  if (has_relative_scores(plan.model.scheme())) return load_review(db, review);
  ReviewRecord record(db, review, plan.model.scheme());
  ReviewRows rows(plan.model.factor_count());
  std::int64_t last_read = -1;
  for (const SubjectId subject : subjects) {
    const std::int64_t block = subject.value / storage::kBlockCustomers;
    if (block != last_read) record.read(block, rows);
    last_read = block;
  }
  evaluate_rows(std::move(rows), plan);
  return plan;
}

bool is_review_intact(sqlite::Connection& db, const ReviewRow& review) {
  return is_intact(db, plan_of(db, review), review);
}

bool replay_review(Session& session, ReviewId review) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const ReviewRow row = require_review(db, review);
  if (!is_review_intact(db, row)) return false;
  const ReviewPlan plan = load_review(db, row);
  ReportMaker maker(plan);
  if (run_pass(session, db, plan, nullptr, &maker).digest != row.digest) return false;
  const auto report = ReviewStore(db).report(row.id);
  ColumnWriter made;
  pack_report(made, maker.finish());
  return report.empty() || std::equal(report.begin(), report.end(), made.bytes().begin(), made.bytes().end());
}

Json list_reviews(Session& session, std::string_view scheme_code) {
  sqlite::Connection& db = session.db();
  const LoadedScheme loaded = load_scheme(db, scheme_code);
  Json list = Json::array();
  for (const ReviewRow& row : ReviewStore(db).all(loaded.id)) {
    const ReviewSummary summary = summary_of(row);
    Json json{{"review", row.id.value},
              {"version", row.version},
              {"as_of", format_date(row.as_of)},
              {"kind", word_of(summary.kind)}};
    for (const auto& [name, count] : kSummaryCounts) json[name] = summary.*count;
    json["digest"] = to_hex(row.digest);
    list.push_back(std::move(json));
  }
  return {{"scheme", loaded.scheme.code}, {"reviews", std::move(list)}};
}

Json reviews_answer() {
  Json review = schema::object({{"review", schema::integer(1, kIntegerMax)},
                                {"version", schema::integer()},
                                {"as_of", schema::date()},
                                {"kind", schema::word<ReviewKind>()}});
  for (const auto& [name, count] : kSummaryCounts) {
    review = schema::extended(std::move(review), {{name, schema::integer()}});
  }
  review = schema::extended(std::move(review), {{"digest", schema::text()}});
  return schema::object({{"scheme", schema::text()}, {"reviews", schema::list(std::move(review))}});
}

}  // namespace crmcore::engine
