// Bare SQLite through its C API: what a careful program would do without crmcore, in the tables that
// crmcore itself has, with the same build of SQLite and the same pragmas.
//
// sqlite_peer JOB CUSTOMERS DIRECTORY, the jobs in this order:
//   load         customers, their classes and assets, with all indexes       -> customers.db
//   lookup_id, lookup_code, open                                             customers.db
//   post_rows    ledger entries with their unique key                        -> rows.db
//   post         the same and monthly totals kept by row upserts             -> ledger.db
//   post_by_month  the same with the month leading the totals' key           -> by_month.db
//   metrics, review, cutoffs, reads_file and its questions                  ledger.db
//   post_durable one commit per entry                                        rows.db
//   post_small   commits of 1, 16, 100 and 2,000 entries                     rows.db
#include <fstream>
#include <optional>
#include <span>
#include <sqlite3.h>
#include <string>
#include <unistd.h>
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

class Database {
 public:
  explicit Database(const std::string& path) {
    if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) !=
        SQLITE_OK) {
      bench::fail("sqlite: " + std::string(sqlite3_errmsg(handle_)) + ": " + path);
    }
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;");
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(handle_); }

  void run(const std::string& sql) {
    char* message = nullptr;
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
      bench::fail("sqlite: " + std::string(message) + ": " + sql.substr(0, 200));
    }
  }
  sqlite3* handle() const noexcept { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

class Statement {
 public:
  Statement(Database& database, const std::string& sql) : database_(database) {
    if (sqlite3_prepare_v3(database.handle(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle_,
                           nullptr) != SQLITE_OK) {
      bench::fail("sqlite: " + std::string(sqlite3_errmsg(database.handle())) + ": " + sql.substr(0, 200));
    }
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle_); }

  void bind(int at, std::int64_t value) noexcept { sqlite3_bind_int64(handle_, at, value); }
  void bind(int at, std::string_view text) noexcept {
    sqlite3_bind_text(handle_, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  bool step() {
    const int result = sqlite3_step(handle_);
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) bench::fail("sqlite: " + std::string(sqlite3_errmsg(database_.handle())));
    return false;
  }
  void reset() noexcept { sqlite3_reset(handle_); }
  void run() {
    step();
    reset();
  }
  std::int64_t integer(int column) noexcept { return sqlite3_column_int64(handle_, column); }
  std::string_view text(int column) noexcept {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
  }
  // The integers of the current row with a blank between them.
  std::string integers(int count) {
    std::string line;
    for (int i = 0; i < count; ++i) {
      if (i > 0) line += ' ';
      line += std::to_string(integer(i));
    }
    return line;
  }

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

// crmcore's own tables, see src/storage/migrations/0001_archive.sql.
constexpr const char* kCustomerTables = R"(
CREATE TABLE customer (id INTEGER PRIMARY KEY, code TEXT NOT NULL, code_key TEXT NOT NULL, name TEXT NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2), short_name TEXT NOT NULL DEFAULT '',
  since_day INTEGER NOT NULL, version INTEGER NOT NULL) STRICT;
CREATE TABLE customer_class (customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
  class_1 INTEGER NOT NULL DEFAULT 0, class_2 INTEGER NOT NULL DEFAULT 0, class_3 INTEGER NOT NULL DEFAULT 0,
  class_4 INTEGER NOT NULL DEFAULT 0, class_5 INTEGER NOT NULL DEFAULT 0, class_6 INTEGER NOT NULL DEFAULT 0,
  class_7 INTEGER NOT NULL DEFAULT 0, class_8 INTEGER NOT NULL DEFAULT 0, class_9 INTEGER NOT NULL DEFAULT 0,
  class_10 INTEGER NOT NULL DEFAULT 0, class_11 INTEGER NOT NULL DEFAULT 0,
  class_12 INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE customer_attribute (customer_id INTEGER NOT NULL REFERENCES customer (id),
  attribute_id INTEGER NOT NULL, number INTEGER, text TEXT, observed_day INTEGER NOT NULL,
  PRIMARY KEY (customer_id, attribute_id), CHECK ((number IS NULL) <> (text IS NULL))) STRICT, WITHOUT ROWID;
)";
constexpr const char* kCustomerIndex = "CREATE UNIQUE INDEX customer_by_code ON customer (code_key)";
constexpr const char* kLedgerTable = R"(
CREATE TABLE ledger_entry (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, day INTEGER NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3), amount INTEGER NOT NULL, source_id INTEGER NOT NULL,
  document TEXT NOT NULL, line INTEGER NOT NULL, original_day INTEGER) STRICT;
CREATE UNIQUE INDEX ledger_entry_by_key ON ledger_entry (source_id, document, line);
)";
constexpr const char* kMonthTable =
    "CREATE TABLE ledger_month (customer_id INTEGER NOT NULL, month INTEGER NOT NULL, revenue INTEGER NOT "
    "NULL, "
    "cost INTEGER NOT NULL, orders INTEGER NOT NULL, entries INTEGER NOT NULL, first_day INTEGER NOT NULL, "
    "last_day INTEGER NOT NULL, PRIMARY KEY ";
