#include "classification/registry.hpp"

#include <utility>

#include "base/format.hpp"
#include "base/text.hpp"
#include "classification/axes/axes.hpp"

namespace crmcore::classification {
namespace {

constexpr std::string_view kNoParameters = R"({"type":"object","additionalProperties":false})";

constexpr std::string_view kBandParameters = R"({
  "type": "object",
  "properties": {
    "attribute": {"type": "string", "description": "integer attribute that decides; money in minor units"},
    "bands": {
      "type": "array", "minItems": 1, "maxItems": 1000,
      "description": "from lowest to highest, without gap or overlap",
      "items": {
        "type": "object",
        "properties": {
          "code": {"type": "string"},
          "name": {"type": "string"},
          "from": {"type": "integer", "description": "inclusive; absent only in the first band"},
          "to": {"type": "integer", "description": "exclusive; absent only in the last band"}
        },
        "required": ["code"], "additionalProperties": false
      }
    }
  },
  "required": ["attribute", "bands"], "additionalProperties": false
})";

constexpr AxisKind kKinds[] = {
    {"band", 1, "classes cut from an integer attribute by half-open intervals", kBandParameters,
     make_band_axis},
    {"list", 1, "classes side by side", kNoParameters, make_list_axis},
    {"tree", 1, "classes under each other, up to 64 levels", kNoParameters, make_tree_axis},
};

}  // namespace

std::span<const AxisKind> axis_kinds() noexcept {
  return kKinds;
}

const AxisKind& axis_kind(std::string_view id, std::int32_t version) {
  std::string known;
  for (const AxisKind& kind : kKinds) {
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
