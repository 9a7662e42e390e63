#include "engine/database/table_writer.hpp"

#include <cassert>

#include "base/csv.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kPieceBytes = 1u << 16;

}  // namespace

void RowBuilder::headings(const std::vector<std::string>& names) {
  width_ = names.size();
  texts_.resize(width_);
  cells_.resize(width_);
  for (const std::string& name : names) add(ExportCell::Type::text, name);
  hand_over();
}

void RowBuilder::add(ExportCell::Type type, std::string_view value) {
  assert(count_ < width_);
  texts_[count_] = value;
  cells_[count_].type = type;
  ++count_;
}

void RowBuilder::text(std::string_view value) {
  add(value.empty() ? ExportCell::Type::blank : ExportCell::Type::text, value);
}

void RowBuilder::integer(std::int64_t value) {
  add(ExportCell::Type::integer, std::to_string(value));
}

void RowBuilder::decimal(std::string_view value) {
  add(ExportCell::Type::decimal, value);
}

void RowBuilder::boolean(bool value) {
  add(ExportCell::Type::boolean, value ? "true" : "false");
}

void RowBuilder::end_row() {
  hand_over();
}

void RowBuilder::hand_over() {
  assert(count_ == width_);
  for (std::size_t i = 0; i < width_; ++i) cells_[i].text = texts_[i];
  sink_(cells_);
  count_ = 0;
  ++rows_;
}

void TableWriter::add(std::span<const ExportCell> cells) {
  const bool is_heading = names_.empty();
  if (is_heading) {
    for (const ExportCell& cell : cells) names_.emplace_back(cell.text);
    if (options_.encoding == ExportEncoding::utf8_bom && options_.format == ExportFormat::csv)
      out_ += "\xEF\xBB\xBF";
  }
  if (options_.format == ExportFormat::csv) {
    add_csv(cells);
  } else if (!is_heading) {
    add_json(cells);
  }
  if (out_.size() >= kPieceBytes) finish();
}

void TableWriter::add_csv(std::span<const ExportCell> cells) {
  const csv::Safety safety = options_.is_lossless ? csv::Safety::lossless : csv::Safety::spreadsheet;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out_ += options_.separator;
    csv::append_field(out_, cells[i].text, safety, cells[i].type != ExportCell::Type::text,
                      options_.separator);
  }
  out_ += "\r\n";
}

// A decimal is a text, so that none of its digits is lost.
void TableWriter::add_json(std::span<const ExportCell> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    out_ += i == 0 ? '{' : ',';
    append_json_text(out_, names_[i]);
    out_ += ':';
    switch (cells[i].type) {
      case ExportCell::Type::blank:
        out_ += "null";
        break;
      case ExportCell::Type::integer:
      case ExportCell::Type::boolean:
        out_ += cells[i].text;
        break;
      case ExportCell::Type::text:
      case ExportCell::Type::decimal:
        append_json_text(out_, cells[i].text);
        break;
    }
  }
  out_ += "}\n";
}

void TableWriter::finish() {
  if (out_.empty()) return;
  const bool is_gb = options_.encoding == ExportEncoding::gb18030 && options_.format == ExportFormat::csv;
  sink_(is_gb ? csv::encode_gb18030(out_) : out_);
  out_.clear();
}

}  // namespace crmcore::engine
