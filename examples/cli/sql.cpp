// crmcore FILE sql "SELECT …": reads the public views, as a table, CSV, JSON or a workbook.
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <unistd.h>

#include "session.hpp"
#include "table.hpp"
#include "xlsx.hpp"

namespace cli {
namespace {

using Type = crmcore::Rows::Type;

// Rows that decide the widths of the columns; what follows is printed as it comes.
constexpr std::size_t kRowsMeasured = 1000;

enum class Format { table, csv, json };

struct SqlOptions {
  std::string sql;
  std::string parameters;
  std::optional<Format> format;  // absent: as the file to write is called, else a table
  std::string path = "-";
  bool is_lossless = false;
};

std::string cell(const crmcore::Rows& rows, int column) {
  switch (rows.type(column)) {
    case Type::null:
      return "–";
    case Type::blob:
      return "(blob)";
    default:
      return std::string(rows.text(column));
  }
}

std::vector<std::string> cells(const crmcore::Rows& rows) {
  std::vector<std::string> texts;
  for (int column = 0; column < rows.column_count(); ++column) texts.push_back(cell(rows, column));
  return texts;
}

// Numbers stand on the right; the first row that has a value tells.
std::vector<terminal::Column> columns_of(const crmcore::Rows& rows, const std::vector<bool>& is_number) {
  std::vector<terminal::Column> columns;
  for (int column = 0; column < rows.column_count(); ++column) {
    const bool is_right = is_number[static_cast<std::size_t>(column)];
    columns.push_back(
        {std::string(rows.column_name(column)), is_right ? terminal::Align::right : terminal::Align::left});
  }
  return columns;
}

void print_table(const Session& session, crmcore::Rows& rows, std::ostream& out, std::size_t width_max) {
  const auto columns = static_cast<std::size_t>(rows.column_count());
  std::vector<bool> is_number(columns), is_known(columns);
  std::vector<std::vector<std::string>> first;
  bool has_row = rows.next();
  for (; has_row && first.size() < kRowsMeasured; has_row = rows.next()) {
    for (std::size_t c = 0; c < columns; ++c) {
      const Type type = rows.type(static_cast<int>(c));
      if (is_known[c] || type == Type::null) continue;
      is_known[c] = true;
      is_number[c] = type == Type::integer || type == Type::real;
    }
    first.push_back(cells(rows));
  }
  std::size_t count = first.size();
  terminal::Table table(columns_of(rows, is_number));
  for (auto& row : first) table.add(std::move(row));
  table.print(out, width_max);
  for (; has_row; has_row = rows.next(), ++count) {
    table.add(cells(rows));
    table.print_more(out);
  }
  out << '(' << count << session.say(count == 1 ? " row)\n" : " rows)\n", " 行)\n");
}

void write_workbook(crmcore::Rows& rows, const std::string& path) {
  using Cell = crmcore::ExportCell;
  WorkbookWriter workbook(path);
  std::vector<Cell> cells;
  for (int column = 0; column < rows.column_count(); ++column)
    cells.push_back({Cell::Type::text, rows.column_name(column)});
  workbook.add(cells);
  while (rows.next()) {
    for (int column = 0; column < rows.column_count(); ++column) {
      const Type type = rows.type(column);
      const bool is_number = type == Type::integer || type == Type::real;
      cells[static_cast<std::size_t>(column)] = {type == Type::null   ? Cell::Type::blank
                                                 : type == Type::blob ? Cell::Type::text
                                                 : is_number          ? Cell::Type::decimal
                                                                      : Cell::Type::text,
                                                 type == Type::blob ? "(blob)" : rows.text(column)};
    }
    workbook.add(cells);
  }
  workbook.close();
}

// As the flags say, else as the file is called.
Format format_of(const SqlOptions& options) {
  const std::string_view path = options.path;
  if (options.format) return *options.format;
  return path.ends_with(".csv") ? Format::csv : path.ends_with(".json") ? Format::json : Format::table;
}

int run_query(const Session& session, const SqlOptions& options) {
  crmcore::Connection connection = session.connect();
  crmcore::Rows rows =
      connection.query(options.sql == "-" ? read_standard_input() : options.sql, options.parameters);
  if (is_workbook(options.path)) {
    if (options.format)
      throw crmcore::Error(crmcore::Code::invalid, "a workbook is written, and not in another form", "--out");
    write_workbook(rows, options.path);
    return kDone;
  }
  std::ofstream file;
  if (options.path != "-") file.open(options.path, std::ios::binary);
  std::ostream& out = options.path == "-" ? std::cout : file;
  const Format format = format_of(options);
  if (format == Format::json) {
    out << rows.drain_json() << '\n';
  } else if (format == Format::csv) {
    out << rows.drain_csv(options.is_lossless);
  } else {
    print_table(session, rows, out, options.path == "-" ? terminal::columns_of(STDOUT_FILENO) : 0);
  }
  if (!out.flush()) throw crmcore::Error(crmcore::Code::io, "cannot write '" + options.path + "'", "--out");
  return kDone;
}

}  // namespace

void add_sql(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<SqlOptions>();
  CLI::App* sql = app.add_subcommand("sql", "Runs a SELECT over the public views");
  sql->add_option("SELECT", options->sql, "The query; - reads it from standard input")->required();
  sql->add_option("--parameters", options->parameters, "A JSON array for ?1 … or an object for :name");
  const auto add_format = [&](const char* flag, Format format, const char* what) {
    return sql->add_flag_callback(
        flag, [options, format] { options->format = format; }, what);
  };
  CLI::Option* csv = add_format("--csv", Format::csv, "CSV; what a spreadsheet would run is made harmless");
  CLI::Option* json = add_format("--json", Format::json, "A JSON array of objects");
  CLI::Option* table = add_format("--table", Format::table, "An aligned table (the default)");
  sql->add_option(
         "--out", options->path,
         "The file to write: a workbook where it ends with .xlsx, CSV with .csv, JSON with .json; - is "
         "standard output")
      ->capture_default_str();
  csv->excludes(json, table);
  json->excludes(table);
  sql->add_flag("--lossless", options->is_lossless, "CSV exactly as stored");
  sql->callback([&session, &action, options] {
    action = [&session, options] { return run_query(session, *options); };
  });
}

}  // namespace cli
