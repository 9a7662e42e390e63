// One pass over the classes of everybody. Each column that is read costs as much as half a row, so that a
// statement is put together for the axes that are wanted, out of names that stand here; it is prepared each
// time, which is nothing beside the pass. tests/engine/cross_tab_test.cpp compares with a plain count.
#include "storage/class_scan.hpp"

#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore::storage {
namespace {

constexpr std::array<std::string_view, 12> kClassColumns = {"class_1", "class_2",  "class_3",  "class_4",
                                                            "class_5", "class_6",  "class_7",  "class_8",
                                                            "class_9", "class_10", "class_11", "class_12"};

constexpr sqlite::Sql kNumbersOfAttribute{
    "SELECT customer_id, number FROM customer_attribute_row WHERE attribute_id = ?1 AND number IS NOT NULL "
    "ORDER BY customer_id"};

constexpr sqlite::Sql kEndedClasses{
    "SELECT customer_id, from_day, to_day, node_id FROM class_past WHERE axis_id = ?1 AND to_day > ?2 "
    "ORDER BY customer_id, to_day"};
constexpr sqlite::Sql kSinceOfAll{"SELECT id, since_day FROM customer_row ORDER BY id"};

}  // namespace

void scan_classes(sqlite::Connection& db, std::span<const std::int32_t> slots,
                  const std::function<void(CustomerId, std::span<const NodeId>)>& visit) {
  std::string sql = "SELECT customer_id";
  for (const std::int32_t slot : slots) {
    sql += ", ";
    if (slot < 1 || slot > std::ssize(kClassColumns))
      throw Error(Code::corrupt, fmt::format("an axis has slot {}, which no class is kept in", slot));
    sql += kClassColumns[static_cast<std::size_t>(slot) - 1];
  }
  sql += " FROM customer_class_row ORDER BY customer_id";
  auto row = db.prepare(sql);
  std::vector<NodeId> nodes(slots.size());
  while (row.step()) {
    for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i] = row.id<NodeId>(static_cast<int>(i) + 1);
    visit(row.id<CustomerId>(0), nodes);
  }
}

void scan_ended_classes(sqlite::Connection& db, AxisId axis, Date after,
                        const std::function<void(const EndedClass&)>& visit) {
  auto row = db.use(kEndedClasses);
  row.bind(1, axis).bind(2, after);
  while (row.step()) visit({row.id<CustomerId>(0), row.date(1), row.date(2), row.id<NodeId>(3)});
}

void scan_since(sqlite::Connection& db, const std::function<void(CustomerId, Date)>& visit) {
  auto row = db.use(kSinceOfAll);
  while (row.step()) visit(row.id<CustomerId>(0), row.date(1));
}

void scan_attribute(sqlite::Connection& db, AttributeId attribute,
                    const std::function<void(CustomerId, std::int64_t)>& visit) {
  auto row = db.use(kNumbersOfAttribute);
  row.bind(1, attribute);
  while (row.step()) visit(row.id<CustomerId>(0), row.integer(1));
}

}  // namespace crmcore::storage
