// Definitions: attributes, axes and their nodes.
//
// Definitions change and but for aliases are never deleted, because values, classes and schemes refer to them
// by id. Whoever writes one touches the catalog's version (archive_store.hpp), by which caches tell that they
// are old.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct AttributeDefinitionRow {
  AttributeId id;
  std::string code;
  std::string name;
  AttributeType type = AttributeType::integer;
  std::optional<std::int64_t> minimum;
  std::optional<std::int64_t> maximum;
};

struct AxisRow {
  AxisId id;
  std::string code;
  std::string name;
  std::string kind;
  std::int32_t kind_version = 1;
  std::int32_t slot = 0;
  bool is_required = false;
  std::string definition;
};

struct NodeRow {
  NodeId id;
  AxisId axis;
  std::string code;
  std::string name;
  NodeId parent;
  std::int32_t rank = 0;
  std::optional<Date> from;
  std::optional<Date> to;
};

// What a node was until a day.
struct NodePastRow {
  NodeId node;
  Date to;
  std::string name;
  NodeId parent;
};

struct AliasRow {
  std::string fold;
  std::string alias;
  NodeId node;
};

class CatalogStore {
 public:
  explicit CatalogStore(sqlite::Connection& db) : db_(db) {}

  std::vector<AttributeDefinitionRow> attributes();
  void put(const AttributeDefinitionRow& row);

  std::vector<AxisRow> axes();
  void put(const AxisRow& row);

  NodeId last_node_id();
  std::vector<NodeRow> nodes(AxisId axis);
  void put(const NodeRow& row);
  // By node and day.
  std::vector<NodePastRow> nodes_past(AxisId axis);
  void insert(const NodePastRow& row);
  std::vector<AliasRow> aliases(AxisId axis);
  void put(AxisId axis, const AliasRow& row);
  void remove_alias(AxisId axis, std::string_view fold);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
