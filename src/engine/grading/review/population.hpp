// Whom a review looks at: facts and states, read in full or carried on from the last review.
//
// Carrying on costs what the news cost: only subjects are measured again whose facts may differ from what the
// last review saw. These are found from the journal and the ledger since then, and from who has entries, or
// his first one, on the days that entered or left a window; where that proves nothing (another scheme
// version, a redefined axis, a metric that moves with any date) everybody is read.
// tests/engine/review_population_test.cpp proves that both give the same.
#pragma once

#include <optional>
#include <vector>

#include "engine/grading/review/facts.hpp"
#include "grading/movement.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {

struct Population {
  ReviewFacts facts;
  std::vector<grading::State> states;  // before, per subject
};

Population read_population(Session& session, sqlite::Connection& db, const grading::Model& model,
                           SchemeId scheme);
// From `last`, the last review of the scheme that moved grades; nothing where that is not possible.
std::optional<Population> carry_population(Session& session, sqlite::Connection& db,
                                           const grading::Model& model, const storage::ReviewRow& last);

grading::State state_of(const storage::GradeStateRow& row);

}  // namespace crmcore::engine
