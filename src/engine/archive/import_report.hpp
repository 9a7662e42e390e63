// What became of the rows of an import.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "crmcore/import.hpp"

namespace crmcore::engine {

// After so many rows of an import the host is told how far it is.
inline constexpr std::int64_t kRowsPerTick = 4096;

// One thing that is wrong with a row.
struct RowFault {
  std::string column;  // as the file calls it; empty: the row as a whole
  Code code = Code::invalid;
  std::string message;
  std::string kind;  // what failures of its kind have in common; empty: the message
};

class ImportReport {
 public:
  // How failures are placed: lines of a file at "/lines/<line>", rows of columns at "/<column>/<row>",
  // counted from 0, where what is said of a whole row is said of its code.
  enum class Unit { line, row };
  ImportReport(const ImportOptions& options, Unit unit) : options_(options), unit_(unit) {}

  // Reports a row with all its faults; throws them as an Error when failures are to stop the import.
  // Precondition: there is a fault.
  void fail(std::int64_t place, const std::vector<RowFault>& faults);
  // Tells of a value that is taken all the same.
  void warn(std::int64_t place, const RowFault& about) { count(warnings_, place, about); }
  // The result with the kinds of failures and warnings; last.
  ImportResult finish();

  ImportResult result;
  // The current row, headings and fields; empty where there is none.
  std::function<std::vector<std::pair<std::string, std::string>>()> row;

 private:
  // By column, code and what they have in common. Order of keys, so that the same file gives the same report.
  using Kinds = std::map<std::tuple<std::string, Code, std::string>, FailureKind>;

  [[noreturn]] void stop(std::int64_t place, const std::vector<RowFault>& faults) const;
  static void count(Kinds& kinds, std::int64_t place, const RowFault& fault);
  static std::vector<FailureKind> summed(Kinds& kinds);

  const ImportOptions& options_;
  Unit unit_;
  Kinds kinds_;
  Kinds warnings_;
};

}  // namespace crmcore::engine
