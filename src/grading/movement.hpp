// Movement: how a grade follows its target over time. The heart of the product; one pure function.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"
#include "crmcore/words.hpp"

#include "grading/grade.hpp"

namespace crmcore::grading {

// What a scheme says about one subject at one date, before any history. `keep` is never worse than
// `enter`: between the two lies the band in which nothing moves.
struct Target {
  Grade plain = kUngraded;   // by the cut alone
  Grade enter = kUngraded;   // the best grade that it may rise to
  Grade keep = kUngraded;    // the best grade that it may stay in
  bool provisional = false;  // coverage under the scheme's minimum: a guess that moves nothing

  friend bool operator==(const Target&, const Target&) = default;
};

struct MovementRules {
  std::int32_t streak_up = 1;     // N_up: consecutive scheduled reviews before a promotion
  std::int32_t streak_down = 2;   // N_down
  std::int32_t steps_up_max = 1;  // grades per review
  std::int32_t steps_down_max = 1;
  std::int32_t dwell_months = 0;    // minimum time between two changes
  std::int32_t grace_months = 0;    // a new subject is not graded, a converted one held, for so long
  std::int32_t warning_months = 1;  // at most one warning in so many months; 0 = none

  friend bool operator==(const MovementRules&, const MovementRules&) = default;
};

enum class Side : std::uint8_t { none = 0, up = 1, down = 2 };
constexpr std::array<std::string_view, 3> words_of(Side) noexcept {
  return {"none", "up", "down"};
}

// What is stored about one subject under one scheme.
struct State {
  Grade grade = kUngraded;     // in force
  Grade computed = kUngraded;  // what the rules alone give; differs from `grade` under an override
  Side side = Side::none;      // of the streak
  std::uint8_t streak = 0;
  std::int32_t scheme_version = 0;     // under which the streak was counted
  std::optional<Date> since;           // last change of `grade`
  std::optional<Date> computed_since;  // last change of `computed`: minimum dwell counts from here
  std::optional<Date> warned_on;
  ReviewId counted;  // the last scheduled review that was counted

  friend bool operator==(const State&, const State&) = default;
};

// A streak and its side in one number, as it is stored: above 0 rising, below 0 falling.
constexpr std::int32_t signed_streak(const State& state) noexcept {
  return state.side == Side::down ? -state.streak : state.side == Side::up ? state.streak : 0;
}
// More than 255 are taken for 255.
void set_signed_streak(State& state, std::int64_t streak) noexcept;

// What is true of the subject on the date of the review, beside its target.
struct Circumstances {
  ReviewId review;
  std::int32_t scheme_version = 1;
  bool scheduled = true;  // false: an ad-hoc run, which neither advances a streak nor moves by one
  bool warns = true;      // false: what it is graded by is too uncertain to frighten anybody
  bool blacklisted = false;
  bool in_grace = false;
  bool has_left = false;     // no longer of the population: loses its grade
  bool urgent = false;       // a trigger such as a credit default: skips thresholds, streak and dwell
  std::optional<Grade> pin;  // overrides that are in force on this date
  std::optional<Grade> floor;
  std::optional<Grade> ceiling;
};

// The rule that decided, in the order in which the rules are asked. The values are stored.
enum class Rule : std::uint8_t {
  blacklist = 1,  // the blocked grade, at once
  pin = 2,        // an override names the grade
  coverage = 3,   // held: too little is known
  grace = 4,      // held: new, converted or merged
  placement = 5,  // first grade, by the plain cut
  band = 6,       // held: between the thresholds
  promotion = 7,  // reached the threshold of a better grade
  demotion = 8,   // fell under the threshold of its own grade
  streak = 9,     // held: not yet for enough scheduled reviews
  dwell = 10,     // held: changed too recently
  urgent = 11,    // moved by a trigger, without thresholds, streak and dwell
  steps = 12,     // moved, but fewer grades than the target asks for
  floor = 13,     // an override lifts it
  ceiling = 14,   // an override caps it
  release = 15,   // an override or the blacklist ended: back to the computed grade
  left = 16,      // no longer of the population: ungraded
};
// No rule has the number 0.
constexpr std::array<std::string_view, 17> words_of(Rule) noexcept {
  return {"",      "blacklist", "pin",      "coverage", "grace", "placement",
          "band",  "promotion", "demotion", "streak",   "dwell", "urgent",
          "steps", "floor",     "ceiling",  "release",  "left"};
}

struct GradeEvent {
  Grade from = kUngraded;
  Grade to = kUngraded;
  Grade target = kUngraded;  // the plain target
  Rule rule = Rule::placement;
  std::uint8_t streak = 0;

  friend bool operator==(const GradeEvent&, const GradeEvent&) = default;
};

// A demotion that falls due unless the value recovers.
struct DemotionNotice {
  Grade next = kUngraded;         // where it would go
  std::int32_t reviews_left = 1;  // scheduled reviews until then, at least 1

  friend bool operator==(const DemotionNotice&, const DemotionNotice&) = default;
};

struct Decision {
  State next;
  Rule rule = Rule::band;
  std::optional<GradeEvent> event;  // exactly when next.grade differs from the grade before
  std::optional<DemotionNotice> notice;

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Decides what one review does to one subject, in nine steps: blacklist, override, coverage and grace, two
// thresholds, streak, dwell, steps, floors and ceilings, event. Asking twice with one review id changes
// nothing the second time.
Decision move(const MovementRules& rules, const State& state, const Target& target,
              const Circumstances& circumstances, Date as_of);

}  // namespace crmcore::grading
