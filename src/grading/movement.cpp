// Two grades move here: the computed one follows the target by steps 3 to 7, the one in force follows the
// computed one unless the blacklist or an override says otherwise. Because the computed grade moves on in
// the shadow, an override that ends needs no repair. tests/grading/movement_test.cpp has a table per step,
// tests/grading/property_test.cpp the invariants against a second implementation.
#include "grading/movement.hpp"

#include <algorithm>
#include <cstdlib>

namespace crmcore::grading {
namespace {

// What steps 3 to 7 found.
struct Advance {
  Rule rule;
  std::uint8_t streak = 0;       // reached, before a change reset it
  Grade falling_to = kUngraded;  // held for now, but a demotion to here is under way
};

void set_computed(State& state, Grade grade, ReviewId review, Date as_of) {
  state.computed = grade;
  state.computed_since = as_of;
  state.side = Side::none;
  state.streak = 0;
  state.counted = review;
}

// Step 5. Leaves the state as it is when there is nothing to remember, so that a subject inside its band
// costs no write.
void count_streak(State& state, Side side, const Circumstances& c) {
  if (!c.scheduled) return;
  if (side == Side::none) {
    state.side = Side::none;
    state.streak = 0;
    return;
  }
  const bool goes_on = side == state.side;
  state.streak = goes_on ? static_cast<std::uint8_t>(std::min(state.streak + 1, 255)) : std::uint8_t{1};
  state.side = side;
  state.counted = c.review;
}

// Steps 3 to 7: the computed grade follows its target.
Advance advance(const MovementRules& rules, const Target& target, const Circumstances& c, Date as_of,
                State& state) {
  // 3. Too little is known, or it is too early.
  if (target.provisional || !is_ranked(target.plain)) return {Rule::coverage};
  if (c.in_grace) return {Rule::grace};
  if (state.computed == kUngraded) {
    set_computed(state, target.plain, c.review, as_of);
    return {Rule::placement};
  }
  if (c.review && c.review == state.counted) return {Rule::streak, state.streak};

  // 4. Two thresholds.
  const Grade current = state.computed;
  const Grade wanted = c.urgent ? target.plain : std::max(target.keep, std::min(current, target.enter));
  const Side side = wanted < current ? Side::up : wanted > current ? Side::down : Side::none;
  const int steps_max = side == Side::up ? rules.steps_up_max : rules.steps_down_max;
  const auto next = static_cast<Grade>(std::clamp<int>(wanted, current - steps_max, current + steps_max));

  // 5. Streak.
  if (state.streak > 0 && state.scheme_version != c.scheme_version) {
    state.side = Side::none;
    state.streak = 0;
  }
  count_streak(state, side, c);
  if (state.streak > 0) state.scheme_version = c.scheme_version;
  if (side == Side::none) return {Rule::band};
  const Grade falling_to = side == Side::down ? next : kUngraded;
  const std::uint8_t streak = state.side == side ? state.streak : std::uint8_t{0};
  if (!c.urgent) {
    const int streak_min = side == Side::up ? rules.streak_up : rules.streak_down;
    // Also where the streak is complete and dwell alone held it: the next scheduled review decides.
    if (!c.scheduled || streak < streak_min) return {Rule::streak, streak, falling_to};

    // 6. Minimum dwell.
    if (rules.dwell_months > 0 && state.computed_since &&
        as_of < add_months(*state.computed_since, rules.dwell_months)) {
      return {Rule::dwell, streak, falling_to};
    }
  }

  // 7. At most so many grades at once.
  set_computed(state, next, c.review, as_of);
  if (next != wanted) return {Rule::steps, streak};
  if (c.urgent) return {Rule::urgent, streak};
  return {side == Side::up ? Rule::promotion : Rule::demotion, streak};
}

bool is_worse(Grade grade, Grade than) {
  return grade == kUngraded || grade > than;
}

// Steps 2 and 8: what overrides make of a computed grade. `rule` names the override that mattered.
Grade override_grade(Grade grade, const Circumstances& c, Rule& rule) {
  if (c.pin) {
    rule = Rule::pin;
    return *c.pin;
  }
  if (c.floor && is_worse(grade, *c.floor)) {
    rule = Rule::floor;
    grade = *c.floor;
  }
  if (c.ceiling && is_ranked(grade) && grade < *c.ceiling) {
    rule = Rule::ceiling;
    grade = *c.ceiling;
  }
  return grade;
}

std::optional<DemotionNotice> notice_of(const MovementRules& rules, const Advance& found,
                                        const Circumstances& c, Date as_of, const State& next) {
  if (found.falling_to == kUngraded || !c.scheduled || !c.warns || rules.warning_months == 0) {
    return std::nullopt;
  }
  if (next.warned_on && as_of < add_months(*next.warned_on, rules.warning_months)) return std::nullopt;
  Rule rule = found.rule;
  const Grade fallen = override_grade(found.falling_to, c, rule);
  if (fallen == next.grade) return std::nullopt;
  return DemotionNotice{fallen, std::max(rules.streak_down - next.streak, 1)};
}

}  // namespace

void set_signed_streak(State& state, std::int64_t streak) noexcept {
  constexpr std::int64_t kMost = UINT8_MAX;
  state.side = streak > 0 ? Side::up : streak < 0 ? Side::down : Side::none;
  state.streak = static_cast<std::uint8_t>(std::abs(std::clamp(streak, -kMost, kMost)));
}

Decision move(const MovementRules& rules, const State& state, const Target& target,
              const Circumstances& circumstances, Date as_of) {
  Decision decision{state, Rule::blacklist, std::nullopt, std::nullopt};
  State& next = decision.next;
  std::uint8_t streak = 0;
  if (circumstances.has_left) {
    next = State{};
    next.since = state.since;
    decision.rule = Rule::left;
  } else if (circumstances.blacklisted) {
    // 1. At once; the computed grade waits.
    next.grade = kBlocked;
    next.side = Side::none;
    next.streak = 0;
  } else {
    const Advance found = advance(rules, target, circumstances, as_of, next);
    streak = found.streak;
    decision.rule = found.rule;
    const bool is_released = next.computed == state.computed && state.grade != state.computed;
    if (is_released) decision.rule = Rule::release;
    next.grade = override_grade(next.computed, circumstances, decision.rule);
    decision.notice = notice_of(rules, found, circumstances, as_of, next);
    if (decision.notice) next.warned_on = as_of;
  }

  // 9. No change, no event.
  if (next.grade != state.grade) {
    next.since = as_of;
    decision.event = GradeEvent{state.grade, next.grade, target.plain, decision.rule, streak};
  }
  return decision;
}

}  // namespace crmcore::grading
