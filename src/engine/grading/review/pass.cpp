// One pass over a computed review, subject by subject in the order of ids: it packs what the record keeps,
// counts, and in a commit writes states, events and changes. Whether it writes or not, it packs the same
// bytes, so that the digest of a preview is the digest of its commit: nothing that is counted or packed may
// depend on `write`. The record is packed block by block, because the digest goes over the blocks in their
// order. Costs: a decision per subject, and rows for those that change only.
// tests/engine/review_population_test.cpp compares previews with commits.
#include "engine/grading/review/pass.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/grading/review/record.hpp"
#include "engine/grading/scheme_names.hpp"
#include "grading/explain.hpp"
#include "storage/ledger_block.hpp"
#include "storage/override_store.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {
namespace {

// A first grade by the plain cut is kept as the state alone. Who had one and comes back has an event: the
// state remembers one review only.
bool is_silent(const grading::GradeEvent& event, const grading::State& before) {
  return event.from == grading::kUngraded && event.rule == grading::Rule::placement && !before.since;
}

ChangeKind change_kind(const grading::GradeEvent& event) {
  if (event.rule == grading::Rule::left) return kGradeLeft;
  if (event.to == grading::kBlocked) return kGradeBlocked;
  if (event.from == grading::kBlocked) return kGradeUnblocked;
  if (event.from == grading::kUngraded) return kGradePromoted;
  if (event.to == grading::kUngraded) return kGradeDemoted;
  return event.to < event.from ? kGradePromoted : kGradeDemoted;
}

class Pass {
 public:
  Pass(Session& session, sqlite::Connection& db, const ReviewPlan& plan, WriteScope* write,
       ReportMaker* report)
      : session_(session),
        plan_(plan),
        write_(write),
        report_(report),
        moves_(write != nullptr && plan.kind != ReviewKind::correction),
        grades_(plan.model.scheme().grades.size()),
        digester_(begin_digest(plan)),
        writer_(db, plan),
        columns_(plan.facts.columns.begin(), plan.facts.columns.end()),
        parts_(parts_of(session.catalog(), plan.model.scheme())) {
    if (moves_) states_.emplace(write->db(), plan.scheme, plan.id, plan.model.as_of());
    totals_.matrix.assign(grades_ + 2, std::vector<std::int64_t>(grades_ + 2));
  }

  ReviewTotals run() {
    const auto& subjects = plan_.facts.subjects;
    const auto block_of = [](SubjectId id) { return id.value / storage::kBlockCustomers; };
    const std::int64_t last =
        std::max(writer_.last_block(), subjects.empty() ? -1 : block_of(subjects.back()));
    std::size_t i = 0;
    for (std::int64_t block = 0; block <= last; ++block) {
      writer_.begin(block);
      for (; i < subjects.size() && block_of(subjects[i]) == block; ++i) subject(i);
      keep(block, writer_.finish());
      if (block % 64 == 63) session_.tick(block + 1, last + 1);
    }
    if (states_) states_->finish();
    totals_.own_rows = writer_.own_rows();
    totals_.digest = digester_.finish();
    return std::move(totals_);
  }

 private:
  void keep(std::int64_t block, std::span<const std::uint8_t> body) {
    if (body.empty()) return;
    add_block(digester_, block, body);
    if (write_ != nullptr) storage::ReviewStore(write_->db()).put_block(plan_.id, block, body);
  }

  void subject(std::size_t i) {
    const grading::Decision decision = plan_.decide(i);
    writer_.add(i, decision.next);
    if (report_ != nullptr) report_->add(i, decision);
    count(plan_.states[i].grade, decision);
    if (moves_) save(i, decision);
  }

  void count(grading::Grade before, const grading::Decision& decision) {
    if (decision.rule == grading::Rule::left) {
      ++totals_.left;
      return;
    }
    ++totals_.matrix[matrix_place(before, grades_)][matrix_place(decision.next.grade, grades_)];
    if (decision.notice) ++totals_.warned;
    if (!decision.event) return;
    if (decision.event->from == grading::kUngraded && grading::is_ranked(decision.event->to)) {
      ++totals_.placed;
      return;
    }
    switch (change_kind(*decision.event).number) {
      case kGradeBlocked.number:
        ++totals_.blocked;
        break;
      case kGradeUnblocked.number:
        ++totals_.unblocked;
        break;
      case kGradePromoted.number:
        ++totals_.promoted;
        break;
      default:
        ++totals_.demoted;
    }
  }

  void save(std::size_t i, const grading::Decision& decision) {
    const SubjectId id = plan_.facts.subjects[i];
    const Date as_of = plan_.model.as_of();
    const bool is_placed = decision.event && is_silent(*decision.event, plan_.states[i]);
    if (decision.next != plan_.states[i]) {
      states_->put(state_row(id, decision.next, is_placed ? plan_.id : ReviewId{}, as_of));
    }
    if (decision.event && !is_placed) {
      save_move(*write_, plan_.model.scheme(), {plan_.scheme, id, plan_.id, *decision.event, as_of});
    }
    if (decision.notice) warn(i, decision);
    if ((plan_.facts.circumstances[i] & kIsUrgent) != 0) {
      storage::OverrideStore(write_->db()).settle(plan_.scheme, id, as_of, plan_.id);
    }
  }

