// crmcore FILE import customers|entries DATA.csv: reads what other programs deliver.
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>

#include "crmcore/archive.hpp"
#include "crmcore/ledger.hpp"

#include "progress.hpp"
#include "session.hpp"
#include "table.hpp"

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

void print_result(const crmcore::ImportResult& result) {
  if (!result.failures.empty()) {
    terminal::Table failures({{"line", terminal::Align::right}, {"column"}, {"code"}, {"what is wrong"}});
    for (const crmcore::RowFailure& one : result.failures) {
      failures.add(
          {std::to_string(one.line), one.column, std::string(crmcore::code_name(one.code)), one.message});
    }
    failures.print(std::cerr);
  }
  terminal::Table table({{"rows", terminal::Align::right},
                         {"created", terminal::Align::right},
                         {"updated", terminal::Align::right},
                         {"unchanged", terminal::Align::right},
                         {"failed", terminal::Align::right}});
  table.add({std::to_string(result.rows), std::to_string(result.created), std::to_string(result.updated),
             std::to_string(result.unchanged), std::to_string(result.failed)});
  table.print(std::cout);
}

// Runs an import of the file at `path`.
template <class Import>
int run(const std::string& path, const Import& import) {
  Progress progress("import");
  Delivery delivery(path, progress);
  const crmcore::ImportResult result =
      import([&](char* buffer, std::size_t size) { return delivery.read(buffer, size); });
  progress.finish();
  print_result(result);
  return kDone;
}

void add_file_options(CLI::App& command, std::string& path, crmcore::ImportOptions& options) {
  command.add_option("DATA", path, "A CSV file with a header line; - reads standard input")->required();
  command.add_option("--encoding", options.encoding, "utf-8 or gb18030")->capture_default_str();
  command.add_flag("--dry-run", options.is_dry_run, "Tell what would be done, and do nothing");
  command.add_flag_callback(
      "--skip", [&options] { options.on_failure = crmcore::OnFailure::skip; },
      "Leave out rows that fail and tell them, instead of refusing all");
}

void add_customers(CLI::App& import, const Session& session, Action& action) {
  struct Options {
    std::string path;
    crmcore::ImportOptions import;
  };
  auto options = std::make_shared<Options>();
  CLI::App* customers = import.add_subcommand(
      "customers", "Columns: code, name, kind, short_name, since, and codes of axes and attributes");
  add_file_options(*customers, options->path, options->import);
  customers->callback([&session, &action, options] {
    action = [&session, options] {
      crmcore::Connection connection = session.connect();
      return run(options->path, [&](const crmcore::ByteSource& source) {
        return crmcore::Archive(connection).import_csv(source, options->import);
      });
    };
  });
}

void add_entries(CLI::App& import, const Session& session, Action& action) {
  struct Options {
    std::string path;
    crmcore::EntryImportOptions entries;
  };
  auto options = std::make_shared<Options>();
  crmcore::EntryImportOptions& to = options->entries;
  CLI::App* entries =
      import.add_subcommand("entries", "Ledger entries; each counts once by source, document and line");
  add_file_options(*entries, options->path, to.import);
  entries->add_option("--source", to.source, "Which system delivers")->required();
  const auto add_column = [&](const char* flag, std::string& column, const char* what) {
    entries->add_option(flag, column, what)->capture_default_str();
  };
  add_column("--customer-column", to.customer_column, "The customer's code");
  add_column("--date-column", to.date_column, "YYYY-MM-DD, a time of day after it is ignored");
  add_column("--document-column", to.document_column, "Number of the invoice or receipt");
  add_column("--line-column", to.line_column, "Line within the document");
  add_column("--kind-column", to.kind_column, "revenue, cost, reversal or activity_cost");
  add_column("--amount-column", to.amount_column, "A decimal in the base currency");
  add_column("--quantity-column", to.quantity_column, "With a price, instead of an amount");
  add_column("--price-column", to.price_column, "A decimal in the base currency");
  entries->add_option("--separator", to.separator, "Between fields")->capture_default_str();
  entries->add_option("--amount-min", to.amount_min.minor, "Refuse less than so many minor units");
  entries->add_flag("--negative-is-reversal", to.is_negative_reversal,
                    "Take negative revenue for a reversal");
  entries->callback([&session, &action, options] {
    action = [&session, options] {
      crmcore::Connection connection = session.connect();
      return run(options->path, [&](const crmcore::ByteSource& source) {
        return crmcore::Ledger(connection).import_csv(source, options->entries);
      });
    };
  });
}

}  // namespace

void add_import(CLI::App& app, const Session& session, Action& action) {
  CLI::App* import = app.add_subcommand("import", "Imports CSV files, all or nothing unless --skip");
  import->require_subcommand(1);
  add_customers(*import, session, action);
  add_entries(*import, session, action);
}

}  // namespace cli
