#include "grading/model.hpp"

#include <cassert>

#include "crmcore/money.hpp"

#include "grading/metric.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading {
namespace {

// A product, such as of counts and rates, may be beyond what is told as a number. NaN stays.
double within_numbers(double value) {
  constexpr auto kMost = static_cast<double>(kIntegerMax);
  return value > kMost ? kMost : value < -kMost ? -kMost : value;
}

}  // namespace

Model::Model(Scheme scheme, Date as_of) : scheme_(std::move(scheme)), as_of_(as_of) {
  NeedList needs;
  for (const Factor& factor : scheme_.factors) {
    MetricBinding binding{as_of_, scheme_.calendar, scheme_.returns.value_or(Returns::gross), {}, needs};
    if (factor.scale) binding.categories = factor.scale->categories();
    probes_.push_back(factor.metric->bind(binding));
    is_determined_ = is_determined_ && factor.metric->is_determined();
  }
  needs_ = needs.take();
}

void Model::measure(const SubjectFacts& facts, std::span<double> out) const {
  assert(out.size() == probes_.size());
  for (std::size_t f = 0; f < probes_.size(); ++f) out[f] = within_numbers(probes_[f](facts));
}

}  // namespace crmcore::grading
