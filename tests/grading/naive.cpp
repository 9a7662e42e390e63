#include "grading/naive.hpp"

#include <algorithm>
#include <numeric>

namespace crmcore::grading::naive {
namespace {

Integer weight(double value, const ShareRule& rule) {
  if (!rule.is_by_value) return 1;
  return value > 0 ? static_cast<Integer>(value) : 0;
}

// The best grade whose share, moved by `shift`, admits what stands before; the last one otherwise.
Grade grade_at(Integer before, Integer own, Integer total, const ShareRule& rule, int shift) {
  for (std::size_t g = 0; g < rule.cuts.size(); ++g) {
    const Integer limit = static_cast<Integer>(rule.cuts[g] + shift) * total;
    const bool is_in = rule.is_inclusive ? (before + own) * 10'000 <= limit : before * 10'000 < limit;
    if (is_in) return static_cast<Grade>(g);
  }
  return static_cast<Grade>(rule.cuts.size());
}

}  // namespace

std::vector<Target> cut_shares(const std::vector<double>& values, const ShareRule& rule) {
  std::vector<Target> targets(values.size());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  Integer total = 0;
  for (const std::size_t i : order) total += weight(values[i], rule);
  if (total == 0) return targets;
  const auto last = static_cast<Grade>(rule.cuts.size());
  Integer before = 0;
  Target block;
  for (std::size_t place = 0; place < order.size(); ++place) {
    const std::size_t i = order[place];
    const Integer own = weight(values[i], rule);
    const bool is_first_of_block = place == 0 || values[order[place - 1]] != values[i];
    if (is_first_of_block) {
      block = {grade_at(before, own, total, rule, 0), grade_at(before, own, total, rule, -rule.band),
               grade_at(before, own, total, rule, rule.band), false};
    }
    targets[i] = rule.is_by_value && !(values[i] > 0) ? Target{last, last, last, false} : block;
    before += own;
  }
  return targets;
}

double quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  const double place = static_cast<double>(values.size() - 1) * part;
  const double whole = std::floor(place + 1e-9);
  const auto at = static_cast<std::size_t>(whole);
  if (at + 1 >= values.size()) return values.back();
  const double rest = std::max(place - whole, 0.0);
  return values[at] + rest * (values[at + 1] - values[at]);
}

// Steps 2 and 8.
static int in_force(const Circumstances& c, int grade) {
  if (c.pin) return static_cast<int>(*c.pin);
  if (c.floor && (grade == kUngraded || grade > *c.floor)) grade = *c.floor;
  if (c.ceiling && grade >= 0 && grade < *c.ceiling) grade = *c.ceiling;
  return grade;
}

Moved move(const MovementRules& rules, const State& state, const Target& target, const Circumstances& c,
           Date as_of) {
  Moved moved{state, false, false};
  State& next = moved.next;
  if (c.blacklisted) {  // step 1
    next.grade = kBlocked;
    next.streak = 0;
    next.side = Side::none;
    moved.has_event = state.grade != kBlocked;
    if (moved.has_event) next.since = as_of;
    return moved;
  }
  const bool was_counted = c.review && c.review == state.counted;
  const bool is_held = target.provisional || target.plain < 0 || c.in_grace;  // step 3
  int wanted = state.computed;
  bool is_changed = false;
  if (!is_held && state.computed == kUngraded) {
    wanted = target.plain;
    is_changed = true;
  } else if (!is_held && !was_counted) {
    // Step 4.
    if (c.urgent) {
      wanted = target.plain;
    } else if (target.enter < state.computed) {
      wanted = target.enter;
    } else if (target.keep > state.computed) {
      wanted = target.keep;
    }
    const int direction = wanted < state.computed ? 1 : wanted > state.computed ? -1 : 0;
    // Step 5.
    int streak = (state.side == Side::down ? -1 : 1) * state.streak;
    if (streak != 0 && state.scheme_version != c.scheme_version) streak = 0;
    if (c.scheduled) {
      streak = direction == 0 ? 0 : direction > 0 ? std::max(streak, 0) + 1 : std::min(streak, 0) - 1;
      streak = std::clamp(streak, -255, 255);
      if (direction != 0) next.counted = c.review;
    }
    next.streak = static_cast<std::uint8_t>(std::abs(streak));
    next.side = streak > 0 ? Side::up : streak < 0 ? Side::down : Side::none;
    if (streak != 0) next.scheme_version = c.scheme_version;
    const bool is_due =
        (direction > 0 && streak >= rules.streak_up) || (direction < 0 && -streak >= rules.streak_down);
    // Step 6.
    const bool dwells = rules.dwell_months > 0 && state.computed_since &&
                        as_of < add_months(*state.computed_since, rules.dwell_months);
    is_changed = direction != 0 && (c.urgent || (c.scheduled && is_due && !dwells));
    // Step 7.
    const int step = direction > 0 ? std::min(state.computed - wanted, rules.steps_up_max)
                                   : -std::min(wanted - state.computed, rules.steps_down_max);
    wanted = direction == 0 ? state.computed : state.computed - step;
    moved.has_notice = direction < 0 && !is_changed && c.scheduled && c.warns && rules.warning_months > 0 &&
                       (!state.warned_on || as_of >= add_months(*state.warned_on, rules.warning_months));
  }
  if (is_changed) {
    next.computed = static_cast<Grade>(wanted);
    next.computed_since = as_of;
    next.streak = 0;
    next.side = Side::none;
    next.counted = c.review;
  }
  next.grade = static_cast<Grade>(in_force(c, next.computed));
  if (moved.has_notice && in_force(c, wanted) == next.grade) moved.has_notice = false;
  if (moved.has_notice) next.warned_on = as_of;
  // Step 9.
  moved.has_event = next.grade != state.grade;
  if (moved.has_event) next.since = as_of;
  return moved;
}

}  // namespace crmcore::grading::naive
