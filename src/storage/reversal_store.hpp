// Reviews and runs that are taken back: what they replaced that nothing else keeps, and their removal.
//
// Whatever a review or a run wrote is found by its number here, so that nothing of it is left but its number
// and what the journal tells. tests/engine/grading_revert_test.cpp and assignment_revert_test.cpp compare
// all that can be asked with what was answered before.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "crmcore/id.hpp"

#include "storage/assignment_rows.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

enum class ReversalKind : std::int32_t { review = 0, run = 1 };
constexpr std::array<std::string_view, 2> words_of(ReversalKind) noexcept {
  return {"review", "run"};
}

struct ReversalRow {
  std::string undo;             // JSON
  std::int64_t change_seq = 0;  // 0: it stands
};

class ReversalStore {
 public:
  explicit ReversalStore(sqlite::Connection& db) : db_(db) {}

  void keep(ReversalKind kind, std::int64_t number, std::string_view undo);
  std::optional<ReversalRow> find(ReversalKind kind, std::int64_t number);
  // It is taken back by this change.
  void tell(ReversalKind kind, std::int64_t number, std::int64_t change_seq);
  // Visits what was taken back.
  void all(const std::function<void(ReversalKind, std::int64_t number, std::int64_t change_seq)>& visit);

  // The review, its record and its report.
  void remove(ReviewId review);
  // Events of a subject's grade by the review; false when there is none.
  bool remove_events(SchemeId scheme, SubjectId subject, ReviewId review);
  // Lets the next review act on the triggers on which this one did.
  void reopen_triggers(SchemeId scheme, SubjectId subject, ReviewId review);

  // Since this change: a run that stands under a policy that reads the scheme's grades; none: there is none.
  RunId run_by_grades(SchemeId scheme, std::int64_t change_seq);
  bool is_read_by_policies(SchemeId scheme);
  RunId last_standing_run();
  // Visits the customers of whose changes by the run there are rows, in their order.
  void changed(RunId run, const std::function<void(CustomerId)>& visit);
  // Gives the customer the primary that the run replaced on this day, or none.
  void restore_primary(CustomerId customer, RunId run, Date day);
  void remove_rotation(PolicyId policy, ManagerId manager);
  // The run, its decisions, findings and placements.
  void remove(RunId run);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
