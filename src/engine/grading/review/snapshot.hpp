// The packed record of a review: what was seen of each subject, and its state before and after. All else
// that was decided follows from it by the scheme (plan.hpp).
//
// One body holds subjects of one block of 1,024 ids as columns, so that the record of one of them is found
// without reading the others, and a million of them are read in some hundredths of a second. A review that
// follows another one keeps only the subjects that differ from what its base lets expect (record.hpp).
// tests/engine/review_snapshot_test.cpp proves that nothing is lost.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/columns.hpp"
#include "engine/grading/review/facts.hpp"
#include "grading/movement.hpp"

namespace crmcore::engine {

// What a review keeps of its subjects, in their order.
struct ReviewRows {
  explicit ReviewRows(std::size_t factors) { facts.columns.resize(factors); }

  ReviewFacts facts;
  std::vector<grading::State> before;
  std::vector<grading::State> after;

  std::size_t size() const noexcept { return facts.size(); }
  void append(const ReviewRows& other, std::size_t row);
  void clear();
};

// Writes the rows of one block, and the subjects of the base's block that are there no more (ascending).
void pack_rows(ColumnWriter& out, const ReviewRows& rows, std::span<const SubjectId> gone);
// Appends the rows and the subjects that are gone. Throws Error(corrupt) when the body is damaged.
void unpack_rows(std::span<const std::uint8_t> body, ReviewRows& rows, std::vector<SubjectId>& gone);

}  // namespace crmcore::engine
