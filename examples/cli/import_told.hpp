// What became of an imported file, told to people.
#pragma once

#include <fstream>
#include <string>

#include "crmcore/import.hpp"

#include "session.hpp"

namespace cli {

// A file of all failures, one a line, each with the row as it was: the columns failure.line, failure.column,
// failure.code and failure.message, then those of the file. What is mended there can be imported again.
class FailureFile {
 public:
  // Throws crmcore::Error(io).
  explicit FailureFile(const std::string& path);

  void add(const crmcore::RowFailure& one);
  // Last. Throws crmcore::Error(io).
  void close();

 private:
  std::ofstream file_;
  std::string path_;
  bool has_headings_ = false;
};

// On standard error: what failed and what is to be noticed, and in which encoding the file was read.
void print_notes(const Session& session, const crmcore::ImportResult& result, bool is_workbook);
// On standard output.
void print_counts(const Session& session, const crmcore::ImportResult& result);

}  // namespace cli
