// Cut-offs: from scores or values to target grades. One file per kind in cuts/, listed in registry.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.hpp"
#include "grading/grade.hpp"
#include "grading/movement.hpp"
#include "grading/needed.hpp"
#include "grading/scheme.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::grading {

// The boundary between one grade and the next worse one, as smallest values of the basis: at or above
// `plain` a subject belongs to the better grade, from `enter` on it may rise to it, from `keep` on it may
// stay. enter >= plain >= keep; infinite where no value is enough.
struct CutLine {
  double plain = 0;
  double enter = 0;
  double keep = 0;
};

// How a cut came out on a population: everything that its targets follow from.
struct CutLines {
  std::vector<CutLine> lines;                   // best boundary first; empty for segments
  std::vector<std::vector<double>> class_cuts;  // segments: per factor, ascending
  bool is_empty = false;                        // nothing to share out: all stay ungraded
};

// What a cut sees of a population.
struct CutInput {
  const Scheme& scheme;
  std::span<const std::span<const double>> columns;
  // What lines are drawn through, larger is better: the score in millionths, or the value of factors()[0]
  // with its sign turned when less is better. NaN = cannot be graded, -infinity = declared worst.
  std::span<const double> basis;
};

struct CutKind;

// A cut-off with its parameters. Immutable.
class Cut {
 public:
  virtual ~Cut() = default;
  virtual const CutKind& kind() const noexcept = 0;
  // Writes the parameters, defaults spelled out.
  virtual void write(Json& out, const Scheme& scheme) const = 0;
  // The factors whose values it reads; empty when it reads the score.
  virtual std::span<const std::size_t> factors() const noexcept { return {}; }
  // The class of a value of factors()[place], from 1; nothing for cuts without classes, 0 for a missing
  // value.
  virtual std::optional<int> class_of_value(const Scheme& scheme, const CutLines& lines, std::size_t place,
                                            double value) const;
  virtual CutLines fit(const CutInput& input) const = 0;
  // How a cut that ranks weighs values, and the least value of the basis with which a subject that has `own`
  // stands on the better side of a boundary, all others staying (NeededLines::at()).
  virtual Weigh weigh() const noexcept { return Weigh::each_once; }
  virtual double needed(const Standings& standings, std::size_t boundary, Edge edge, double own) const;
  // Sets plain, enter and keep of every subject; all three stay kUngraded where nothing can be said.
  virtual void apply(const CutInput& input, const CutLines& lines, std::span<Target> out) const;
};

// A row of the registry.
struct CutKind {
  std::string_view id;
  std::int32_t version;
  std::string_view summary;
  std::string_view formula;
  bool is_relative;             // depends on the other subjects
  std::string_view parameters;  // members of a JSON Schema's "properties"
  // Reads the parameters, reporting what is wrong; grades and factors of `scheme` are read already, and are
  // told where values of a factor are written as amounts.
  std::unique_ptr<const Cut> (*make)(ObjectReader& in, Scheme& scheme);
};

// Reads the member "cuts", one ascending percentage per boundary, and "band", percentage points.
struct ShareCuts {
  std::vector<Points> cuts;
  Points band = 0;

  // The share that a boundary's line is drawn at.
  Points at(std::size_t boundary, Edge edge) const {
    return cuts[boundary] + (edge == Edge::keep ? band : -band);
  }
};
ShareCuts read_share_cuts(ObjectReader& in, const Scheme& scheme);
void write_share_cuts(Json& out, const ShareCuts& shares);
// Reads the code of a factor; reports when the scheme has none of it.
std::optional<std::size_t> read_factor(ObjectReader& in, std::string_view key, const Scheme& scheme);

inline constexpr double kBandDefault = 2.5;  // points or percentage points

}  // namespace crmcore::grading
