// The kinds of axis there are, and an axis of any kind ready for use.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/error.hpp"
#include "crmcore/position.hpp"

#include "base/json_fwd.hpp"
#include "classification/on_manual.hpp"
#include "classification/tree.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::classification {

class Rules;

// An axis: its nodes, and for kinds that derive the class what derives it.
struct Axis {
  Tree tree;
  std::string attribute;                        // empty: customers are placed by hand
  std::function<Position(std::int64_t)> place;  // value of `attribute` → node or kNowhere; unset: by hand
  std::string definition = "{}";                // canonical JSON
  std::shared_ptr<const Rules> rules{};         // of a rule axis
  OnManual on_manual = OnManual::refuse;        // of axes that derive

  bool is_derived() const noexcept { return !attribute.empty() || rules != nullptr; }
};

// One kind of axis.
struct AxisKind {
  std::string_view id;
  std::int32_t version;
  std::string_view summary;
  // Reads the definition to describe it, in the form that has to be before `make` looks at what it says.
  void (*describe)(ObjectReader& in);
  // Builds the axis from its definition and its nodes. A kind that derives its nodes from the definition
  // takes from `nodes` only ids. Appends violations to `found`; the axis is then empty.
  Axis (*make)(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found);
};

// All kinds, ordered by id.
std::span<const AxisKind> axis_kinds() noexcept;
// Throws Error(unsupported) for an id or version that this build does not know, naming those it does.
const AxisKind& axis_kind(std::string_view id, std::int32_t version = 1);

// Builds an axis of the kind; throws Error with all violations. For a band axis the nodes are those of
// the definition, in its order, with ids where `nodes` has the same code.
Axis make_axis(const AxisKind& kind, const Json& definition, std::vector<NodeRow> nodes);

}  // namespace crmcore::classification
