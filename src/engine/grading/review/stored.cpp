// A committed review is its record: what was seen of each subject, and the states before and after. All else
// follows from these by the scheme version, which is immutable, so reports, explanations and replay read the
// record and decide again; nothing that was decided is kept twice. The digest covers the record's blocks and
// the base that it is the difference to: a byte that changed is told by replay. Costs: one pass over the
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

namespace crmcore::engine {
namespace {

using storage::ReviewRow;
using storage::ReviewStore;

// Whether a subject's grade depends on others.
bool is_relative(const grading::Scheme& scheme) {
  return scheme.cut->kind().is_relative ||
         std::any_of(scheme.factors.begin(), scheme.factors.end(), [](const grading::Factor& factor) {
           return factor.scale && factor.scale->kind().is_relative;
         });
}

// Whether the stored blocks are those that were committed.
bool is_intact(sqlite::Connection& db, const ReviewPlan& plan, const ReviewRow& row) {
  Digester stored = begin_digest(plan);
  ReviewStore(db).blocks(row.id, [&](std::int64_t block, std::span<const std::uint8_t> body) {
    add_block(stored, block, body);
  });
  return stored.finish() == row.digest;
}

}  // namespace

ReviewRow require_review(sqlite::Connection& db, ReviewId id, const std::string& path) {
  if (auto row = ReviewStore(db).find(id)) return *row;
  throw Error(Code::not_found, fmt::format("no review with the number {}", id.value), path);
}

ReviewPlan load_review(sqlite::Connection& db, const ReviewRow& review, std::optional<SubjectId> subject) {
  ReviewPlan plan{review.scheme,
                  review.kind,
                  review.id,
                  grading::Model(load_scheme(db, review.scheme, review.version).scheme, review.as_of),
                  {},
                  {},
                  {},
                  {}};
  if (review.base) plan.base = require_review(db, review.base);
  ReviewRecord record(db, review, plan.model.scheme());
  ReviewRows rows(plan.model.factor_count());
  if (subject && !is_relative(plan.model.scheme())) {
    record.read(subject->value / storage::kBlockCustomers, rows);
  } else {
    for (std::int64_t block = 0; block <= record.last_block(); ++block) record.read(block, rows);
  }
  plan.facts = std::move(rows.facts);
  plan.states = std::move(rows.before);
  plan.evaluate();
  return plan;
}

bool replay_review(Session& session, ReviewId review) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const ReviewRow row = require_review(db, review);
  const ReviewPlan plan = load_review(db, row);
  if (!is_intact(db, plan, row)) return false;
  if (plan.base && !is_intact(db, load_review(db, *plan.base), *plan.base)) return false;
  return run_pass(session, db, plan, nullptr).digest == row.digest;
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
