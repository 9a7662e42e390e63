// What a review sees of its population: measured values in columns, and what is true of each subject.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "crmcore/grading.hpp"
#include "crmcore/id.hpp"

#include "engine/core/session.hpp"
#include "grading/model.hpp"

namespace crmcore::engine {

// Bits of ReviewFacts::circumstances.
inline constexpr std::uint8_t kIsBlacklisted = 1;  // its values are not measured
inline constexpr std::uint8_t kIsInGrace = 2;
inline constexpr std::uint8_t kIsUrgent = 4;
inline constexpr std::uint8_t kIsOverridden = 8;  // listed in ReviewFacts::overrides
inline constexpr std::uint8_t kHasLeft = 16;      // not of the population any more, but has a grade to lose

struct SubjectOverride {
  std::optional<grading::Grade> pin;
  std::optional<grading::Grade> floor;
  std::optional<grading::Grade> ceiling;

  std::optional<grading::Grade>& of(OverrideKind kind) noexcept {
    return kind == OverrideKind::pin ? pin : kind == OverrideKind::floor ? floor : ceiling;
  }
  friend bool operator==(const SubjectOverride&, const SubjectOverride&) = default;
};

// What overrides of one kind say; of a SubjectOverride or grading::Circumstances.
template <class Overrides>
std::optional<grading::Grade>& grade_by(Overrides& overrides, OverrideKind kind) noexcept {
  return kind == OverrideKind::pin     ? overrides.pin
         : kind == OverrideKind::floor ? overrides.floor
                                       : overrides.ceiling;
}

struct ReviewFacts {
  std::vector<SubjectId> subjects;                                 // ascending
  std::vector<std::vector<double>> columns;                        // a value per subject for each factor
  std::vector<std::uint8_t> circumstances;                         // per subject
  std::vector<std::pair<std::size_t, SubjectOverride>> overrides;  // by place of the subject

  std::size_t size() const noexcept { return subjects.size(); }
  const SubjectOverride* override_of(std::size_t subject) const noexcept;
  // The places of who does not count: blacklisted, or no longer of the population.
  std::vector<std::size_t> absent() const;
  // Appends one subject of `other`, or one that left the population.
  void append(const ReviewFacts& other, std::size_t subject);
  void append_left(SubjectId subject);
  // Makes the columns, and room for so many subjects.
  void reserve(std::size_t factors, std::size_t count);
  void clear();
};

// Reads the population as `db` sees it, for a review made on the day `made`. Throws Error: invalid (an
// attribute or axis that is not defined), range (a sum beyond 2^53 - 1), cancelled, unsupported (subjects of
// which the archive has no facts).
ReviewFacts load_facts(Session& session, sqlite::Connection& db, const grading::Model& model, SchemeId scheme,
                       Date made);

// Measures subjects block by block, without overrides, blacklist and triggers.
class FactsReader {
 public:
  FactsReader(sqlite::Connection& db, const Catalog& catalog, const grading::Model& model);
  ~FactsReader();
  FactsReader(const FactsReader&) = delete;
  FactsReader& operator=(const FactsReader&) = delete;

  SubjectId last_subject() const noexcept;
  // Appends those of `wanted` that belong to the population. Precondition: ascending, all of `block`.
  void read(std::int64_t block, std::span<const SubjectId> wanted, ReviewFacts& out);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Marks who is overridden, on the blacklist (its values become NaN) or has an open trigger. Where a review is
// dated back, what people said until it is made holds.
void mark_overrides(sqlite::Connection& db, const grading::Model& model, SchemeId scheme, Date made,
                    ReviewFacts& facts);

}  // namespace crmcore::engine