// The customer leads the key: reviews read a customer's months in one run, postings touch pages all over.
constexpr const char* kCustomerFirst = "(customer_id, month)";
// The month leads: postings stay in the pages of the present month, reviews have to sort.
constexpr const char* kMonthFirst = "(month, customer_id)";
constexpr const char* kGradeTable =
    "CREATE TABLE customer_grade (customer_id INTEGER PRIMARY KEY, grade INTEGER NOT NULL, score REAL NOT "
    "NULL, "
    "value INTEGER NOT NULL) STRICT";
constexpr const char* kBulkCache = "PRAGMA cache_size = -131072";  // 128 MiB

constexpr const char* kInsertEntry =
    "INSERT INTO ledger_entry (customer_id, day, kind, amount, source_id, document, line) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

void bind_entry(Statement& insert, const Entry& entry, std::int64_t source,
                std::span<char> document) noexcept {
  bench::write_document_code(entry.document, document.data());
  insert.bind(1, entry.customer_id);
  insert.bind(2, entry.day);
  insert.bind(3, static_cast<std::int64_t>(entry.kind));
  insert.bind(4, entry.amount);
  insert.bind(5, source);
  insert.bind(6, std::string_view(document.data(), document.size()));
  insert.bind(7, entry.line);
}

// The monthly totals, a row per customer and month. `key` is the key of the table, which must exist.
class MonthTotals {
 public:
  MonthTotals(Database& database, const std::string& key)
      : upsert_(
            database,
            "INSERT INTO ledger_month (customer_id, month, revenue, cost, orders, entries, first_day, "
            "last_day) "
            "VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6) ON CONFLICT " +
                key +
                " DO UPDATE SET revenue = revenue + excluded.revenue, cost = cost + excluded.cost, "
                "orders = orders + excluded.orders, entries = entries + 1, last_day = excluded.last_day") {}

  void add(const Entry& entry) {
    const bool is_revenue = entry.kind == bench::Kind::revenue;
    upsert_.bind(1, entry.customer_id);
    upsert_.bind(2, bench::month_of(entry.day));
    upsert_.bind(3, is_revenue ? entry.amount : 0);
    upsert_.bind(4, is_revenue ? 0 : entry.amount);
    upsert_.bind(5, entry.line == 1);
    upsert_.bind(6, entry.day);
    upsert_.run();
  }

 private:
  Statement upsert_;
};

double megabytes(const std::string& path) {
  return static_cast<double>(bench::file_bytes(path) + bench::file_bytes(path + "-wal")) / 1e6;
}

