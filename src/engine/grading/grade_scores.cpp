// A cursor over the last review of each scheme, one review in memory at a time, subjects by id, factors in
// the scheme's order. With a subject given, an absolute scheme's review is read from one block.
#include "engine/grading/grade_scores.hpp"

#include <cmath>
#include <memory>

#include "engine/grading/review/stored.hpp"
#include "grading/scale.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

class ScoreSource : public sqlite::RowSource {
 public:
  ScoreSource(sqlite::Connection& db, SubjectId subject, std::int64_t scheme) : db_(db), subject_(subject) {
    for (const auto& row : storage::SchemeStore(db).all()) {
      if (scheme == 0 || row.id.value == scheme) schemes_.push_back(row.id);
    }
  }

  bool next() override {
    if (is_inside_ && ++factor_ < row_.values.size()) return true;
    factor_ = 0;
    do {
      while (!plan_ || at_ == plan_->facts.size()) {
        if (!open_next()) return false;
      }
      plan_->describe(at_++, row_);
    } while ((subject_ && row_.subject != subject_) || (row_.circumstances & kHasLeft) != 0);
    is_inside_ = true;
    return true;
  }

  sqlite::Value column(int index) override {
    const double value = row_.values[factor_];
    switch (index) {
      case 0:
        return row_.subject.value;
      case 1:
        return plan_->scheme.value;
      case 2:
        return plan_->id.value;
      case 3:
        return std::string_view(plan_->model.scheme().factors[factor_].code);
      case 4:
        return std::isnan(value) ? sqlite::Value() : sqlite::Value(value);
      case 5:
        return row_.score == grading::kPointsNone ? sqlite::Value()
                                                  : sqlite::Value(grading::from_points(row_.score));
      case 6:
        return std::int64_t{row_.target.plain};
      default:
        return word_of(row_.rule);
    }
  }

 private:
  // Opens the last review of the next scheme that has one.
  bool open_next() {
    while (next_scheme_ < schemes_.size()) {
      const auto last = storage::ReviewStore(db_).last(schemes_[next_scheme_++]);
      if (!last) continue;
      plan_.emplace(load_review(db_, *last, subject_ ? std::optional(subject_) : std::nullopt));
      at_ = 0;
      return true;
    }
    return false;
  }

  sqlite::Connection& db_;
  SubjectId subject_;
  std::vector<SchemeId> schemes_;
  std::size_t next_scheme_ = 0;
  std::optional<ReviewPlan> plan_;
  std::size_t at_ = 0;  // in the plan
  SubjectReview row_;
  std::size_t factor_ = 0;
  bool is_inside_ = false;  // row_ is of a subject
};

}  // namespace

sqlite::TableFunction grade_score_table(File&) {
  return {"crmcore_grade_score",
          {"subject_id INTEGER", "scheme_id INTEGER", "review INTEGER", "factor TEXT", "value REAL",
           "score REAL", "target INTEGER", "rule TEXT"},
          {},
          {0, 1},
          [](sqlite::Connection& db,
             std::span<const sqlite::Value> arguments) -> std::unique_ptr<sqlite::RowSource> {
            const auto* subject = std::get_if<std::int64_t>(&arguments[0]);
            const auto* scheme = std::get_if<std::int64_t>(&arguments[1]);
            return std::make_unique<ScoreSource>(db, SubjectId{subject ? *subject : 0}, scheme ? *scheme : 0);
          }};
}

}  // namespace crmcore::engine
