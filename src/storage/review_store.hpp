// Reviews with their packed snapshots, the grades they gave, and how these changed.
//
// A review and its blocks are written once and never changed; there is one scheduled review for a date, by a
// unique index. States and events are the sum of the reviews: a review writes those it changes, and a first
// grade has no event, because a first review of a million would write a million (its review is kept in the
// state instead, whose row then holds nothing else). tests/engine/grading_review_test.cpp proves that a date
// counts once, tests/engine/review_population_test.cpp that reading on from what is stored equals reading
// all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/grading.hpp"
#include "crmcore/id.hpp"

#include "base/digest.hpp"
#include "storage/packed_vector.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/row_insert.hpp"

namespace crmcore::storage {

struct ReviewRow {
  ReviewId id;
  SchemeId scheme;
  std::int32_t version = 0;
  Date as_of;
  ReviewKind kind = ReviewKind::scheduled;
  std::int64_t subjects = 0;
  std::int64_t entry_last = 0;
  std::int64_t change_last = 0;
  std::int64_t change_seq = 0;
  ReviewId base;  // a whole review that this one keeps the difference to; none: it is whole
  std::int64_t own_rows = 0;
  std::string summary;
  Digest digest{};
};

struct GradeStateRow {
  SubjectId subject;
  std::int32_t grade = -1;
  std::int32_t computed = -1;
  Date since;
  std::optional<Date> computed_since;
  std::int32_t streak = 0;  // > 0 rising, < 0 falling
  std::int32_t streak_version = 0;
  std::optional<Date> warned;
  ReviewId counted;
  ReviewId first_review;

  friend bool operator==(const GradeStateRow&, const GradeStateRow&) = default;
};

struct GradeEventRow {
  std::int64_t change_seq = 0;
  std::int32_t from = -1;
  std::int32_t to = -1;
  std::int32_t target = -1;
  std::int32_t rule = 0;
  std::int32_t streak = 0;
  Date day;
  std::int32_t version = 0;
  ReviewId review;
};

// Writes the states that a review, or something outside of reviews, changes under one scheme.
class GradeWriter {
 public:
  // `review` and `as_of`: of whom the first grades are.
  GradeWriter(sqlite::Connection& db, SchemeId scheme, ReviewId review, Date as_of);

  // A `first_review` that is none leaves the one that is stored. Not there before finish().
  void put(const GradeStateRow& row);
  // A state that was stored before and is put again has what it is put with alone.
  void remove(SubjectId subject);
  void finish();

 private:
  sqlite::Connection& db_;
  SchemeId scheme_;
  ReviewId review_;
  Date as_of_;
  sqlite::RowInsert first_grades_;
  sqlite::RowInsert grades_;
  VectorWriter vector_;
};

struct GradeOnDayRow {
  std::string scheme;
  std::optional<std::string> grade;
  std::optional<std::string> target;
  std::string date;
};

class ReviewStore {
 public:
  explicit ReviewStore(sqlite::Connection& db) : db_(db) {}

  ReviewId last_id();
  void insert(const ReviewRow& row);
  std::optional<ReviewRow> find(ReviewId id);
  std::optional<ReviewRow> find_scheduled(SchemeId scheme, Date as_of);
  // The last one that moved grades (no correction), by date and id.
  std::optional<ReviewRow> last(SchemeId scheme);
  std::optional<ReviewRow> last_scheduled(SchemeId scheme);
  // Ordered by date and id.
  std::vector<ReviewRow> all(SchemeId scheme);

  void put_block(ReviewId review, std::int64_t block, std::span<const std::uint8_t> body);
  // Visits the blocks of a review in order. The body is valid during the call only.
  void blocks(ReviewId review,
              const std::function<void(std::int64_t block, std::span<const std::uint8_t> body)>& visit);
  // -1 when there is none.
  std::int64_t last_block(ReviewId review);
  // Empty when there is no such block.
  std::vector<std::uint8_t> block(ReviewId review, std::int64_t block);

  // What is kept of a review for reports; empty when there is nothing.
  void put_report(ReviewId review, std::span<const std::uint8_t> body);
  std::vector<std::uint8_t> report(ReviewId review);

  // Visits the states of all subjects, or of first <= subject <= last, in order. Throws Error(corrupt).
  void states(SchemeId scheme, const std::function<void(const GradeStateRow&)>& visit);
  void states(SchemeId scheme, SubjectId first, SubjectId last,
              const std::function<void(const GradeStateRow&)>& visit);
  // Whether a first grade of the scheme says more than its review does.
  bool has_odd_first_grade(SchemeId scheme);
  // Visits the grades alone.
  void grades(SchemeId scheme, const std::function<void(SubjectId, std::int32_t)>& visit);
  std::optional<GradeStateRow> state(SchemeId scheme, SubjectId subject);

  void insert_event(SchemeId scheme, SubjectId subject, const GradeEventRow& row);
  // Oldest first.
  std::vector<GradeEventRow> events(SchemeId scheme, SubjectId subject);
  // Of a customer under every scheme, what grade_history has up to a day: by scheme, then the oldest first.
  std::vector<GradeOnDayRow> grades_until(CustomerId customer, Date day);
  // The one that a change tells.
  std::optional<GradeEventRow> event(SchemeId scheme, SubjectId subject, std::int64_t change);
  std::int64_t event_count();

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
