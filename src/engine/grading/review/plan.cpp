#include "engine/grading/review/plan.hpp"

namespace crmcore::engine {

void ReviewPlan::evaluate() {
  const std::vector<std::span<const double>> columns(facts.columns.begin(), facts.columns.end());
  evaluation = grading::evaluate(model, columns, facts.absent());
}

grading::Decision ReviewPlan::decide(std::size_t subject) const {
  const std::uint8_t bits = facts.circumstances[subject];
  grading::Circumstances circumstances;
  circumstances.review = id;
  circumstances.scheme_version = model.scheme().version;
  circumstances.scheduled = kind != ReviewKind::ad_hoc;
  circumstances.warns = model.is_determined();
  circumstances.has_left = (bits & kHasLeft) != 0;
  circumstances.blacklisted = (bits & kIsBlacklisted) != 0;
  circumstances.in_grace = (bits & kIsInGrace) != 0;
  circumstances.urgent = (bits & kIsUrgent) != 0;
  if ((bits & kIsOverridden) != 0) {
    if (const SubjectOverride* override = facts.override_of(subject)) {
      circumstances.pin = override->pin;
      circumstances.floor = override->floor;
      circumstances.ceiling = override->ceiling;
    }
  }
  return grading::move(model.scheme().movement, states[subject], evaluation.targets[subject], circumstances,
                       model.as_of());
}

void ReviewPlan::describe(std::size_t subject, SubjectReview& out) const {
  const grading::Decision decision = decide(subject);
  out.subject = facts.subjects[subject];
  out.circumstances = facts.circumstances[subject];
  out.values.clear();
  for (const auto& column : facts.columns) out.values.push_back(column[subject]);
  out.state = states[subject];
  out.score = evaluation.scores[subject];
  out.target = evaluation.targets[subject];
  out.rule = decision.rule;
  out.grade = decision.next.grade;
  out.computed = decision.next.computed;
}

}  // namespace crmcore::engine
