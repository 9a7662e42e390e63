#include "storage/catalog_store.hpp"

#include "storage/customer_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kAttributeDefinitions{
    "SELECT id, code, name, type, minimum, maximum FROM attribute_row ORDER BY id"};
constexpr Sql kPutAttributeDefinition{
    "INSERT INTO attribute_row (id, code, name, type, minimum, maximum) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, minimum = excluded.minimum, "
    "maximum = excluded.maximum"};
constexpr Sql kAxes{
    "SELECT id, code, name, kind, kind_version, slot, is_required, definition FROM axis_row ORDER BY slot"};
constexpr Sql kPutAxis{
    "INSERT INTO axis_row (id, code, name, kind, kind_version, slot, is_required, definition) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
    "kind_version = excluded.kind_version, is_required = excluded.is_required, "
    "definition = excluded.definition"};
constexpr Sql kLastNode{"SELECT coalesce(max(id), 0) FROM node_row"};
constexpr Sql kNodes{
    "SELECT id, axis_id, code, name, parent_id, rank, from_day, to_day FROM node_row WHERE axis_id = ?1 "
    "ORDER BY id"};
constexpr Sql kPutNode{
    "INSERT INTO node_row (id, axis_id, code, name, parent_id, rank, from_day, to_day) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
    "parent_id = excluded.parent_id, rank = excluded.rank, from_day = excluded.from_day, "
    "to_day = excluded.to_day"};
constexpr Sql kNodesPast{
    "SELECT p.node_id, p.to_day, p.name, p.parent_id FROM node_past_row p JOIN node_row n ON n.id = "
    "p.node_id "
    "WHERE n.axis_id = ?1 ORDER BY p.node_id, p.to_day"};
constexpr Sql kInsertNodePast{
    "INSERT INTO node_past_row (node_id, to_day, name, parent_id) VALUES (?1, ?2, ?3, ?4)"};
constexpr Sql kAliases{
    "SELECT alias_fold, alias, node_id FROM node_alias WHERE axis_id = ?1 ORDER BY alias_fold"};
constexpr Sql kPutAlias{
    "INSERT INTO node_alias (axis_id, alias_fold, alias, node_id) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (axis_id, alias_fold) DO UPDATE SET alias = excluded.alias, node_id = excluded.node_id"};

constexpr Sql kRemoveAlias{"DELETE FROM node_alias WHERE axis_id = ?1 AND alias_fold = ?2"};

}  // namespace

std::vector<AttributeDefinitionRow> CatalogStore::attributes() {
  std::vector<AttributeDefinitionRow> rows;
  auto row = db_.use(kAttributeDefinitions);
  while (row.step()) {
    rows.push_back({row.id<AttributeId>(0), row.string(1), row.string(2), row.enum_at<AttributeType>(3),
                    row.maybe_integer(4), row.maybe_integer(5)});
  }
  return rows;
}

void CatalogStore::put(const AttributeDefinitionRow& row) {
  db_.use(kPutAttributeDefinition)
      .bind(1, row.id)
      .bind(2, row.code)
      .bind(3, row.name)
      .bind(4, row.type)
      .bind(5, row.minimum)
      .bind(6, row.maximum)
      .run();
}

std::vector<AxisRow> CatalogStore::axes() {
  std::vector<AxisRow> rows;
  auto row = db_.use(kAxes);
  while (row.step()) {
    rows.push_back({row.id<AxisId>(0), row.string(1), row.string(2), row.string(3), row.integer32(4),
                    row.integer32(5), row.flag(6), row.string(7)});
    if (rows.back().slot < 1 || rows.back().slot > static_cast<std::int32_t>(kClassSlots))
      throw Error(Code::corrupt, "an axis has no place among the classes");
  }
  return rows;
}

void CatalogStore::put(const AxisRow& row) {
  db_.use(kPutAxis)
      .bind(1, row.id)
      .bind(2, row.code)
      .bind(3, row.name)
      .bind(4, row.kind)
      .bind(5, row.kind_version)
      .bind(6, row.slot)
      .bind(7, row.is_required)
      .bind(8, row.definition)
      .run();
}

NodeId CatalogStore::last_node_id() {
  auto row = db_.use(kLastNode);
  row.step();
  return row.id<NodeId>(0);
}

std::vector<NodeRow> CatalogStore::nodes(AxisId axis) {
  std::vector<NodeRow> rows;
  auto row = db_.use(kNodes);
  row.bind(1, axis);
  while (row.step()) {
    rows.push_back({row.id<NodeId>(0), row.id<AxisId>(1), row.string(2), row.string(3), row.id<NodeId>(4),
                    row.integer32(5), row.maybe_date(6), row.maybe_date(7)});
  }
  return rows;
}

void CatalogStore::put(const NodeRow& row) {
  db_.use(kPutNode)
      .bind(1, row.id)
      .bind(2, row.axis)
      .bind(3, row.code)
      .bind(4, row.name)
      .bind_or_null(5, row.parent)
      .bind(6, row.rank)
      .bind(7, row.from)
      .bind(8, row.to)
      .run();
}

std::vector<NodePastRow> CatalogStore::nodes_past(AxisId axis) {
  std::vector<NodePastRow> rows;
  auto row = db_.use(kNodesPast);
  row.bind(1, axis);
  while (row.step()) rows.push_back({row.id<NodeId>(0), row.date(1), row.string(2), row.id<NodeId>(3)});
  return rows;
}

void CatalogStore::insert(const NodePastRow& row) {
  db_.use(kInsertNodePast)
      .bind(1, row.node)
      .bind(2, row.to)
      .bind(3, row.name)
      .bind_or_null(4, row.parent)
      .run();
}

std::vector<AliasRow> CatalogStore::aliases(AxisId axis) {
  std::vector<AliasRow> rows;
  auto row = db_.use(kAliases);
  row.bind(1, axis);
  while (row.step()) rows.push_back({row.string(0), row.string(1), row.id<NodeId>(2)});
  return rows;
}

void CatalogStore::put(AxisId axis, const AliasRow& row) {
  db_.use(kPutAlias).bind(1, axis).bind(2, row.fold).bind(3, row.alias).bind(4, row.node).run();
}

void CatalogStore::remove_alias(AxisId axis, std::string_view fold) {
  db_.use(kRemoveAlias).bind(1, axis).bind(2, fold).run();
}

}  // namespace crmcore::storage
