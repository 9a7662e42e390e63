#include "grading/naive_world.hpp"

#include <algorithm>
#include <limits>

namespace crmcore::grading::naive {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

bool covers(const Said& one, Date day) {
  return one.from <= day && (!one.until || day < *one.until) && (!one.lifted || day < *one.lifted);
}

// What is in force on the day on which it is made; where that is nothing, what was on the day it is about.
void say(const Life& life, Date as_of, Date made, Circumstances& c) {
  for (const Date day : {std::max(as_of, made), as_of}) {
    bool is_any = false;
    for (const Said& one : life.said) {
      if (!covers(one, day)) continue;
      is_any = true;
      (one.kind == 0 ? c.pin : one.kind == 1 ? c.floor : c.ceiling) = one.grade;
    }
    if (is_any) return;
  }
}

std::optional<Date> first_purchase(const Life& life) {
  std::optional<Date> first;
  for (const Line& line : life.lines) {
    if (!line.is_return && (!first || line.day < *first)) first = line.day;
  }
  return first;
}

bool has_grade(const State& state) {
  return state.grade != kUngraded || state.computed != kUngraded;
}

}  // namespace

// Of a lost customer: revenue since then, or later than all that was known, brings it back.
void World::post(std::size_t which, const Line& line) {
  Life& life = lives[which];
  if (life.lost && !line.is_return) {
    const bool is_latest =
        !life.lines.empty() && std::all_of(life.lines.begin(), life.lines.end(),
                                           [&](const Line& one) { return one.day < line.day; });
    if (*life.lost <= line.day || is_latest) life.lost.reset();
  }
  life.lines.push_back(line);
}

bool World::is_member(const Life& life, Date as_of) const {
  const auto first = first_purchase(life);
  return !life.lost && life.is_in_branch && first && *first < as_of;
}

double World::value(const Life& life, Date as_of) const {
  const Date from = add_months(as_of, -terms.months);
  std::int64_t revenue = 0;
  std::set<int> documents;
  std::optional<Date> last;
  for (const Line& line : life.lines) {
    if (line.day < from || line.day >= as_of) continue;
    revenue += line.is_return ? -line.amount : line.amount;
    if (line.is_return) continue;
    documents.insert(line.document);
    if (!last || *last < line.day) last = line.day;
  }
  switch (terms.measure) {
    case Measure::revenue:
      return static_cast<double>(revenue);
    case Measure::orders:
      return static_cast<double>(documents.size());
    case Measure::recency:
      break;
  }
  // Less is better, and who is the worst stands behind everybody.
  if (last) return -(as_of.days - last->days);
  return terms.is_missing_worst ? -1e9 : kUnknown;
}

void World::decide(Life& life, const Target& target, Circumstances c, Date day) {
  const Grade before = life.state.grade;
  const Moved moved = naive::move(terms.rules, life.state, target, c, day);
  life.state = moved.next;
  if (moved.has_event) life.told.push_back({before, life.state.grade, day, bool{c.review}});
  if (moved.has_notice) life.warned.push_back(day);
}

void World::blacklist(std::size_t which, Date today) {
  Life& life = lives[which];
  life.is_blacklisted = true;
  if (!has_grade(life.state) && (reviews_ == 0 || !is_member(life, today))) return;
  Circumstances c;
  c.scheduled = false;
  c.blacklisted = true;
  decide(life, {}, c, today);
}

void World::unblacklist(std::size_t which, Date today) {
  Life& life = lives[which];
  life.is_blacklisted = false;
  if (!has_grade(life.state)) return;
  Circumstances c;
  c.scheduled = false;
  for (const Said& one : life.said) {
    if (covers(one, today)) (one.kind == 0 ? c.pin : one.kind == 1 ? c.floor : c.ceiling) = one.grade;
  }
  decide(life, {}, c, today);
}

void World::review(Date as_of, Date made, bool is_scheduled) {
  ++reviews_;
  std::vector<double> values;
  for (const Life& life : lives) {
    const bool counts = is_member(life, as_of) && !life.is_blacklisted;
    values.push_back(counts ? value(life, as_of) : kUnknown);
  }
  const std::vector<Target> targets = cut_shares(values, terms.cut);
  for (std::size_t i = 0; i < lives.size(); ++i) {
    Life& life = lives[i];
    if (!is_member(life, as_of)) {
      if (life.state.grade != kUngraded) life.told.push_back({life.state.grade, kUngraded, as_of, true});
      life.state = {};
      continue;
    }
    Circumstances c;
    c.review = ReviewId{reviews_};
    c.scheme_version = terms.version;
    c.scheduled = is_scheduled;
    c.blacklisted = life.is_blacklisted;
    c.in_grace = as_of < add_months(*first_purchase(life), terms.rules.grace_months);
    say(life, as_of, made, c);
    const auto later = life.triggers.upper_bound(as_of);
    c.urgent = later != life.triggers.begin();
    life.triggers.erase(life.triggers.begin(), later);
    decide(life, targets[i], c, as_of);
  }
}

}  // namespace crmcore::grading::naive
