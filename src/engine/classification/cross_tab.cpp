// A cross-tabulation is one pass over the packed numbers of all customers: every customer gets the number of
// its cell, dimension by dimension (cell += group × stride), and cells are then counted; only where something
// is summed, each customer's cell is kept. The plain definition, a map from labels to counts, is its oracle
// in tests/engine/cross_tab_test.cpp.
#include "engine/classification/cross_tab.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "crmcore/archive.hpp"

#include "base/format.hpp"
#include "base/sum.hpp"
#include "base/text.hpp"
#include "engine/classification/cell_pass.hpp"
#include "engine/classification/customer_filter.hpp"
#include "storage/assignment_store.hpp"
#include "storage/class_scan.hpp"
#include "storage/customer_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/stored.hpp"
#include "storage/totals_scan.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kDenseCellsMax = 1 << 20;
constexpr std::int64_t kCellsMax = std::int64_t{1} << 50;

class CrossTabber {
 public:
  CrossTabber(Session& session, const CrossTabRequest& request)
      : session_(session),
        db_(session.db()),
        request_(request),
        last_(storage::CustomerStore(db_).last_id()),
        pass_(db_) {}

  CrossTab run() {
    require_request();
    for (std::size_t i = 0; i < request_.dimensions.size(); ++i) prepare(i);
    // The last dimension varies fastest.
    std::int64_t stride = 1;
    strides_.resize(labels_.size());
    for (std::size_t i = labels_.size(); i-- > 0;) {
      strides_[i] = stride;
      stride *= static_cast<std::int64_t>(std::max<std::size_t>(1, labels_[i].size()));
      if (stride > kCellsMax) throw Error(Code::limit, "more than 2^50 cells", "/dimensions");
    }
    cells_ = stride;
    if (request_.as_of) pass_.add(column_of_customers(db_, *request_.as_of), {kOutside, 0});
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      for (std::int64_t& part : parts_[i]) {
        if (part != kOutside) part *= strides_[i];
      }
      pass_.add(std::move(columns_[i]), std::move(parts_[i]));
    }
    return count();
  }

 private:
  struct Cell {
    std::int64_t count = 0;
    Wide sum = 0;
  };

  void require_request() const {
    if (request_.dimensions.empty() || request_.dimensions.size() > kDimensionsMax) {
      throw Error(
          Code::limit,
          fmt::format("{} dimensions; 1 to {} are allowed", request_.dimensions.size(), kDimensionsMax),
          "/dimensions");
    }
    if (request_.as_of && !request_.attribute.empty()) refuse_as_of("/attribute");
    if (request_.is_revenue && !(request_.from < request_.to)) {
      throw Error(
          Code::invalid,
          fmt::format("/to {} is not after /from {}", format_date(request_.to), format_date(request_.from)),
          "/to");
    }
  }

  void prepare(std::size_t index) {
    const Dimension& dimension = request_.dimensions[index];
    const std::string path = fmt::format("/dimensions/{}", index);
    switch (dimension.kind) {
      case Dimension::Kind::axis: {
        const AxisOn axis(require_axis(session_.catalog(), dimension.code, path + "/axis"), request_.as_of);
        add_dimension(axis.column(db_), groups_of(axis, dimension, path));
        return;
      }
      case Dimension::Kind::grade: {
        if (request_.as_of) refuse_as_of(path);
        const SchemeGrades scheme = grades_of_scheme(db_, dimension.code, path + "/grade");
        add_dimension(NumberColumn(db_, storage::vector_of(scheme.id)), {scheme.labels, scheme.by_number});
        return;
      }
      case Dimension::Kind::manager:
        if (request_.as_of) refuse_as_of(path);
        return add_managers();
    }
    throw Error(Code::invalid, "unknown kind of dimension", path);
  }

  void add_dimension(NumberColumn column, DimensionGroups groups) {
    columns_.push_back(std::move(column));
    labels_.push_back(std::move(groups.labels));
    parts_.push_back(std::move(groups.by_number));
  }

  // Who serves whom has no packed numbers: they are made, 0 for nobody.
  void add_managers() {
    DimensionGroups groups;
    std::unordered_map<ManagerId, std::uint32_t> number_of;
    groups.by_number.push_back(0);
    for (const auto& row : storage::ManagerStore(db_).managers()) {
      number_of.emplace(row.id, static_cast<std::uint32_t>(groups.by_number.size()));
      groups.by_number.push_back(std::ssize(groups.labels));
      groups.labels.push_back(row.code);
    }
    groups.by_number[0] = std::ssize(groups.labels);
    groups.labels.emplace_back();
    std::vector<std::uint32_t> numbers(static_cast<std::size_t>(last_.value) + 1);
    storage::AssignmentStore(db_).primaries(session_.today(), [&](const storage::PrimaryRow& row) {
      const auto at = static_cast<std::size_t>(row.customer.value);
      if (row.manager && at < numbers.size())
        numbers[at] = storage::named_in(number_of, row.manager, "manager");
    });
    add_dimension(NumberColumn(std::move(numbers)), std::move(groups));
  }

  // Calls `each(customer, amount)` for what is to be summed.
  template <class Each>
  void amounts(Each each) {
    if (!request_.attribute.empty()) {
      const auto* attribute = session_.catalog().attribute(std::string_view(request_.attribute));
      if (attribute == nullptr) {
        throw Error(Code::not_found,
                    fmt::format("no attribute {}; defined are: {}", text::quoted(request_.attribute),
                                session_.catalog().attribute_codes()),
                    "/attribute");
      }
      if (attribute->type == AttributeType::text) {
        throw Error(Code::invalid, fmt::format("attribute '{}' is a text and has no sum", attribute->code),
                    "/attribute");
      }
      storage::scan_attribute(db_, attribute->id, each);
    }
    if (!request_.is_revenue) return;
    storage::TotalsScan scan(db_, request_.from, request_.to);
    std::vector<storage::DayTotals> records;
    const auto last = static_cast<std::int64_t>(place_.size()) / storage::kBlockCustomers;
    for (std::int64_t block = 0; block <= last; ++block) {
      records.clear();
      scan.read(block, records);
      for (const auto& day : records) each(day.customer, day.revenue - day.reversal_own);
    }
  }

  bool has_sum() const { return request_.is_revenue || !request_.attribute.empty(); }

  // Counts the cells of a block, and keeps them where something is summed.
  template <class Cell, class Count>
  bool take(CustomerId first, std::span<const Cell> cells, Count count) {
    for (const Cell cell : cells) count(cell);
    if (!has_sum()) return true;
    place_.resize(static_cast<std::size_t>(first.value), kOutside);
    for (const Cell cell : cells) place_.push_back(cell < 0 ? kOutside : std::int64_t{cell});
    return true;
  }

  template <class Cells>
  void add_sums(Cells& cells) {
    if (!has_sum()) return;
    amounts([&](CustomerId id, std::int64_t amount) {
      const auto at = static_cast<std::size_t>(id.value);
      if (at < place_.size() && place_[at] != kOutside)
        cells[static_cast<std::size_t>(place_[at])].sum += amount;
    });
  }

  CrossTab count() {
    CrossTab table;
    Wide whole = 0;
    const auto tell = [&](std::int64_t cell, const Cell& held) {
      CrossTabCell& told = table.cells.emplace_back();
      told.keys.reserve(labels_.size());
      for (std::size_t i = 0; i < labels_.size(); ++i) {
        const auto group = cell / strides_[i] % static_cast<std::int64_t>(labels_[i].size());
        told.keys.push_back(labels_[i][static_cast<std::size_t>(group)]);
      }
      told.count = held.count;
      if (has_sum()) told.sum = to_sum(held.sum);
      table.customers += held.count;
      whole += held.sum;
    };
    if (cells_ <= kDenseCellsMax) {
      // The first one counts those in no cell, so that there is nothing to ask.
      std::vector<std::uint32_t> counts(static_cast<std::size_t>(cells_) + 1);
      pass_.run({}, last_, [&](CustomerId first, std::span<const std::int32_t> block) {
        return take(first, block,
                    [&](std::int32_t cell) { ++counts[static_cast<std::size_t>(std::max(cell, -1) + 1)]; });
      });
      std::vector<Cell> cells(has_sum() ? static_cast<std::size_t>(cells_) : 0);
      add_sums(cells);
      table.cells.reserve(static_cast<std::size_t>(
          std::count_if(counts.begin() + 1, counts.end(), [](std::uint32_t count) { return count > 0; })));
      for (std::size_t cell = 0; cell + 1 < counts.size(); ++cell) {
        if (counts[cell + 1] == 0) continue;
        tell(static_cast<std::int64_t>(cell), {counts[cell + 1], has_sum() ? cells[cell].sum : 0});
      }
    } else {
      std::unordered_map<std::size_t, Cell> cells;
      pass_.run_wide({}, last_, [&](CustomerId first, std::span<const std::int64_t> block) {
        return take(first, block, [&](std::int64_t cell) {
          if (cell >= 0) ++cells[static_cast<std::size_t>(cell)].count;
        });
      });
      add_sums(cells);
      std::vector<std::pair<std::size_t, Cell>> sorted(cells.begin(), cells.end());
      std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      for (const auto& [cell, held] : sorted) tell(static_cast<std::int64_t>(cell), held);
    }
    if (has_sum()) table.sum = to_sum(whole);
    return table;
  }

  Session& session_;
  sqlite::Connection& db_;
  const CrossTabRequest& request_;
  CustomerId last_;
  std::vector<std::vector<std::string>> labels_;  // by dimension
  std::vector<std::int64_t> strides_;             // by dimension
  std::vector<NumberColumn> columns_;             // by dimension
  std::vector<std::vector<std::int64_t>> parts_;  // by dimension and number
  CellPass pass_;
  std::int64_t cells_ = 1;
  std::vector<std::int64_t> place_;  // cell by customer id, where something is summed
};

}  // namespace

CrossTab cross_tab(Session& session, const CrossTabRequest& request) {
  sqlite::ReadTransaction snapshot(session.db());
  return CrossTabber(session, request).run();
}

}  // namespace crmcore::engine
