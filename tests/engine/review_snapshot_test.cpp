// The packed record of a review loses nothing, and damage is told.
#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <rapidcheck.h>

#include "crmcore/error.hpp"

#include "engine/grading/review/snapshot.hpp"

namespace crmcore::engine {
namespace {

using grading::State;

std::optional<Date> gen_date() {
  if (*rc::gen::inRange(0, 3) == 0) return std::nullopt;
  return Date{*rc::gen::inRange(-800'000, 800'000)};
}

State gen_state() {
  State state;
  if (*rc::gen::inRange(0, 3) == 0) return state;
  state.grade = *rc::gen::inRange<grading::Grade>(-2, 26);
  state.computed = *rc::gen::inRange<grading::Grade>(-1, 26);
  state.streak = *rc::gen::inRange<std::uint8_t>(0, 255);
  if (state.streak > 0) state.side = *rc::gen::elementOf(std::vector{grading::Side::up, grading::Side::down});
  state.scheme_version = *rc::gen::inRange(0, 300);
  state.since = gen_date();
  state.computed_since = gen_date();
  state.warned_on = gen_date();
  state.counted = ReviewId{*rc::gen::inRange(0, 100'000)};
  return state;
}

double gen_value() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return std::numeric_limits<double>::quiet_NaN();
    case 1:
      return *rc::gen::inRange(-10, 10) / 3.0;
    default:
      return *rc::gen::inRange(-1'000'000, 1'000'000);
  }
}

ReviewRows gen_rows(std::size_t factors) {
  ReviewRows rows(factors);
  SubjectId subject{5 * 1024};
  const int count = *rc::gen::inRange(0, 30);
  for (int i = 0; i < count; ++i) {
    subject.value += *rc::gen::inRange(1, 30);
    rows.facts.subjects.push_back(subject);
    std::uint8_t bits = *rc::gen::inRange<std::uint8_t>(0, 32);
    if ((bits & kIsOverridden) != 0) {
      SubjectOverride override;
      override.pin = 0;
      if (*rc::gen::arbitrary<bool>()) override = {{}, 3, 1};
      rows.facts.overrides.emplace_back(rows.facts.circumstances.size(), override);
    }
    rows.facts.circumstances.push_back(bits);
    for (auto& column : rows.facts.columns) column.push_back(gen_value());
    rows.before.push_back(gen_state());
    rows.after.push_back(*rc::gen::arbitrary<bool>() ? rows.before.back() : gen_state());
  }
  return rows;
}

bool is_same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

TEST_CASE("snapshot: what is packed comes back") {
  CHECK(rc::check("any rows", [] {
    const std::size_t factors = *rc::gen::inRange<std::size_t>(0, 4);
    const ReviewRows rows = gen_rows(factors);
    const std::vector<SubjectId> gone = *rc::gen::arbitrary<bool>()
                                            ? std::vector<SubjectId>{{5 * 1024 + 3}, {5 * 1024 + 700}}
                                            : std::vector<SubjectId>{};
    ColumnWriter body;
    pack_rows(body, rows, gone);
    ReviewRows read(factors);
    std::vector<SubjectId> read_gone;
    unpack_rows(body.bytes(), read, read_gone);
    RC_ASSERT(read.facts.subjects == rows.facts.subjects);
    RC_ASSERT(read.facts.circumstances == rows.facts.circumstances);
    RC_ASSERT((read.facts.overrides == rows.facts.overrides));
    for (std::size_t f = 0; f < factors; ++f) {
      RC_ASSERT(std::equal(read.facts.columns[f].begin(), read.facts.columns[f].end(),
                           rows.facts.columns[f].begin(), rows.facts.columns[f].end(), is_same));
    }
    RC_ASSERT((read.before == rows.before));
    RC_ASSERT((read.after == rows.after));
    RC_ASSERT(read_gone == gone);
    // Cut anywhere it is damaged.
    const auto size = *rc::gen::inRange<std::size_t>(0, body.bytes().size());
    ReviewRows cut(factors);
    RC_ASSERT_THROWS_AS(unpack_rows(body.bytes().first(size), cut, read_gone), Error);
  }));
}

TEST_CASE("snapshot: any other bytes are refused or read, never followed out of bounds") {
  CHECK(rc::check("any bytes", [] {
    auto bytes = *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
    bytes.insert(bytes.begin(), 1);
    ReviewRows rows(2);
    std::vector<SubjectId> gone;
    try {
      unpack_rows(bytes, rows, gone);
    } catch (const Error& error) {
      RC_ASSERT((error.code() == Code::corrupt));
    }
  }));
}

}  // namespace
}  // namespace crmcore::engine
