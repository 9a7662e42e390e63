#include "storage/review_store.hpp"

#include <algorithm>

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr int kBlockBits = 24;

constexpr Sql kLastId{"SELECT coalesce(max(id), 0) FROM review"};
constexpr Sql kInsert{
    "INSERT INTO review (id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, "
    "change_seq, base_review, own_rows, summary, digest) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"};
constexpr Sql kFind{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE id = ?1"};
constexpr Sql kFindScheduled{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE scheme_id = ?1 AND as_of_day = ?2 AND kind = 0"};
constexpr Sql kLast{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE scheme_id = ?1 AND kind <> 2 ORDER BY as_of_day DESC, id DESC LIMIT 1"};
constexpr Sql kLastScheduled{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE scheme_id = ?1 AND kind = 0 ORDER BY as_of_day DESC LIMIT 1"};
constexpr Sql kAll{
    "SELECT id, scheme_id, version, as_of_day, kind, subjects, entry_last, change_last, change_seq, "
    "base_review, own_rows, summary, digest "
    "FROM review WHERE scheme_id = ?1 ORDER BY as_of_day, id"};
constexpr Sql kPutBlock{"INSERT INTO review_block (review_block, body) VALUES (?1, ?2)"};
constexpr Sql kBlocks{
    "SELECT review_block, body FROM review_block WHERE review_block BETWEEN ?1 AND ?2 ORDER BY review_block"};
constexpr Sql kLastBlock{
    "SELECT coalesce(max(review_block), -1) FROM review_block WHERE review_block BETWEEN ?1 AND ?2"};
constexpr Sql kBlock{"SELECT body FROM review_block WHERE review_block = ?1"};
constexpr Sql kStates{
    "SELECT subject_id, grade, computed, since_day, computed_since_day, streak, streak_version, warned_day, "
    "counted_review, first_review FROM grade_state "
    "WHERE subject_id BETWEEN ?2 AND ?3 AND scheme_id = ?1 ORDER BY subject_id"};
constexpr Sql kPutState{
    "INSERT INTO grade_state (subject_id, scheme_id, grade, computed, since_day, computed_since_day, streak, "
    "streak_version, warned_day, counted_review, first_review) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
    "ON CONFLICT (subject_id, scheme_id) DO UPDATE SET grade = excluded.grade, computed = excluded.computed, "
    "since_day = excluded.since_day, computed_since_day = excluded.computed_since_day, "
    "streak = excluded.streak, streak_version = excluded.streak_version, warned_day = excluded.warned_day, "
    "counted_review = excluded.counted_review, first_review = CASE WHEN excluded.first_review <> 0 "
    "THEN excluded.first_review ELSE grade_state.first_review END"};
constexpr Sql kInsertEvent{
    "INSERT INTO grade_event (subject_id, scheme_id, change_seq, from_grade, to_grade, target, rule, streak, "
    "day, "
    "version, review_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
constexpr Sql kEvents{
    "SELECT change_seq, from_grade, to_grade, target, rule, streak, day, version, review_id FROM grade_event "
    "WHERE subject_id = ?2 AND scheme_id = ?1 ORDER BY change_seq"};

std::int32_t small(const Statement& row, int column) {
  return static_cast<std::int32_t>(row.integer(column));
}

std::optional<Date> maybe_date(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(Date{small(row, column)});
}

void bind_date(Statement& statement, int index, std::optional<Date> date) {
  date ? statement.bind(index, date->days) : statement.bind_null(index);
}

ReviewRow read_review(const Statement& row) {
  ReviewRow review{ReviewId{row.integer(0)},
                   SchemeId{row.integer(1)},
                   small(row, 2),
                   Date{small(row, 3)},
                   small(row, 4),
                   row.integer(5),
                   row.integer(6),
                   row.integer(7),
                   row.integer(8),
                   ReviewId{row.integer(9)},
                   row.integer(10),
                   std::string(row.text(11)),
                   {}};
  const auto digest = row.blob(12);
  std::copy_n(digest.begin(), std::min(digest.size(), review.digest.size()), review.digest.begin());
  return review;
}

GradeStateRow read_state(const Statement& row) {
  return {row.integer(0),           small(row, 1),           small(row, 2), Date{small(row, 3)},
          maybe_date(row, 4),       small(row, 5),           small(row, 6), maybe_date(row, 7),
          ReviewId{row.integer(8)}, ReviewId{row.integer(9)}};
}

std::int64_t block_key(ReviewId review, std::int64_t block) {
  return (review.value << kBlockBits) | block;
}

std::optional<ReviewRow> first_of(Statement&& rows) {
  return rows.step() ? std::optional(read_review(rows)) : std::nullopt;
}

}  // namespace

ReviewId ReviewStore::last_id() {
  auto last = db_.use(kLastId);
  last.step();
  return ReviewId{last.integer(0)};
}

void ReviewStore::insert(const ReviewRow& row) {
  db_.use(kInsert)
      .bind(1, row.id.value)
      .bind(2, row.scheme.value)
      .bind(3, row.version)
      .bind(4, row.as_of.days)
      .bind(5, row.kind)
      .bind(6, row.subjects)
      .bind(7, row.entry_last)
      .bind(8, row.change_last)
      .bind(9, row.change_seq)
      .bind(10, row.base.value)
      .bind(11, row.own_rows)
      .bind(12, row.summary)
      .bind(13, std::span<const std::uint8_t>(row.digest))
      .run();
}

std::optional<ReviewRow> ReviewStore::find(ReviewId id) {
  auto found = db_.use(kFind);
  found.bind(1, id.value);
  return first_of(std::move(found));
}

std::optional<ReviewRow> ReviewStore::find_scheduled(SchemeId scheme, Date as_of) {
  auto found = db_.use(kFindScheduled);
  found.bind(1, scheme.value).bind(2, as_of.days);
  return first_of(std::move(found));
}

std::optional<ReviewRow> ReviewStore::last(SchemeId scheme) {
  auto found = db_.use(kLast);
  found.bind(1, scheme.value);
  return first_of(std::move(found));
}

std::optional<ReviewRow> ReviewStore::last_scheduled(SchemeId scheme) {
  auto found = db_.use(kLastScheduled);
  found.bind(1, scheme.value);
  return first_of(std::move(found));
}

std::vector<ReviewRow> ReviewStore::all(SchemeId scheme) {
  std::vector<ReviewRow> reviews;
  auto rows = db_.use(kAll);
  rows.bind(1, scheme.value);
  while (rows.step()) reviews.push_back(read_review(rows));
  return reviews;
}

void ReviewStore::put_block(ReviewId review, std::int64_t block, std::span<const std::uint8_t> body) {
  db_.use(kPutBlock).bind(1, block_key(review, block)).bind(2, body).run();
}

void ReviewStore::blocks(
    ReviewId review,
    const std::function<void(std::int64_t block, std::span<const std::uint8_t> body)>& visit) {
  auto rows = db_.use(kBlocks);
  rows.bind(1, block_key(review, 0)).bind(2, block_key(ReviewId{review.value + 1}, 0) - 1);
  while (rows.step()) visit(rows.integer(0) - block_key(review, 0), rows.blob(1));
}

std::int64_t ReviewStore::last_block(ReviewId review) {
  auto last = db_.use(kLastBlock);
  last.bind(1, block_key(review, 0)).bind(2, block_key(ReviewId{review.value + 1}, 0) - 1);
  last.step();
  return std::max<std::int64_t>(last.integer(0) - block_key(review, 0), -1);
}

std::vector<std::uint8_t> ReviewStore::block(ReviewId review, std::int64_t block) {
  auto row = db_.use(kBlock);
  row.bind(1, block_key(review, block));
  if (!row.step()) return {};
  const auto body = row.blob(0);
  return {body.begin(), body.end()};
}

void ReviewStore::states(SchemeId scheme, std::int64_t first, std::int64_t last,
                         const std::function<void(const GradeStateRow&)>& visit) {
  auto rows = db_.use(kStates);
  rows.bind(1, scheme.value).bind(2, first).bind(3, last);
  while (rows.step()) visit(read_state(rows));
}

std::optional<GradeStateRow> ReviewStore::state(SchemeId scheme, std::int64_t subject) {
  std::optional<GradeStateRow> found;
  states(scheme, subject, subject, [&](const GradeStateRow& row) { found = row; });
  return found;
}

void ReviewStore::put_state(SchemeId scheme, const GradeStateRow& row) {
  auto put = db_.use(kPutState);
  put.bind(1, row.subject)
      .bind(2, scheme.value)
      .bind(3, row.grade)
      .bind(4, row.computed)
      .bind(5, row.since.days)
      .bind(7, row.streak)
      .bind(8, row.streak_version)
      .bind(10, row.counted.value)
      .bind(11, row.first_review.value);
  bind_date(put, 6, row.computed_since);
  bind_date(put, 9, row.warned);
  put.run();
}

void ReviewStore::insert_event(SchemeId scheme, std::int64_t subject, const GradeEventRow& row) {
  db_.use(kInsertEvent)
      .bind(1, subject)
      .bind(2, scheme.value)
      .bind(3, row.change_seq)
      .bind(4, row.from)
      .bind(5, row.to)
      .bind(6, row.target)
      .bind(7, row.rule)
      .bind(8, row.streak)
      .bind(9, row.day.days)
      .bind(10, row.version)
      .bind(11, row.review.value)
      .run();
}

std::vector<GradeEventRow> ReviewStore::events(SchemeId scheme, std::int64_t subject) {
  std::vector<GradeEventRow> events;
  auto rows = db_.use(kEvents);
  rows.bind(1, scheme.value).bind(2, subject);
  while (rows.step()) {
    events.push_back({rows.integer(0), small(rows, 1), small(rows, 2), small(rows, 3), small(rows, 4),
                      small(rows, 5), Date{small(rows, 6)}, small(rows, 7), ReviewId{rows.integer(8)}});
  }
  return events;
}

}  // namespace crmcore::storage
