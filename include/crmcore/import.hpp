// Files that other programs deliver: how they are to be read, and what became of their rows
// (docs/exchange.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crmcore/error.hpp"
#include "crmcore/words.hpp"

namespace crmcore {

// What an import does with a row that fails.
enum class OnFailure : std::int32_t {
  stop = 0,  // nothing is applied (the default)
  skip = 1,  // the rest goes on; the row is reported
};
constexpr std::array<std::string_view, 2> words_of(OnFailure) noexcept {
  return {"stop", "skip"};
}

// What an import does with a row that names what a row before it named.
enum class OnRepeat : std::int32_t {
  fail = 0,       // the later row fails
  last_wins = 1,  // both are taken, one after the other
};
constexpr std::array<std::string_view, 2> words_of(OnRepeat) noexcept {
  return {"fail", "last_wins"};
}

// What an import of customers does with a row that is probably somebody who is there already, by another
// code, or stands in the file twice (docs/archive.md).
enum class OnDuplicate : std::int32_t {
  ignore = 0,
  report = 1,  // the row is taken, and told among the warnings
  refuse = 2,  // the row fails
};
constexpr std::array<std::string_view, 3> words_of(OnDuplicate) noexcept {
  return {"ignore", "report", "refuse"};
}

// One thing that is wrong with a row; a row may have several.
struct RowFailure {
  std::int64_t line = 0;  // of the file, or row of the columns, from 1
  std::string column;
  Code code = Code::invalid;
  std::string message;
  // The row as the file has it: headings and fields. For on_row_failure alone, and of files.
  std::vector<std::pair<std::string, std::string>> row = {};
};

// Failures of one kind, summed.
struct FailureKind {
  std::string column;
  Code code = Code::invalid;
  std::string message;
  std::int64_t rows = 0;
  std::vector<std::int64_t> lines;  // the first of them
};

// What a column of a file is for.
struct ColumnMapping {
  std::string heading;
  std::string to;                         // a field's name: "code", "region", "contact.phone"
  std::vector<std::string> date_formats;  // empty: those of the mapping
  std::int32_t power_of_ten = 0;          // amounts are in units of 10^this: 4 for 万元
  std::vector<std::pair<std::string, std::string>> words;  // what is written → what is meant
};

// How a file's headings and values are to be read. Headings that are not mentioned are read as ready ones.
struct ImportMapping {
  std::vector<ColumnMapping> columns;
  std::vector<std::pair<std::string, std::string>> constants;  // a field's name → its value in every row
  std::vector<std::string> ignore;                             // headings of columns that are not used
  // Rows are passed over unless the column's value is one of these.
  std::vector<std::pair<std::string, std::vector<std::string>>> only;
  // Made of YYYY, M or MM, D or DD and what stands between them; empty: those that begin with the year.
  std::vector<std::string> date_formats;
  char decimal_sign = '.';  // or ','

  // Reads a JSON object with members of these names.
  static ImportMapping from_json(std::string_view json);
};

struct ImportOptions {
  OnFailure on_failure = OnFailure::stop;
  OnRepeat on_repeat = OnRepeat::fail;
  OnDuplicate duplicates = OnDuplicate::ignore;  // of customers
  bool is_dry_run = false;                       // report what a commit would do, apply nothing
  std::string encoding = "utf-8";                // or "gb18030", "utf-16", "utf-16le", "utf-16be", "auto"
  char separator = ',';
  bool is_lossless = false;  // the quote sign that exports put before formulae is a part of the text
  // Absent: values have the library's own forms, and every column is one that it knows.
  std::optional<ImportMapping> mapping;
  std::function<void(const RowFailure&)> on_row_failure;  // told of every one, in the order of rows
  // What was wrong with a line before it came here, such as a workbook's cell that lost digits; its row
  // fails.
  std::function<std::optional<std::string>(std::int64_t line)> refusal_of_line;

  // Reads a JSON object with members of these names, on_failure as "stop" or "skip".
  static ImportOptions from_json(std::string_view json);
};

struct ImportResult {
  std::int64_t rows = 0;
  std::int64_t created = 0;  // new customers, or entries posted
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;  // already so, or delivered before
  std::int64_t voided = 0;     // of those entries: they were voided since, and do not count
  std::int64_t failed = 0;
  std::vector<RowFailure> failures;   // at most the first 1,000; `failed` counts all rows
  std::int64_t filtered = 0;          // rows that ImportMapping::only passed over, not among `rows`
  std::vector<FailureKind> kinds;     // of all failures, the most frequent first; at most 1,000
  std::vector<FailureKind> warnings;  // likewise: what was taken, and may have been meant otherwise
  std::vector<std::string> unused_columns;
  std::string encoding;     // that the file was read in; empty for columns
  std::int64_t import = 0;  // its number, from 1; 0: nothing was changed
  // Codes of customers with returns among the entries of whom more was returned, in all, than was ever sold.
  std::vector<std::string> over_returned;

  // As the gateway answers it.
  std::string to_json() const;
};

// Fills `buffer` with up to `size` bytes and returns how many; 0 at the end.
using ByteSource = std::function<std::size_t(char* buffer, std::size_t size)>;

}  // namespace crmcore
