#include "grading/real_data.hpp"

#include <algorithm>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <zlib.h>

#include "crmcore/money.hpp"

#include "base/csv.hpp"

namespace crmcore::grading {
namespace {

std::optional<std::filesystem::path> data_file(const std::string& name) {
  const char* folder = std::getenv("CRMCORE_TEST_DATA");
  const std::filesystem::path root =
      folder != nullptr ? folder : std::filesystem::path(CRMCORE_SOURCE_DIR) / "../shared/data";
  if (std::filesystem::exists(root / name)) return root / name;
  MESSAGE("SKIPPED: no " << (root / name).string());
  return std::nullopt;
}

std::optional<OnlineRetail> read_retail(bool is_net) {
  const auto path = data_file("online_retail/online_retail.csv.gz");
  if (!path) return std::nullopt;
  gzFile file = gzopen(path->c_str(), "rb");
  REQUIRE(file != nullptr);
  csv::Reader reader([&](char* buffer, std::size_t size) {
    return static_cast<std::size_t>(gzread(file, buffer, static_cast<unsigned>(size)));
  });
  OnlineRetail retail;
  std::set<std::string> invoices;
  REQUIRE(reader.next());  // the header
  while (reader.next()) {
    const auto& field = reader.fields();
    const std::int64_t quantity = std::strtoll(std::string(field[3]).c_str(), nullptr, 10);
    const auto price = parse_money(field[5], 3);
    if (field[6].empty() || !price) continue;
    if (!is_net && (field[0].front() == 'C' || quantity <= 0 || price->minor <= 0)) continue;
    const auto date = parse_date(field[4].substr(0, 10));
    REQUIRE(date.has_value());
    ++retail.rows;
    invoices.emplace(field[0]);
    retail.sales[std::string(field[6])].push_back({*date, quantity * price->minor, std::string(field[0])});
  }
  gzclose(file);
  retail.invoices = static_cast<std::int64_t>(invoices.size());
  return retail;
}

// Reads blank-separated columns by a format that gives customer, day and dollars; a header does not fit it.
std::optional<Sales> read_cdnow(const std::string& name, const char* format) {
  const auto path = data_file(name);
  if (!path) return std::nullopt;
  std::ifstream file(*path);
  std::string line;
  Sales sales;
  std::int64_t row = 0;
  while (std::getline(file, line)) {
    char code[16];
    int date = 0;
    char dollars[32];
    if (std::sscanf(line.c_str(), format, code, &date, dollars) != 3) continue;
    const auto when = from_civil({date / 10000, date / 100 % 100, date % 100});
    const auto amount = parse_money(dollars, 2);
    REQUIRE((when && amount));
    sales[code].push_back({*when, amount->minor, std::to_string(++row)});
  }
  return sales;
}

}  // namespace

std::optional<OnlineRetail> read_online_retail() {
  return read_retail(false);
}
std::optional<OnlineRetail> read_online_retail_net() {
  return read_retail(true);
}

std::optional<Sales> read_cdnow_master() {
  return read_cdnow("cdnow/CDNOW_master.txt", " %15s %d %*d %31s");
}
std::optional<Sales> read_cdnow_sample() {
  return read_cdnow("cdnow/CDNOW_sample.txt", " %*s %15s %d %*d %31s");
}

std::optional<Sales> read_rfm_orders() {
  const auto path = data_file("rfm_orders/rfm_data_orders.csv");
  if (!path) return std::nullopt;
  std::ifstream file(*path, std::ios::binary);
  csv::Reader reader([&](char* buffer, std::size_t size) {
    file.read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(file.gcount());
  });
  Sales sales;
  REQUIRE(reader.next());
  std::int64_t row = 0;
  while (reader.next()) {
    const auto& field = reader.fields();
    const auto date = parse_date(field[1]);
    const auto amount = parse_money(field[2], 0);
    REQUIRE((date && amount));
    sales[std::string(field[0])].push_back({*date, amount->minor, std::to_string(++row)});
  }
  return sales;
}

LedgerTotals totals_in(const std::vector<Sale>& sales, const DateRange& window) {
  LedgerTotals totals;
  std::set<std::string> documents;
  for (const Sale& sale : sales) {
    if (!window.contains(sale.date)) continue;
    (sale.amount >= 0 ? totals.revenue : totals.reversal_own) += std::abs(sale.amount);
    documents.insert(sale.document);
    totals.first_day = totals.entries == 0 ? sale.date : std::min(totals.first_day, sale.date);
    totals.last_day = totals.entries == 0 ? sale.date : std::max(totals.last_day, sale.date);
    ++totals.entries;
  }
  totals.orders = static_cast<std::int32_t>(documents.size());
  return totals;
}

}  // namespace crmcore::grading
