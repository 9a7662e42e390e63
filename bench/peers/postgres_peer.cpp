// PostgreSQL over libpq and a Unix socket: COPY for what comes in bulk, prepared statements for the rest.
// The server is the runner's (bench/run.py); its settings are there and in README.md.
//
// postgres_peer JOB CUSTOMERS CONNINFO, the jobs in this order:
//   load         customers with primary key and unique code (COPY into a new table, keys afterwards)
//   lookup_id, lookup_code, open
//   post         per batch: COPY into a temporary table, insert, upsert of the monthly totals
//   metrics, review, cutoffs
//   reads_file   one table with an index for each list; then its questions
//   post_durable one commit per entry
#include <array>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <libpq-fe.h>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "measure.hpp"
#include "read_sql.hpp"
#include "review_sql.hpp"
#include "workload.hpp"

namespace {

using bench::Arguments;
using bench::Entry;
using bench::Report;
using bench::Stopwatch;
using bench::Workload;

struct ClearResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

class Connection {
 public:
  explicit Connection(const std::string& conninfo) : handle_(PQconnectdb(conninfo.c_str())) {
    if (PQstatus(handle_) != CONNECTION_OK) fail();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { PQfinish(handle_); }

  Result run(const std::string& sql) { return checked(PQexec(handle_, sql.c_str())); }
  void prepare(const char* name, const char* sql) { checked(PQprepare(handle_, name, sql, 0, nullptr)); }
  Result run_prepared(const char* name, std::initializer_list<const char*> values) {
    return checked(
        PQexecPrepared(handle_, name, static_cast<int>(values.size()), values.begin(), nullptr, nullptr, 0));
  }
  // Sends `text` to the COPY ... FROM STDIN that `sql` begins.
  void copy(const std::string& sql, const std::string& text) {
    run(sql);
    constexpr std::size_t kPiece = 1 << 20;
    for (std::size_t at = 0; at < text.size(); at += kPiece) {
      const std::size_t size = std::min(kPiece, text.size() - at);
      if (PQputCopyData(handle_, text.data() + at, static_cast<int>(size)) != 1) fail();
    }
    if (PQputCopyEnd(handle_, nullptr) != 1) fail();
    while (PGresult* result = PQgetResult(handle_)) checked(result);
  }
  // The first `columns` values of the first row with a blank between them.
  std::string first_row(const std::string& sql, int columns) {
    const Result result = run(sql);
    std::string line;
    for (int i = 0; i < columns; ++i) {
      if (i > 0) line += ' ';
      line += PQgetvalue(result.get(), 0, i);
    }
    return line;
  }
  // Peak resident set of the server process behind this connection, with what it touched of the shared
  // buffers.
  std::int64_t server_peak_kb() {
    std::ifstream status("/proc/" + std::to_string(PQbackendPID(handle_)) + "/status");
    for (std::string word; status >> word;) {
      if (word == "VmHWM:" && status >> word) return std::stoll(word);
    }
    return 0;
  }

 private:
  [[noreturn]] void fail() { bench::fail("postgres: " + std::string(PQerrorMessage(handle_))); }
  Result checked(PGresult* raw) {
    Result result(raw);
    const ExecStatusType status = PQresultStatus(raw);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) fail();
    return result;
  }

