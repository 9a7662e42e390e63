#include "engine/database/table_writer.hpp"

#include <cassert>
#include <utility>

#include "base/csv.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kPieceBytes = 1u << 16;

csv::Safety safety_of(const ExportOptions& options) {
  return options.is_lossless ? csv::Safety::lossless : csv::Safety::spreadsheet;
}

}  // namespace

void TableWriter::headings(std::vector<std::string> names) {
  names_ = std::move(names);
  if (options_.format == ExportFormat::json_lines) return;
  if (options_.encoding == ExportEncoding::utf8_bom) out_ += "\xEF\xBB\xBF";
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) out_ += options_.separator;
    csv::append_field(out_, names_[i], safety_of(options_), false, options_.separator);
  }
  out_ += "\r\n";
}

void TableWriter::begin_cell() {
  assert(cell_ < names_.size());
  if (options_.format == ExportFormat::json_lines) {
    out_ += cell_ == 0 ? '{' : ',';
    append_json_text(out_, names_[cell_]);
    out_ += ':';
  } else if (cell_ > 0) {
    out_ += options_.separator;
  }
  ++cell_;
}

void TableWriter::text(std::string_view value) {
  begin_cell();
  if (options_.format == ExportFormat::csv) {
    csv::append_field(out_, value, safety_of(options_), false, options_.separator);
  } else if (value.empty()) {
    out_ += "null";
  } else {
    append_json_text(out_, value);
  }
}

void TableWriter::integer(std::int64_t value) {
  begin_cell();
  out_ += std::to_string(value);
}

void TableWriter::decimal(std::string_view value) {
  begin_cell();
  if (options_.format == ExportFormat::csv) {
    csv::append_field(out_, value, safety_of(options_), true, options_.separator);
  } else {
    append_json_text(out_, value);
  }
}

void TableWriter::boolean(bool value) {
  begin_cell();
  out_ += value ? "true" : "false";
}

void TableWriter::end_row() {
  assert(cell_ == names_.size());
  out_ += options_.format == ExportFormat::json_lines ? "}\n" : "\r\n";
  cell_ = 0;
  ++rows_;
  if (out_.size() >= kPieceBytes) flush();
}

void TableWriter::flush() {
  if (out_.empty()) return;
  const bool is_gb = options_.encoding == ExportEncoding::gb18030 && options_.format == ExportFormat::csv;
  sink_(is_gb ? csv::encode_gb18030(out_) : out_);
  out_.clear();
}

std::int64_t TableWriter::finish() {
  flush();
  return rows_;
}

}  // namespace crmcore::engine
