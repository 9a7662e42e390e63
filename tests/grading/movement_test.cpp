// One table per step of movement, in the order of design/grading.md.
#include "grading/movement.hpp"

#include <algorithm>
#include <doctest/doctest.h>

#include "grading/fixture.hpp"

namespace crmcore::grading {
namespace {

constexpr Grade A = 0;
constexpr Grade B = 1;
constexpr Grade C = 2;
const Date kToday = *from_civil({2024, 3, 31});

State graded(Grade grade, Side side = Side::none, int streak = 0) {
  State state;
  state.grade = state.computed = grade;
  state.since = state.computed_since = add_months(kToday, -12);
  state.side = side;
  state.streak = static_cast<std::uint8_t>(streak);
  state.scheme_version = streak > 0 ? 1 : 0;
  return state;
}

Target plain(Grade grade) {
  return {grade, grade, grade, false};
}

Circumstances in_review(std::int64_t id = 7) {
  Circumstances c;
  c.review = ReviewId{id};
  return c;
}

MovementRules rules() {
  return {};
}

TEST_CASE("step 1: the blacklist blocks at once, and lifting it gives the computed grade back") {
  Circumstances c = in_review();
  c.blacklisted = true;
  c.pin = A;
  const Decision blocked = move(rules(), graded(B, Side::up, 1), plain(A), c, kToday);
  CHECK(blocked.rule == Rule::blacklist);
  CHECK(blocked.next.grade == kBlocked);
  CHECK(blocked.next.computed == B);
  CHECK(blocked.next.streak == 0);
  CHECK(blocked.event == GradeEvent{B, kBlocked, A, Rule::blacklist, 0});
  CHECK(!move(rules(), blocked.next, plain(A), c, kToday).event);
  const Decision lifted = move(rules(), blocked.next, plain(B), in_review(8), kToday);
  CHECK(lifted.rule == Rule::release);
  CHECK(lifted.event == GradeEvent{kBlocked, B, B, Rule::release, 0});
}

TEST_CASE("step 2: a pin decides, the computed grade goes on in its shadow") {
  Circumstances c = in_review();
  c.pin = A;
  const Decision pinned = move(rules(), graded(C), plain(B), c, kToday);
  CHECK(pinned.rule == Rule::pin);
  CHECK(pinned.next.grade == A);
  CHECK(pinned.next.computed == B);
  const Decision after = move(rules(), pinned.next, plain(B), in_review(8), add_months(kToday, 1));
  CHECK(after.rule == Rule::release);
  CHECK(after.next.grade == B);
  CHECK(after.event == GradeEvent{A, B, B, Rule::release, 0});
}

TEST_CASE("step 3: too little coverage, no target or grace hold everything, also the streak") {
  const State state = graded(B, Side::up, 1);
  Target provisional = plain(A);
  provisional.provisional = true;
  Circumstances grace = in_review();
  grace.in_grace = true;
  struct Case {
    Target target;
    Circumstances c;
    Rule rule;
  };
  for (const Case& one : {Case{provisional, in_review(), Rule::coverage},
                          Case{Target{}, in_review(), Rule::coverage}, Case{plain(A), grace, Rule::grace}}) {
    const Decision decision = move(rules(), state, one.target, one.c, kToday);
    CHECK(decision.rule == one.rule);
    CHECK(decision.next == state);
    CHECK(!decision.event);
  }
  CHECK(move(rules(), {}, plain(A), grace, kToday).next.grade == kUngraded);
}

TEST_CASE("first grade: by the plain cut, whatever the streaks") {
  MovementRules slow = rules();
  slow.streak_up = slow.streak_down = 5;
  const Decision placed = move(slow, {}, {B, C, A, false}, in_review(), kToday);
  CHECK(placed.rule == Rule::placement);
  CHECK(placed.next.grade == B);
  CHECK(placed.next.since == kToday);
  CHECK(placed.event == GradeEvent{kUngraded, B, B, Rule::placement, 0});
}

TEST_CASE("step 4: between keep and enter nothing moves; out of it only as far as the band's edge") {
  MovementRules quick = rules();
  quick.streak_down = 1;
  quick.steps_up_max = quick.steps_down_max = 9;
  struct Case {
    Grade now;
    Target target;  // plain, enter, keep
    Grade then;
    Rule rule;
  };
  const Case cases[] = {
      {B, {B, B, B, false}, B, Rule::band},      {B, {A, B, A, false}, B, Rule::band},
      {A, {B, B, A, false}, A, Rule::band},      {C, {A, B, A, false}, B, Rule::promotion},
      {B, {A, A, A, false}, A, Rule::promotion}, {A, {C, C, B, false}, B, Rule::demotion},
      {A, {C, C, C, false}, C, Rule::demotion},  {B, {C, C, C, false}, C, Rule::demotion},
  };
  for (const Case& one : cases) {
    const Decision decision = move(quick, graded(one.now), one.target, in_review(), kToday);
    CHECK(decision.next.grade == one.then);
    CHECK(decision.rule == one.rule);
    CHECK(decision.event.has_value() == (one.now != one.then));
  }
}

TEST_CASE("step 5: streaks") {
  MovementRules three = rules();
  three.streak_up = three.streak_down = 3;
  struct Case {
    const char* what;
    State state;
    Target target;
    bool scheduled;
    int version;
    int streak;  // after
    Grade then;
  };
  const Case cases[] = {
      {"begins", graded(B), plain(A), true, 1, 1, B},
      {"goes on", graded(B, Side::up, 1), plain(A), true, 1, 2, B},
      {"is reached", graded(B, Side::up, 2), plain(A), true, 1, 0, A},
      {"turns round", graded(B, Side::up, 2), plain(C), true, 1, -1, B},
      {"is reset inside the band", graded(B, Side::up, 2), plain(B), true, 1, 0, B},
      {"is reset by a new scheme version", graded(B, Side::up, 2), plain(A), true, 2, 1, B},
      {"is not advanced by an ad-hoc run", graded(B, Side::up, 2), plain(A), false, 1, 2, B},
      {"is not reset by an ad-hoc run", graded(B, Side::up, 2), plain(B), false, 1, 2, B},
      {"falls", graded(B, Side::down, 2), plain(C), true, 1, 0, C},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    Circumstances c = in_review();
    c.scheduled = one.scheduled;
    c.scheme_version = one.version;
    const Decision decision = move(three, one.state, one.target, c, kToday);
    CHECK(signed_streak(decision.next) == one.streak);
    CHECK(decision.next.grade == one.then);
  }
  const Decision first = move(three, graded(B), plain(A), in_review(7), kToday);
  CHECK(move(three, first.next, plain(A), in_review(7), kToday).next == first.next);
  CHECK(move(three, first.next, plain(A), in_review(8), kToday).next.streak == 2);
  CHECK(move(three, graded(B, Side::up, 2), plain(A), in_review(), kToday).event->streak == 3);
}

TEST_CASE("step 6: minimum dwell, in civil months") {
  MovementRules rule = rules();
  rule.dwell_months = 1;
  struct Case {
    const char* since;
    const char* today;
    bool moves;
  };
  for (const Case& one : {Case{"2024-01-31", "2024-02-28", false}, Case{"2024-01-31", "2024-02-29", true},
                          Case{"2024-03-15", "2024-04-14", false}, Case{"2024-03-15", "2024-04-15", true}}) {
    State state = graded(B);
    state.computed_since = day(one.since);
    const Decision decision = move(rule, state, plain(A), in_review(), day(one.today));
    CHECK(decision.event.has_value() == one.moves);
    CHECK(decision.rule == (one.moves ? Rule::promotion : Rule::dwell));
    CHECK(decision.next.streak == (one.moves ? 0 : 1));
  }
}

// An ad-hoc review demoted where the streak was complete and the dwell alone had held it.
TEST_CASE("an ad-hoc review moves nothing but places, however long the streak") {
  MovementRules rule = rules();
  rule.dwell_months = 6;
  State state = graded(B, Side::down, 2);
  state.computed_since = day("2024-01-15");
  const Date over = day("2024-07-20");
  Circumstances c = in_review();
  CHECK(move(rule, state, plain(C), c, kToday).rule == Rule::dwell);
  c.scheduled = false;
  const Decision held = move(rule, state, plain(C), c, over);
  CHECK(held.rule == Rule::streak);
  CHECK(held.next == state);
  CHECK(move(rule, graded(B, Side::up, 2), plain(A), c, over).next.grade == B);
  CHECK(move(rule, {}, plain(A), c, over).next.grade == A);
  c.scheduled = true;
  CHECK(move(rule, state, plain(C), c, over).rule == Rule::demotion);
}

TEST_CASE("nobody is warned by what is too uncertain") {
  Circumstances c = in_review();
  CHECK(move(rules(), graded(A), plain(C), c, kToday).notice);
  c.warns = false;
  const Decision quiet = move(rules(), graded(A), plain(C), c, kToday);
  CHECK(!quiet.notice);
  CHECK(!quiet.next.warned_on);
}

TEST_CASE("urgent: skips thresholds, streak and dwell, not the soft landing") {
  MovementRules slow = rules();
  slow.streak_down = 6;
  slow.dwell_months = 24;
  Circumstances c = in_review();
  c.urgent = true;
  c.scheduled = false;
  const Decision one = move(slow, graded(A), {C, C, A, false}, c, kToday);
  CHECK(one.next.grade == B);
  CHECK(one.rule == Rule::steps);
  slow.steps_down_max = 2;
  const Decision two = move(slow, graded(A), {C, C, A, false}, c, kToday);
  CHECK(two.next.grade == C);
  CHECK(two.rule == Rule::urgent);
  CHECK(move(slow, two.next, plain(A), c, kToday).next == two.next);  // the same review again
}

TEST_CASE("step 7: at most so many grades a review, up and down stated separately") {
  MovementRules rule = rules();
  rule.streak_down = 1;
  for (int up = 1; up <= 4; ++up) {
    for (int down = 1; down <= 4; ++down) {
      rule.steps_up_max = up;
      rule.steps_down_max = down;
      const Decision rises = move(rule, graded(4), plain(0), in_review(), kToday);
      CHECK(rises.next.grade == 4 - up);
      CHECK(rises.rule == (up == 4 ? Rule::promotion : Rule::steps));
      const Decision falls = move(rule, graded(0), plain(4), in_review(), kToday);
      CHECK(falls.next.grade == down);
      CHECK(falls.rule == (down == 4 ? Rule::demotion : Rule::steps));
    }
  }
}

TEST_CASE("step 8: floors and ceilings clamp what is in force, not what is computed") {
  MovementRules rule = rules();
  rule.streak_down = 1;
  Circumstances floor = in_review();
  floor.floor = B;
  const Decision lifted = move(rule, graded(B), plain(C), floor, kToday);
  CHECK(lifted.next.grade == B);
  CHECK(lifted.next.computed == C);
  CHECK(lifted.rule == Rule::floor);
  CHECK(!lifted.event);
  CHECK(move(rule, {}, Target{}, floor, kToday).next.grade == B);
  Circumstances ceiling = in_review();
  ceiling.ceiling = B;
  const Decision capped = move(rule, graded(B), plain(A), ceiling, kToday);
  CHECK(capped.next.grade == B);
  CHECK(capped.next.computed == A);
  CHECK(capped.rule == Rule::ceiling);
  CHECK(move(rule, {}, Target{}, ceiling, kToday).next.grade == kUngraded);
}

TEST_CASE("notices: before a demotion falls due, once a period, not where it would change nothing") {
  const MovementRules rule = rules();  // two reviews down, one notice a month
  const Decision first = move(rule, graded(A), plain(C), in_review(1), kToday);
  REQUIRE(first.notice.has_value());
  CHECK(*first.notice == DemotionNotice{B, 1});
  CHECK(first.next.warned_on == kToday);
  Circumstances ad_hoc = in_review(2);
  ad_hoc.scheduled = false;
  CHECK(!move(rule, graded(A), plain(C), ad_hoc, kToday).notice);
  MovementRules slow = rule;
  slow.streak_down = 4;
  slow.warning_months = 2;
  const Decision one = move(slow, graded(A), plain(C), in_review(1), kToday);
  CHECK(one.notice->reviews_left == 3);
  const Decision two = move(slow, one.next, plain(C), in_review(2), add_months(kToday, 1));
  CHECK(!two.notice);
  const Decision three = move(slow, two.next, plain(C), in_review(3), add_months(kToday, 2));
  CHECK(three.notice->reviews_left == 1);
  Circumstances kept = in_review();
  kept.floor = A;
  CHECK(!move(rule, graded(A), plain(C), kept, kToday).notice);
  kept = in_review();
  kept.pin = A;
  CHECK(!move(rule, graded(A), plain(C), kept, kToday).notice);
  slow.warning_months = 0;
  CHECK(!move(slow, graded(A), plain(C), in_review(1), kToday).notice);
  CHECK(!move(rule, graded(C), plain(A), in_review(1), kToday).notice);
}

TEST_CASE("who leaves the population loses the grade, and is placed anew when it comes back") {
  Circumstances c = in_review();
  c.has_left = true;
  c.pin = A;
  const Decision gone = move(rules(), graded(B, Side::down, 1), Target{}, c, kToday);
  CHECK(gone.rule == Rule::left);
  CHECK(gone.event == GradeEvent{B, kUngraded, kUngraded, Rule::left, 0});
  CHECK(gone.next.computed == kUngraded);
  CHECK(gone.next.since == kToday);
  CHECK(move(rules(), gone.next, plain(A), in_review(8), kToday).rule == Rule::placement);
}

TEST_CASE("rules have words, and words have rules") {
  const auto words = words_of(Rule{});
  for (int number = 1; number <= 16; ++number) {
    const auto rule = static_cast<Rule>(number);
    CHECK(std::find(words.begin(), words.end(), word_of(rule)) - words.begin() == number);
  }
  CHECK(word_of(static_cast<Rule>(0)).empty());
  CHECK(word_of(static_cast<Rule>(17)).empty());
  CHECK(std::find(words.begin(), words.end(), "nothing") == words.end());
}

TEST_CASE("a streak and its side are one number") {
  for (const int streak : {-255, -2, 0, 1, 255}) {
    State state;
    set_signed_streak(state, streak);
    CHECK(signed_streak(state) == streak);
    CHECK(word_of(state.side) == (streak > 0 ? "up" : streak < 0 ? "down" : "none"));
  }
  State state;
  set_signed_streak(state, INT64_MIN);
  CHECK(signed_streak(state) == -255);
}

}  // namespace
}  // namespace crmcore::grading
