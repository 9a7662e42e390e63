// A file of a million rows that all fail in one way is told in a few lines: failures are summed by column,
// code and what they have in common, which is the message without the value where the value differs in every
// row.
#include "engine/archive/import_report.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kFailuresMax = 1000;
constexpr std::size_t kKindsMax = 1000;
constexpr std::size_t kLinesOfKindMax = 5;

}  // namespace

void ImportReport::fail(std::int64_t place, const std::vector<RowFault>& faults) {
  assert(!faults.empty());
  if (options_.on_failure == OnFailure::stop) stop(place, faults);
  ++result.failed;
  for (const RowFault& fault : faults) {
    const RowFailure failure{place, fault.column, fault.code, fault.message};
    if (result.failures.size() < kFailuresMax) result.failures.push_back(failure);
    if (options_.on_row_failure) {
      RowFailure told = failure;
      if (row) told.row = row();
      options_.on_row_failure(told);
    }
    count(kinds_, place, fault);
  }
}

void ImportReport::count(Kinds& kinds, std::int64_t place, const RowFault& fault) {
  auto key = std::make_tuple(fault.column, fault.code, fault.kind.empty() ? fault.message : fault.kind);
  auto found = kinds.find(key);
  if (found == kinds.end()) {
    if (kinds.size() == kKindsMax) return;
    found = kinds.emplace(std::move(key), FailureKind{fault.column, fault.code, fault.message, 0, {}}).first;
  }
  ++found->second.rows;
  if (found->second.lines.size() < kLinesOfKindMax) found->second.lines.push_back(place);
}

void ImportReport::stop(std::int64_t place, const std::vector<RowFault>& faults) const {
  std::vector<Diagnostic> found;
  for (const RowFault& fault : faults) {
    if (unit_ == Unit::line) {
      const std::string message =
          fault.column.empty() ? fmt::format("line {}: {}", place, fault.message)
                               : fmt::format("line {}, column '{}': {}", place, fault.column, fault.message);
      found.push_back({fault.code, fmt::format("/lines/{}", place), message});
    } else {
      const std::string column = fault.column.empty() ? "code" : fault.column;
      const std::string message =
          fault.column.empty() ? fmt::format("row {}: {}", place, fault.message)
                               : fmt::format("row {}, column '{}': {}", place, fault.column, fault.message);
      found.push_back(
          {fault.code, join_path(join_path("", column), static_cast<std::size_t>(place - 1)), message});
    }
  }
  throw Error(std::move(found));
}

std::vector<FailureKind> ImportReport::summed(Kinds& kinds) {
  std::vector<FailureKind> list;
  for (auto& [key, kind] : kinds) {
    if (kind.rows > 1) kind.message = std::get<2>(key);  // one alone is told with its value
    list.push_back(std::move(kind));
  }
  kinds.clear();
  std::stable_sort(list.begin(), list.end(),
                   [](const FailureKind& a, const FailureKind& b) { return a.rows > b.rows; });
  return list;
}

ImportResult ImportReport::finish() {
  result.kinds = summed(kinds_);
  result.warnings = summed(warnings_);
  return std::move(result);
}

}  // namespace crmcore::engine
