// The second implementation of whole worlds: customers come, buy, return, leave and are judged by people,
// schemes get new versions, and reviews move grades. Told as docs/grading.md tells it, everybody anew at
// every review, and without the library but for dates and the names of grades.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "grading/naive.hpp"

namespace crmcore::grading::naive {

enum class Measure { revenue, orders, recency };

// What a version of the scheme says.
struct Terms {
  int version = 1;
  Measure measure = Measure::revenue;
  int months = 3;                 // of the rolling window
  bool is_missing_worst = false;  // of recency: else ungraded
  ShareRule cut;
  MovementRules rules;
};

struct Line {
  Date day;
  std::int64_t amount;
  bool is_return;
  int document;
};

struct Said {  // an override
  int kind;    // 0 pin, 1 floor, 2 ceiling
  Grade grade;
  Date from;
  std::optional<Date> until;
  std::optional<Date> lifted;
};

struct Told {
  Grade from;
  Grade to;
  Date day;
  bool is_of_review;

  friend bool operator==(const Told&, const Told&) = default;
};

struct Life {
  std::vector<Line> lines;
  std::optional<Date> lost;
  bool is_in_branch = true;
  bool is_blacklisted = false;
  std::vector<Said> said;
  std::set<Date> triggers;  // that no review has acted on
  State state;
  std::vector<Told> told;
  std::vector<Date> warned;
};

class World {
 public:
  explicit World(Terms first) : terms(std::move(first)) {}

  void post(std::size_t life, const Line& line);
  void blacklist(std::size_t life, Date today);
  void unblacklist(std::size_t life, Date today);
  void review(Date as_of, Date made, bool is_scheduled);

  Terms terms;
  std::vector<Life> lives;

 private:
  bool is_member(const Life& life, Date as_of) const;
  double value(const Life& life, Date as_of) const;
  void decide(Life& life, const Target& target, Circumstances circumstances, Date day);

  std::int64_t reviews_ = 0;
};

}  // namespace crmcore::grading::naive
