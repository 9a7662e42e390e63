// A review as it is computed: the same for preview, commit and replay.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crmcore/grading.hpp"

#include "engine/grading/review/facts.hpp"
#include "grading/evaluation.hpp"
#include "grading/movement.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {

// What a review saw of one subject and decided about it.
struct SubjectReview {
  SubjectId subject;
  std::uint8_t circumstances = 0;
  std::vector<double> values;
  grading::State state;  // before
  grading::Points score = grading::kPointsNone;
  grading::Target target;
  grading::Rule rule = grading::Rule::band;
  grading::Grade grade = grading::kUngraded;     // in force after
  grading::Grade computed = grading::kUngraded;  // after
};

struct ReviewPlan {
  SchemeId scheme;
  ReviewKind kind = ReviewKind::scheduled;
  ReviewId id;  // that it has or will have
  grading::Model model;
  std::optional<storage::ReviewRow> base;  // whose record it keeps the difference to
  ReviewFacts facts;
  std::vector<grading::State> states;  // before, per subject
  grading::Evaluation evaluation;

  // Fills `evaluation` from model and facts.
  void evaluate();
  // Moves one subject; pure, so that it may be asked again instead of being kept.
  grading::Decision decide(std::size_t subject) const;
  // Fills `out`; its memory is used again.
  void describe(std::size_t subject, SubjectReview& out) const;
};

}  // namespace crmcore::engine
