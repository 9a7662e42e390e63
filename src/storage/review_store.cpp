#include "storage/review_store.hpp"

#include <algorithm>
#include <cassert>

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr int kReviewBlockBits = 24;
constexpr int kGradeSubjectBits = 40;  // ids of subjects are dense: no file holds so many

// Numbers of reviews that were taken back are not given again.
constexpr Sql kLastReviewId{
    "SELECT coalesce(max(n.number), 0) FROM (SELECT max(id) AS number FROM review "
    "UNION ALL SELECT max(number) FROM reversal_row WHERE kind = 0) AS n"};
constexpr Sql kInsertReview{
    "INSERT INTO review (id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, "
    "change_seq, base_review, own_rows, summary, digest) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"};
constexpr Sql kFindReview{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE id = ?1"};
constexpr Sql kFindScheduledReview{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE scheme_id = ?1 AND as_of_day = ?2 AND kind = 0"};
constexpr Sql kLastMovingReview{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE scheme_id = ?1 AND kind <> 2 ORDER BY as_of_day DESC, id DESC LIMIT 1"};
constexpr Sql kLastScheduledReview{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE scheme_id = ?1 AND kind = 0 ORDER BY as_of_day DESC LIMIT 1"};
constexpr Sql kReviewsOf{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE scheme_id = ?1 ORDER BY as_of_day, id"};
constexpr Sql kPutReviewBlock{"INSERT INTO review_block (review_block, body) VALUES (?1, ?2)"};
constexpr Sql kReviewBlocks{
    "SELECT review_block, body FROM review_block WHERE review_block BETWEEN ?1 AND ?2 ORDER BY review_block"};
constexpr Sql kLastReviewBlock{
    "SELECT coalesce(max(review_block), -1) FROM review_block WHERE review_block BETWEEN ?1 AND ?2"};
constexpr Sql kReviewBlock{"SELECT body FROM review_block WHERE review_block = ?1"};
constexpr Sql kGradeRows{
    "SELECT grade_key, grade, first_review, computed, since_day, computed_since_day, streak, streak_version, "
    "warned_day, counted_review FROM grade_row WHERE grade_key BETWEEN ?1 AND ?2 ORDER BY grade_key"};
constexpr Sql kGradesOf{
    "SELECT grade_key, grade FROM grade_row WHERE grade_key BETWEEN ?1 AND ?2 ORDER BY grade_key"};
constexpr sqlite::RowsSql kFirstGrades{
    "grade_row", "grade_key, grade, first_review",
    "ON CONFLICT (grade_key) DO UPDATE SET grade = excluded.grade, first_review = excluded.first_review, "
    "computed = NULL, since_day = NULL, computed_since_day = NULL, streak = NULL, streak_version = NULL, "
    "warned_day = NULL, counted_review = NULL"};
constexpr sqlite::RowsSql kGrades{
    "grade_row",
    "grade_key, grade, first_review, computed, since_day, computed_since_day, streak, streak_version, "
    "warned_day, counted_review",
    "ON CONFLICT (grade_key) DO UPDATE SET grade = excluded.grade, "
    "first_review = CASE WHEN excluded.first_review <> 0 THEN excluded.first_review "
    "ELSE grade_row.first_review END, computed = excluded.computed, since_day = excluded.since_day, "
    "computed_since_day = excluded.computed_since_day, streak = excluded.streak, "
    "streak_version = excluded.streak_version, warned_day = excluded.warned_day, "
    "counted_review = excluded.counted_review"};
constexpr Sql kRemoveGrade{"DELETE FROM grade_row WHERE grade_key = ?1"};
constexpr Sql kOddFirstGrade{
    "SELECT 1 FROM grade_row WHERE grade_key BETWEEN ?1 AND ?2 AND computed IS NULL AND "
    "coalesce(since_day, computed_since_day, streak, streak_version, warned_day, counted_review) IS NOT NULL "
    "LIMIT 1"};
constexpr Sql kPutReviewReport{"INSERT INTO review_report (review_id, body) VALUES (?1, ?2)"};
constexpr Sql kReviewReport{"SELECT body FROM review_report WHERE review_id = ?1"};
constexpr Sql kInsertGradeEvent{
    "INSERT INTO grade_event (subject_id, scheme_id, change_seq, from_grade, to_grade, target, rule, streak, "
    "day, "
    "version, review_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
constexpr Sql kGradeEvents{
    "SELECT change_seq, from_grade, to_grade, target, rule, streak, day, version, review_id FROM grade_event "
    "WHERE subject_id = ?2 AND scheme_id = ?1 ORDER BY change_seq"};
constexpr Sql kGradeEvent{
    "SELECT change_seq, from_grade, to_grade, target, rule, streak, day, version, review_id FROM grade_event "
    "WHERE subject_id = ?2 AND scheme_id = ?1 AND change_seq = ?3"};
constexpr Sql kGradeEventCount{"SELECT count(*) FROM grade_event"};

ReviewRow read_review(const Statement& row) {
  return {row.id<ReviewId>(0),
          row.id<SchemeId>(1),
          row.integer32(2),
          row.date(3),
          row.enum_at<ReviewKind>(4),
          row.integer(5),
          row.integer(6),
          row.integer(7),
          row.integer(8),
          row.id<ReviewId>(9),
          row.integer(10),
          row.string(11),
          row.bytes<sizeof(Digest)>(12)};
}

// What a first grade is, beside the grade itself: what the columns that are NULL mean.
GradeStateRow first_grade(SubjectId subject, std::int32_t grade, ReviewId review, Date as_of) {
  GradeStateRow row;
  row.subject = subject;
  row.grade = row.computed = grade;
  row.since = as_of;
  row.computed_since = as_of;
  row.counted = row.first_review = review;
  return row;
}

std::int64_t grade_key(SchemeId scheme, SubjectId subject) {
  assert(subject.value >= 0 && subject.value < (std::int64_t{1} << kGradeSubjectBits));
  return (scheme.value << kGradeSubjectBits) | subject.value;
}

std::int64_t review_block_key(ReviewId review, std::int64_t block) {
  assert(block >= 0 && block < (std::int64_t{1} << kReviewBlockBits));
  return (review.value << kReviewBlockBits) | block;
}

std::optional<ReviewRow> first_review_of(Statement&& rows) {
  return rows.step() ? std::optional(read_review(rows)) : std::nullopt;
}

GradeEventRow read_event(const sqlite::Statement& row) {
  return {row.integer(0),   row.integer32(1), row.integer32(2), row.integer32(3),   row.integer32(4),
          row.integer32(5), row.date(6),      row.integer32(7), row.id<ReviewId>(8)};
}

constexpr Sql kGradesUntil{
    "SELECT scheme, to_grade, target, date FROM grade_history WHERE customer_id = ?1 AND date <= ?2 "
    "ORDER BY scheme, date, change_seq"};

}  // namespace

ReviewId ReviewStore::last_id() {
  auto last = db_.use(kLastReviewId);
  last.step();
  return last.id<ReviewId>(0);
}

void ReviewStore::insert(const ReviewRow& row) {
  db_.use(kInsertReview)
      .bind(1, row.id)
      .bind(2, row.scheme)
      .bind(3, row.version)
      .bind(4, row.as_of)
      .bind(5, row.kind)
      .bind(6, row.subjects)
      .bind(7, row.entry_last)
      .bind(8, row.change_last)
      .bind(9, row.change_seq)
      .bind(10, row.base)
      .bind(11, row.own_rows)
      .bind(12, row.summary)
      .bind(13, row.digest)
      .run();
}

std::optional<ReviewRow> ReviewStore::find(ReviewId id) {
  auto found = db_.use(kFindReview);
  found.bind(1, id);
  return first_review_of(std::move(found));
}

std::optional<ReviewRow> ReviewStore::find_scheduled(SchemeId scheme, Date as_of) {
  auto found = db_.use(kFindScheduledReview);
  found.bind(1, scheme).bind(2, as_of);
  return first_review_of(std::move(found));
}

std::optional<ReviewRow> ReviewStore::last(SchemeId scheme) {
  auto found = db_.use(kLastMovingReview);
  found.bind(1, scheme);
  return first_review_of(std::move(found));
}

std::optional<ReviewRow> ReviewStore::last_scheduled(SchemeId scheme) {
  auto found = db_.use(kLastScheduledReview);
  found.bind(1, scheme);
  return first_review_of(std::move(found));
}

std::vector<ReviewRow> ReviewStore::all(SchemeId scheme) {
  std::vector<ReviewRow> reviews;
  auto rows = db_.use(kReviewsOf);
  rows.bind(1, scheme);
  while (rows.step()) reviews.push_back(read_review(rows));
  return reviews;
}

void ReviewStore::put_block(ReviewId review, std::int64_t block, std::span<const std::uint8_t> body) {
  db_.use(kPutReviewBlock).bind(1, review_block_key(review, block)).bind(2, body).run();
}

void ReviewStore::blocks(
    ReviewId review,
    const std::function<void(std::int64_t block, std::span<const std::uint8_t> body)>& visit) {
  auto rows = db_.use(kReviewBlocks);
  rows.bind(1, review_block_key(review, 0)).bind(2, review_block_key(ReviewId{review.value + 1}, 0) - 1);
  while (rows.step()) visit(rows.integer(0) - review_block_key(review, 0), rows.blob(1));
}

std::int64_t ReviewStore::last_block(ReviewId review) {
  auto last = db_.use(kLastReviewBlock);
  last.bind(1, review_block_key(review, 0)).bind(2, review_block_key(ReviewId{review.value + 1}, 0) - 1);
  last.step();
  return std::max<std::int64_t>(last.integer(0) - review_block_key(review, 0), -1);
}

std::vector<std::uint8_t> ReviewStore::block(ReviewId review, std::int64_t block) {
  auto row = db_.use(kReviewBlock);
  row.bind(1, review_block_key(review, block));
  if (!row.step()) return {};
  const auto body = row.blob(0);
  return {body.begin(), body.end()};
}

void ReviewStore::put_report(ReviewId review, std::span<const std::uint8_t> body) {
  db_.use(kPutReviewReport).bind(1, review).bind(2, body).run();
}

std::vector<std::uint8_t> ReviewStore::report(ReviewId review) {
  auto row = db_.use(kReviewReport);
  row.bind(1, review);
  if (!row.step()) return {};
  const auto body = row.blob(0);
  return {body.begin(), body.end()};
}

void ReviewStore::states(SchemeId scheme, SubjectId first, SubjectId last,
                         const std::function<void(const GradeStateRow&)>& visit) {
  constexpr int kComputed = 3;
  auto rows = db_.use(kGradeRows);
  rows.bind(1, grade_key(scheme, first)).bind(2, grade_key(scheme, last));
  // Subjects that came in together have their first review in common.
  ReviewId known;
  Date known_as_of;
  while (rows.step()) {
    const SubjectId subject{rows.integer(0) - grade_key(scheme, {})};
    const auto first_review = rows.id<ReviewId>(2);
    if (!rows.is_null(kComputed)) {
      visit({subject, rows.integer32(1), rows.integer32(kComputed), rows.date(4), rows.maybe_date(5),
             rows.integer32(6), rows.integer32(7), rows.maybe_date(8), rows.id<ReviewId>(9), first_review});
      continue;
    }
    if (first_review != known) {
      const auto review = find(first_review);
      if (!review) throw Error(Code::corrupt, "the review that gave a first grade is gone");
      known = first_review;
      known_as_of = review->as_of;
    }
    visit(first_grade(subject, rows.integer32(1), known, known_as_of));
  }
}

void ReviewStore::states(SchemeId scheme, const std::function<void(const GradeStateRow&)>& visit) {
  states(scheme, {}, SubjectId{(std::int64_t{1} << kGradeSubjectBits) - 1}, visit);
}

bool ReviewStore::has_odd_first_grade(SchemeId scheme) {
  auto row = db_.use(kOddFirstGrade);
  row.bind(1, grade_key(scheme, {}))
      .bind(2, grade_key(scheme, SubjectId{(std::int64_t{1} << kGradeSubjectBits) - 1}));
  return row.step();
}

void ReviewStore::grades(SchemeId scheme, const std::function<void(SubjectId, std::int32_t)>& visit) {
  auto rows = db_.use(kGradesOf);
  rows.bind(1, grade_key(scheme, {}))
      .bind(2, grade_key(scheme, SubjectId{(std::int64_t{1} << kGradeSubjectBits) - 1}));
  while (rows.step()) visit(SubjectId{rows.integer(0) - grade_key(scheme, {})}, rows.integer32(1));
}

std::optional<GradeStateRow> ReviewStore::state(SchemeId scheme, SubjectId subject) {
  std::optional<GradeStateRow> found;
  if (subject.value >= std::int64_t{1} << kGradeSubjectBits) return found;
  states(scheme, subject, subject, [&](const GradeStateRow& row) { found = row; });
  return found;
}

GradeWriter::GradeWriter(sqlite::Connection& db, SchemeId scheme, ReviewId review, Date as_of)
    : db_(db),
      scheme_(scheme),
      review_(review),
      as_of_(as_of),
      first_grades_(db, kFirstGrades),
      grades_(db, kGrades),
      vector_(db) {}

void GradeWriter::put(const GradeStateRow& row) {
  const std::int64_t key = grade_key(scheme_, row.subject);
  vector_.set(vector_of(scheme_), CustomerId{row.subject.value}, number_of_grade(row.grade));
  if (row.first_review && row == first_grade(row.subject, row.grade, review_, as_of_)) {
    first_grades_.add(key, row.grade, row.first_review);
  } else {
    grades_.add(key, row.grade, row.first_review, row.computed, row.since, row.computed_since, row.streak,
                row.streak_version, row.warned, row.counted);
  }
}

void GradeWriter::remove(SubjectId subject) {
  db_.use(kRemoveGrade).bind(1, grade_key(scheme_, subject)).run();
  vector_.set(vector_of(scheme_), CustomerId{subject.value}, 0);
}

void GradeWriter::finish() {
  first_grades_.flush();
  grades_.flush();
  vector_.flush();
}

void ReviewStore::insert_event(SchemeId scheme, SubjectId subject, const GradeEventRow& row) {
  db_.use(kInsertGradeEvent)
      .bind(1, subject)
      .bind(2, scheme)
      .bind(3, row.change_seq)
      .bind(4, row.from)
      .bind(5, row.to)
      .bind(6, row.target)
      .bind(7, row.rule)
      .bind(8, row.streak)
      .bind(9, row.day)
      .bind(10, row.version)
      .bind(11, row.review)
      .run();
}

std::vector<GradeOnDayRow> ReviewStore::grades_until(CustomerId customer, Date day) {
  auto row = db_.use(kGradesUntil);
  const std::string until = format_date(day);
  row.bind(1, customer).bind(2, until);
  std::vector<GradeOnDayRow> rows;
  while (row.step()) rows.push_back({row.string(0), row.maybe_text(1), row.maybe_text(2), row.string(3)});
  return rows;
}

std::vector<GradeEventRow> ReviewStore::events(SchemeId scheme, SubjectId subject) {
  std::vector<GradeEventRow> events;
  auto rows = db_.use(kGradeEvents);
  rows.bind(1, scheme).bind(2, subject);
  while (rows.step()) events.push_back(read_event(rows));
  return events;
}

std::optional<GradeEventRow> ReviewStore::event(SchemeId scheme, SubjectId subject, std::int64_t change) {
  auto row = db_.use(kGradeEvent);
  row.bind(1, scheme).bind(2, subject).bind(3, change);
  if (!row.step()) return std::nullopt;
  return read_event(row);
}

std::int64_t ReviewStore::event_count() {
  auto row = db_.use(kGradeEventCount);
  return row.step() ? row.integer(0) : 0;
}

}  // namespace crmcore::storage
