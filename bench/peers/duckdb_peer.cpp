// DuckDB through its C library: data chunks appended in bulk (its fastest way in), all threads, a file on
// disk, default settings. Metrics are computed out of the raw entries: a column store needs no totals.
//
// duckdb_peer JOB CUSTOMERS DIRECTORY, the jobs in this order:
//   load         customers with primary key and unique code  -> customers.duckdb
//   post         ledger entries with their unique key        -> ledger.duckdb
//   metrics, review, cutoffs                                 ledger.duckdb
//   reads_file   one table; then its questions               ledger.duckdb
#include <array>
#include <span>
#include <string>
#include <vector>

#include "measure.hpp"
#include "peers/duckdb_api.hpp"
#include "read_sql.hpp"
#include "review_sql.hpp"
#include "workload.hpp"

namespace {

using namespace duckdb_api;

using bench::Arguments;
using bench::Entry;
using bench::Report;
using bench::Stopwatch;
using bench::Workload;

class Database {
 public:
  explicit Database(const std::string& path) {
    if (duckdb_open(path.c_str(), &handle_) != kSuccess) bench::fail("duckdb: cannot open " + path);
    if (duckdb_connect(handle_, &connection_) != kSuccess) bench::fail("duckdb: cannot connect");
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    duckdb_disconnect(&connection_);
    duckdb_close(&handle_);
  }

  Handle connection() const noexcept { return connection_; }
  void run(const std::string& sql) { first_row(sql, 0); }

  // Runs `sql` and returns the first `columns` integers of its first row with a blank between them.
  std::string first_row(const std::string& sql, int columns) {
    Result result{};
    if (duckdb_query(connection_, sql.c_str(), &result) != kSuccess) {
      bench::fail("duckdb: " + std::string(duckdb_result_error(&result)) + ": " + sql.substr(0, 200));
    }
    std::string line;
    Handle chunk = columns > 0 ? duckdb_fetch_chunk(result) : nullptr;
    for (int i = 0; i < columns; ++i) {
      const auto* values = static_cast<const std::int64_t*>(
          duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, static_cast<std::uint64_t>(i))));
      if (i > 0) line += ' ';
      line += std::to_string(values[0]);
    }
    if (chunk != nullptr) duckdb_destroy_data_chunk(&chunk);
    duckdb_destroy_result(&result);
    return line;
  }

 private:
  Handle handle_ = nullptr;
  Handle connection_ = nullptr;
};

// Appends rows to a table, a chunk at a time.
class Appender {
 public:
  Appender(Database& database, const char* table, std::span<const Type> types)
      : capacity_(duckdb_vector_size()), columns_(types.size()) {
    if (duckdb_appender_create(database.connection(), nullptr, table, &handle_) != kSuccess) {
      bench::fail("duckdb: no appender for " + std::string(table));
    }
    std::vector<Handle> logical;
    for (const Type type : types) logical.push_back(duckdb_create_logical_type(type));
    chunk_ = duckdb_create_data_chunk(logical.data(), logical.size());
    for (Handle& type : logical) duckdb_destroy_logical_type(&type);
    attach();
  }
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  ~Appender() {
    flush();
    duckdb_destroy_data_chunk(&chunk_);
    if (duckdb_appender_destroy(&handle_) != kSuccess) bench::fail("duckdb: appending failed");
  }

  template <class Integer>
  void put(std::size_t column, Integer value) noexcept {
    static_cast<Integer*>(data_[column])[rows_] = value;
  }
  void put_text(std::uint64_t column, std::string_view text) {
    duckdb_vector_assign_string_element_len(duckdb_data_chunk_get_vector(chunk_, column), rows_, text.data(),
                                            text.size());
  }
  void end_row() {
    if (++rows_ == capacity_) flush();
  }

 private:
  void attach() {
    for (std::size_t i = 0; i < data_.size(); ++i) {
      data_[i] = i < columns_ ? duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk_, i)) : nullptr;
    }
  }
  void flush() {
    if (rows_ == 0) return;
    duckdb_data_chunk_set_size(chunk_, rows_);
    if (duckdb_append_data_chunk(handle_, chunk_) != kSuccess) {
      bench::fail("duckdb: " + std::string(duckdb_appender_error(handle_)));
    }
    duckdb_data_chunk_reset(chunk_);
    rows_ = 0;
    attach();
  }

  std::uint64_t capacity_;
  std::size_t columns_;
  std::uint64_t rows_ = 0;
  Handle handle_ = nullptr;
  Handle chunk_ = nullptr;
  std::array<void*, 8> data_{};
};

double megabytes(const std::string& path) {
  return static_cast<double>(bench::file_bytes(path) + bench::file_bytes(path + ".wal")) / 1e6;
}