void load(const Arguments& arguments) {
  const std::string path = arguments.place + "/customers.db";
  bench::remove_database(path);
  const Workload workload(arguments.customers);
  Stopwatch watch;
  {
    Database database(path);
    watch.start();
    database.run(kBulkCache);
    database.run(kCustomerTables);
    database.run("BEGIN IMMEDIATE");
    Statement customer(database,
                       "INSERT INTO customer (id, code, code_key, name, kind, since_day, version) "
                       "VALUES (?1, ?2, ?2, ?3, 0, ?4, 1)");
    Statement classes(
        database,
        "INSERT INTO customer_class (customer_id, class_1, class_2, class_3) VALUES (?1, ?2, ?3, ?4)");
    Statement assets(database,
                     "INSERT INTO customer_attribute (customer_id, attribute_id, number, observed_day) "
                     "VALUES (?1, 1, ?2, ?3)");
    watch.stop();
    std::vector<bench::Customer> chunk;
    for (std::int64_t id = 1; id <= workload.customers();) {
      for (chunk.clear(); chunk.size() < bench::kCustomerChunk && id <= workload.customers(); ++id) {
        chunk.push_back(workload.customer(id));
      }
      watch.start();
      for (const bench::Customer& made : chunk) {
        customer.bind(1, made.id);
        customer.bind(2, made.code);
        customer.bind(3, made.name);
        customer.bind(4, made.since_day);
        customer.run();
        classes.bind(1, made.id);
        classes.bind(2, 1 + made.region);
        classes.bind(3, 1 + made.ownership);
        classes.bind(4, 1 + made.industry);
        classes.run();
        assets.bind(1, made.id);
        assets.bind(2, made.assets);
        assets.bind(3, made.since_day);
        assets.run();
      }
      watch.stop();
    }
    watch.start();
    database.run(kCustomerIndex);
    database.run("COMMIT");
    watch.stop();
  }
  Report("sqlite", arguments, workload.customers(), watch).add("file_mb", megabytes(path)).print();
}

// The rows of online_retail that crmcore accepted, out of the file that its job left; one transaction.
void insert_online_retail(const Arguments& arguments) {
  const std::string path = arguments.place + "/online_retail.db";
  bench::remove_database(path);
  std::ifstream in(arguments.place + "/online_retail.tsv");
  std::vector<Entry> entries;
  std::vector<std::string> documents;
  Entry one{};
  std::string document;
  while (in >> one.customer_id >> one.day >> one.amount >> document >> one.line) {
    entries.push_back(one);
    documents.push_back(document);
  }
  Stopwatch watch;
  watch.start();
  {
    Database database(path);
    database.run(kBulkCache);
    database.run(kLedgerTable);
    database.run("BEGIN IMMEDIATE");
    Statement insert(database, kInsertEntry);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      insert.bind(1, entries[i].customer_id);
      insert.bind(2, entries[i].day);
      insert.bind(3, 0);
      insert.bind(4, entries[i].amount);
      insert.bind(5, 1);
      insert.bind(6, documents[i]);
      insert.bind(7, entries[i].line);
      insert.run();
    }
    database.run("COMMIT");
  }
  watch.stop();
  Report("sqlite", arguments, static_cast<std::int64_t>(entries.size()), watch)
      .add("median_seconds", watch.seconds())
      .print();
}

