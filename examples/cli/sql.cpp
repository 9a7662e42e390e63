// crmcore FILE sql "SELECT …": reads the public views, as a table, CSV or JSON.
#include <iostream>
#include <memory>
#include <unistd.h>

#include "session.hpp"
#include "table.hpp"

namespace cli {
namespace {

using Type = crmcore::Rows::Type;

// Rows that decide the widths of the columns; what follows is printed as it comes.
constexpr std::size_t kRowsMeasured = 1000;

enum class Format { table, csv, json };

struct SqlOptions {
  std::string sql;
  std::string parameters;
  Format format = Format::table;
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

void print_table(crmcore::Rows& rows) {
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
  table.print(std::cout, terminal::columns_of(STDOUT_FILENO));
  for (; has_row; has_row = rows.next(), ++count) {
    table.add(cells(rows));
    table.print_more(std::cout);
  }
  std::cout << '(' << count << (count == 1 ? " row)\n" : " rows)\n");
}

int run_query(const Session& session, const SqlOptions& options) {
  crmcore::Connection connection = session.connect();
  crmcore::Rows rows =
      connection.query(options.sql == "-" ? read_standard_input() : options.sql, options.parameters);
  if (options.format == Format::json) {
    std::cout << rows.drain_json() << '\n';
  } else if (options.format == Format::csv) {
    std::cout << rows.drain_csv(options.is_lossless);
  } else {
    print_table(rows);
  }
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
  csv->excludes(json, table);
  json->excludes(table);
  sql->add_flag("--lossless", options->is_lossless, "CSV exactly as stored")->needs(csv);
  sql->callback([&session, &action, options] {
    action = [&session, options] { return run_query(session, *options); };
  });
}

}  // namespace cli
