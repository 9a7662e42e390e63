// Rows of cells, and their form as CSV or JSON lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/export.hpp"

namespace crmcore::engine {

// Puts rows together cell by cell.
class RowBuilder {
 public:
  // `sink` must outlive the builder.
  explicit RowBuilder(const RowSink& sink) : sink_(sink) {}

  // First, once.
  void headings(const std::vector<std::string>& names);
  // The cells of a row in the order of the headings, all of them. An empty text is a blank cell.
  void text(std::string_view value);
  void integer(std::int64_t value);
  void decimal(std::string_view value);
  void boolean(bool value);
  void end_row();
  // Without the headings.
  std::int64_t row_count() const noexcept { return rows_ - 1; }

 private:
  void add(ExportCell::Type type, std::string_view value);
  void hand_over();

  const RowSink& sink_;
  std::size_t width_ = 0;
  std::size_t count_ = 0;
  std::vector<std::string> texts_;  // of the row, kept for their memory
  std::vector<ExportCell> cells_;
  std::int64_t rows_ = 0;
};

// Writes rows as bytes, handed on in pieces of whole rows.
class TableWriter {
 public:
  // Both must outlive the writer.
  TableWriter(const ExportOptions& options, const ByteSink& sink) : options_(options), sink_(sink) {}

  // The first row is the headings.
  void add(std::span<const ExportCell> cells);
  // Last.
  void finish();

 private:
  void add_csv(std::span<const ExportCell> cells);
  void add_json(std::span<const ExportCell> cells);

  const ExportOptions& options_;
  const ByteSink& sink_;
  std::vector<std::string> names_;
  std::string out_;
};

}  // namespace crmcore::engine