// `key` is that of the monthly totals; null posts the rows alone.
void post(const Arguments& arguments, const std::string& file, const char* key) {
  const std::string path = arguments.place + file;
  bench::remove_database(path);
  const Workload workload(arguments.customers);
  Stopwatch watch;
  std::string check;
  {
    Database database(path);
    database.run(kBulkCache);
    database.run(kLedgerTable);
    Statement insert(database, kInsertEntry);
    std::optional<MonthTotals> totals;
    if (key != nullptr) {
      database.run(kMonthTable + std::string(key) + ") STRICT, WITHOUT ROWID");
      totals.emplace(database, key);
    }
    std::vector<Entry> batch(bench::kPostBatch);
    char document[bench::kDocumentBytes];
    bench::EntryStream stream(workload);
    while (const std::size_t filled = stream.next(batch)) {
      watch.start();
      database.run("BEGIN IMMEDIATE");
      for (const Entry& entry : std::span(batch).first(filled)) {
        bind_entry(insert, entry, 1, document);
        insert.run();
        if (totals) totals->add(entry);
      }
      database.run("COMMIT");
      watch.stop();
    }
    Statement count(database, "SELECT count(*), sum(amount) FROM ledger_entry");
    count.step();
    check = count.integers(2);
  }
  Report("sqlite", arguments, workload.entries(), watch).add("file_mb", megabytes(path)).check(check).print();
}

void post_durable(const Arguments& arguments) {
  constexpr std::int64_t kCommits = 500;
  Database database(arguments.place + "/rows.db");
  database.run("DELETE FROM ledger_entry WHERE source_id = 2");
  Statement begin(database, "BEGIN IMMEDIATE");
  Statement insert(database, kInsertEntry);
  Statement commit(database, "COMMIT");
  char document[bench::kDocumentBytes];
  std::vector<double> seconds;
  Stopwatch watch;
  for (std::int64_t i = 1; i <= kCommits; ++i) {
    const Entry entry{
        1 + i * 7919 % arguments.customers, i, 100 + i, bench::kEndDay, 1, bench::Kind::revenue};
    watch.start();
    begin.run();
    bind_entry(insert, entry, 2, document);
    insert.run();
    commit.run();
    seconds.push_back(watch.stop());
  }
  Report("sqlite", arguments, kCommits, watch).add("median_seconds", bench::median(seconds)).print();
}

void post_small(const Arguments& arguments) {
  Database database(arguments.place + "/rows.db");
  database.run(kBulkCache);
  // A source of its own for each run, as crmcore's job has: deleting the last run's entries would leave a log
  // that is long already, into which commits are cheaper.
  const std::int64_t source = 1000 + getpid();
  Statement begin(database, "BEGIN IMMEDIATE");
  Statement insert(database, kInsertEntry);
  Statement commit(database, "COMMIT");
  char document[bench::kDocumentBytes];
  bench::report_small_posts("sqlite", arguments, [&](std::span<const Entry> entries) {
    begin.run();
    for (const Entry& entry : entries) {
      bind_entry(insert, entry, source, document);
      insert.run();
    }
    commit.run();
  });
}

// `metrics` computes all and keeps nothing; `review` writes a row per customer.
void review(const Arguments& arguments, bool writes) {
  Database database(arguments.place + "/ledger.db");
  database.run(kBulkCache);
  const std::string sql = bench::review_sql(bench::facts_of_months(), " LIMIT 1000000000");
  std::string source = sql;
  Stopwatch watch;
  if (writes) {
    database.run("DROP TABLE IF EXISTS customer_grade");
    database.run(kGradeTable);
    watch.start();
    database.run("INSERT INTO customer_grade (customer_id, grade, score, value) " + sql);
    watch.stop();
    source = "SELECT grade, score, value FROM customer_grade";
  }
  if (!writes) watch.start();
  Statement summary(database, bench::summary_sql(source));
  summary.step();
  if (!writes) watch.stop();
  Report("sqlite", arguments, arguments.customers, watch).check(summary.integers(bench::kGrades + 1)).print();
}

void cutoffs(const Arguments& arguments) {
  Database database(arguments.place + "/ledger.db");
  database.run(kBulkCache);
  Stopwatch watch;
  watch.start();
  Statement percentile(database, bench::kPercentileSql);
  percentile.step();
  Statement pareto(database, bench::kParetoSql);
  pareto.step();
  watch.stop();
  Report("sqlite", arguments, arguments.customers, watch)
      .check(percentile.integers(3) + " " + pareto.integers(2))
      .print();
}

