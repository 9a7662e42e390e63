#include "engine/ledger/entry_places.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "storage/ledger_store.hpp"

namespace crmcore::engine {
namespace {

constexpr int kPlaceCustomer = 0;

constexpr const char* kAllPlaces = "SELECT customer_id, id FROM ledger_entry_row ORDER BY id";

// The pair that was asked for; whether there is such a row is the join's to say.
class OnePlace : public sqlite::RowSource {
 public:
  OnePlace(std::int64_t customer, std::int64_t entry) : customer_(customer), entry_(entry) {}

  bool next() override { return !std::exchange(is_told_, true); }
  sqlite::Value column(int index) override { return index == kPlaceCustomer ? customer_ : entry_; }

 private:
  std::int64_t customer_;
  std::int64_t entry_;
  bool is_told_ = false;
};

class PlacesOfCustomer : public sqlite::RowSource {
 public:
  PlacesOfCustomer(sqlite::Connection& db, std::int64_t customer) : customer_(customer) {
    if (customer > 0 && customer / storage::kBlockCustomers <= storage::kBlockMax)
      runs_ = storage::LedgerStore(db).entries_of(CustomerId{customer});
  }

  bool next() override {
    while (run_ < runs_.size()) {
      if (++place_ < runs_[run_].count) return true;
      ++run_;
      place_ = -1;
    }
    return false;
  }
  sqlite::Value column(int index) override {
    return index == kPlaceCustomer ? customer_ : runs_[run_].first + place_;
  }

 private:
  std::int64_t customer_;
  std::vector<storage::EntryRun> runs_;
  std::size_t run_ = 0;
  std::int64_t place_ = -1;  // in the run
};

class AllPlaces : public sqlite::RowSource {
 public:
  explicit AllPlaces(sqlite::Connection& db) : rows_(db.prepare(kAllPlaces)) {}

  bool next() override { return rows_.step(); }
  sqlite::Value column(int index) override { return rows_.integer(index); }

 private:
  sqlite::Statement rows_;
};

}  // namespace

sqlite::TableFunction entry_place_table(File&) {
  sqlite::TableFunction table{
      "crmcore_entry_place",
      {"customer_id INTEGER", "entry_id INTEGER"},
      {},
      {0, 1},
      [](sqlite::Connection& db, std::span<const sqlite::Value> given) -> std::unique_ptr<sqlite::RowSource> {
        const auto* customer = std::get_if<std::int64_t>(&given[0]);
        const auto* entry = std::get_if<std::int64_t>(&given[1]);
        if (customer && entry) return std::make_unique<OnePlace>(*customer, *entry);
        if (customer) return std::make_unique<PlacesOfCustomer>(db, *customer);
        return std::make_unique<AllPlaces>(db);
      }};
  // Without a customer it is read for rows that are found already.
  table.rows = {1e12, 10, 1};
  return table;
}

}  // namespace crmcore::engine
