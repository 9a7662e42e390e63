#include "engine/review.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/json.hpp"
#include "engine/review_pass.hpp"
#include "engine/review_snapshot.hpp"
#include "engine/schemes.hpp"
#include "grading/cut.hpp"
#include "storage/journal_store.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

using storage::ReviewRow;
using storage::ReviewStore;

// Where the file stood when a review was computed.
struct Mark {
  std::int64_t entry_last = 0;
  std::int64_t change_last = 0;
};

std::string plan_token(const Digest& digest, const Mark& mark) {
  return fmt::format("{}-{}-{}", to_hex(digest), mark.entry_last, mark.change_last);
}

// The first states of a correction are those of the review that it corrects.
std::vector<grading::State> corrected_states(sqlite::Connection& db, SchemeId scheme, Date as_of,
                                             const ReviewFacts& facts, std::size_t factors) {
  std::vector<grading::State> states(facts.size());
  const auto original = ReviewStore(db).find_scheduled(scheme, as_of);
  if (!original) return states;
  std::size_t at = 0;
  ReviewStore(db).blocks(original->id, [&](std::int64_t, std::span<const std::uint8_t> body) {
    SnapshotReader reader(as_of, factors, body);
    for (SnapshotRow row; reader.next(row);) {
      while (at < facts.size() && facts.subjects[at] < row.subject) ++at;
      if (at < facts.size() && facts.subjects[at] == row.subject) states[at] = row.state;
    }
  });
  return states;
}

// The states of the population, in its order; who has a grade but does not belong to it any more is added.
std::vector<grading::State> current_states(sqlite::Connection& db, SchemeId scheme, ReviewFacts& facts) {
  std::vector<grading::State> states(facts.size());
  std::vector<std::int64_t> left;
  std::vector<grading::State> left_states;
  std::size_t at = 0;
  ReviewStore(db).states(scheme, 0, INT64_MAX, [&](const storage::GradeStateRow& row) {
    while (at < facts.size() && facts.subjects[at] < row.subject) ++at;
    if (at < facts.size() && facts.subjects[at] == row.subject) {
      states[at] = state_of(row);
    } else if (row.grade != grading::kUngraded || row.computed != grading::kUngraded) {
      left.push_back(row.subject);
      left_states.push_back(state_of(row));
    }
  });
  if (left.empty()) return states;
  facts.add_left(left);
  std::vector<grading::State> merged;
  for (std::size_t i = 0, s = 0, l = 0; i < facts.size(); ++i) {
    merged.push_back((facts.circumstances[i] & kLeft) != 0 ? left_states[l++] : states[s++]);
  }
  return merged;
}

ReviewPlan make_plan(Session& session, sqlite::Connection& db, LoadedScheme loaded,
                     const ReviewRequest& request) {
  ReviewPlan plan{loaded.id,
                  request.kind,
                  ReviewId{ReviewStore(db).last_id().value + 1},
                  grading::Model(std::move(loaded.scheme), request.as_of),
                  {},
                  {},
                  {}};
  plan.facts = load_facts(session, db, plan.model, plan.scheme);
  plan.states = request.kind == ReviewKind::correction
                    ? corrected_states(db, plan.scheme, request.as_of, plan.facts, plan.model.factor_count())
                    : current_states(db, plan.scheme, plan.facts);
  plan.evaluate();
  return plan;
}

// A scheduled review of that date, if there is one; refuses what comes out of turn.
std::optional<ReviewRow> check_turn(sqlite::Connection& db, const LoadedScheme& loaded,
                                    const ReviewRequest& request) {
  ReviewStore store(db);
  if (request.kind == ReviewKind::correction) return std::nullopt;
  if (request.kind == ReviewKind::scheduled) {
    if (auto known = store.find_scheduled(loaded.id, request.as_of)) return known;
    const auto& schedule = loaded.scheme.reviews;
    if (schedule && grading::due_reviews(*schedule, add_days(request.as_of, -1), request.as_of).empty()) {
      throw Error(
          Code::invalid,
          fmt::format("{} is no date of the scheme's schedule (from {} every {} months); an ad_hoc review "
                      "may take place on any day",
                      format_date(request.as_of), format_date(schedule->first), schedule->every_months),
          "/as_of");
    }
  }
  const auto last = store.last(loaded.id);
  if (last && last->as_of > request.as_of) {
    throw Error(Code::conflict,
                fmt::format("review {} of {} came later; for an older date there are corrections",
                            last->id.value, format_date(last->as_of)),
                "/as_of");
  }
  return std::nullopt;
}

