// A review as it is computed: the same for preview, commit and replay.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crmcore/grading.hpp"

#include "engine/review_facts.hpp"
#include "grading/evaluation.hpp"
#include "grading/movement.hpp"

namespace crmcore::engine {

struct ReviewPlan {
  SchemeId scheme;
  ReviewKind kind = ReviewKind::scheduled;
  ReviewId id;  // that it has or will have
  grading::Model model;
  ReviewFacts facts;
  std::vector<grading::State> states;  // before, per subject
  grading::Evaluation evaluation;

  // Fills `evaluation` from model and facts.
  void evaluate();
  // Moves one subject; pure, so that it may be asked again instead of being kept.
  grading::Decision decide(std::size_t subject) const;
};

}  // namespace crmcore::engine
