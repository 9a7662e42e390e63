// The body is columns, each packed by what it holds (base/columns.hpp): numbers of subjects and of those
// gone, ids as distances, circumstances, overrides, the values of each factor, the states before field by
// field, which subjects moved, and the states after of these alone, since most do not move. Reading and
// writing go through one list of a state's fields, so that neither can forget one. The order of the columns
// is the format: a change of it needs another kFormat. Cost: linear, without a look-up per subject.
#include "engine/grading/review/snapshot.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "crmcore/error.hpp"

#include "storage/ledger_block.hpp"

namespace crmcore::engine {
namespace {

using grading::State;
using Integers = std::vector<std::int64_t>;

constexpr std::uint8_t kFormat = 1;
constexpr double kNoDate = std::numeric_limits<double>::quiet_NaN();

// Throws Error(corrupt) for what does not fit where it goes.
std::int64_t state_within(std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least || value > most)
    throw Error(Code::corrupt, "a review's snapshot has a number that cannot be");
  return value;
}
grading::Grade state_grade(std::int64_t value) {
  return static_cast<grading::Grade>(state_within(value, INT8_MIN, INT8_MAX));
}
Date state_date(double days) {
  const double held = std::clamp(days, -1e15, 1e15);  // of more there is no integer
  return Date{static_cast<std::int32_t>(state_within(static_cast<std::int64_t>(held), INT32_MIN, INT32_MAX))};
}

// The fields of a state, each to be written as a column of its own.
template <class Visit>
void each_integer(Visit visit) {
  visit([](const State& s) { return std::int64_t{s.grade}; },
        [](State& s, std::int64_t v) { s.grade = state_grade(v); });
  visit([](const State& s) { return std::int64_t{s.computed}; },
        [](State& s, std::int64_t v) { s.computed = state_grade(v); });
  visit([](const State& s) { return std::int64_t{grading::signed_streak(s)}; },
        [](State& s, std::int64_t v) { grading::set_signed_streak(s, v); });
  visit([](const State& s) { return std::int64_t{s.scheme_version}; },
        [](State& s, std::int64_t v) { s.scheme_version = static_cast<std::int32_t>(v); });
  visit([](const State& s) { return s.counted.value; },
        [](State& s, std::int64_t v) { s.counted.value = v; });
}
template <class Visit>
void each_date(Visit visit) {
  visit(&State::since);
  visit(&State::computed_since);
  visit(&State::warned_on);
}

class StatePacker {
 public:
  explicit StatePacker(ColumnWriter& out) : out_(out) {}

  void pack(std::span<const State> states) {
    integers_.resize(states.size());
    each_integer([&](auto get, auto) {
      for (std::size_t i = 0; i < states.size(); ++i) integers_[i] = get(states[i]);
      out_.integers(integers_);
    });
    dates_.resize(states.size());
    each_date([&](auto date) {
      for (std::size_t i = 0; i < states.size(); ++i) {
        dates_[i] = states[i].*date ? (states[i].*date)->days : kNoDate;
      }
      out_.doubles(dates_);
    });
  }

 private:
  ColumnWriter& out_;
  Integers integers_;
  std::vector<double> dates_;
};

class StateUnpacker {
 public:
  explicit StateUnpacker(ColumnReader& in) : in_(in) {}

  // Precondition: all states are State{}.
  void unpack(std::span<State> states) {
    assert(std::all_of(states.begin(), states.end(), [](const State& one) { return one == State{}; }));
    integers_.resize(states.size());
    each_integer([&](auto get, auto set) {
      const bool is_constant = in_.integers(integers_);
      if (states.empty() || (is_constant && integers_.front() == get(State{}))) return;
      for (std::size_t i = 0; i < states.size(); ++i) set(states[i], integers_[i]);
    });
    dates_.resize(states.size());
    each_date([&](auto date) {
      if (in_.doubles(dates_) == 0) return;
      for (std::size_t i = 0; i < states.size(); ++i) {
        if (std::isnan(dates_[i])) continue;
        states[i].*date = state_date(dates_[i]);
      }
    });
  }