  void warn(std::size_t i, const grading::Decision& decision) {
    const grading::Scheme& scheme = plan_.model.scheme();
    const grading::Outcome outcome{plan_.evaluation.curves, *plan_.evaluation.lines, parts_};
    Json body{{"scheme", scheme.code},
              {"review", plan_.id.value},
              {"as_of", format_date(plan_.model.as_of())},
              {"grade", scheme.grade_name(decision.next.grade)},
              {"next", scheme.grade_name(decision.notice->next)},
              {"reviews_left", decision.notice->reviews_left}};
    if (scheme.reviews) {
      body["due"] = format_date(grading::demotion_due(*scheme.reviews, scheme.movement, decision.next,
                                                      *decision.notice, plan_.model.as_of()));
    }
    std::vector<double> values;
    for (const auto& column : plan_.facts.columns) values.push_back(column[i]);
    const double value = grading::basis_of(scheme, outcome, values);
    const auto place = static_cast<std::size_t>(decision.next.computed);
    if (!std::isnan(value) && place < outcome.lines.lines.size()) {
      const bool is_score = scheme.cut->factors().empty();
      const double unit = is_score ? grading::kPointsOne : 1;
      const bool is_turned = !is_score && !scheme.factors[scheme.cut->factors().front()].is_higher_better;
      body["basis"] = is_score ? "score" : scheme.factors[scheme.cut->factors().front()].code;
      body["value"] = (is_turned ? -value : value) / unit;
      if (!needed_) needed_.emplace(scheme, columns_, plan_.evaluation);
      const double keep =
          grading::whole_basis(scheme, outcome, needed_->at(place, grading::Edge::keep, value));
      if (std::isfinite(keep)) body["needed"] = (is_turned ? -keep : keep) / unit;
    }
    write_->journal().add(kGradeWarned, customer_of(plan_.facts.subjects[i]), dump_json(body));
  }

  Session& session_;
  const ReviewPlan& plan_;
  WriteScope* write_;
  ReportMaker* report_;
  bool moves_;
  std::size_t grades_;
  Digester digester_;
  RecordWriter writer_;
  std::optional<storage::GradeWriter> states_;  // where it moves
  std::vector<std::span<const double>> columns_;
  std::vector<std::int64_t> parts_;
  std::optional<grading::NeededLines> needed_;  // of the first warning on
  ReviewTotals totals_;
};

}  // namespace

ReviewTotals run_pass(Session& session, sqlite::Connection& db, const ReviewPlan& plan, WriteScope* write,
                      ReportMaker* report) {
  assert(plan.states.size() == plan.facts.size() && plan.evaluation.targets.size() == plan.facts.size());
  return Pass(session, db, plan, write, report).run();
}

std::size_t matrix_place(grading::Grade grade, std::size_t grades) noexcept {
  if (grading::is_ranked(grade)) return static_cast<std::size_t>(grade);
  return grade == grading::kUngraded ? grades : grades + 1;
}

void save_move(WriteScope& write, const grading::Scheme& scheme, const GradeMove& move) {
  const auto name = [&](grading::Grade grade) { return dump_json(Json(scheme.grade_name(grade))); };
  const std::string review = move.review ? fmt::format(R"("review":{},)", move.review.value) : std::string();
  const std::string body = fmt::format(
      R"({{"scheme":{},"version":{},{}"as_of":"{}","from":{},"to":{},"target":{},"rule":"{}","streak":{}}})",
      dump_json(Json(scheme.code)), scheme.version, review, format_date(move.as_of), name(move.event.from),
      name(move.event.to), name(move.event.target), word_of(move.event.rule), move.event.streak);
  const std::int64_t seq = write.journal().add(change_kind(move.event), customer_of(move.subject), body);
  storage::ReviewStore(write.db())
      .insert_event(
          move.scheme, move.subject,
          {seq, move.event.from, move.event.to, move.event.target, static_cast<std::int32_t>(move.event.rule),
           move.event.streak, move.as_of, scheme.version, move.review});
}

storage::GradeStateRow state_row(SubjectId subject, const grading::State& state, ReviewId first_review,
                                 Date as_of) {
  return {subject,
          state.grade,
          state.computed,
          state.since.value_or(as_of),
          state.computed_since,
          grading::signed_streak(state),
          state.scheme_version,
          state.warned_on,
          state.counted,
          first_review};
}

void save_state(WriteScope& write, SchemeId scheme, SubjectId subject, const grading::State& state,
                Date as_of) {
  storage::GradeWriter states(write.db(), scheme, {}, as_of);
  states.put(state_row(subject, state, {}, as_of));
  states.finish();
}

}  // namespace crmcore::engine
