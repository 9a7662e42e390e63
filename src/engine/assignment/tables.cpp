#include "engine/assignment/tables.hpp"

#include <array>
#include <memory>
#include <utility>

#include "storage/primary_scan.hpp"

namespace crmcore::engine {
namespace {

using sqlite::Value;

template <class Tag>
Value id_or_null(Id<Tag> id) {
  if (id) return id.value;
  return std::monostate();
}

class PrimarySource : public sqlite::RowSource {
 public:
  explicit PrimarySource(storage::PrimaryScan scan) : scan_(std::move(scan)) {}

  bool next() override { return scan_.next(); }
  Value column(int index) override {
    const storage::PrimaryRow& row = scan_.row();
    switch (index) {
      case 0:
        return row.customer.value;
      case 1:
        return id_or_null(row.manager);
      case 2:
        return std::int64_t{row.from.days};
      case 3:
        return static_cast<std::int64_t>(row.origin);
      case 4:
        return id_or_null(row.run);
      case 5:
        return std::string_view(row.reason);
      case 6:
        return std::int64_t{row.is_locked};
      default:
        return scan_.to() ? Value(std::int64_t{scan_.to()->days}) : Value();
    }
  }

 private:
  storage::PrimaryScan scan_;
};

class DecisionSource : public sqlite::RowSource {
 public:
  explicit DecisionSource(storage::DecisionScan scan) : scan_(std::move(scan)) {}

  bool next() override { return scan_.next(); }
  Value column(int index) override {
    const storage::DecisionRow& row = scan_.row();
    const std::array<Value, 13> values = {row.customer.value,
                                          row.run.value,
                                          id_or_null(row.from),
                                          id_or_null(row.to),
                                          std::int64_t{row.cause},
                                          std::int64_t{row.lost_by},
                                          std::int64_t{row.unassigned},
                                          std::int64_t{row.tie_break},
                                          std::int64_t{row.stage},
                                          std::int64_t{row.full_count},
                                          id_or_null(row.runner_up),
                                          row.load_before,
                                          row.runner_up_load};
    return values.at(static_cast<std::size_t>(index));
  }

 private:
  storage::DecisionScan scan_;
};

// The customers that are asked for: one, or those between bounds.
std::pair<CustomerId, CustomerId> asked(const Value& one, const Value& least, const Value& greatest) {
  if (const auto* customer = std::get_if<std::int64_t>(&one))
    return {CustomerId{*customer}, CustomerId{*customer}};
  const auto* first = std::get_if<std::int64_t>(&least);
  const auto* last = std::get_if<std::int64_t>(&greatest);
  return {CustomerId{first ? *first : 0}, CustomerId{last ? *last : INT64_MAX}};
}

}  // namespace

sqlite::TableFunction primary_table(File&) {
  return {"crmcore_primary",
          {"customer_id INTEGER", "manager_id INTEGER", "from_day INTEGER", "origin INTEGER",
           "run_id INTEGER", "reason TEXT", "is_locked INTEGER", "to_day INTEGER"},
          {"day"},
          {0, 1},
          [](sqlite::Connection& db, std::span<const Value> arguments) -> std::unique_ptr<sqlite::RowSource> {
            const auto* given = std::get_if<std::int64_t>(&arguments[0]);
            const Date day = given ? Date{static_cast<std::int32_t>(*given)} : db.today();
            const auto* manager = std::get_if<std::int64_t>(&arguments[2]);
            if (manager && std::holds_alternative<std::monostate>(arguments[1]))
              return std::make_unique<PrimarySource>(storage::PrimaryScan(db, ManagerId{*manager}, day));
            const auto [first, last] = asked(arguments[1], arguments[3], arguments[4]);
            return std::make_unique<PrimarySource>(storage::PrimaryScan(db, first, last, day));
          },
          0};
}

sqlite::TableFunction decision_table(File&) {
  return {"crmcore_decision",
          {"customer_id INTEGER", "run_id INTEGER", "from_manager INTEGER", "to_manager INTEGER",
           "cause INTEGER", "lost_by INTEGER", "unassigned INTEGER", "tie_break INTEGER", "stage INTEGER",
           "full_count INTEGER", "runner_up INTEGER", "load_before INTEGER", "runner_up_load INTEGER"},
          {},
          {0},
          [](sqlite::Connection& db, std::span<const Value> arguments) -> std::unique_ptr<sqlite::RowSource> {
            const auto [first, last] = asked(arguments[0], arguments[1], arguments[2]);
            return std::make_unique<DecisionSource>(storage::DecisionScan(db, first, last));
          },
          0};
}

}  // namespace crmcore::engine
