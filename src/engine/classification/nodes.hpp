// The nodes of an axis: putting them, finding one by what people call it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crmcore/classification.hpp"

#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

inline constexpr std::size_t kNodesMax = 100'000;  // of an axis

// Told in the journal.
inline constexpr ChangeKind kNodesPut{12, "axis.nodes_put", storage::ToldRows::catalogue};

std::int64_t put_nodes(Session& session, std::string_view axis, std::span<const NodeInput> nodes);
std::optional<Node> resolve_node(Session& session, std::string_view axis, std::string_view text);

NodeInput read_node(ObjectReader& in);
// As the gateway answers it.
Json resolved_json(const std::optional<Node>& node);
Json resolved_answer();

// Puts nodes of a list within a write and tells it; returns how many were new or changed. Their intervals,
// and aliases that the list does not have, stay.
std::int64_t put_node_rows(WriteScope& write, const CatalogAxis& axis,
                           std::span<const classification::NodeRow> given);
// Checks the axis whole, with nodes that are new or another than before, writes those and tells it; returns
// how many were new or changed. Violations stand at "/nodes/<i>" of `put`, else at "/nodes".
std::int64_t put_merged(WriteScope& write, const CatalogAxis& axis, std::vector<classification::NodeRow> put,
                        std::vector<classification::NodeRow> known);
// After nodes or classes on the axis changed: asks for the classes anew that rules derive from it.
void derive_readers(Session& session, WriteScope& write, std::string_view axis);
// Writes the nodes that are new or changed; returns how many.
std::int64_t save_nodes(sqlite::Connection& db, AxisId axis, std::vector<classification::NodeRow> nodes);

}  // namespace crmcore::engine
