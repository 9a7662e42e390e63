#include "engine/assignment/manager_grades.hpp"

#include <memory>
#include <optional>

#include "storage/assignment_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/packed_vector.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

// The grade numbers of customers, who are asked for in ascending order.
class GradeNumbers {
 public:
  GradeNumbers(sqlite::Connection& db, SchemeId scheme) {
    if (scheme) scan_.emplace(db, storage::vector_of(scheme));
  }

  std::size_t next(CustomerId customer) {
    if (!scan_) return 0;
    const std::int64_t block = customer.value / storage::kVectorCustomers;
    if (block != block_) {
      numbers_.resize(static_cast<std::size_t>(storage::kVectorCustomers));
      scan_->block(block).copy_to(std::span<std::uint16_t>(numbers_));
      block_ = block;
    }
    return numbers_[static_cast<std::size_t>(customer.value % storage::kVectorCustomers)];
  }

 private:
  std::optional<storage::VectorScan> scan_;
  std::vector<std::uint16_t> numbers_;
  std::int64_t block_ = -1;
};

void count_grade(ManagerGrades& grades, std::size_t number) {
  if (number >= grades.customers.size()) grades.customers.resize(number + 1);
  ++grades.customers[number];
}

class ManagerGradeSource : public sqlite::RowSource {
 public:
  ManagerGradeSource(sqlite::Connection& db, std::optional<std::int64_t> manager,
                     std::optional<std::int64_t> scheme)
      : db_(db), manager_(manager) {
    if (scheme) {
      schemes_.push_back(SchemeId{*scheme});
    } else {
      schemes_.emplace_back();
      for (const auto& row : storage::SchemeStore(db).all()) schemes_.push_back(row.id);
    }
  }

  bool next() override {
    ++number_;
    for (;;) {
      for (; at_ < grades_.size(); ++at_, number_ = 0) {
        const auto& customers = grades_[at_].customers;
        while (number_ < customers.size() && customers[number_] == 0 && number_ > 0) ++number_;
        if (number_ < customers.size()) return true;
      }
      if (next_scheme_ == schemes_.size()) return false;
      load(schemes_[next_scheme_++]);
    }
  }

  sqlite::Value column(int index) override {
    switch (index) {
      case 0:
        return grades_[at_].manager.value;
      case 1:
        return scheme_.value;
      case 2:
        return number_ == 0 ? sqlite::Value()
                            : sqlite::Value(std::int64_t{
                                  storage::grade_of_number(static_cast<std::uint32_t>(number_))});
      default:
        return grades_[at_].customers[number_];
    }
  }

 private:
  void load(SchemeId scheme) {
    scheme_ = scheme;
    at_ = number_ = 0;
    grades_.clear();
    if (manager_ && *manager_ <= 0) return;
    grades_ = grades_by_manager(db_, scheme, db_.today(), ManagerId{manager_.value_or(0)});
  }

  sqlite::Connection& db_;
  std::optional<std::int64_t> manager_;
  std::vector<SchemeId> schemes_;
  std::size_t next_scheme_ = 0;
  SchemeId scheme_;
  std::vector<ManagerGrades> grades_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
};

}  // namespace

std::vector<ManagerGrades> grades_by_manager(sqlite::Connection& db, SchemeId scheme, Date day,
                                             ManagerId only) {
  GradeNumbers numbers(db, scheme);
  std::vector<ManagerGrades> all;
  storage::AssignmentStore store(db);
  if (only) {
    if (!storage::ManagerStore(db).find(only)) return all;
    all.push_back({only, {0}});
    for (const CustomerId customer : store.customers_of(only, day))
      count_grade(all.back(), numbers.next(customer));
    return all;
  }
  for (const auto& manager : storage::ManagerStore(db).managers()) all.push_back({manager.id, {0}});
  // Managers' ids are few and dense.
  if (!all.empty() && all.back().manager.value != std::ssize(all))
    throw Error(Code::corrupt, "the managers' ids are not dense");
  std::vector<ManagerGrades*> by_id(all.size() + 1);
  for (ManagerGrades& one : all) by_id[static_cast<std::size_t>(one.manager.value)] = &one;
  store.primaries(day, [&](const storage::PrimaryRow& row) {
    if (!row.manager) return;
    const auto at = static_cast<std::size_t>(row.manager.value);
    if (at >= by_id.size() || by_id[at] == nullptr)
      throw Error(Code::corrupt, "a customer is served by a manager who is not there");
    count_grade(*by_id[at], numbers.next(row.customer));
  });
  return all;
}

std::int64_t load_of(const ManagerGrades& served, const std::optional<LoadedPolicy>& policy) {
  std::int64_t load = 0;
  for (std::size_t number = 0; number < served.customers.size(); ++number) {
    const std::int64_t customers = served.customers[number];
    if (customers == 0) continue;
    const std::int32_t grade = storage::grade_of_number(static_cast<std::uint32_t>(number));
    if (policy && grade >= std::ssize(policy->policy.weights))
      throw Error(Code::corrupt, "a packed grade is none of the policy's; verify rebuilds it");
    load += customers * (policy ? policy->policy.weight_of(grade) : 1);
  }
  return load;
}

sqlite::TableFunction manager_grade_table(File&) {
  sqlite::TableFunction table{
      "crmcore_manager_grade",
      {"manager_id INTEGER", "scheme_id INTEGER", "grade INTEGER", "customers INTEGER"},
      {},
      {0, 1},
      [](sqlite::Connection& db, std::span<const sqlite::Value> given) -> std::unique_ptr<sqlite::RowSource> {
        const auto asked = [&](std::size_t at) {
          const auto* value = std::get_if<std::int64_t>(&given[at]);
          return value ? std::optional(*value) : std::nullopt;
        };
        return std::make_unique<ManagerGradeSource>(db, asked(0), asked(1));
      }};
  // Of one scheme all managers at once, unless there is an index that finds the one.
  table.rows = {1e9, 5e4, 50};
  return table;
}

}  // namespace crmcore::engine
