#include "engine/grade_scores.hpp"

#include <cmath>
#include <memory>

#include "engine/review_snapshot.hpp"
#include "engine/schemes.hpp"
#include "grading/scale.hpp"
#include "storage/ledger_block.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

class ScoreSource : public sqlite::RowSource {
 public:
  ScoreSource(sqlite::Connection& db, std::int64_t subject, std::int64_t scheme)
      : db_(db), subject_(subject) {
    for (const auto& row : storage::SchemeStore(db).all()) {
      if (scheme == 0 || row.id.value == scheme) schemes_.push_back(row.id);
    }
  }

  bool next() override {
    if (is_inside_ && factor_ + 1 < factors_) {
      ++factor_;
      return true;
    }
    is_inside_ = false;
    factor_ = 0;
    do {
      while (!reader_ || !reader_->next(row_)) {
        if (!next_block()) return false;
      }
    } while ((subject_ > 0 && row_.subject != subject_) || (row_.circumstances & kLeft) != 0);
    is_inside_ = true;
    return true;
  }

  sqlite::Value column(int index) override {
    const double value = row_.values[factor_];
    switch (index) {
      case 0:
        return row_.subject;
      case 1:
        return review_.scheme.value;
      case 2:
        return review_.id.value;
      case 3:
        return std::string_view(scheme_->factors[factor_].code);
      case 4:
        return std::isnan(value) ? sqlite::Value() : sqlite::Value(value);
      case 5:
        return row_.score == grading::kPointsNone ? sqlite::Value()
                                                  : sqlite::Value(grading::from_points(row_.score));
      case 6:
        return std::int64_t{row_.target.plain};
      default:
        return grading::rule_name(row_.rule);
    }
  }

 private:
  // Opens the next block, or the first one of the next scheme that has a review.
  bool next_block() {
    while (!keys_ || !keys_->step()) {
      if (at_ == schemes_.size()) return false;
      open(schemes_[at_++]);
    }
    body_ = storage::ReviewStore(db_).block(review_.id, keys_->integer(0));
    reader_.emplace(review_.as_of, factors_, body_);
    return true;
  }

  void open(SchemeId id) {
    keys_.reset();
    reader_.reset();
    const auto last = storage::ReviewStore(db_).last(id);
    if (!last) return;
    review_ = *last;
    scheme_ = load_scheme(db_, id, review_.version).scheme;
    factors_ = scheme_->factors.size();
    keys_.emplace(db_.prepare(kBlocks));
    const std::int64_t block = subject_ / storage::kBlockCustomers;
    keys_->bind(1, review_.id.value)
        .bind(2, subject_ > 0 ? block : std::int64_t{0})
        .bind(3, subject_ > 0 ? block : (std::int64_t{1} << 24) - 1);
  }

  static constexpr std::string_view kBlocks =
      "SELECT review_block - (?1 << 24) AS block FROM review_block "
      "WHERE review_block BETWEEN (?1 << 24) + ?2 AND (?1 << 24) + ?3 ORDER BY review_block";

  sqlite::Connection& db_;
  std::int64_t subject_;
  std::vector<SchemeId> schemes_;
  std::size_t at_ = 0;
  storage::ReviewRow review_;
  std::optional<grading::Scheme> scheme_;
  std::optional<sqlite::Statement> keys_;
  std::vector<std::uint8_t> body_;
  std::optional<SnapshotReader> reader_;
  SnapshotRow row_;
  std::size_t factors_ = 0;
  std::size_t factor_ = 0;
  bool is_inside_ = false;  // of a subject, with factors to come
};

}  // namespace

sqlite::TableFunction grade_score_table() {
  return {"crmcore_grade_score",
          {"subject_id INTEGER", "scheme_id INTEGER", "review_id INTEGER", "factor TEXT", "value REAL",
           "score REAL", "target INTEGER", "rule TEXT"},
          {},
          {0, 1},
          [](sqlite::Connection& db,
             std::span<const sqlite::Value> arguments) -> std::unique_ptr<sqlite::RowSource> {
            const auto* subject = std::get_if<std::int64_t>(&arguments[0]);
            const auto* scheme = std::get_if<std::int64_t>(&arguments[1]);
            return std::make_unique<ScoreSource>(db, subject ? *subject : 0, scheme ? *scheme : 0);
          }};
}

}  // namespace crmcore::engine
