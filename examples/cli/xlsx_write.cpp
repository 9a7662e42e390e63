#include "xlsx.hpp"

#ifdef CRMCORE_XLSX

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <utility>
#include <xlsxwriter.h>

namespace cli {
namespace {

constexpr lxw_row_t kSheetRowsMax = 1'048'576;
constexpr std::size_t kSheetDigitsMax = 15;  // that a number of a spreadsheet keeps
constexpr std::size_t kDecimalsMax = 6;
// In place of the machine's clock, so that the same archive gives the same bytes: 2000-01-01.
constexpr std::time_t kCreated = 946'684'800;

std::size_t significant_digits(std::string_view number) {
  std::string digits;
  for (const char c : number) {
    if (c >= '0' && c <= '9' && (c != '0' || !digits.empty())) digits += c;
  }
  return digits.size();
}

}  // namespace

struct WorkbookWriter::Book {
  std::string path;
  lxw_workbook* workbook = nullptr;
  lxw_worksheet* sheet = nullptr;
  std::array<lxw_format*, kDecimalsMax + 1> decimals{};
  lxw_row_t row = 0;

  void write(lxw_col_t column, const crmcore::ExportCell& cell) {
    using Type = crmcore::ExportCell::Type;
    const std::string text(cell.text);
    const bool is_number = (cell.type == Type::integer || cell.type == Type::decimal) &&
                           significant_digits(text) <= kSheetDigitsMax;
    lxw_error failure = LXW_NO_ERROR;
    if (cell.type == Type::blank) return;
    if (cell.type == Type::boolean) {
      failure = worksheet_write_boolean(sheet, row, column, text == "true" ? 1 : 0, nullptr);
    } else if (is_number) {
      const std::size_t point = text.find('.');
      const std::size_t places = point == std::string::npos ? 0 : text.size() - point - 1;
      failure = worksheet_write_number(sheet, row, column, std::strtod(text.c_str(), nullptr),
                                       decimals[std::min(places, kDecimalsMax)]);
    } else {
      failure = worksheet_write_string(sheet, row, column, text.c_str(), nullptr);
    }
    if (failure != LXW_NO_ERROR) throw crmcore::Error(crmcore::Code::limit, lxw_strerror(failure), "--out");
  }
};

WorkbookWriter::WorkbookWriter(const std::string& path) : book_(std::make_unique<Book>()) {
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  book_->path = path;
  book_->workbook = workbook_new_opt(path.c_str(), &options);
  if (book_->workbook == nullptr)
    throw crmcore::Error(crmcore::Code::io, "cannot write '" + path + "'", "--out");
  lxw_doc_properties properties{};
  properties.created = kCreated;
  workbook_set_properties(book_->workbook, &properties);
  book_->sheet = workbook_add_worksheet(book_->workbook, nullptr);
  for (std::size_t places = 0; places <= kDecimalsMax; ++places) {
    book_->decimals[places] = workbook_add_format(book_->workbook);
    const std::string form = "0" + (places == 0 ? std::string() : "." + std::string(places, '0'));
    format_set_num_format(book_->decimals[places], form.c_str());
  }
}

WorkbookWriter::~WorkbookWriter() {
  if (book_->workbook != nullptr) lxw_workbook_free(book_->workbook);
}

void WorkbookWriter::add(std::span<const crmcore::ExportCell> cells) {
  if (book_->row == kSheetRowsMax) {
    throw crmcore::Error(crmcore::Code::limit, "a sheet has at most 1,048,576 rows; export CSV", "--out");
  }
  for (std::size_t column = 0; column < cells.size(); ++column)
    book_->write(static_cast<lxw_col_t>(column), cells[column]);
  ++book_->row;
}

void WorkbookWriter::close() {
  lxw_workbook* workbook = std::exchange(book_->workbook, nullptr);
  const lxw_error failure = workbook_close(workbook);
  if (failure != LXW_NO_ERROR) {
    throw crmcore::Error(crmcore::Code::io, "cannot write '" + book_->path + "': " + lxw_strerror(failure),
                         "--out");
  }
}

}  // namespace cli

#endif
