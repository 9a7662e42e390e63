#include "engine/grading/verify_states.hpp"

#include <set>

#include "engine/grading/overrides.hpp"
#include "engine/grading/review/population.hpp"
#include "engine/grading/review/stored.hpp"
#include "storage/journal_store.hpp"

namespace crmcore::engine {
namespace {

std::set<std::int64_t> moved_since(sqlite::Connection& db, std::int64_t change) {
  std::set<std::int64_t> moved;
  storage::JournalStore journal(db);
  journal.range(change + 1, journal.last_link().change_last, [&](const storage::ChangeRow& row) {
    if (row.kind == kBlacklisted.number || row.kind == kUnblacklisted.number) moved.insert(row.subject.id);
  });
  return moved;
}

}  // namespace

std::optional<std::int64_t> first_wrong_state(Session& session, sqlite::Connection& db, SchemeId scheme) {
  const auto review = storage::ReviewStore(db).last(scheme);
  if (!review) return std::nullopt;
  const ReviewPlan plan = load_review(db, *review);
  const auto moved = moved_since(db, review->change_seq);
  const auto& subjects = plan.facts.subjects;
  constexpr std::size_t kTickRows = 1 << 14;
  std::size_t at = 0;
  bool is_wrong = storage::ReviewStore(db).has_odd_first_grade(scheme);
  // Whether a state that is not stored would be that of somebody who has no grade yet.
  const auto pass = [&](SubjectId until) {
    for (; at < subjects.size() && subjects[at] < until; ++at)
      is_wrong = is_wrong || plan.decide(at).next != grading::State();
  };
  storage::ReviewStore(db).states(scheme, [&](const storage::GradeStateRow& row) {
    pass(row.subject);
    if (at == subjects.size() || subjects[at] != row.subject) return;
    if (at % kTickRows == 0) session.tick(static_cast<std::int64_t>(at), std::ssize(subjects));
    if (!moved.contains(row.subject.value)) is_wrong = is_wrong || plan.decide(at).next != state_of(row);
    ++at;
  });
  pass(SubjectId{INT64_MAX});
  if (is_wrong) return review->change_seq;
  return std::nullopt;
}

}  // namespace crmcore::engine
