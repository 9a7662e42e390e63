// crmcore FILE import customers|contacts|entries|units|managers|relationships DATA.csv: reads what other
// programs deliver.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/assignment.hpp"
#include "crmcore/ledger.hpp"

#include "import_told.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "xlsx.hpp"

namespace cli {
namespace {

// A file of bytes, or standard input for "-", that shows on `progress` how far it was read.
class Delivery {
 public:
  Delivery(const std::string& path, Progress& progress) : progress_(progress) {
    if (path == "-") return;
    file_.reset(std::fopen(path.c_str(), "rb"));
    std::error_code failure;
    size_ = static_cast<std::int64_t>(std::filesystem::file_size(path, failure));
    if (!file_ || failure) throw crmcore::Error(crmcore::Code::io, "cannot read '" + path + "'", "DATA");
  }

  std::size_t read(char* buffer, std::size_t size) {
    std::FILE* file = file_ ? file_.get() : stdin;
    const std::size_t count = std::fread(buffer, 1, size, file);
    if (std::ferror(file) != 0) throw crmcore::Error(crmcore::Code::io, "reading failed", "DATA");
    progress_.show(done_ += static_cast<std::int64_t>(count), size_);
    return count;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Progress& progress_;
  std::unique_ptr<std::FILE, Close> file_;
  std::int64_t size_ = 0;
  std::int64_t done_ = 0;
};

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) throw crmcore::Error(crmcore::Code::io, "cannot read '" + path + "'", "--map");
  return text;
}

// What every import of a file is told.
struct FileOptions {
  std::string path;
  std::string map;
  std::string failures;
  bool is_json = false;
  crmcore::ImportOptions import;
};

// What refuses all of a file: its first row that failed.
crmcore::Error refusal_of(const crmcore::ImportResult& result) {
  std::vector<crmcore::Diagnostic> found;
  const std::string line = std::to_string(result.failures.front().line);
  for (const crmcore::RowFailure& one : result.failures) {
    if (one.line != result.failures.front().line) break;
    const std::string column = one.column.empty() ? "" : ", column '" + one.column + "'";
    found.push_back({one.code, "/lines/" + line, "line " + line + column + ": " + one.message});
  }
  return crmcore::Error(std::move(found));
}

// Runs an import of the file. Where a row that fails refuses all of it, it is read to its end all the same,
// so that everything that is wrong is told at once.
template <class Import>
int run(const Session& session, crmcore::Connection& connection, FileOptions& options, const Import& import) {
  options.import.mapping = options.map.empty() ? crmcore::ImportMapping{}
                                               : crmcore::ImportMapping::from_json(text_of(options.map));
  const bool is_refused_whole = options.import.on_failure == crmcore::OnFailure::stop;
  options.import.on_failure = crmcore::OnFailure::skip;
  std::optional<FailureFile> failures;
  if (!options.failures.empty()) {
    failures.emplace(options.failures);
    options.import.on_row_failure = [&failures](const crmcore::RowFailure& one) { failures->add(one); };
  }
  Progress progress("import");
  std::optional<Delivery> delivery;
  crmcore::ByteSource source;
  if (is_workbook(options.path)) {
    // What a sheet is turned into has these forms, and no quote signs.
    options.import.encoding = "utf-8";
    options.import.separator = ',';
    options.import.is_lossless = true;
    WorkbookSource sheet = workbook_source(options.path);
    source = std::move(sheet.read);
    options.import.refusal_of_line = std::move(sheet.refusal_of_line);
  } else {
    delivery.emplace(options.path, progress);
    source = [&](char* buffer, std::size_t size) { return delivery->read(buffer, size); };
  }
  connection.begin();
  const crmcore::ImportResult result = import(source);
  progress.finish();
  if (failures) failures->close();
  if (options.is_json) {
    std::cout << result.to_json() << '\n';
  } else {
    print_notes(session, result, is_workbook(options.path));
  }
  if (result.failed > 0 && is_refused_whole) {
    connection.rollback();
    std::cerr << (session.is_chinese()
                      ? std::to_string(result.rows) + " 行中有 " + std::to_string(result.failed) +
                            " 行失败，什么都没有写入；--skip 可略过这些行\n"
                      : std::to_string(result.failed) + " of " + std::to_string(result.rows) +
                            " rows fail, and nothing was applied; --skip leaves such rows out\n");
    throw refusal_of(result);
  }
  connection.commit();
  if (!options.is_json) print_counts(session, result);
  return result.failed > 0 ? kLeftOut : kDone;
}

void add_file_options(CLI::App& command, FileOptions& options) {
  crmcore::ImportOptions& import = options.import;
  import.encoding = "auto";
  command
      .add_option("DATA", options.path,
                  "A CSV file or workbook (.xlsx) with a header line; - reads standard input")
      ->required();
  command.add_option(
      "--map", options.map,
      "A JSON file: headings to fields, constants, columns to ignore, formats (docs/exchange.md)");
  command
      .add_option("--encoding", import.encoding, "utf-8, gb18030 (gbk), utf-16, utf-16le, utf-16be or auto")
      ->capture_default_str();
  add_separator(command, import.separator);
  command.add_flag("--dry-run", import.is_dry_run, "Tell what would be done, and do nothing");
  command.add_flag_callback(
      "--skip", [&import] { import.on_failure = crmcore::OnFailure::skip; },
      "Leave out rows that fail and tell them, instead of refusing all; status 3 when there were any");
  command.add_flag_callback(
      "--last-wins", [&import] { import.on_repeat = crmcore::OnRepeat::last_wins; },
      "Take a row that names again what a row before it named");
  command
      .add_option_function<std::string>(
          "--duplicates",
          [&import](const std::string& word) {
            import.duplicates =
                crmcore::enum_of<crmcore::OnDuplicate>(word).value_or(crmcore::OnDuplicate::ignore);
          },
          "Of customers: report, or refuse, new ones who are probably there already or twice in the file")
      ->check(CLI::IsMember({"ignore", "report", "refuse"}));
  command.add_flag("--lossless", import.is_lossless, "The quote sign before formulae is a part of the text");
  command.add_option("--failures", options.failures,
                     "Write every failure into this CSV file, with the row as it was");
  command.add_flag("--json", options.is_json, "The report as JSON");
}

// An import that needs nothing but the file.
template <class Import>
void add_plain(CLI::App& app, const char* name, const char* what, const Session& session, Action& action,
               Import import) {
  auto options = std::make_shared<FileOptions>();
  CLI::App* command = app.add_subcommand(name, what);
  add_file_options(*command, *options);
  command->callback([&session, &action, options, import] {
    action = [&session, options, import] {
      crmcore::Connection connection = session.connect();
      return run(session, connection, *options, [&](const crmcore::ByteSource& source) {
        return import(connection, source, options->import);
      });
    };
  });
}

void add_entries(CLI::App& import, const Session& session, Action& action) {
  struct Options {
    FileOptions file;
    crmcore::EntryImportOptions entries;
  };
  auto options = std::make_shared<Options>();
  crmcore::EntryImportOptions& to = options->entries;
  CLI::App* entries =
      import.add_subcommand("entries", "Ledger entries; each counts once by source, document and line");
  add_file_options(*entries, options->file);
  entries->add_option("--source", to.source, "Which system delivers")->required();
  const auto add_column = [&](const char* flag, std::string& column, const char* what) {
    entries->add_option(flag, column, what)->capture_default_str();
  };
  add_column("--customer-column", to.customer_column, "The customer's code");
  add_column("--date-column", to.date_column, "A date, a time of day after it is ignored");
  add_column("--document-column", to.document_column, "Number of the invoice or receipt");
  add_column("--line-column", to.line_column, "Line within the document");
  add_column("--kind-column", to.kind_column, "revenue, cost, reversal or activity_cost");
  add_column("--amount-column", to.amount_column, "A decimal in the row's currency");
  add_column("--quantity-column", to.quantity_column, "With a price, instead of an amount");
  add_column("--price-column", to.price_column, "A decimal in the row's currency");
  add_column("--currency-column", to.currency_column, "ISO 4217; blank: the base currency");
  add_column("--rate-column", to.rate_column, "Base units per unit of the row's currency");
  add_column("--original-date-column", to.original_date_column, "Of a reversal: when what it reverses was");
  entries->add_option("--amount-min", to.amount_min.minor, "Refuse less than so many minor units");
  entries->add_flag("--negative-is-reversal", to.is_negative_reversal,
                    "Take negative revenue for a reversal");
  entries->add_flag("--future", to.days.is_future, "Take dates after today");
  entries->add_flag("--before-1970", to.days.is_before_1970, "Take dates before 1970-01-01");
  entries->callback([&session, &action, options] {
    action = [&session, options] {
      crmcore::Connection connection = session.connect();
      return run(session, connection, options->file, [&](const crmcore::ByteSource& source) {
        options->entries.import = options->file.import;
        return crmcore::Ledger(connection).import_csv(source, options->entries);
      });
    };
  });
}

}  // namespace

