// The classes of a day are those of today with the ones laid over them that had not ended: two passes, since
// packed numbers are of today alone. tests/engine/node_changes_property_test.cpp compares with one customer
// after another.
#include "engine/classification/axis_on.hpp"

#include <vector>

#include "crmcore/error.hpp"

#include "storage/class_scan.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {
namespace {

std::vector<std::uint32_t> zeros(sqlite::Connection& db) {
  return std::vector<std::uint32_t>(static_cast<std::size_t>(storage::CustomerStore(db).last_id().value) + 1);
}

}  // namespace

AxisOn::AxisOn(const CatalogAxis& axis, std::optional<Date> date) : axis_(axis), date_(date) {
  if (date) past_ = axis.axis.tree.as_of(*date);
}

NumberColumn AxisOn::column(sqlite::Connection& db, CustomerId from) const {
  if (!date_) return NumberColumn(db, storage::vector_of(axis_.row.id), from);
  std::vector<std::uint32_t> numbers = zeros(db);
  const std::int32_t slot[] = {axis_.row.slot};
  storage::scan_classes(db, slot, [&](CustomerId id, std::span<const NodeId> classes) {
    numbers.at(static_cast<std::size_t>(id.value)) = axis_.numbers.number(classes.front());
  });
  storage::scan_ended_classes(db, axis_.row.id, *date_, [&](const storage::EndedClass& ended) {
    if (ended.from <= *date_)
      numbers.at(static_cast<std::size_t>(ended.customer.value)) = axis_.numbers.number(ended.node);
  });
  return NumberColumn(std::move(numbers));
}

NumberColumn column_of_customers(sqlite::Connection& db, Date date) {
  std::vector<std::uint32_t> numbers = zeros(db);
  storage::scan_since(db, [&](CustomerId id, Date since) {
    numbers.at(static_cast<std::size_t>(id.value)) = since <= date ? 1 : 0;
  });
  return NumberColumn(std::move(numbers));
}

void refuse_as_of(const std::string& path) {
  throw Error(Code::invalid, "as of a day there are the classes on axes alone", path);
}

}  // namespace crmcore::engine
