// Workbooks (.xlsx): the first sheet is read as the text of a CSV file, and a table is written as a sheet.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crmcore/export.hpp"
#include "crmcore/import.hpp"

namespace cli {

// Tells by its name whether a file is a workbook.
bool is_workbook(std::string_view path);

struct WorkbookSource {
  crmcore::ByteSource read;
  // What is wrong with a cell of a line that was read: a number of more than 15 digits, which a spreadsheet
  // does not keep, a date that is none, an error such as #N/A. Its row fails, and no other.
  std::function<std::optional<std::string>(std::int64_t line)> refusal_of_line;
};

// Gives the first sheet as comma-separated UTF-8, a line a row: texts as they are, numbers as plain decimals,
// dates as YYYY-MM-DD. Throws crmcore::Error: io, invalid (no workbook), unsupported (built without
// workbooks).
WorkbookSource workbook_source(const std::string& path);

// Writes rows, of which the first is the headings. Texts stay texts, so that 00017 and codes of 18 digits
// stay what they are; numbers are numbers.
class WorkbookWriter {
 public:
  explicit WorkbookWriter(const std::string& path);
  ~WorkbookWriter();
  WorkbookWriter(const WorkbookWriter&) = delete;
  WorkbookWriter& operator=(const WorkbookWriter&) = delete;

  // Throws crmcore::Error: limit (more rows, or a longer text, than a sheet holds).
  void add(std::span<const crmcore::ExportCell> cells);
  // Last. Throws crmcore::Error(io).
  void close();

 private:
  struct Book;
  std::unique_ptr<Book> book_;
};

}  // namespace cli
