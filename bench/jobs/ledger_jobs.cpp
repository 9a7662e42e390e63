// Posting to the ledger: in bulk, and one entry in a durable commit.
#include <algorithm>
#include <array>
#include <unistd.h>
#include <vector>

#include "crmcore/ledger.hpp"

#include "jobs/jobs.hpp"

namespace bench {
namespace {

using Document = std::array<char, kDocumentBytes>;

crmcore::EntryInput input_of(const Entry& entry, Document& document) {
  write_document_code(entry.document, document.data());
  crmcore::EntryInput input;
  input.customer = crmcore::CustomerId{entry.customer_id};
  input.date = crmcore::Date{entry.day};
  input.kind = static_cast<crmcore::EntryKind>(entry.kind);
  input.amount = crmcore::Money{entry.amount};
  input.document = std::string_view(document.data(), document.size());
  input.line = entry.line;
  return input;
}

}  // namespace

void post_in_bulk(const Arguments& arguments) {
  copy_file(arguments, kCustomersFile, kLedgerFile);
  const Workload workload(arguments.customers);
  Stopwatch watch;
  std::string check;
  {
    const crmcore::Database database = open_existing(arguments, kLedgerFile);
    crmcore::Connection connection = database.connect();
    crmcore::Ledger ledger(connection);
    crmcore::PostOptions options;
    options.source = kSource;
    std::vector<Entry> batch(kPostBatch);
    std::vector<Document> documents(kPostBatch);
    std::vector<crmcore::EntryInput> inputs(kPostBatch);
    EntryStream stream(workload);
    while (const std::size_t filled = stream.next(batch)) {
      watch.start();
      for (std::size_t i = 0; i < filled; ++i) inputs[i] = input_of(batch[i], documents[i]);
      ledger.post(options, std::span(inputs).first(filled));
      watch.stop();
    }
    crmcore::Rows count = connection.query("SELECT count(*), sum(amount) FROM ledger_entry");
    count.next();
    check = std::to_string(count.integer(0)) + " " + std::to_string(count.integer(1));
  }
  Report(kUs, arguments, workload.entries(), watch)
      .add("file_mb", file_megabytes(arguments, kLedgerFile))
      .check(check)
      .print();
}

void post_durably(const Arguments& arguments) {
  constexpr std::int64_t kCommits = 500;
  const crmcore::Database database = open_existing(arguments, kLedgerFile);
  crmcore::Connection connection = database.connect();
  crmcore::Ledger ledger(connection);
  // A source of its own for each run: entries are not taken back.
  const std::string source = "durable-" + std::to_string(getpid());
  crmcore::PostOptions options;
  options.source = source;
  Document document;
  std::vector<double> seconds;
  Stopwatch watch;
  for (std::int64_t i = 1; i <= kCommits; ++i) {
    const Entry entry{1 + i * 7919 % arguments.customers, i, 100 + i, kEndDay, 1, Kind::revenue};
    watch.start();
    const crmcore::EntryInput input = input_of(entry, document);
    ledger.post(options, std::span(&input, 1));
    seconds.push_back(watch.stop());
  }
  Report(kUs, arguments, kCommits, watch).add("median_seconds", median(seconds)).print();
}

void view_month(const Arguments& arguments) {
  const crmcore::Database database = open_existing(arguments, kLedgerFile);
  crmcore::Connection connection = database.connect();
  const std::vector<std::int64_t> ids = lookup_ids(arguments.customers, call_count(arguments, 2000));
  std::vector<double> seconds;
  std::int64_t rows = 0;
  Stopwatch watch;
  for (const std::int64_t id : ids) {
    const std::string sql = "SELECT * FROM ledger_month WHERE customer_id = " + std::to_string(id);
    watch.start();
    crmcore::Rows months = connection.query(sql);
    while (months.next()) ++rows;
    seconds.push_back(watch.stop());
  }
  Report(kUs, arguments, static_cast<std::int64_t>(ids.size()), watch)
      .add("median_seconds", median(seconds))
      .add("rows", static_cast<double>(rows))
      .print();
}

void post_small(const Arguments& arguments) {
  const crmcore::Database database = open_existing(arguments, kLedgerFile);
  crmcore::Connection connection = database.connect();
  crmcore::Ledger ledger(connection);
  const std::string source = "small-" + std::to_string(getpid());
  crmcore::PostOptions options;
  options.source = source;
  std::vector<Document> documents;
  std::vector<crmcore::EntryInput> inputs;
  report_small_posts(kUs, arguments, [&](std::span<const Entry> entries) {
    documents.resize(std::max(documents.size(), entries.size()));
    inputs.clear();
    for (const Entry& entry : entries) inputs.push_back(input_of(entry, documents[inputs.size()]));
    ledger.post(options, inputs);
  });
}

}  // namespace bench
