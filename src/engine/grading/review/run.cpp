// A review is run in one order for preview and commit alike: whose turn it is, whom it sees, what it comes
// to. Invariants: what a commit does is what its preview told, or it is refused (the plan's digest covers all
// that was seen and decided); a scheduled review exists once for a date, and dates never go back; preview
// writes nothing, commit all or nothing. A repeat is answered from the stored summary without a look at the
// ledger. Costs: the news since the last review, and one pass over the population (population.hpp).
// tests/engine/review_population_test.cpp and tests/engine/grading_review_test.cpp prove it.
#include "engine/grading/review/run.hpp"

#include <algorithm>
#include <cmath>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/core/room.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/population.hpp"
#include "engine/grading/review/record.hpp"
#include "engine/grading/review/summary.hpp"
#include "grading/cut.hpp"
#include "storage/journal_store.hpp"

namespace crmcore::engine {
namespace {

using storage::ReviewRow;
using storage::ReviewStore;

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
    population.facts = load_facts(session, db, plan.model, plan.scheme, session.today());
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
std::optional<ReviewRow> check_turn(sqlite::Connection& db, const LoadedScheme& loaded, ReviewKind kind,
                                    Date as_of) {
  ReviewStore store(db);
  if (kind == ReviewKind::correction) return std::nullopt;
  if (kind == ReviewKind::scheduled) {
    if (auto known = store.find_scheduled(loaded.id, as_of)) return known;
    const auto& schedule = loaded.scheme.reviews;
    if (schedule && grading::due_reviews(*schedule, add_days(as_of, -1), as_of).empty()) {
      throw Error(
          Code::invalid,
          fmt::format("{} is no date of the scheme's schedule (from {} every {} months); an ad_hoc review "
                      "may take place on any day",
                      format_date(as_of), format_date(schedule->first), schedule->every_months),
          "/as_of");
    }
  }
  const auto last = store.last(loaded.id);
  if (last && last->as_of > as_of) {
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

// What is kept of a review beside its record: its summary, the matrix of moves, the lines of the cut.
std::string kept_summary(const ReviewSummary& summary, const ReviewPlan& plan, const ReviewTotals& totals) {
  Json json = summary_json(summary);
  json["matrix"] = totals.matrix;
  json["lines"] = Json::array();
  for (const grading::CutLine& line : plan.evaluation.lines->lines) {
    json["lines"].push_back({{"plain", line_value(line.plain)},
                             {"enter", line_value(line.enter)},
                             {"keep", line_value(line.keep)}});
  }
  return dump_json(json);
}

ReviewSummary summarize(const ReviewPlan& plan, const ReviewTotals& totals, const Mark& mark) {
  const grading::Scheme& scheme = plan.model.scheme();
  ReviewSummary summary;
  summary.scheme = scheme.code;
  summary.version = scheme.version;
  summary.as_of = plan.model.as_of();
  summary.kind = plan.kind;
  summary.placed = totals.placed;
  summary.promoted = totals.promoted;
  summary.demoted = totals.demoted;
  summary.warned = totals.warned;
  summary.blocked = totals.blocked;
  summary.unblocked = totals.unblocked;
  summary.left = totals.left;
  for (std::size_t to = 0; to < totals.matrix.size(); ++to) {
    std::int64_t count = 0;
    for (const auto& row : totals.matrix) count += row[to];
    const bool is_ranked = to < scheme.grades.size();
    const std::string name = is_ranked                    ? scheme.grades[to]
                             : to == scheme.grades.size() ? std::string()
                                                          : scheme.blocked_grade;
    summary.grades.push_back({name, count});
    summary.subjects += count;
  }
  summary.plan = plan_token(totals.digest, mark);
  return summary;
}

// `given`: the plan of a preview, or empty.
void require_unmoved(const std::string& given, const std::string& token, const Mark& mark) {
  if (given.empty() || given.substr(0, given.find('-')) == token.substr(0, token.find('-'))) return;
  throw Error(
      Code::moved,
      fmt::format("the review comes out differently than its preview did; the ledger stands at entry {} and "
                  "the journal at change {} now, the preview says {}",
                  mark.entry_last, mark.change_last, given.substr(std::min(given.find('-'), given.size()))),
      "/plan");
}

// What a review of that date that exists is answered with.
ReviewSummary repeated(const ReviewRow& known) {
  ReviewSummary summary = summary_of(known);
  summary.is_repeat = true;
  return summary;
}

}  // namespace

ReviewPlan make_plan(Session& session, sqlite::Connection& db, LoadedScheme loaded, ReviewKind kind,
                     Date as_of, Reading reading) {
  ReviewPlan plan{loaded.id,
                  kind,
                  ReviewId{ReviewStore(db).last_id().value + 1},
                  grading::Model(std::move(loaded.scheme), as_of),
                  {},
                  {},
                  {},
                  {}};
  plan.base = base_for(db, plan.scheme, plan.model, plan.kind);
  Population population = population_of(session, db, plan, reading);
  plan.facts = std::move(population.facts);
  plan.states = std::move(population.states);
  db.drop_cache();  // what was read once would only lie beside the population
  plan.evaluate();
  return plan;
}

ReviewSummary preview_review(Session& session, const ReviewRequest& request) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const Date as_of = request.as_of.value_or(session.today());
  LoadedScheme loaded = load_scheme(db, request.scheme, request.version);
  if (const auto known = check_turn(db, loaded, request.kind, as_of)) return repeated(*known);
  const storage::AuditLink link = storage::JournalStore(db).last_link();
  const ReviewPlan plan = make_plan(session, db, std::move(loaded), request.kind, as_of);
  return summarize(plan, run_pass(session, db, plan, nullptr), {link.entry_last, link.change_last});
}

ReviewSummary commit_review(Session& session, const ReviewRequest& request) {
  const Date as_of = request.as_of.value_or(session.today());
  session.require_begun(as_of, request.is_future, "/as_of");
  WriteScope write(session);
  LoadedScheme loaded = load_scheme(write.db(), request.scheme, request.version);
  if (const auto known = check_turn(write.db(), loaded, request.kind, as_of)) return repeated(*known);
  const Mark mark{write.journal().entry_last(), write.journal().next_seq() - 1};
  const ReviewPlan plan = make_plan(session, write.db(), std::move(loaded), request.kind, as_of);
  ReportMaker report(plan);
  const ReviewTotals totals = run_pass(session, write.db(), plan, &write, &report);
  ReviewSummary summary = summarize(plan, totals, mark);
  require_unmoved(request.plan, summary.plan, mark);

  summary.id = plan.id;
  ColumnWriter packed_report;
  pack_report(packed_report, report.finish());
  Json body = summary_json(summary);
  body["digest"] = to_hex(totals.digest);
  body["report"] = report_digest(packed_report.bytes());
  const std::int64_t seq = write.journal().add(kGradingReviewed, {}, dump_json(body));
  ReviewStore(write.db())
      .insert({plan.id, plan.scheme, summary.version, as_of, plan.kind, summary.subjects, mark.entry_last,
               mark.change_last, seq, plan.base ? plan.base->id : ReviewId{}, totals.own_rows,
               kept_summary(summary, plan, totals), totals.digest});
  if (!packed_report.bytes().empty()) ReviewStore(write.db()).put_report(plan.id, packed_report.bytes());
  for (const auto room : rooms()) {
    if (const auto follow = room().after_review) follow(session, write, plan.id);
  }
  write.commit();
  return summary;
}

std::vector<Date> list_due_reviews(Session& session, std::string_view scheme, std::optional<Date> as_of) {
  sqlite::Connection& db = session.db();
  const LoadedScheme loaded = load_scheme(db, scheme);
  if (!loaded.scheme.reviews) return {};
  const auto last = ReviewStore(db).last_scheduled(loaded.id);
  return grading::due_reviews(*loaded.scheme.reviews, last ? std::optional(last->as_of) : std::nullopt,
                              as_of.value_or(session.today()));
}

}  // namespace crmcore::engine