void add_import(CLI::App& app, const Session& session, Action& action) {
  CLI::App* import = app.add_subcommand("import", "Imports CSV files, all or nothing unless --skip");
  import->require_subcommand(1);
  add_plain(*import, "customers",
            "Fields, axes and attributes of customers, and up to three contacts in a row", session, action,
            [](crmcore::Connection& connection, const auto& source, const auto& options) {
              return crmcore::Archive(connection).import_csv(source, options);
            });
  add_plain(*import, "contacts", "Contacts of customers that are there, one in a row", session, action,
            [](crmcore::Connection& connection, const auto& source, const auto& options) {
              return crmcore::Archive(connection).import_contacts_csv(source, options);
            });
  add_entries(*import, session, action);
  add_plain(*import, "units", "Organisation units, by code", session, action,
            [](crmcore::Connection& connection, const auto& source, const auto& options) {
              return crmcore::Assignment(connection).import_units_csv(source, options);
            });
  add_plain(*import, "managers", "Account managers, by code", session, action,
            [](crmcore::Connection& connection, const auto& source, const auto& options) {
              return crmcore::Assignment(connection).import_managers_csv(source, options);
            });
  add_plain(*import, "relationships", "Relationships between customers and managers", session, action,
            [](crmcore::Connection& connection, const auto& source, const auto& options) {
              return crmcore::Assignment(connection).import_relationships_csv(source, options);
            });
}

}  // namespace cli
