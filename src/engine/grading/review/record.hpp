// What committed reviews keep, and what the next one keeps. A review whose scheme version was reviewed
// before keeps only the subjects that differ from what its base, a whole review, lets expect: the same
// values, a day's more recency for each day, the state as the base left it. So a review after which 1 %
// changed writes 1 %. Which base it has depends on the reviews before it alone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/columns.hpp"
#include "base/digest.hpp"
#include "engine/grading/review/plan.hpp"
#include "engine/grading/review/snapshot.hpp"

namespace crmcore::engine {

// The base of a new review, if it has one.
std::optional<storage::ReviewRow> base_for(sqlite::Connection& db, SchemeId scheme,
                                           const grading::Model& model, ReviewKind kind);

// Turns the rows of a review into what one so many days later finds when nothing happens meanwhile.
void let_pass(ReviewRows& rows, const grading::Scheme& scheme, std::int32_t days);

// Reads the rows of a review block by block.
class ReviewRecord {
 public:
  ReviewRecord(sqlite::Connection& db, const storage::ReviewRow& review, const grading::Scheme& scheme);

  std::int64_t last_block() const noexcept { return last_block_; }  // -1: the review saw nobody
  // Appends the rows of a block. Throws Error(corrupt).
  void read(std::int64_t block, ReviewRows& out);

 private:
  void merge(ReviewRows& out) const;

  storage::ReviewStore store_;
  const grading::Scheme& scheme_;
  storage::ReviewRow review_;
  std::optional<storage::ReviewRow> base_;
  std::int64_t last_block_;
  ReviewRows expected_;
  ReviewRows own_;
  std::vector<SubjectId> gone_;
};

// Packs what a plan has beyond its base, block by block: begin, add every subject of the block, finish.
class RecordWriter {
 public:
  RecordWriter(sqlite::Connection& db, const ReviewPlan& plan);

  std::int64_t last_block() const noexcept { return last_block_; }  // of the base; -1: none
  void begin(std::int64_t block);
  void add(std::size_t subject, const grading::State& next);
  // Valid until the next begin(); empty when all is as expected.
  std::span<const std::uint8_t> finish();
  std::int64_t own_rows() const noexcept { return own_rows_; }

 private:
  bool is_expected(std::size_t subject, const grading::State& next) const;

  const ReviewPlan& plan_;
  std::optional<ReviewRecord> base_;
  std::int64_t last_block_;
  ReviewRows expected_;
  std::size_t at_ = 0;  // in expected_
  ReviewRows own_;
  std::vector<SubjectId> gone_;
  ColumnWriter body_;
  std::int64_t own_rows_ = 0;
};

// Begins the digest of a review, and adds a block.
Digester begin_digest(const ReviewPlan& plan);
void add_block(Digester& digester, std::int64_t block, std::span<const std::uint8_t> body);

}  // namespace crmcore::engine
