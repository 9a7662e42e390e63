// online_retail in an archive: 541,909 invoice lines, dirty as they are.
#pragma once

#include <set>
#include <vector>

#include "base/csv.hpp"
#include "engine/archive_fixture.hpp"
#include "scenario/real_data.hpp"

namespace crmcore::testing {

inline constexpr const char* kOnlineRetail = "online_retail/online_retail.csv.gz";

// Pounds with three decimals, as the prices have them.
inline OpenOptions online_retail_options() {
  OpenOptions options;
  options.base_currency = "GBP";
  options.currency_digits = 3;
  return options;
}

// Every customer that has an id in the file.
inline std::vector<CustomerInput> online_retail_customers(const std::filesystem::path& path) {
  csv::Reader reader(gzip_source(path));
  reader.next();
  std::set<std::string> codes;
  while (reader.next()) {
    if (!reader.fields()[6].empty()) codes.emplace(reader.fields()[6]);
  }
  std::vector<CustomerInput> customers;
  for (const std::string& code : codes) customers.push_back(customer(code, "Customer " + code));
  return customers;
}

inline EntryImportOptions online_retail_columns() {
  EntryImportOptions options;
  options.source = "online_retail";
  options.customer_column = "CustomerID";
  options.date_column = "InvoiceDate";
  options.document_column = "InvoiceNo";
  options.quantity_column = "Quantity";
  options.price_column = "UnitPrice";
  options.amount_min = Money{1};
  options.import.on_failure = OnFailure::skip;
  return options;
}

}  // namespace crmcore::testing
