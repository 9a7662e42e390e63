#include "engine/review_snapshot.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include "crmcore/money.hpp"

namespace crmcore::engine {
namespace {

constexpr std::uint8_t kFormat = 1;

// How a value is written: as a number from kWhole on, or one of these and what follows.
constexpr std::uint64_t kMissingTag = 0;
constexpr std::uint64_t kDoubleTag = 1;
constexpr std::uint64_t kWhole = 2;

// What a row can take at most beside its values.
constexpr std::size_t kRowBytesMax = 160;
constexpr std::size_t kValueBytesMax = 10;

constexpr std::uint8_t kHasSince = 1;
constexpr std::uint8_t kHasComputedSince = 2;
constexpr std::uint8_t kSinceIsSame = 4;
constexpr std::uint8_t kHasWarning = 8;
constexpr std::uint8_t kHasStreak = 16;
constexpr std::uint8_t kHasCounted = 32;

std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

// Grades from -2 on as a byte.
std::uint8_t grade_byte(grading::Grade grade) {
  return static_cast<std::uint8_t>(grade + 2);
}
grading::Grade byte_grade(std::uint8_t byte) {
  return static_cast<grading::Grade>(byte - 2);
}

bool is_whole(double value) {
  return std::abs(value) <= static_cast<double>(kIntegerMax) && value == std::floor(value);
}

}  // namespace

void SnapshotWriter::begin() {
  size_ = 0;
  body_.resize(std::max(body_.size(), kRowBytesMax));
  byte(kFormat);
  last_subject_ = 0;
}

void SnapshotWriter::number(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
  byte(static_cast<std::uint8_t>(value));
}

void SnapshotWriter::signed_number(std::int64_t value) {
  number(zigzag(value));
}

void SnapshotWriter::date(Date date) {
  signed_number(std::int64_t{as_of_.days} - date.days);
}

void SnapshotWriter::value(double value) {
  if (std::isnan(value)) {
    number(kMissingTag);
  } else if (is_whole(value)) {
    number(zigzag(static_cast<std::int64_t>(value)) + kWhole);
  } else {
    number(kDoubleTag);
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(bits >> shift));
  }
}

void SnapshotWriter::state(const grading::State& state) {
  const bool is_same = state.since && state.since == state.computed_since;
  std::uint8_t mask = 0;
  if (state.since) mask |= kHasSince;
  if (is_same) mask |= kSinceIsSame;
  if (state.computed_since && !is_same) mask |= kHasComputedSince;
  if (state.warned_on) mask |= kHasWarning;
  if (state.streak > 0 || state.scheme_version != 0) mask |= kHasStreak;
  if (state.counted) mask |= kHasCounted;
  byte(mask);
  byte(grade_byte(state.grade));
  byte(grade_byte(state.computed));
  if (state.since) date(*state.since);
  if (state.computed_since && !is_same) date(*state.computed_since);
  if (state.warned_on) date(*state.warned_on);
  if ((mask & kHasStreak) != 0) {
    signed_number(static_cast<std::int64_t>(state.side) * state.streak);
    number(static_cast<std::uint64_t>(state.scheme_version));
  }
  if (state.counted) number(static_cast<std::uint64_t>(state.counted.value));
}

void SnapshotWriter::add(const SnapshotRow& row) {
  const std::size_t room = size_ + kRowBytesMax + kValueBytesMax * row.values.size();
  if (body_.size() < room) body_.resize(2 * room);
  number(static_cast<std::uint64_t>(row.subject - last_subject_));
  last_subject_ = row.subject;
  byte(row.circumstances);
  if ((row.circumstances & kOverridden) != 0) {
    for (const auto& grade : {row.override.pin, row.override.floor, row.override.ceiling}) {
      byte(grade_byte(grade.value_or(grading::kUngraded)));
    }
  }
  for (const double one : row.values) value(one);
  state(row.state);
  number(static_cast<std::uint64_t>(row.score - grading::kPointsNone));
  byte(grade_byte(row.target.plain));
  byte(grade_byte(row.target.enter));
  byte(grade_byte(row.target.keep));
  byte(static_cast<std::uint8_t>(static_cast<std::uint8_t>(row.rule) << 1 |
                                 static_cast<std::uint8_t>(row.target.provisional)));
  byte(grade_byte(row.grade));
  byte(grade_byte(row.computed));
}

SnapshotReader::SnapshotReader(Date as_of, std::size_t factors, std::span<const std::uint8_t> body)
    : as_of_(as_of), factors_(factors), at_(body.data()), end_(body.data() + body.size()) {
  if (byte() != kFormat) throw Error(Code::corrupt, "a review's snapshot has an unknown format");
}

