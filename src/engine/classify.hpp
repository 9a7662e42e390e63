// Defining axes, nodes and attributes, and reading the classes of a customer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/classification.hpp"

#include "base/json_fwd.hpp"
#include "engine/session.hpp"

namespace crmcore::engine {

AttributeId define_attribute(Session& session, const AttributeDefinition& attribute);
AxisId define_axis(Session& session, const AxisInput& axis);
std::int64_t put_nodes(Session& session, std::string_view axis, std::span<const NodeInput> nodes);
// Region, ownership and asset band with attribute total_assets, as the glossary has them; those that
// exist already stay as they are.
void define_ready_made(Session& session);
Json load_divisions(Session& session, std::string_view axis, std::span<const std::string_view> csv_texts);

std::optional<Node> resolve_node(Session& session, std::string_view axis, std::string_view text);
std::vector<ClassOf> classes_of(Session& session, CustomerId customer, std::optional<Date> as_of);

// Throws Error(not_found) at `path`, naming the axes there are.
const CatalogAxis& require_axis(const Catalog& catalog, std::string_view code, const std::string& path);

}  // namespace crmcore::engine
