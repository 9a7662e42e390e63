// A real year in one process: 541,909 lines as they are loaded, graded and assigned. The peer inserts the
// rows that are accepted here, out of the file that this job leaves for it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <vector>
#include <zlib.h>

#include "crmcore/archive.hpp"
#include "crmcore/assignment.hpp"
#include "crmcore/grading.hpp"
#include "crmcore/ledger.hpp"

#include "base/csv.hpp"
#include "jobs/jobs.hpp"

namespace bench {
namespace {

constexpr const char* kFile = "/crmcore_online_retail.db";
constexpr const char* kScheme = R"({
  "code": "value", "population": {"status": ["existing"]},
  "calendar": {"timezone": "UTC"}, "returns": "gross", "money_digits": 3,
  "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "lifetime"}}}],
  "cut": {"kind": "pareto", "on": "revenue", "cuts": [80, 95], "band": 0},
  "movement": {"up": {"streak": 1}, "down": {"streak": 1}}})";
constexpr const char* kPolicy = R"({
  "code": "main", "scheme": "value", "grades": ["A", "B", "C"], "levels": ["ordinary", "advanced", "senior"],
  "weights": {"A": 5, "B": 2, "C": 1},
  "stages": [{"rule": "quality", "params": {"table": [
    {"grade": "A", "min_level": "senior"}, {"grade": "B", "min_level": "advanced"}]}}]})";
constexpr int kManagers = 20;

crmcore::ByteSource gzip_source(const std::string& path) {
  const std::shared_ptr<gzFile_s> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) fail("crmcore: no " + path);
  return [file](char* buffer, std::size_t size) {
    return static_cast<std::size_t>(gzread(file.get(), buffer, static_cast<unsigned>(size)));
  };
}

void put_customers(crmcore::Archive archive, const std::string& path) {
  crmcore::csv::Reader reader(gzip_source(path));
  reader.next();
  std::set<std::string, std::less<>> codes;
  while (reader.next()) {
    const std::string_view code = reader.fields()[6];
    if (!code.empty() && codes.find(code) == codes.end()) codes.emplace(code);
  }
  std::vector<crmcore::CustomerInput> customers;
  for (const std::string& code : codes) {
    crmcore::CustomerInput& customer = customers.emplace_back();
    customer.code = code;
    customer.name = "Customer " + code;
  }
  archive.put(customers);
}

crmcore::ImportResult import_lines(crmcore::Ledger ledger, const std::string& path) {
  crmcore::EntryImportOptions options;
  options.source = "online_retail";
  options.customer_column = "CustomerID";
  options.date_column = "InvoiceDate";
  options.document_column = "InvoiceNo";
  options.quantity_column = "Quantity";
  options.price_column = "UnitPrice";
  options.amount_min = crmcore::Money{1};
  options.import.on_failure = crmcore::OnFailure::skip;
  return ledger.import_csv(gzip_source(path), options);
}

void put_managers(crmcore::Assignment assignment) {
  constexpr const char* kLevels[] = {"senior", "advanced", "ordinary"};
  std::vector<crmcore::ManagerInput> managers;
  for (int i = 0; i < kManagers; ++i) {
    crmcore::ManagerInput& manager = managers.emplace_back();
    manager.code = "M" + std::to_string(i);
    manager.name = "Manager " + std::to_string(i);
    manager.level = kLevels[i % 3];
    manager.span = 1000;
  }
  assignment.put_managers(managers);
}

void leave_rows(crmcore::Connection& connection, const std::string& path) {
  std::ofstream out(path);
  crmcore::Rows rows = connection.query(
      "SELECT e.customer_id, unixepoch(e.date) / 86400, e.amount, e.document, e.line FROM ledger_entry e "
      "ORDER BY e.entry_id");
  while (rows.next()) {
    out << rows.integer(0) << '\t' << rows.integer(1) << '\t' << rows.integer(2) << '\t' << rows.text(3)
        << '\t' << rows.integer(4) << '\n';
  }
}

}  // namespace

void run_online_retail(const Arguments& arguments) {
  const char* folder = std::getenv("CRMCORE_TEST_DATA");
  if (folder == nullptr) fail("crmcore: CRMCORE_TEST_DATA is not set");
  const std::string source = std::string(folder) + "/online_retail/online_retail.csv.gz";
  remove_database(arguments.place + kFile);
  crmcore::OpenOptions options;
  options.create = true;
  options.base_currency = "GBP";
  options.currency_digits = 3;
  Stopwatch watch;
  watch.start();
  const crmcore::Database database = crmcore::Database::open(arguments.place + kFile, options);
  crmcore::Connection connection = database.connect();
  connection.begin();
  put_customers(crmcore::Archive(connection), source);
  const crmcore::ImportResult imported = import_lines(crmcore::Ledger(connection), source);
  connection.commit();
  crmcore::Grading grading(connection);
  grading.put_scheme(kScheme);
  crmcore::ReviewRequest review;
  review.scheme = "value";
  review.as_of = *crmcore::parse_date("2011-12-10");
  const crmcore::ReviewSummary graded = grading.commit(review);
  crmcore::Assignment assignment(connection);
  put_managers(assignment);
  assignment.put_policy(kPolicy);
  crmcore::AssignmentRequest request;
  request.policy = "main";
  request.as_of = graded.as_of;
  const crmcore::AssignmentSummary assigned = assignment.commit(request);
  watch.stop();
  if (imported.created != 397'884 || graded.grades.at(0).count != 1133 || graded.grades.at(1).count != 1469 ||
      graded.grades.at(2).count != 1736 || assigned.placed == 0) {
    fail("crmcore: online_retail came out otherwise");
  }
  leave_rows(connection, arguments.place + "/online_retail.tsv");
  Report(kUs, arguments, imported.created, watch).add("median_seconds", watch.seconds()).print();
}

}  // namespace bench
