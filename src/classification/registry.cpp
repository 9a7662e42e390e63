#include "classification/registry.hpp"

#include <utility>

#include "base/format.hpp"
#include "base/text.hpp"
#include "classification/axes/kinds.hpp"

namespace crmcore::classification {
namespace {

constexpr AxisKind kAxisKinds[] = {
    {"band", 1, "classes cut from an integer attribute by half-open intervals", describe_band_axis,
     make_band_axis},
    {"list", 1, "classes side by side", describe_placed_axis, make_list_axis},
    {"rule", 1, "classes that follow from other facts by conditions, of which the first that hold decide",
     describe_rule_axis, make_rule_axis},
    {"tree", 1, "classes under each other, up to 64 levels", describe_placed_axis, make_tree_axis},
};

}  // namespace

std::span<const AxisKind> axis_kinds() noexcept {
  return kAxisKinds;
}

const AxisKind& axis_kind(std::string_view id, std::int32_t version) {
  std::string known;
  for (const AxisKind& kind : kAxisKinds) {
    if (kind.id == id && kind.version == version) return kind;
    known += fmt::format("{}{}@{}", known.empty() ? "" : ", ", kind.id, kind.version);
  }
  throw Error(Code::unsupported,
              fmt::format("kind of axis {}@{} is not known; known are {}", text::quoted(id), version, known),
              "/kind");
}

Axis make_axis(const AxisKind& kind, const Json& definition, std::vector<NodeRow> nodes) {
  std::vector<Diagnostic> found;
  Axis axis = kind.make(definition, std::move(nodes), found);
  throw_if_any(std::move(found));
  return axis;
}

}  // namespace crmcore::classification
