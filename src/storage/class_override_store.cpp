#include "storage/class_override_store.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kStandingOverrides{
    "SELECT axis_id, node_id FROM class_override_row WHERE customer_id = ?1 AND lifted_day IS NULL "
    "ORDER BY axis_id"};
constexpr Sql kClassOverrides{
    "SELECT id, customer_id, axis_id, node_id, from_day, reason, actor, lifted_day, lift_reason, lift_actor "
    "FROM class_override_row WHERE id > ?1 AND (?2 = 0 OR axis_id = ?2) AND (?3 = 0 OR customer_id = ?3) "
    "AND (?4 = 1 OR lifted_day IS NULL) ORDER BY id LIMIT ?5"};
constexpr Sql kLastClassOverride{"SELECT coalesce(max(id), 0) FROM class_override_row"};
constexpr Sql kInsertClassOverride{
    "INSERT INTO class_override_row (id, customer_id, axis_id, node_id, from_day, reason, actor) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kLiftClassOverride{
    "UPDATE class_override_row SET lifted_day = ?2, lift_reason = ?3, lift_actor = ?4 WHERE id = ?1"};

}  // namespace

std::vector<ClassDecision> ClassOverrideStore::standing(CustomerId customer) {
  auto row = db_.use(kStandingOverrides);
  row.bind(1, customer);
  std::vector<ClassDecision> standing;
  while (row.step()) standing.push_back({row.id<AxisId>(0), row.id<NodeId>(1)});
  return standing;
}

std::vector<ClassOverrideRow> ClassOverrideStore::find(const ClassOverrideFilter& filter) {
  auto row = db_.use(kClassOverrides);
  row.bind(1, filter.after_id)
      .bind(2, filter.axis)
      .bind(3, filter.customer)
      .bind(4, filter.has_lifted)
      .bind(5, filter.limit);
  std::vector<ClassOverrideRow> rows;
  while (row.step()) {
    rows.push_back({row.integer(0), row.id<CustomerId>(1), row.id<AxisId>(2), row.id<NodeId>(3), row.date(4),
                    row.string(5), row.string(6), row.maybe_date(7), row.string(8), row.string(9)});
  }
  return rows;
}

std::int64_t ClassOverrideStore::insert(const ClassOverrideRow& row) {
  std::int64_t id = 1;
  {
    auto last = db_.use(kLastClassOverride);
    last.step();
    id += last.integer(0);
  }
  db_.use(kInsertClassOverride)
      .bind(1, id)
      .bind(2, row.customer)
      .bind(3, row.axis)
      .bind(4, row.node)
      .bind(5, row.from)
      .bind(6, row.reason)
      .bind(7, row.actor)
      .run();
  return id;
}

void ClassOverrideStore::lift(std::int64_t id, Date day, std::string_view reason, std::string_view actor) {
  db_.use(kLiftClassOverride).bind(1, id).bind(2, day).bind(3, reason).bind(4, actor).run();
}

}  // namespace crmcore::storage