Json line_value(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json summary_json(const ReviewPlan& plan, const ReviewTotals& totals) {
  Json json{{"placed", totals.placed}, {"promoted", totals.promoted}, {"demoted", totals.demoted},
            {"warned", totals.warned}, {"blocked", totals.blocked},   {"unblocked", totals.unblocked},
            {"left", totals.left},     {"matrix", totals.matrix},     {"lines", Json::array()}};
  for (const grading::CutLine& line : plan.evaluation.lines->lines) {
    json["lines"].push_back({{"plain", line_value(line.plain)},
                             {"enter", line_value(line.enter)},
                             {"keep", line_value(line.keep)}});
  }
  return json;
}

ReviewSummary summary_from(const grading::Scheme& scheme, const Json& json) {
  ReviewSummary summary;
  summary.scheme = scheme.code;
  summary.version = scheme.version;
  summary.placed = json["placed"];
  summary.promoted = json["promoted"];
  summary.demoted = json["demoted"];
  summary.warned = json["warned"];
  summary.blocked = json["blocked"];
  summary.unblocked = json["unblocked"];
  summary.left = json["left"];
  const Json& matrix = json["matrix"];
  for (std::size_t to = 0; to < matrix.size(); ++to) {
    std::int64_t count = 0;
    for (const Json& row : matrix) count += row[to].get<std::int64_t>();
    const bool is_ranked = to < scheme.grades.size();
    const std::string name = is_ranked                    ? scheme.grades[to]
                             : to == scheme.grades.size() ? std::string()
                                                          : scheme.blocked_grade;
    summary.grades.push_back({name, count});
    summary.subjects += count;
  }
  return summary;
}

ReviewSummary summarize(const ReviewPlan& plan, const Json& json, const std::string& token) {
  ReviewSummary summary = summary_from(plan.model.scheme(), json);
  summary.as_of = plan.model.as_of();
  summary.kind = plan.kind;
  summary.plan = token;
  return summary;
}

void require_unmoved(const ReviewRequest& request, const std::string& token, const Mark& mark) {
  if (request.plan.empty() ||
      request.plan.substr(0, request.plan.find('-')) == token.substr(0, token.find('-'))) {
    return;
  }
  throw Error(
      Code::moved,
      fmt::format("the review comes out differently than its preview did; the ledger stands at entry {} and "
                  "the journal at change {} now, the preview says {}",
                  mark.entry_last, mark.change_last,
                  request.plan.substr(std::min(request.plan.find('-'), request.plan.size()))),
      "/plan");
}

}  // namespace

grading::State state_of(const storage::GradeStateRow& row) {
  grading::State state;
  state.grade = static_cast<grading::Grade>(row.grade);
  state.computed = static_cast<grading::Grade>(row.computed);
  state.streak = static_cast<std::uint8_t>(std::abs(row.streak));
  state.side = row.streak > 0   ? grading::Side::up
               : row.streak < 0 ? grading::Side::down
                                : grading::Side::none;
  state.scheme_version = row.streak_version;
  state.since = row.since;
  state.computed_since = row.computed_since;
  state.warned_on = row.warned;
  state.counted = row.counted;
  return state;
}

ReviewSummary preview_review(Session& session, const ReviewRequest& request) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  LoadedScheme loaded = load_scheme(db, request.scheme, request.version);
  if (const auto known = check_turn(db, loaded, request)) {
    ReviewSummary summary = summary_of(db, *known);
    summary.is_repeat = true;
    return summary;
  }
  const storage::AuditLink link = storage::JournalStore(db).last_link();
  const ReviewPlan plan = make_plan(session, db, std::move(loaded), request);
  const ReviewTotals totals = run_pass(session, plan, nullptr);
  return summarize(plan, summary_json(plan, totals),
                   plan_token(totals.digest, {link.entry_last, link.change_last}));
}

