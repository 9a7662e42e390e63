#include "import_told.hpp"

#include <iostream>
#include <vector>

#include "crmcore/error.hpp"

#include "table.hpp"
#include "words.hpp"

namespace cli {
namespace {

std::string quoted(const std::string& text) {
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + "\"";
}

std::string heading(const Session& session, const char* word) {
  return std::string(translated(word, session.language));
}

std::string lines_of(const crmcore::FailureKind& kind) {
  std::string lines;
  for (const std::int64_t line : kind.lines) lines += (lines.empty() ? "" : ", ") + std::to_string(line);
  if (kind.rows > static_cast<std::int64_t>(kind.lines.size())) lines += " …";
  return lines;
}

void print_kinds(const Session& session, const std::vector<crmcore::FailureKind>& kinds, bool is_warning) {
  if (kinds.empty()) return;
  std::vector<terminal::Column> columns = {{heading(session, "rows"), terminal::Align::right},
                                           {heading(session, "column")}};
  if (!is_warning) columns.push_back({heading(session, "error code")});
  columns.push_back({heading(session, is_warning ? "what is to be noticed" : "what is wrong")});
  columns.push_back({heading(session, "lines"), terminal::Align::left, true});
  terminal::Table table(std::move(columns));
  for (const crmcore::FailureKind& one : kinds) {
    std::vector<std::string> cells = {std::to_string(one.rows), one.column};
    if (!is_warning) cells.emplace_back(crmcore::code_name(one.code));
    cells.push_back(one.message);
    cells.push_back(lines_of(one));
    table.add(std::move(cells));
  }
  table.print(std::cerr);
}

void print_list(const std::string& title, const std::vector<std::string>& list) {
  if (list.empty()) return;
  std::cerr << title;
  for (const std::string& one : list) std::cerr << ' ' << terminal::harmless(one);
  std::cerr << '\n';
}

}  // namespace

FailureFile::FailureFile(const std::string& path) : file_(path, std::ios::binary), path_(path) {
  if (!file_) throw crmcore::Error(crmcore::Code::io, "cannot write '" + path + "'", "--failures");
}

void FailureFile::add(const crmcore::RowFailure& one) {
  if (!has_headings_) {
    file_ << "failure.line,failure.column,failure.code,failure.message";
    for (const auto& [name, field] : one.row) file_ << ',' << quoted(name);
    file_ << '\n';
    has_headings_ = true;
  }
  file_ << one.line << ',' << quoted(one.column) << ',' << crmcore::code_name(one.code) << ','
        << quoted(one.message);
  for (const auto& [name, field] : one.row) file_ << ',' << quoted(field);
  file_ << '\n';
}

void FailureFile::close() {
  if (!has_headings_) file_ << "failure.line,failure.column,failure.code,failure.message\n";
  file_.close();
  if (!file_) throw crmcore::Error(crmcore::Code::io, "cannot write '" + path_ + "'", "--failures");
}

void print_notes(const Session& session, const crmcore::ImportResult& result, bool is_workbook) {
  if (!is_workbook && !result.encoding.empty())
    std::cerr << session.say("read as ", "读取编码：") << result.encoding << '\n';
  print_kinds(session, result.kinds, false);
  print_kinds(session, result.warnings, true);
  print_list(session.say("columns that are not used:", "未使用的列："), result.unused_columns);
  if (result.filtered > 0)
    std::cerr << session.say("rows passed over: ", "略过的行：") << result.filtered << '\n';
  if (result.voided > 0)
    std::cerr << session.say("voided before, and not counted: ", "以前已作废，不计入：") << result.voided
              << '\n';
  print_list(session.say("more returned than ever sold:", "退货超过销售："), result.over_returned);
  if (result.import > 0) std::cerr << session.say("import ", "导入批次 ") << result.import << '\n';
}

void print_counts(const Session& session, const crmcore::ImportResult& result) {
  std::vector<terminal::Column> columns;
  for (const char* word : {"rows", "created", "updated", "unchanged", "failed"})
    columns.push_back({heading(session, word), terminal::Align::right});
  terminal::Table table(std::move(columns));
  table.add({std::to_string(result.rows), std::to_string(result.created), std::to_string(result.updated),
             std::to_string(result.unchanged), std::to_string(result.failed)});
  table.print(std::cout);
}

}  // namespace cli
