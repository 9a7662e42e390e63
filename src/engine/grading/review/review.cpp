#include "engine/grading/review/review.hpp"

#include <algorithm>
#include <cmath>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/population.hpp"
#include "engine/grading/review/record.hpp"
#include "grading/cut.hpp"
#include "grading/scale.hpp"
#include "storage/journal_store.hpp"
#include "storage/ledger_block.hpp"
#include "storage/scheme_store.hpp"

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
                                             const ReviewFacts& facts) {
  std::vector<grading::State> states(facts.size());
  const auto original = ReviewStore(db).find_scheduled(scheme, as_of);
  if (!original) return states;
  const grading::Scheme used = load_scheme(db, scheme, original->version).scheme;
  ReviewRecord record(db, *original, used);
  ReviewRows rows(used.factors.size());
  std::size_t at = 0;
  for (std::int64_t block = 0; block <= record.last_block(); ++block) {
    rows.clear();
    record.read(block, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const SubjectId subject = rows.facts.subjects[i];
      while (at < facts.size() && facts.subjects[at] < subject) ++at;
      if (at < facts.size() && facts.subjects[at] == subject) states[at] = rows.before[i];
    }
  }
  return states;
}

Population population_of(Session& session, sqlite::Connection& db, const ReviewPlan& plan, Reading reading) {
  if (plan.kind == ReviewKind::correction) {
    Population population;
    population.facts = load_facts(session, db, plan.model, plan.scheme);
    population.states = corrected_states(db, plan.scheme, plan.model.as_of(), population.facts);
    return population;
  }
  const auto last = ReviewStore(db).last(plan.scheme);
  if (last && reading == Reading::news) {
    if (auto carried = carry_population(session, db, plan.model, *last)) return std::move(*carried);
  }
  return read_population(session, db, plan.model, plan.scheme);
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
  summary.placed = json["placed"].get<std::int64_t>();
  summary.promoted = json["promoted"].get<std::int64_t>();
  summary.demoted = json["demoted"].get<std::int64_t>();
  summary.warned = json["warned"].get<std::int64_t>();
  summary.blocked = json["blocked"].get<std::int64_t>();
  summary.unblocked = json["unblocked"].get<std::int64_t>();
  summary.left = json["left"].get<std::int64_t>();
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

// Whether the stored blocks are those that were committed.
bool is_intact(sqlite::Connection& db, const ReviewPlan& plan, const ReviewRow& row) {
  Digester stored = begin_digest(plan);
  ReviewStore(db).blocks(row.id, [&](std::int64_t block, std::span<const std::uint8_t> body) {
    add_block(stored, block, body);
  });
  return stored.finish() == row.digest;
}

}  // namespace

ReviewPlan make_plan(Session& session, sqlite::Connection& db, LoadedScheme loaded,
                     const ReviewRequest& request, Reading reading) {
  ReviewPlan plan{loaded.id,
                  request.kind,
                  ReviewId{ReviewStore(db).last_id().value + 1},
                  grading::Model(std::move(loaded.scheme), request.as_of),
                  {},
                  {},
                  {},
                  {}};
  plan.base = base_for(db, plan.scheme, plan.model, plan.kind);
  Population population = population_of(session, db, plan, reading);
  plan.facts = std::move(population.facts);
  plan.states = std::move(population.states);
  plan.evaluate();
  return plan;
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
  const ReviewTotals totals = run_pass(session, db, plan, nullptr);
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
  const ReviewTotals totals = run_pass(session, write.db(), plan, &write);
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
  const std::int64_t seq = write.journal().add(kGradingReviewed, {}, dump_json(body));
  ReviewStore(write.db())
      .insert({plan.id, plan.scheme, summary.version, summary.as_of, plan.kind, summary.subjects,
               mark.entry_last, mark.change_last, seq, plan.base ? plan.base->id : ReviewId{},
               totals.own_rows, dump_json(details), totals.digest});
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
  if (!is_intact(db, plan, row)) return false;
  if (plan.base && !is_intact(db, load_review(db, *plan.base), *plan.base)) return false;
  return run_pass(session, db, plan, nullptr).digest == row.digest;
}

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

ReviewSummary summary_of(sqlite::Connection& db, const ReviewRow& review) {
  const LoadedScheme loaded = load_scheme(db, review.scheme, review.version);
  ReviewSummary summary = summary_from(loaded.scheme, parse_json(review.summary));
  summary.id = review.id;
  summary.as_of = review.as_of;
  summary.kind = review.kind;
  summary.plan = plan_token(review.digest, {review.entry_last, review.change_last});
  return summary;
}

}  // namespace crmcore::engine
