// Rows of cells as CSV or JSON lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/export.hpp"

namespace crmcore::engine {

// Hands what is written on in pieces of whole rows.
class TableWriter {
 public:
  // Both must outlive the writer.
  TableWriter(const ExportOptions& options, const ByteSink& sink) : options_(options), sink_(sink) {}

  // First, once.
  void headings(std::vector<std::string> names);
  // The cells of a row in the order of the headings, all of them. An empty text is a blank cell.
  void text(std::string_view value);
  void integer(std::int64_t value);
  // A number with a point: a decimal in CSV, a text in JSON, so that none of its digits is lost.
  void decimal(std::string_view value);
  void boolean(bool value);
  void end_row();
  // Last; returns how many rows there were.
  std::int64_t finish();

 private:
  void begin_cell();
  void flush();

  const ExportOptions& options_;
  const ByteSink& sink_;
  std::vector<std::string> names_;
  std::string out_;
  std::size_t cell_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace crmcore::engine
