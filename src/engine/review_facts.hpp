// What a review sees of its population: measured values in columns, and what is true of each subject.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "crmcore/id.hpp"

#include "engine/session.hpp"
#include "grading/model.hpp"

namespace crmcore::engine {

// Bits of ReviewFacts::circumstances.
inline constexpr std::uint8_t kBlacklisted = 1;  // its values are not measured
inline constexpr std::uint8_t kInGrace = 2;
inline constexpr std::uint8_t kUrgent = 4;
inline constexpr std::uint8_t kLeft =
    16;  // no longer of the population; listed because it has a grade to lose
inline constexpr std::uint8_t kOverridden = 8;  // listed in ReviewFacts::overrides

struct SubjectOverride {
  std::optional<grading::Grade> pin;
  std::optional<grading::Grade> floor;
  std::optional<grading::Grade> ceiling;

  friend bool operator==(const SubjectOverride&, const SubjectOverride&) = default;
};

struct ReviewFacts {
  std::vector<std::int64_t> subjects;                              // ascending
  std::vector<std::vector<double>> columns;                        // a value per subject for each factor
  std::vector<std::uint8_t> circumstances;                         // per subject
  std::vector<std::pair<std::size_t, SubjectOverride>> overrides;  // by place of the subject

  // Adds subjects (ascending, none of them there) that left the population.
  void add_left(const std::vector<std::int64_t>& left);
  std::size_t size() const noexcept { return subjects.size(); }
  const SubjectOverride* override_of(std::size_t subject) const noexcept;
};

// Reads the population as `db` sees it. Throws Error: invalid (an attribute or axis that is not defined),
// range (a sum beyond 2^53 - 1), cancelled.
ReviewFacts load_facts(Session& session, sqlite::Connection& db, const grading::Model& model,
                       SchemeId scheme);

}  // namespace crmcore::engine