 private:
  ColumnReader& in_;
  Integers integers_;
  std::vector<double> dates_;
};

// Ascending ids as the first one and the distances between neighbours, which mostly are 1.
void pack_ids(ColumnWriter& out, std::span<const SubjectId> ids) {
  if (ids.empty()) return;
  out.integers(std::array{ids.front().value});
  Integers gaps;
  for (std::size_t i = 1; i < ids.size(); ++i) gaps.push_back(ids[i].value - ids[i - 1].value);
  out.integers(gaps);
}

void unpack_ids(ColumnReader& in, std::size_t count, std::vector<SubjectId>& ids) {
  if (count == 0) return;
  Integers numbers(count);
  in.integers(std::span(numbers).first(1));
  in.integers(std::span(numbers).subspan(1));
  std::int64_t id = 0;
  for (const std::int64_t distance : numbers) {
    ids.push_back(SubjectId{id = state_within(distance, 1, kIntegerMax - id) + id});
  }
}

using MaybeGrade = std::optional<grading::Grade> SubjectOverride::*;
constexpr MaybeGrade kOverrideKinds[] = {&SubjectOverride::pin, &SubjectOverride::floor,
                                         &SubjectOverride::ceiling};

void pack_overrides(ColumnWriter& out, const ReviewFacts& facts) {
  for (const MaybeGrade kind : kOverrideKinds) {
    Integers grades;
    for (const auto& one : facts.overrides) {
      grades.push_back((one.second.*kind).value_or(grading::kUngraded));
    }
    out.integers(grades);
  }
}

// `first`: where the facts of this body begin.
void unpack_overrides(ColumnReader& in, std::size_t first, ReviewFacts& facts) {
  const std::size_t before = facts.overrides.size();
  for (std::size_t i = first; i < facts.size(); ++i) {
    if ((facts.circumstances[i] & kIsOverridden) != 0) facts.overrides.push_back({i, {}});
  }
  Integers grades(facts.overrides.size() - before);
  for (const MaybeGrade kind : kOverrideKinds) {
    in.integers(grades);
    for (std::size_t i = 0; i < grades.size(); ++i) {
      const grading::Grade grade = state_grade(grades[i]);
      if (grading::is_ranked(grade)) facts.overrides[before + i].second.*kind = grade;
    }
  }
}

std::size_t checked_count(std::int64_t count) {
  if (count < 0 || count > storage::kBlockCustomers) {
    throw Error(Code::corrupt, "a review's snapshot has an impossible number of subjects");
  }
  return static_cast<std::size_t>(count);
}

}  // namespace

void ReviewRows::append(const ReviewRows& other, std::size_t row) {
  facts.append(other.facts, row);
  before.push_back(other.before[row]);
  after.push_back(other.after[row]);
}

void ReviewRows::clear() {
  facts.clear();
  before.clear();
  after.clear();
}

void pack_rows(ColumnWriter& out, const ReviewRows& rows, std::span<const SubjectId> gone) {
  out.byte(kFormat);
  const std::array<std::int64_t, 2> counts{static_cast<std::int64_t>(rows.size()),
                                           static_cast<std::int64_t>(gone.size())};
  out.integers(counts);
  pack_ids(out, rows.facts.subjects);
  pack_ids(out, gone);
  out.integers(Integers(rows.facts.circumstances.begin(), rows.facts.circumstances.end()));
  pack_overrides(out, rows.facts);
  for (const auto& column : rows.facts.columns) out.doubles(column);
  StatePacker states(out);
  states.pack(rows.before);
  Integers moved;
  std::vector<State> after;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    moved.push_back(rows.after[i] == rows.before[i] ? 0 : 1);
    if (moved.back() != 0) after.push_back(rows.after[i]);
  }
  out.integers(moved);
  states.pack(after);
}

void unpack_rows(std::span<const std::uint8_t> body, ReviewRows& rows, std::vector<SubjectId>& gone) {
  ColumnReader in(body);
  if (in.byte() != kFormat) throw Error(Code::corrupt, "a review's snapshot has an unknown format");
  std::array<std::int64_t, 2> counts{};
  in.integers(counts);
  const std::size_t first = rows.size();
  const std::size_t count = checked_count(counts[0]);
  ReviewFacts& facts = rows.facts;
  unpack_ids(in, count, facts.subjects);
  unpack_ids(in, checked_count(counts[1]), gone);
  Integers integers(count);
  in.integers(integers);
  for (const std::int64_t bits : integers) facts.circumstances.push_back(static_cast<std::uint8_t>(bits));
  unpack_overrides(in, first, facts);
  for (auto& column : facts.columns) {
    column.resize(first + count);
    in.doubles(std::span(column).subspan(first));
  }
  StateUnpacker states(in);
  rows.before.resize(first + count);
  states.unpack(std::span(rows.before).subspan(first));
  in.integers(integers);
  std::vector<State> after(static_cast<std::size_t>(std::count(integers.begin(), integers.end(), 1)));
  states.unpack(after);
  rows.after.insert(rows.after.end(), rows.before.begin() + static_cast<std::ptrdiff_t>(first),
                    rows.before.end());
  for (std::size_t i = 0, next = 0; i < count; ++i) {
    if (integers[i] == 1) rows.after[first + i] = after[next++];
  }
  if (!in.is_at_end()) throw Error(Code::corrupt, "a review's snapshot is longer than it says");
}

}  // namespace crmcore::engine
