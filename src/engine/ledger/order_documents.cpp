#include "engine/ledger/order_documents.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "base/pulse.hpp"

namespace crmcore::engine {

void OrderDocuments::add(const storage::EntryRow& entry) {
  rows_.push_back({entry.customer, entry.source, texts_.size(), entry.day,
                   static_cast<std::uint32_t>(entry.document.size())});
  texts_.append(entry.document);
}

void OrderDocuments::add_orders(std::vector<storage::DayTotals>& totals,
                                std::vector<storage::OrderDayRow>& days) {
  const auto key = [&](const Row& row) {
    return std::tuple(row.customer, row.source, std::string_view(texts_).substr(row.at, row.size));
  };
  std::sort(rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) {
    Pulse::beat();
    return std::tuple_cat(key(a), std::tuple(a.day)) < std::tuple_cat(key(b), std::tuple(b.day));
  });
  const auto row_of = [&](const Row& row) {
    return storage::OrderDayRow{row.customer, row.source, texts_.substr(row.at, row.size), row.day};
  };
  Date first;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (i == 0 || key(rows_[i]) != key(rows_[i - 1])) {
      first = rows_[i].day;
      totals.push_back({.customer = rows_[i].customer, .day = first, .orders = 1});
    } else if (rows_[i].day != rows_[i - 1].day) {
      if (rows_[i - 1].day == first) days.push_back(row_of(rows_[i - 1]));
      days.push_back(row_of(rows_[i]));
    }
  }
}

}  // namespace crmcore::engine