ReviewSummary commit_review(Session& session, const ReviewRequest& request) {
  WriteScope write(session);
  LoadedScheme loaded = load_scheme(write.db(), request.scheme, request.version);
  if (const auto known = check_turn(write.db(), loaded, request)) {
    ReviewSummary summary = summary_of(write.db(), *known);
    summary.is_repeat = true;
    return summary;
  }
  const Mark mark{write.journal().entry_last(), write.journal().next_seq() - 1};
  const ReviewPlan plan = make_plan(session, write.db(), std::move(loaded), request);
  const ReviewTotals totals = run_pass(session, plan, &write);
  const std::string token = plan_token(totals.digest, mark);
  require_unmoved(request, token, mark);

  const Json details = summary_json(plan, totals);
  ReviewSummary summary = summarize(plan, details, token);
  summary.id = plan.id;
  const Json body{{"review", plan.id.value},
                  {"scheme", summary.scheme},
                  {"version", summary.version},
                  {"as_of", format_date(summary.as_of)},
                  {"kind", static_cast<std::int32_t>(plan.kind)},
                  {"subjects", summary.subjects},
                  {"placed", summary.placed},
                  {"promoted", summary.promoted},
                  {"demoted", summary.demoted},
                  {"warned", summary.warned},
                  {"digest", to_hex(totals.digest)}};
  const std::int64_t seq = write.journal().add(ChangeKind::grading_reviewed, {}, dump_json(body));
  ReviewStore(write.db())
      .insert({plan.id, plan.scheme, summary.version, summary.as_of, static_cast<std::int32_t>(plan.kind),
               summary.subjects, mark.entry_last, mark.change_last, seq, dump_json(details), totals.digest});
  write.commit();
  return summary;
}

std::vector<Date> due_reviews(Session& session, std::string_view scheme, Date as_of) {
  sqlite::Connection& db = session.db();
  const LoadedScheme loaded = load_scheme(db, scheme);
  if (!loaded.scheme.reviews) return {};
  const auto last = ReviewStore(db).last_scheduled(loaded.id);
  return grading::due_reviews(*loaded.scheme.reviews, last ? std::optional(last->as_of) : std::nullopt,
                              as_of);
}

bool replay_review(Session& session, ReviewId review) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const ReviewRow row = require_review(db, review);
  const ReviewPlan plan = load_review(db, row);
  Digester stored = begin_digest(plan);
  ReviewStore(db).blocks(review, [&](std::int64_t block, std::span<const std::uint8_t> body) {
    add_block(stored, block, body);
  });
  return stored.finish() == row.digest && run_pass(session, plan, nullptr).digest == row.digest;
}

ReviewRow require_review(sqlite::Connection& db, ReviewId id, const std::string& path) {
  if (auto row = ReviewStore(db).find(id)) return *row;
  throw Error(Code::not_found, fmt::format("no review with the number {}", id.value), path);
}

ReviewPlan load_review(sqlite::Connection& db, const ReviewRow& review) {
  ReviewPlan plan{review.scheme,
                  static_cast<ReviewKind>(review.kind),
                  review.id,
                  grading::Model(load_scheme(db, review.scheme, review.version).scheme, review.as_of),
                  {},
                  {},
                  {}};
  plan.facts.columns.resize(plan.model.factor_count());
  ReviewStore(db).blocks(review.id, [&](std::int64_t, std::span<const std::uint8_t> body) {
    SnapshotReader reader(review.as_of, plan.model.factor_count(), body);
    for (SnapshotRow row; reader.next(row);) {
      if ((row.circumstances & kOverridden) != 0) {
        plan.facts.overrides.emplace_back(plan.facts.size(), row.override);
      }
      plan.facts.subjects.push_back(row.subject);
      plan.facts.circumstances.push_back(row.circumstances);
      for (std::size_t f = 0; f < row.values.size(); ++f) plan.facts.columns[f].push_back(row.values[f]);
      plan.states.push_back(row.state);
    }
  });
  plan.evaluate();
  return plan;
}

ReviewSummary summary_of(sqlite::Connection& db, const ReviewRow& review) {
  const LoadedScheme loaded = load_scheme(db, review.scheme, review.version);
  ReviewSummary summary = summary_from(loaded.scheme, parse_json(review.summary));
  summary.id = review.id;
  summary.as_of = review.as_of;
  summary.kind = static_cast<ReviewKind>(review.kind);
  summary.plan = plan_token(review.digest, {review.entry_last, review.change_last});
  return summary;
}

}  // namespace crmcore::engine
