// The pass over a computed review: packs, counts, and writes when it is a commit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "engine/grading/review/plan.hpp"
#include "engine/grading/review/report.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kGradePromoted{32, "grade.promoted"};
inline constexpr ChangeKind kGradeDemoted{33, "grade.demoted"};
inline constexpr ChangeKind kGradeWarned{34, "grade.warned"};
inline constexpr ChangeKind kGradeBlocked{35, "grade.blocked"};
inline constexpr ChangeKind kGradeUnblocked{36, "grade.unblocked"};
inline constexpr ChangeKind kGradeLeft{43, "grade.left"};

struct ReviewTotals {
  std::int64_t placed = 0;
  std::int64_t promoted = 0;
  std::int64_t demoted = 0;
  std::int64_t warned = 0;
  std::int64_t blocked = 0;
  std::int64_t unblocked = 0;
  std::int64_t left = 0;
  // Grades in force before and after, a row and a column for each grade, then ungraded and blocked.
  std::vector<std::vector<std::int64_t>> matrix;
  std::int64_t own_rows = 0;  // subjects that the record keeps itself
  Digest digest{};
};

// Decides for every subject of an evaluated plan. Without `write` nothing is written; with it, snapshots,
// states, events and changes are, though a correction writes its snapshot only. `report` is told everything.
ReviewTotals run_pass(Session& session, sqlite::Connection& db, const ReviewPlan& plan, WriteScope* write,
                      ReportMaker* report = nullptr);

// The matrix's place of a grade.
std::size_t matrix_place(grading::Grade grade, std::size_t grades) noexcept;

// Writes a change of grade outside of the pass: the event, its change, and the new state.
struct GradeMove {
  SchemeId scheme;
  SubjectId subject;
  ReviewId review;  // none: outside of a review
  grading::GradeEvent event;
  Date as_of;
};
void save_move(WriteScope& write, const grading::Scheme& scheme, const GradeMove& move);
storage::GradeStateRow state_row(SubjectId subject, const grading::State& state, ReviewId first_review,
                                 Date as_of);
void save_state(WriteScope& write, SchemeId scheme, SubjectId subject, const grading::State& state,
                Date as_of);

}  // namespace crmcore::engine
