// Nelder and Mead's search over logarithms, so that positive numbers stay positive and a step is a factor.
// A simplex may close in on a slope: the search is begun again around its result until nothing is gained,
// and only then is it settled. It uses no derivative and no chance, and its steps are counted, so that the
// same objective gives the same bytes. Cost: at most kSearchesMax x kStepsMax steps of a few evaluations
// each. tests/grading/purchase_models_test.cpp compares fits with others around them.
#include "grading/stats/simplex.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace crmcore::grading {
namespace {

using Point = std::vector<double>;  // logarithms

constexpr double kFirstStep = 0.5;
constexpr double kLaterStep = 0.05;
constexpr double kNarrow = 1e-8;  // the extent of a simplex that has closed in
constexpr double kGain = 1e-9;    // less than this between two searches is none
constexpr int kStepsMax = 2000;   // of one search
constexpr int kSearchesMax = 8;
constexpr double kNearLimit = 10;  // so many times it, or less

struct Vertex {
  Point at;
  double value = 0;
};

class Simplex {
 public:
  Simplex(const Objective& objective, std::span<const Limits> limits)
      : objective_(objective), limits_(limits), numbers_(limits.size()) {}

  Vertex vertex(Point at) {
    for (std::size_t i = 0; i < at.size(); ++i) {
      at[i] = std::clamp(at[i], std::log(limits_[i].least), std::log(limits_[i].most));
      numbers_[i] = std::exp(at[i]);
    }
    const double value = objective_(numbers_);
    return {std::move(at), value};
  }

  // The best vertex around `start`; false when it did not close in.
  bool search(Vertex& start, double step) {
    vertices_.assign(1, start);
    for (std::size_t i = 0; i < start.at.size(); ++i) {
      Point at = start.at;
      at[i] += at[i] + step > std::log(limits_[i].most) ? -step : step;
      vertices_.push_back(vertex(std::move(at)));
    }
    bool is_narrow = false;
    for (int i = 0; i < kStepsMax && !is_narrow; ++i) {
      sort();
      is_narrow = extent() < kNarrow;
      if (!is_narrow) move_worst();
    }
    start = vertices_.front();
    return is_narrow;
  }

 private:
  // By insertion: there are five at most, and all but one are in order mostly.
  void sort() {
    for (std::size_t v = 1; v < vertices_.size(); ++v) {
      for (std::size_t i = v; i > 0 && vertices_[i].value > vertices_[i - 1].value; --i) {
        std::swap(vertices_[i], vertices_[i - 1]);
      }
    }
  }

  double extent() const {
    double most = 0;
    for (const Vertex& other : vertices_) {
      for (std::size_t i = 0; i < other.at.size(); ++i) {
        most = std::max(most, std::abs(other.at[i] - vertices_.front().at[i]));
      }
    }
    return most;
  }

  // The point so far beyond the centre of the others as the worst one is on this side, times `factor`.
  Vertex beyond(double factor) {
    const Vertex& worst = vertices_.back();
    Point at(worst.at.size());
    for (std::size_t i = 0; i < at.size(); ++i) {
      double centre = 0;
      for (std::size_t v = 0; v + 1 < vertices_.size(); ++v) centre += vertices_[v].at[i];
      centre /= static_cast<double>(vertices_.size() - 1);
      at[i] = centre + factor * (centre - worst.at[i]);
    }
    return vertex(std::move(at));
  }

  void move_worst() {
    const Vertex reflected = beyond(1);
    if (reflected.value > vertices_.front().value) {
      const Vertex expanded = beyond(2);
      vertices_.back() = expanded.value > reflected.value ? expanded : reflected;
      return;
    }
    if (reflected.value > vertices_[vertices_.size() - 2].value) {
      vertices_.back() = reflected;
      return;
    }
    const Vertex contracted = beyond(reflected.value > vertices_.back().value ? 0.5 : -0.5);
    if (contracted.value > std::max(reflected.value, vertices_.back().value)) {
      vertices_.back() = contracted;
      return;
    }
    for (std::size_t v = 1; v < vertices_.size(); ++v) {
      Point at = vertices_[v].at;
      for (std::size_t i = 0; i < at.size(); ++i) at[i] = (at[i] + vertices_.front().at[i]) / 2;
      vertices_[v] = vertex(std::move(at));
    }
  }

  const Objective& objective_;
  std::span<const Limits> limits_;
  std::vector<double> numbers_;
  std::vector<Vertex> vertices_;  // best first
};

}  // namespace

Maximum maximise(const Objective& objective, std::span<const double> start, std::span<const Limits> limits) {
  assert(start.size() == limits.size());
  for (std::size_t i = 0; i < start.size(); ++i) {
    assert(start[i] >= limits[i].least && start[i] <= limits[i].most);
  }
  Simplex simplex(objective, limits);
  Point logarithms;
  for (const double number : start) logarithms.push_back(std::log(number));
  Vertex best = simplex.vertex(std::move(logarithms));
  bool is_settled = false;
  for (int i = 0; i < kSearchesMax && !is_settled; ++i) {
    const double before = best.value;
    const bool is_narrow = simplex.search(best, i == 0 ? kFirstStep : kLaterStep);
    is_settled = i > 0 && is_narrow && best.value - before <= kGain * std::max(std::abs(before), 1.0);
  }
  Maximum maximum{{}, best.value, is_settled};
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const double number = std::exp(best.at[i]);
    maximum.at.push_back(number);
    if (number < limits[i].least * kNearLimit || number > limits[i].most / kNearLimit) {
      maximum.is_inside = false;
    }
  }
  return maximum;
}

}  // namespace crmcore::grading
