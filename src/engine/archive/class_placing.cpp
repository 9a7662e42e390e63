#include "engine/archive/class_placing.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"

namespace crmcore::engine {

std::optional<NodeId> ClassPlacer::resolve(const CatalogAxis& axis, const std::string& text,
                                           Diagnostic& refusal) {
  if (text.empty()) return NodeId{};
  key_.assign(axis.row.code).append("\n").append(text);
  if (const auto known = resolved_.find(key_); known != resolved_.end()) return known->second;
  const auto resolution = axis.axis.tree.resolve(text, today_);
  if (resolution.kind != classification::Resolution::Kind::found) {
    const bool is_unknown = resolution.kind == classification::Resolution::Kind::unknown;
    refusal.code = is_unknown ? Code::not_found : Code::invalid;
    refusal.message = axis.axis.tree.size() == 0
                          ? fmt::format(
                                "axis '{}' has no nodes yet: classification.put_nodes puts some, "
                                "classification.import_divisions the regions of China",
                                axis.row.code)
                          : fmt::format("axis '{}': {}", axis.row.code, resolution.reason);
    return std::nullopt;
  }
  const NodeId node = axis.axis.tree.node(resolution.position).id;
  resolved_.emplace(key_, node);
  return node;
}

void ClassPlacer::place(std::span<const ClassInput> given, const std::string& path,
                        storage::ClassRow& classes, std::vector<Diagnostic>& found) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    const ClassInput& one = given[i];
    const auto refuse = [&](Code code, std::string message) {
      found.push_back({code, join_path(path + "/classes", one.axis), std::move(message)});
    };
    const auto is_same = [&](const ClassInput& other) { return other.axis == one.axis; };
    const CatalogAxis* axis = catalog_.axis(std::string_view(one.axis));
    if (axis == nullptr) {
      refuse(Code::not_found, fmt::format("no axis '{}'; defined are: {}", one.axis, catalog_.axis_codes()));
    } else if (axis->is_derived()) {
      refuse(Code::invalid,
             fmt::format("the class on axis '{}' follows from {} and is not set by hand", one.axis,
                         axis->derived_from()) +
                 (axis->takes_overrides() ? "; classification.override decides otherwise" : ""));
    } else if (std::any_of(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(i), is_same)) {
      refuse(Code::invalid, fmt::format("the class on axis '{}' is given twice", one.axis));
    } else {
      Diagnostic refusal{};
      const auto node = resolve(*axis, one.node, refusal);
      classes[axis->slot()] = node.value_or(NodeId{});
      if (!node) refuse(refusal.code, std::move(refusal.message));
    }
  }
}

void ClassPlacer::derive(AttributeId attribute, const std::int64_t* number,
                         storage::ClassRow& classes) const {
  for (const CatalogAxis& axis : catalog_.axes()) {
    if (!axis.attribute || axis.attribute != attribute) continue;
    const Position position = number == nullptr ? kNowhere : axis.axis.place(*number);
    classes[axis.slot()] = position == kNowhere ? NodeId{} : axis.axis.tree.node(position).id;
  }
}

void ClassPlacer::require_all(const storage::ClassRow* before, const storage::ClassRow& classes,
                              const std::string& path, std::vector<Diagnostic>& found) const {
  for (const CatalogAxis& axis : catalog_.axes()) {
    const bool is_touched = before == nullptr || classes[axis.slot()] != (*before)[axis.slot()];
    if (axis.row.is_required && is_touched && !classes[axis.slot()]) {
      found.push_back({Code::invalid, path + "/classes",
                       fmt::format("axis '{}' is required; the customer has no class on it", axis.row.code)});
    }
  }
}

}  // namespace crmcore::engine
