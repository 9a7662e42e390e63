// One pass over the filters says who is chosen; each dimension then counts the numbers of those as they are
// packed, and adds up groups at the end. tests/engine/packed_vector_test.cpp compares with SQL over the
// views.
#include "engine/classification/facets.hpp"

#include <numeric>
#include <utility>
#include <vector>

#include "base/format.hpp"
#include "engine/classification/customer_filter.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::engine {
namespace {

// One dimension, whose numbers are counted together with those of others.
struct FacetDimension {
  NumberColumn column;
  DimensionGroups groups;
};

// Counts the numbers of a joint column, two of each, since many customers have the number of the one before,
// for which the processor would have to wait.
class JointCount {
 public:
  explicit JointCount(JointColumn& column) : column_(column), counts_(2 * column.size()) {}

  // `places` are those of the chosen ones in the block.
  void add(std::int64_t block, std::span<const std::uint16_t> places) {
    column_.with_block(block, [&](const auto* numbers) {
      std::uint32_t* counts = counts_.data();
      std::uint32_t* others = counts + column_.size();
      std::size_t i = 0;
      for (; i + 1 < places.size(); i += 2) {
        ++counts[numbers[places[i]]];
        ++others[numbers[places[i + 1]]];
      }
      if (i < places.size()) ++counts[numbers[places[i]]];
    });
  }
  // The same for all customers of a whole block.
  void add_all(std::int64_t block) {
    column_.with_block(block, [&](const auto* numbers) {
      std::uint32_t* counts = counts_.data();
      std::uint32_t* others = counts + column_.size();
      for (std::size_t i = 0; i < kNumbersInBlock; i += 2) {
        ++counts[numbers[i]];
        ++others[numbers[i + 1]];
      }
    });
  }
  // Adds what was counted to the groups of each dimension.
  void finish(const std::vector<DimensionGroups>& groups,
              std::vector<std::vector<std::int64_t>>& sums) const {
    for (std::size_t number = 0; number < column_.size(); ++number) {
      const std::int64_t count = std::int64_t{counts_[number]} + counts_[number + column_.size()];
      if (count == 0) continue;
      for (std::size_t k = 0; k < column_.parts().size(); ++k) {
        const std::size_t dimension = column_.parts()[k].index;
        const std::int64_t group = groups[dimension].by_number[column_.number_in(number, k)];
        if (group != kOutside) sums[dimension][static_cast<std::size_t>(group)] += count;
      }
    }
  }

 private:
  JointColumn& column_;
  std::vector<std::uint32_t> counts_;
};

FacetDimension facet_dimension(Session& session, const Dimension& dimension, std::optional<Date> as_of,
                               const std::string& path) {
  sqlite::Connection& db = session.db();
  if (dimension.kind == Dimension::Kind::axis) {
    const AxisOn axis(require_axis(session.catalog(), dimension.code, path + "/axis"), as_of);
    return {axis.column(db), groups_of(axis, dimension, path)};
  }
  if (as_of) refuse_as_of(path);
  if (dimension.kind == Dimension::Kind::grade) {
    SchemeGrades scheme = grades_of_scheme(db, dimension.code, path + "/grade");
    return {NumberColumn(db, storage::vector_of(scheme.id)),
            {std::move(scheme.labels), std::move(scheme.by_number)}};
  }
  throw Error(Code::invalid, "managers are told by assignment.loads; a facet is of an axis or a scheme",
              path);
}

// Calls `visit(block, places)` for the chosen customers of each block that has some.
template <class Visit>
void visit_chosen_places(Session& session, const FacetsRequest& request, Visit visit) {
  FilterColumns filters = columns_of(session, request.filters, {}, request.as_of);
  const bool is_all =
      request.filters.empty() && !request.as_of && storage::GoneCustomers(session.db()).is_empty();
  std::vector<std::uint8_t> chosen;
  std::vector<std::uint16_t> places(kNumbersInBlock);
  const CustomerId last = storage::CustomerStore(session.db()).last_id();
  filters.pass.run({}, last, [&](CustomerId first, std::span<const std::int32_t> cells) {
    const auto skipped = static_cast<std::size_t>(first.value % storage::kVectorCustomers);
    std::size_t count = is_all ? cells.size() : 0;
    if (is_all)
      std::iota(places.begin(), places.begin() + std::ssize(cells), static_cast<std::uint16_t>(skipped));
    if (filters.has_manager) {
      chosen.assign(cells.size(), 0);
      for (std::size_t i = 0; i < cells.size(); ++i) chosen[i] = cells[i] >= 0 ? 1 : 0;
      filters.keep_of_manager(first, chosen);
    }
    for (std::size_t i = 0; i < cells.size() && !is_all; ++i) {
      places[count] = static_cast<std::uint16_t>(skipped + i);
      count += filters.has_manager ? std::size_t{chosen[i]} : cells[i] >= 0 ? std::size_t{1} : std::size_t{0};
    }
    if (count > 0)
      visit(first.value / storage::kVectorCustomers, std::span<const std::uint16_t>(places).first(count));
    return true;
  });
}

}  // namespace

Facets facets_of(Session& session, const FacetsRequest& request) {
  if (request.dimensions.size() > kFacetsMax) {
    throw Error(Code::limit,
                fmt::format("{} dimensions; at most {} are allowed", request.dimensions.size(), kFacetsMax),
                "/dimensions");
  }
  sqlite::ReadTransaction snapshot(session.db());
  std::vector<std::pair<NumberColumn, std::size_t>> columns;
  std::vector<DimensionGroups> groups;
  for (std::size_t i = 0; i < request.dimensions.size(); ++i) {
    FacetDimension one =
        facet_dimension(session, request.dimensions[i], request.as_of, fmt::format("/dimensions/{}", i));
    columns.emplace_back(std::move(one.column), one.groups.by_number.size());
    groups.push_back(std::move(one.groups));
  }
  auto joints = join_columns(std::move(columns));
  std::vector<JointCount> counts(joints.begin(), joints.end());
  Facets facets;
  visit_chosen_places(session, request, [&](std::int64_t block, std::span<const std::uint16_t> places) {
    facets.customers += std::ssize(places);
    const bool is_whole = places.size() == kNumbersInBlock;
    for (JointCount& count : counts) is_whole ? count.add_all(block) : count.add(block, places);
  });
  std::vector<std::vector<std::int64_t>> sums;
  for (const DimensionGroups& of : groups) sums.emplace_back(of.labels.size());
  for (const JointCount& count : counts) count.finish(groups, sums);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Facet& facet = facets.facets.emplace_back();
    for (std::size_t group = 0; group < sums[i].size(); ++group) {
      if (sums[i][group] > 0) facet.counts.push_back({groups[i].labels[group], sums[i][group]});
    }
  }
  return facets;
}

}  // namespace crmcore::engine
