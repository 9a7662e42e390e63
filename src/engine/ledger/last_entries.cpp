#include "engine/ledger/last_entries.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "storage/customer_store.hpp"
#include "storage/ledger_store.hpp"

namespace crmcore::engine {
namespace {

class LastEntrySource : public sqlite::RowSource {
 public:
  LastEntrySource(sqlite::Connection& db, std::int64_t first, std::int64_t last)
      : ledger_(db), customer_(first - 1), last_(last) {}

  bool next() override {
    while (customer_ < last_) {
      day_ = ledger_.last_day(CustomerId{++customer_});
      if (day_) return true;
    }
    return false;
  }
  sqlite::Value column(int index) override {
    return index == 0 ? customer_ : std::int64_t{day_.value_or(Date{}).days};
  }

 private:
  storage::LedgerStore ledger_;
  std::int64_t customer_;
  std::int64_t last_;
  std::optional<Date> day_;
};

}  // namespace

sqlite::TableFunction last_entry_table(File&) {
  return {
      "crmcore_last_entry",
      {"customer_id INTEGER", "day INTEGER"},
      {},
      {0},
      [](sqlite::Connection& db, std::span<const sqlite::Value> given) -> std::unique_ptr<sqlite::RowSource> {
        const std::int64_t last = storage::CustomerStore(db).last_id().value;
        const auto* customer = std::get_if<std::int64_t>(&given[0]);
        if (customer == nullptr) return std::make_unique<LastEntrySource>(db, 1, last);
        const bool is_known = *customer > 0 && *customer <= last;
        return std::make_unique<LastEntrySource>(db, is_known ? *customer : 1, is_known ? *customer : 0);
      }};
}

}  // namespace crmcore::engine
