// The real data that grading's oracles are about, read at the level of the pure core.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crmcore/date.hpp"

#include "grading/facts.hpp"

namespace crmcore::grading {

struct Sale {
  Date date;
  std::int64_t amount = 0;  // minor units as the reader says
  std::string document;
};

// Sales by customer, ordered by the customer's code.
using Sales = std::map<std::string, std::vector<Sale>>;

struct OnlineRetail {
  std::int64_t rows = 0;      // accepted
  std::int64_t invoices = 0;  // distinct
  Sales sales;                // thousandths of a pound
};

// Each reads ../shared/data (CRMCORE_TEST_DATA); nothing when it is absent, which is reported as skipped.
// Gross: rows with a customer, an invoice that is not a cancellation, quantity and price above 0.
std::optional<OnlineRetail> read_online_retail();
// Net of returns: every row with a customer and its sign.
std::optional<OnlineRetail> read_online_retail_net();
std::optional<Sales> read_cdnow_master();  // cents
std::optional<Sales> read_cdnow_sample();  // the tenth of it that the models were published on
std::optional<Sales> read_rfm_orders();    // whole units

LedgerTotals totals_in(const std::vector<Sale>& sales, const DateRange& window);

}  // namespace crmcore::grading