std::uint8_t SnapshotReader::byte() {
  if (at_ == end_) throw Error(Code::corrupt, "a review's snapshot ends in the middle");
  return *at_++;
}

std::uint64_t SnapshotReader::number() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t part = byte();
    value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
    if (part < 0x80) return value;
  }
  throw Error(Code::corrupt, "a review's snapshot has a number without end");
}

std::int64_t SnapshotReader::signed_number() {
  return unzigzag(number());
}

Date SnapshotReader::date() {
  return Date{static_cast<std::int32_t>(as_of_.days - signed_number())};
}

double SnapshotReader::value() {
  const std::uint64_t tag = number();
  if (tag == kMissingTag) return std::nan("");
  if (tag != kDoubleTag) return static_cast<double>(unzigzag(tag - kWhole));
  std::uint64_t bits = 0;
  for (int shift = 0; shift < 64; shift += 8) bits |= static_cast<std::uint64_t>(byte()) << shift;
  return std::bit_cast<double>(bits);
}

void SnapshotReader::state(grading::State& state) {
  state = {};
  const std::uint8_t mask = byte();
  state.grade = byte_grade(byte());
  state.computed = byte_grade(byte());
  if ((mask & kHasSince) != 0) state.since = date();
  if ((mask & kHasComputedSince) != 0) state.computed_since = date();
  if ((mask & kSinceIsSame) != 0) state.computed_since = state.since;
  if ((mask & kHasWarning) != 0) state.warned_on = date();
  if ((mask & kHasStreak) != 0) {
    const std::int64_t streak = signed_number();
    state.streak = static_cast<std::uint8_t>(std::abs(streak));
    state.side = streak > 0 ? grading::Side::up : streak < 0 ? grading::Side::down : grading::Side::none;
    state.scheme_version = static_cast<std::int32_t>(number());
  }
  if ((mask & kHasCounted) != 0) state.counted = ReviewId{static_cast<std::int64_t>(number())};
}

bool SnapshotReader::next(SnapshotRow& row) {
  if (at_ == end_) return false;
  subject_ += static_cast<std::int64_t>(number());
  row.subject = subject_;
  row.circumstances = byte();
  row.override = {};
  if ((row.circumstances & kOverridden) != 0) {
    for (auto* grade : {&row.override.pin, &row.override.floor, &row.override.ceiling}) {
      const grading::Grade read = byte_grade(byte());
      if (grading::is_ranked(read)) *grade = read;
    }
  }
  row.values.resize(factors_);
  for (double& one : row.values) one = value();
  state(row.state);
  row.score = static_cast<grading::Points>(static_cast<std::int64_t>(number()) + grading::kPointsNone);
  row.target.plain = byte_grade(byte());
  row.target.enter = byte_grade(byte());
  row.target.keep = byte_grade(byte());
  const std::uint8_t rule = byte();
  row.target.provisional = (rule & 1) != 0;
  row.rule = static_cast<grading::Rule>(rule >> 1);
  if (grading::rule_name(row.rule).empty())
    throw Error(Code::corrupt, "a review's snapshot names an unknown rule");
  row.grade = byte_grade(byte());
  row.computed = byte_grade(byte());
  return true;
}

Digester begin_digest(const ReviewPlan& plan) {
  Digester digester;
  digester.integer(plan.scheme.value);
  digester.integer(plan.model.scheme().version);
  digester.integer(plan.model.as_of().days);
  digester.integer(static_cast<std::int64_t>(plan.kind));
  return digester;
}

void add_block(Digester& digester, std::int64_t block, std::span<const std::uint8_t> body) {
  digester.integer(block);
  digester.integer(static_cast<std::int64_t>(body.size()));
  digester.bytes(body.data(), body.size());
}

void fill_row(SnapshotRow& row, const ReviewPlan& plan, std::size_t subject,
              const grading::Decision& decision) {
  row.subject = plan.facts.subjects[subject];
  row.circumstances = plan.facts.circumstances[subject];
  row.override = {};
  if (const SubjectOverride* override = plan.facts.override_of(subject)) row.override = *override;
  row.values.clear();
  for (const auto& column : plan.facts.columns) row.values.push_back(column[subject]);
  row.state = plan.states[subject];
  row.score = plan.evaluation.scores[subject];
  row.target = plan.evaluation.targets[subject];
  row.rule = decision.rule;
  row.grade = decision.next.grade;
  row.computed = decision.next.computed;
}

}  // namespace crmcore::engine