  PGconn* handle_;
};

double relation_mb(Connection& connection, const std::string& table) {
  return std::stod(connection.first_row("SELECT pg_total_relation_size('" + table + "')", 1)) / 1e6;
}

void load(const Arguments& arguments) {
  const Workload workload(arguments.customers);
  std::string text;
  for (std::int64_t id = 1; id <= workload.customers(); ++id) {
    const bench::Customer c = workload.customer(id);
    text += std::to_string(c.id) + '\t' + c.code + '\t' + c.name + '\t' + std::to_string(c.region) + '\t' +
            std::to_string(c.ownership) + '\t' + std::to_string(c.industry) + '\t' +
            std::to_string(c.assets) + '\t' + std::to_string(c.since_day) + '\n';
  }
  Connection connection(arguments.place);
  connection.run("DROP TABLE IF EXISTS customer");
  Stopwatch watch;
  watch.start();
  connection.run("BEGIN");
  connection.run(
      "CREATE TABLE customer (id bigint NOT NULL, code text NOT NULL, name text NOT NULL, region integer NOT "
      "NULL, "
      "ownership smallint NOT NULL, industry smallint NOT NULL, assets bigint NOT NULL, since_day integer "
      "NOT NULL)");
  connection.copy("COPY customer FROM STDIN", text);
  connection.run("ALTER TABLE customer ADD PRIMARY KEY (id)");
  connection.run("CREATE UNIQUE INDEX customer_by_code ON customer (code)");
  connection.run("COMMIT");
  watch.stop();
  connection.run("VACUUM ANALYZE customer");
  Report("postgres", arguments, workload.customers(), watch)
      .add("file_mb", relation_mb(connection, "customer"))
      .done_elsewhere(connection.server_peak_kb())
      .print();
}

void create_ledger(Connection& connection) {
  connection.run("DROP TABLE IF EXISTS ledger_entry, ledger_month");
  connection.run(
      "CREATE TABLE ledger_entry (customer_id bigint NOT NULL, day integer NOT NULL, kind smallint NOT NULL, "
      "amount bigint NOT NULL, source_id integer NOT NULL, document text NOT NULL, line integer NOT NULL, "
      "UNIQUE (source_id, document, line))");
  connection.run(
      "CREATE TABLE ledger_month (customer_id bigint NOT NULL, month integer NOT NULL, revenue bigint NOT "
      "NULL, "
      "cost bigint NOT NULL, orders integer NOT NULL, entries integer NOT NULL, first_day integer NOT NULL, "
      "last_day integer NOT NULL, PRIMARY KEY (customer_id, month))");
  connection.run(
      "CREATE TEMPORARY TABLE delivery (customer_id bigint, day integer, month integer, kind smallint, "
      "amount bigint, "
      "document text, line integer) ON COMMIT DELETE ROWS");
}

void format_batch(std::span<const Entry> entries, std::string& text) {
  text.clear();
  char line[160];
  char document[bench::kDocumentBytes];
  for (const Entry& e : entries) {
    bench::write_document_code(e.document, document);
    const int size = std::snprintf(line, sizeof line, "%lld\t%d\t%d\t%d\t%lld\t%.*s\t%d\n",
                                   static_cast<long long>(e.customer_id), e.day, bench::month_of(e.day),
                                   static_cast<int>(e.kind), static_cast<long long>(e.amount),
                                   static_cast<int>(sizeof document), document, e.line);
    text.append(line, static_cast<std::size_t>(size));
  }
}

void post(const Arguments& arguments) {
  const Workload workload(arguments.customers);
  Connection connection(arguments.place);
  create_ledger(connection);
  std::vector<Entry> batch(bench::kPostBatch);
  std::string text;
  bench::EntryStream stream(workload);
  Stopwatch watch;
  while (const std::size_t filled = stream.next(batch)) {
    format_batch(std::span(batch).first(filled), text);
    watch.start();
    connection.run("BEGIN");
    connection.copy("COPY delivery FROM STDIN", text);
    connection.run(
        "INSERT INTO ledger_entry (customer_id, day, kind, amount, source_id, document, line) "
        "SELECT customer_id, day, kind, amount, 1, document, line FROM delivery");
    connection.run(
        "INSERT INTO ledger_month AS m (customer_id, month, revenue, cost, orders, entries, first_day, "
        "last_day) "
        "SELECT customer_id, month, coalesce(sum(amount) FILTER (WHERE kind = 0), 0), "
        "coalesce(sum(amount) FILTER (WHERE kind = 1), 0), count(*) FILTER (WHERE line = 1), count(*), "
        "min(day), max(day) "
        "FROM delivery GROUP BY customer_id, month ON CONFLICT (customer_id, month) DO UPDATE SET "
        "revenue = m.revenue + excluded.revenue, cost = m.cost + excluded.cost, orders = m.orders + "
        "excluded.orders, "
        "entries = m.entries + excluded.entries, last_day = excluded.last_day");
    connection.run("COMMIT");
    watch.stop();
  }
  connection.run("VACUUM ANALYZE ledger_month");
  const std::string check = connection.first_row("SELECT count(*), sum(amount) FROM ledger_entry", 2);
  Report("postgres", arguments, workload.entries(), watch)
      .add("file_mb", relation_mb(connection, "ledger_entry") + relation_mb(connection, "ledger_month"))
      .check(check)
      .done_elsewhere(connection.server_peak_kb())
      .print();
}

void post_durable(const Arguments& arguments) {
  constexpr std::int64_t kCommits = 500;
  Connection connection(arguments.place);
  connection.run("DELETE FROM ledger_entry WHERE source_id = 2");
  connection.prepare("post",
                     "INSERT INTO ledger_entry (customer_id, day, kind, amount, source_id, document, line) "
                     "VALUES ($1, $2, 0, $3, 2, $4, 1)");
  const std::string day = std::to_string(bench::kEndDay);
  std::vector<double> seconds;
  Stopwatch watch;
  for (std::int64_t i = 1; i <= kCommits; ++i) {
    const std::string customer = std::to_string(1 + i * 7919 % arguments.customers);
    const std::string amount = std::to_string(100 + i);
    const std::string document = bench::document_code(i);
    watch.start();
    connection.run_prepared("post", {customer.c_str(), day.c_str(), amount.c_str(), document.c_str()});
    seconds.push_back(watch.stop());
  }
  Report("postgres", arguments, kCommits, watch)
      .add("median_seconds", bench::median(seconds))
      .done_elsewhere(connection.server_peak_kb())
      .print();
}

// `metrics` computes all and keeps nothing; `review` writes a row per customer.
void review(const Arguments& arguments, bool writes) {
  Connection connection(arguments.place);
  std::string source = bench::review_sql(bench::facts_of_months(), " OFFSET 0");
  Stopwatch watch;
  if (writes) {
    connection.run("DROP TABLE IF EXISTS customer_grade");
    connection.run("BEGIN");
    connection.run(
        "CREATE TABLE customer_grade (customer_id bigint PRIMARY KEY, grade integer NOT NULL, "
        "score double precision NOT NULL, value bigint NOT NULL)");
    watch.start();
    connection.run("INSERT INTO customer_grade (customer_id, grade, score, value) " + source);
    connection.run("COMMIT");
    watch.stop();
    connection.run("VACUUM ANALYZE customer_grade");
    source = "SELECT grade, score, value FROM customer_grade";
  }
  if (!writes) watch.start();
  const std::string check = connection.first_row(bench::summary_sql(source), bench::kGrades + 1);
  if (!writes) watch.stop();
  Report("postgres", arguments, arguments.customers, watch)
      .check(check)
      .done_elsewhere(connection.server_peak_kb())
      .print();
}

void cutoffs(const Arguments& arguments) {
  Connection connection(arguments.place);
  Stopwatch watch;
  watch.start();
  const std::string percentile = connection.first_row(bench::kPercentileSql, 3);
  const std::string pareto = connection.first_row(bench::kParetoSql, 2);
  watch.stop();
  Report("postgres", arguments, arguments.customers, watch)
      .check(percentile + " " + pareto)
      .done_elsewhere(connection.server_peak_kb())
      .print();
}

void lookup(const Arguments& arguments, bool by_code) {
  constexpr std::size_t kLookups = 20'000;
  Connection connection(arguments.place);
  const Workload workload(arguments.customers);
  std::vector<std::string> keys;
  for (const std::int64_t id : bench::lookup_ids(arguments.customers, kLookups)) {
    keys.push_back(by_code ? workload.customer(id).code : std::to_string(id));
  }
  const char* select = by_code ? "SELECT id, code, name, region, since_day FROM customer WHERE code = $1"
                               : "SELECT id, code, name, region, since_day FROM customer WHERE id = $1";
  connection.prepare("find", select);
  Stopwatch watch;
  watch.start();
  for (const std::string& key : keys) {
    const Result result = connection.run_prepared("find", {key.c_str()});
    if (PQntuples(result.get()) != 1) bench::fail("postgres: no customer " + key);
  }
  watch.stop();
  Report("postgres", arguments, kLookups, watch).done_elsewhere(connection.server_peak_kb()).print();
}

// Connects, reads a row and closes the connection.
void open_connection(const Arguments& arguments) {
  constexpr int kOpens = 50;
  std::vector<double> seconds;
  Stopwatch watch;
  for (int i = 0; i < kOpens; ++i) {
    watch.start();
    Connection(arguments.place).first_row("SELECT name FROM customer WHERE id = 1", 1);
    seconds.push_back(watch.stop());
  }
  Report("postgres", arguments, kOpens, watch)
      .add("median_seconds", bench::median(seconds))
      .done_elsewhere(0)
      .print();
}

void make_reads_file(const Arguments& arguments) {
  Connection connection(arguments.place);
  Stopwatch watch;
  watch.start();
  bench::make_customer_read(arguments.customers, [&](const std::string& sql) { connection.run(sql); });
  connection.run("VACUUM ANALYZE customer_read");
  watch.stop();
  Report("postgres", arguments, arguments.customers, watch)
      .done_elsewhere(connection.server_peak_kb())
      .print();
}

bool ask(const Arguments& arguments) {
  Connection connection(arguments.place);
  return bench::report_read("postgres", arguments,
                            [&](const std::string& sql, bool) { connection.run(sql); });
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = bench::parse_arguments(argc, argv);
  const std::string& job = arguments.job;
  if (job == "load") {
    load(arguments);
  } else if (job == "post") {
    post(arguments);
  } else if (job == "post_durable") {
    post_durable(arguments);
  } else if (job == "metrics" || job == "review") {
    review(arguments, job == "review");
  } else if (job == "cutoffs") {
    cutoffs(arguments);
  } else if (job == "lookup_id" || job == "lookup_code") {
    lookup(arguments, job == "lookup_code");
  } else if (job == "open_read") {
    open_connection(arguments);
  } else if (job == "reads_file") {
    make_reads_file(arguments);
  } else if (!ask(arguments)) {
    bench::fail("postgres_peer has no job \"" + job + "\"");
  }
}
