// A scheme bound to a date: what to read, and how to measure one subject.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "crmcore/date.hpp"

#include "grading/facts.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {

// Immutable after construction; one model may measure on several threads.
class Model {
 public:
  Model(Scheme scheme, Date as_of);

  const Scheme& scheme() const noexcept { return scheme_; }
  Date as_of() const noexcept { return as_of_; }
  const FactNeeds& needs() const noexcept { return needs_; }
  std::size_t factor_count() const noexcept { return probes_.size(); }
  // Whether the data told all parameters that the metrics carry (Metric::is_determined()).
  bool is_determined() const noexcept { return is_determined_; }

  // Writes one value per factor, in the scheme's order; NaN = missing. Amounts are minor units, categories
  // are indexes, and both are exact in a double; what is beyond +-kIntegerMax counts as that. Precondition:
  // out.size() == factor_count().
  void measure(const SubjectFacts& facts, std::span<double> out) const;

 private:
  Scheme scheme_;
  Date as_of_;
  FactNeeds needs_;
  bool is_determined_ = true;
  std::vector<std::function<double(const SubjectFacts&)>> probes_;
};

}  // namespace crmcore::grading