void lookup(const Arguments& arguments, bool by_code) {
  constexpr std::size_t kLookups = 200'000;
  Database database(arguments.place + "/customers.db");
  const Workload workload(arguments.customers);
  std::vector<std::string> codes;
  const std::vector<std::int64_t> ids = bench::lookup_ids(arguments.customers, kLookups);
  if (by_code) {
    for (const std::int64_t id : ids) codes.push_back(workload.customer(id).code);
  }
  Statement select(database,
                   std::string("SELECT id, code, name, kind, short_name, since_day, version FROM customer "
                               "WHERE ") +
                       (by_code ? "code_key = ?1" : "id = ?1"));
  std::int64_t sum = 0;
  std::size_t bytes = 0;
  Stopwatch watch;
  watch.start();
  for (std::size_t i = 0; i < kLookups; ++i) {
    by_code ? select.bind(1, codes[i]) : select.bind(1, ids[i]);
    if (!select.step()) bench::fail("sqlite: no customer " + std::to_string(ids[i]));
    sum += select.integer(0) + select.integer(3) + select.integer(5) + select.integer(6);
    bytes += select.text(1).size() + select.text(2).size() + select.text(4).size();
    select.reset();
  }
  watch.stop();
  if (sum == 0 || bytes == 0) bench::fail("sqlite: nothing was read");
  Report("sqlite", arguments, kLookups, watch).print();
}

// Opens the file, reads a row and closes it.
void open_file(const Arguments& arguments) {
  constexpr int kOpens = 200;
  std::vector<double> seconds;
  Stopwatch watch;
  for (int i = 0; i < kOpens; ++i) {
    watch.start();
    {
      Database database(arguments.place + "/customers.db");
      Statement first(database, "SELECT name FROM customer WHERE id = 1");
      first.step();
    }
    seconds.push_back(watch.stop());
  }
  Report("sqlite", arguments, kOpens, watch).add("median_seconds", bench::median(seconds)).print();
}

void make_reads_file(const Arguments& arguments) {
  Database database(arguments.place + "/ledger.db");
  database.run("PRAGMA synchronous = OFF");
  Stopwatch watch;
  watch.start();
  bench::make_customer_read(arguments.customers, [&](const std::string& sql) { database.run(sql); });
  database.run("ANALYZE");
  watch.stop();
  Report("sqlite", arguments, arguments.customers, watch).print();
}

bool ask(const Arguments& arguments) {
  Database database(arguments.place + "/ledger.db");
  std::optional<Statement> statement;  // prepared once, as a program would
  return bench::report_read("sqlite", arguments, [&](const std::string& sql, bool) {
    if (!statement) statement.emplace(database, sql);
    while (statement->step()) statement->integer(0);  // to its end, after which it begins anew
  });
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = bench::parse_arguments(argc, argv);
  const std::string& job = arguments.job;
  if (job == "load") {
    load(arguments);
  } else if (job == "post_rows") {
    post(arguments, "/rows.db", nullptr);
  } else if (job == "post") {
    post(arguments, "/ledger.db", kCustomerFirst);
  } else if (job == "post_by_month") {
    post(arguments, "/by_month.db", kMonthFirst);
  } else if (job == "post_durable") {
    post_durable(arguments);
  } else if (job == "post_small") {
    post_small(arguments);
  } else if (job == "metrics" || job == "review") {
    review(arguments, job == "review");
  } else if (job == "online_retail") {
    insert_online_retail(arguments);
  } else if (job == "cutoffs") {
    cutoffs(arguments);
  } else if (job == "reads_file") {
    make_reads_file(arguments);
  } else if (job == "lookup_id" || job == "lookup_code") {
    lookup(arguments, job == "lookup_code");
  } else if (job == "open_read") {
    open_file(arguments);
  } else if (!ask(arguments)) {
    bench::fail("sqlite_peer has no job \"" + job + "\"");
  }
}
