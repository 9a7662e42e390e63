// Tables of an archive as files that spreadsheets and other programs read, and that imports read back
// (docs/exchange.md).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "crmcore/database.hpp"
#include "crmcore/words.hpp"

namespace crmcore {

enum class ExportTable : std::int32_t {
  customers = 0,
  contacts = 1,
  entries = 2,
  assignment = 3,  // who serves whom now
  grades = 4,      // in force
  managers = 5,
  units = 6,
  relationships = 7,
  classes = 8,  // of now and of the past
};
constexpr std::array<std::string_view, 9> words_of(ExportTable) noexcept {
  return {"customers", "contacts", "entries",       "assignment", "grades",
          "managers",  "units",    "relationships", "classes"};
}

enum class ExportFormat : std::int32_t {
  csv = 0,         // with a header line
  json_lines = 1,  // one object a line; UTF-8
};
constexpr std::array<std::string_view, 2> words_of(ExportFormat) noexcept {
  return {"csv", "json_lines"};
}

enum class ExportEncoding : std::int32_t {
  utf8 = 0,
  utf8_bom = 1,  // with the mark by which spreadsheets know it
  gb18030 = 2,
};
constexpr std::array<std::string_view, 3> words_of(ExportEncoding) noexcept {
  return {"utf-8", "utf-8-bom", "gb18030"};
}

enum class ExportHeadings : std::int32_t {
  names = 0,    // of fields: "code"
  chinese = 1,  // 客户编号
};
constexpr std::array<std::string_view, 2> words_of(ExportHeadings) noexcept {
  return {"names", "zh"};
}

struct ExportOptions {
  ExportTable table = ExportTable::customers;
  ExportFormat format = ExportFormat::csv;
  ExportEncoding encoding = ExportEncoding::utf8;
  ExportHeadings headings = ExportHeadings::names;
  char separator = ',';
  bool is_lossless = false;  // no quote sign before what a spreadsheet would calculate
};

struct ExportCell {
  enum class Type : std::int32_t { blank, text, integer, decimal, boolean };
  Type type = Type::blank;
  std::string_view text;  // "12.50", "true"; valid for the call alone
};

// Takes rows, of which the first is the headings; what it throws ends the export.
using RowSink = std::function<void(std::span<const ExportCell> cells)>;
// Takes what is written, piece by piece; what it throws ends the export.
using ByteSink = std::function<void(std::string_view bytes)>;

// Writes a table in constant memory, as it is at the moment of the call; the same archive gives the same
// bytes. Amounts are decimals in units of their currency. Returns how many rows there were. Throws Error:
// unsupported (encoding), cancelled.
std::int64_t export_table(Connection& connection, const ExportOptions& options, const ByteSink& sink);
// The same cell by cell, for other forms of files; of the options, table and headings count.
std::int64_t export_rows(Connection& connection, const ExportOptions& options, const RowSink& sink);

}  // namespace crmcore
