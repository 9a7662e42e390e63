// The packed record of a review: what was seen of each subject, its state before, and what was decided.
//
// One body holds the subjects of one block of 1,024 ids, so that the record of one of them is found without
// reading the others. Whole values take few bytes, others eight; a review of a million customers with three
// amounts takes some 20 MB. tests/engine/review_snapshot_test.cpp proves that nothing is lost.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/digest.hpp"
#include "engine/review_plan.hpp"

namespace crmcore::engine {

struct SnapshotRow {
  std::int64_t subject = 0;
  std::uint8_t circumstances = 0;
  SubjectOverride override;
  std::vector<double> values;
  grading::State state;  // before
  grading::Points score = grading::kPointsNone;
  grading::Target target;
  grading::Rule rule = grading::Rule::band;
  grading::Grade grade = grading::kUngraded;     // in force after
  grading::Grade computed = grading::kUngraded;  // after

  friend bool operator==(const SnapshotRow&, const SnapshotRow&) = default;
};

// Packs the rows of one block.
class SnapshotWriter {
 public:
  explicit SnapshotWriter(Date as_of) : as_of_(as_of) {}

  void begin();
  void add(const SnapshotRow& row);
  std::span<const std::uint8_t> body() const noexcept { return {body_.data(), size_}; }

 private:
  void byte(std::uint8_t value) { body_[size_++] = value; }
  void number(std::uint64_t value);
  void signed_number(std::int64_t value);
  void date(Date date);
  void value(double value);
  void state(const grading::State& state);

  Date as_of_;
  std::vector<std::uint8_t> body_;  // with room for the largest row behind size_
  std::size_t size_ = 0;
  std::int64_t last_subject_ = 0;
};

// Reads them again. Throws Error(corrupt) when the body is damaged.
class SnapshotReader {
 public:
  SnapshotReader(Date as_of, std::size_t factors, std::span<const std::uint8_t> body);
  bool next(SnapshotRow& row);

 private:
  std::uint8_t byte();
  std::uint64_t number();
  std::int64_t signed_number();
  Date date();
  double value();
  void state(grading::State& state);

  Date as_of_;
  std::size_t factors_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::int64_t subject_ = 0;
};

// Adds a block to the digest of a review, and begins one.
Digester begin_digest(const ReviewPlan& plan);
void add_block(Digester& digester, std::int64_t block, std::span<const std::uint8_t> body);

// Fills a row with everything about one subject of a plan.
void fill_row(SnapshotRow& row, const ReviewPlan& plan, std::size_t subject,
              const grading::Decision& decision);

}  // namespace crmcore::engine
