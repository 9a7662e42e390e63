// Importing files: rows in constant memory, failures reported with line and column.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"

#include "base/csv.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// The file being imported: header, rows, failures.
class ImportFile {
 public:
  // Reads the header line. Throws Error(invalid) for a duplicate or blank column name.
  ImportFile(Session& session, const ByteSource& source, const ImportOptions& options, char separator);

  const std::vector<std::string>& columns() const noexcept { return columns_; }
  // Index of a column; nothing when the file has none of this name.
  std::optional<std::size_t> column(std::string_view name) const noexcept;
  // Throws Error(invalid) naming the columns there are.
  std::size_t require_column(std::string_view name) const;

  // False at the end. A ragged row is reported and passed over.
  bool next();
  std::string_view field(std::size_t column) const { return reader_.fields()[column]; }

  // Reports the current row; throws it as an Error when failures are to stop the import.
  void fail(Code code, std::string_view column, std::string_view message);

  ImportResult result;

 private:
  Session& session_;
  OnFailure on_failure_;
  csv::Reader reader_;
  std::vector<std::string> columns_;
};

}  // namespace crmcore::engine