void load(const Arguments& arguments) {
  constexpr Type kColumns[] = {kBigint, kVarchar, kVarchar, kInteger, kTinyint, kTinyint, kBigint, kInteger};
  const std::string path = arguments.place + "/customers.duckdb";
  bench::remove_database(path);
  const Workload workload(arguments.customers);
  Stopwatch watch;
  {
    Database database(path);
    database.run(
        "CREATE TABLE customer (id BIGINT PRIMARY KEY, code VARCHAR NOT NULL UNIQUE, name VARCHAR NOT NULL, "
        "region INTEGER NOT NULL, ownership TINYINT NOT NULL, industry TINYINT NOT NULL, assets BIGINT NOT "
        "NULL, "
        "since_day INTEGER NOT NULL)");
    watch.start();
    database.run("BEGIN TRANSACTION");
    {
      Appender appender(database, "customer", kColumns);
      watch.stop();
      std::vector<bench::Customer> chunk;
      for (std::int64_t id = 1; id <= workload.customers();) {
        for (chunk.clear(); chunk.size() < bench::kCustomerChunk && id <= workload.customers(); ++id) {
          chunk.push_back(workload.customer(id));
        }
        watch.start();
        for (const bench::Customer& made : chunk) {
          appender.put(0, made.id);
          appender.put_text(1, made.code);
          appender.put_text(2, made.name);
          appender.put(3, made.region);
          appender.put(4, static_cast<std::int8_t>(made.ownership));
          appender.put(5, static_cast<std::int8_t>(made.industry));
          appender.put(6, made.assets);
          appender.put(7, made.since_day);
          appender.end_row();
        }
        watch.stop();
      }
      watch.start();
    }
    database.run("COMMIT");
    watch.stop();
  }
  Report("duckdb", arguments, workload.customers(), watch).add("file_mb", megabytes(path)).print();
}

void post(const Arguments& arguments) {
  constexpr Type kColumns[] = {kBigint, kBigint, kInteger, kTinyint, kBigint, kInteger, kVarchar, kInteger};
  const std::string path = arguments.place + "/ledger.duckdb";
  bench::remove_database(path);
  const Workload workload(arguments.customers);
  Stopwatch watch;
  std::string check;
  {
    Database database(path);
    database.run(
        "CREATE TABLE ledger_entry (id BIGINT NOT NULL, customer_id BIGINT NOT NULL, day INTEGER NOT NULL, "
        "kind TINYINT NOT NULL, amount BIGINT NOT NULL, source_id INTEGER NOT NULL, document VARCHAR NOT "
        "NULL, "
        "line INTEGER NOT NULL, UNIQUE (source_id, document, line))");
    std::vector<Entry> batch(bench::kPostBatch);
    char document[bench::kDocumentBytes];
    bench::EntryStream stream(workload);
    std::int64_t id = 0;
    while (const std::size_t filled = stream.next(batch)) {
      watch.start();
      database.run("BEGIN TRANSACTION");
      {
        Appender appender(database, "ledger_entry", kColumns);
        for (const Entry& entry : std::span(batch).first(filled)) {
          bench::write_document_code(entry.document, document);
          appender.put(0, ++id);
          appender.put(1, entry.customer_id);
          appender.put(2, entry.day);
          appender.put(3, static_cast<std::int8_t>(entry.kind));
          appender.put(4, entry.amount);
          appender.put(5, std::int32_t{1});
          appender.put_text(6, std::string_view(document, sizeof document));
          appender.put(7, entry.line);
          appender.end_row();
        }
      }
      database.run("COMMIT");
      watch.stop();
    }
    check = database.first_row("SELECT count(*), cast(sum(amount) AS bigint) FROM ledger_entry", 2);
  }
  Report("duckdb", arguments, workload.entries(), watch).add("file_mb", megabytes(path)).check(check).print();
}

// `metrics` computes all and keeps nothing; `review` writes a row per customer.
void review(const Arguments& arguments, bool writes) {
  Database database(arguments.place + "/ledger.duckdb");
  std::string source = bench::review_sql(bench::facts_of_entries(), "");
  Stopwatch watch;
  if (writes) {
    database.run("DROP TABLE IF EXISTS customer_grade");
    database.run(
        "CREATE TABLE customer_grade (customer_id BIGINT PRIMARY KEY, grade INTEGER NOT NULL, score DOUBLE "
        "NOT NULL, "
        "value BIGINT NOT NULL)");
    watch.start();
    database.run("INSERT INTO customer_grade (customer_id, grade, score, value) " + source);
    watch.stop();
    source = "SELECT grade, score, value FROM customer_grade";
  }
  if (!writes) watch.start();
  const std::string check = database.first_row(bench::summary_sql(source), bench::kGrades + 1);
  if (!writes) watch.stop();
  Report("duckdb", arguments, arguments.customers, watch).check(check).print();
}

void cutoffs(const Arguments& arguments) {
  Database database(arguments.place + "/ledger.duckdb");
  Stopwatch watch;
  watch.start();
  const std::string percentile = database.first_row(bench::kPercentileSql, 3);
  const std::string pareto = database.first_row(bench::kParetoSql, 2);
  watch.stop();
  Report("duckdb", arguments, arguments.customers, watch).check(percentile + " " + pareto).print();
}

void make_reads_file(const Arguments& arguments) {
  Database database(arguments.place + "/ledger.duckdb");
  Stopwatch watch;
  watch.start();
  bench::make_customer_read(arguments.customers, [&](const std::string& sql) { database.run(sql); });
  watch.stop();
  Report("duckdb", arguments, arguments.customers, watch).print();
}

bool ask(const Arguments& arguments) {
  Database database(arguments.place + "/ledger.duckdb");
  return bench::report_read("duckdb", arguments, [&](const std::string& sql, bool is_list) {
    database.first_row(sql, is_list ? 0 : 1);
  });
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = bench::parse_arguments(argc, argv);
  const std::string& job = arguments.job;
  if (job == "load") {
    load(arguments);
  } else if (job == "post") {
    post(arguments);
  } else if (job == "metrics" || job == "review") {
    review(arguments, job == "review");
  } else if (job == "cutoffs") {
    cutoffs(arguments);
  } else if (job == "reads_file") {
    make_reads_file(arguments);
  } else if (!ask(arguments)) {
    bench::fail("duckdb_peer has no job \"" + job + "\"");
  }
}
