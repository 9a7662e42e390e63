#include "storage/view_rows.hpp"

#include <string_view>

#include "base/format.hpp"

namespace crmcore::storage {
namespace {

constexpr std::string_view kCustomerColumn = "customer_id";

}  // namespace

bool has_customers(sqlite::Connection& db, const std::string& view) {
  const auto row = db.prepare(fmt::format("SELECT * FROM \"{}\" LIMIT 0", view));
  for (int column = 0; column < row.column_count(); ++column) {
    if (row.column_name(column) == kCustomerColumn) return true;
  }
  return false;
}

void visit_rows(sqlite::Connection& db, const std::string& view, CustomerId customer,
                const std::function<void(const sqlite::Statement&)>& visit) {
  auto row = db.prepare(fmt::format("SELECT * FROM \"{}\" WHERE {} = ?1", view, kCustomerColumn));
  row.bind(1, customer);
  while (row.step()) visit(row);
}

}  // namespace crmcore::storage
