#include "storage/catalog_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kAttributes{"SELECT id, code, name, type, minimum, maximum FROM attribute_row ORDER BY id"};
constexpr Sql kPutAttribute{
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
constexpr Sql kAliases{
    "SELECT alias_fold, alias, node_id FROM node_alias WHERE axis_id = ?1 ORDER BY alias_fold"};
constexpr Sql kPutAlias{
    "INSERT INTO node_alias (axis_id, alias_fold, alias, node_id) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (axis_id, alias_fold) DO UPDATE SET alias = excluded.alias, node_id = excluded.node_id"};

std::optional<Date> maybe_date(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt
                             : std::optional(Date{static_cast<std::int32_t>(row.integer(column))});
}

void bind_date(Statement& statement, int index, const std::optional<Date>& date) {
  date ? statement.bind(index, date->days) : statement.bind_null(index);
}

}  // namespace

std::vector<AttributeDefinitionRow> CatalogStore::attributes() {
  std::vector<AttributeDefinitionRow> rows;
  auto row = db_.use(kAttributes);
  while (row.step()) {
    rows.push_back({AttributeId{row.integer(0)}, std::string(row.text(1)), std::string(row.text(2)),
                    static_cast<std::int32_t>(row.integer(3)), row.maybe_integer(4), row.maybe_integer(5)});
  }
  return rows;
}

void CatalogStore::put(const AttributeDefinitionRow& row) {
  db_.use(kPutAttribute)
      .bind(1, row.id.value)
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
    rows.push_back({AxisId{row.integer(0)}, std::string(row.text(1)), std::string(row.text(2)),
                    std::string(row.text(3)), static_cast<std::int32_t>(row.integer(4)),
                    static_cast<std::int32_t>(row.integer(5)), row.integer(6) != 0,
                    std::string(row.text(7))});
  }
  return rows;
}

void CatalogStore::put(const AxisRow& row) {
  db_.use(kPutAxis)
      .bind(1, row.id.value)
      .bind(2, row.code)
      .bind(3, row.name)
      .bind(4, row.kind)
      .bind(5, row.kind_version)
      .bind(6, row.slot)
      .bind(7, std::int64_t{row.is_required})
      .bind(8, row.definition)
      .run();
}

NodeId CatalogStore::last_node_id() {
  auto row = db_.use(kLastNode);
  row.step();
  return NodeId{row.integer(0)};
}

std::vector<NodeRow> CatalogStore::nodes(AxisId axis) {
  std::vector<NodeRow> rows;
  auto row = db_.use(kNodes);
  row.bind(1, axis.value);
  while (row.step()) {
    rows.push_back({NodeId{row.integer(0)}, AxisId{row.integer(1)}, std::string(row.text(2)),
                    std::string(row.text(3)), NodeId{row.integer(4)},
                    static_cast<std::int32_t>(row.integer(5)), maybe_date(row, 6), maybe_date(row, 7)});
  }
  return rows;
}

void CatalogStore::put(const NodeRow& row) {
  auto put = db_.use(kPutNode);
  put.bind(1, row.id.value).bind(2, row.axis.value).bind(3, row.code).bind(4, row.name);
  row.parent ? put.bind(5, row.parent.value) : put.bind_null(5);
  put.bind(6, row.rank);
  bind_date(put, 7, row.from);
  bind_date(put, 8, row.to);
  put.run();
}

std::vector<AliasRow> CatalogStore::aliases(AxisId axis) {
  std::vector<AliasRow> rows;
  auto row = db_.use(kAliases);
  row.bind(1, axis.value);
  while (row.step())
    rows.push_back({std::string(row.text(0)), std::string(row.text(1)), NodeId{row.integer(2)}});
  return rows;
}

void CatalogStore::put(AxisId axis, const AliasRow& row) {
  db_.use(kPutAlias).bind(1, axis.value).bind(2, row.fold).bind(3, row.alias).bind(4, row.node.value).run();
}

}  // namespace crmcore::storage
