#include <chrono>
#include <doctest/doctest.h>
#include <signal.h>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>

#include "storage/sqlite/connection_state.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

struct TransactionFixture {
  TransactionFixture() { writer->run({"CREATE TABLE t (id INTEGER PRIMARY KEY)"}); }

  void insert(int id) { writer->prepare("INSERT INTO t VALUES (?1)").bind(1, id).run(); }
  std::string ids(Connection& connection) {
    return text_of(connection, "SELECT group_concat(id, ' ') FROM (SELECT id FROM t ORDER BY id)");
  }

  Folder folder;
  std::string path = folder / "x.crm";
  std::unique_ptr<Connection> writer = open_writer(path);
};

OpenOptions with_timeout(std::int32_t milliseconds) {
  OpenOptions options;
  options.busy_timeout_ms = milliseconds;
  return options;
}

TEST_CASE_FIXTURE(TransactionFixture, "what is committed stays, what is thrown out of is gone") {
  {
    WriteTransaction transaction(*writer);
    insert(1);
    transaction.commit();
    CHECK_FALSE(writer->in_transaction());
  }
  const auto fail = [&] {
    WriteTransaction transaction(*writer);
    insert(2);
    throw std::runtime_error("after the insert");
  };
  CHECK_THROWS_AS(fail(), std::runtime_error);
  CHECK_FALSE(writer->in_transaction());
  CHECK(ids(*writer) == "1");
}

TEST_CASE_FIXTURE(TransactionFixture, "a failed statement leaves the transaction to its owner") {
  WriteTransaction transaction(*writer);
  insert(1);
  CHECK(outcome_of([&] { insert(1); }).code == Code::conflict);
  CHECK(writer->in_transaction());
  insert(2);
  transaction.commit();
  CHECK(ids(*writer) == "1 2");
}

TEST_CASE_FIXTURE(TransactionFixture, "savepoints undo what was not released, at every depth") {
  struct Row {
    bool releases_outer, releases_inner;
    const char* expected;
  };
  const Row rows[] = {
      {true, true, "1 2 3 4"}, {true, false, "1 2 4"}, {false, true, "1"}, {false, false, "1"}};
  for (const Row& row : rows) {
    writer->run({"DELETE FROM t"});
    WriteTransaction transaction(*writer);
    insert(1);
    {
      Savepoint outer(*writer);
      insert(2);
      {
        Savepoint inner(*writer);
        insert(3);
        if (row.releases_inner) inner.release();
      }
      insert(4);
      if (row.releases_outer) outer.release();
    }
    transaction.commit();
    CHECK(ids(*writer) == row.expected);
  }
}

TEST_CASE_FIXTURE(TransactionFixture, "a reader keeps its snapshot, and joins what is open already") {
  auto reader = open_reader(path);
  insert(1);
  {
    ReadTransaction snapshot(*reader);
    CHECK(ids(*reader) == "1");
    insert(2);
    {
      ReadTransaction inner(*reader);
      CHECK(ids(*reader) == "1");
    }
    CHECK(ids(*reader) == "1");
  }
  CHECK(ids(*reader) == "1 2");
  WriteTransaction transaction(*writer);
  insert(3);
  { ReadTransaction inside(*writer); }
  CHECK(writer->in_transaction());
  transaction.commit();
  CHECK(ids(*reader) == "1 2 3");
}

TEST_CASE_FIXTURE(TransactionFixture, "a second writer waits for the time-out and then is told busy") {
  auto other = open_writer(path, with_timeout(60));
  {
    WriteTransaction first(*writer);
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome = outcome_of([&] { WriteTransaction second(*other); });
    const auto waited = std::chrono::steady_clock::now() - start;
    CHECK(outcome.code == Code::busy);
    CHECK(waited >= std::chrono::milliseconds(55));
    CHECK_FALSE(other->in_transaction());
  }
  WriteTransaction second(*other);
  second.commit();
}

TEST_CASE_FIXTURE(TransactionFixture, "a second writer gets its turn within the time-out") {
  auto other = open_writer(path, with_timeout(60'000));
  auto first = std::make_unique<WriteTransaction>(*writer);
  std::thread thread([&] {
    WriteTransaction second(*other);
    second.commit();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  first.reset();
  thread.join();
}

TEST_CASE_FIXTURE(TransactionFixture, "waiting for a writer can be cancelled and interrupted") {
  auto other = open_writer(path, with_timeout(60'000));
  WriteTransaction first(*writer);
  int asked = 0;
  other->set_progress([&] { return ++asked == 3; });
  CHECK(outcome_of([&] { WriteTransaction second(*other); }).code == Code::cancelled);
  other->set_progress({});
  std::thread interrupter([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    other->interrupt();
  });
  CHECK(outcome_of([&] { WriteTransaction second(*other); }).code == Code::cancelled);
  interrupter.join();
}

TEST_CASE_FIXTURE(TransactionFixture,
                  "the log is copied as it grows, and has a ceiling while a reader holds it") {
  writer->run({"CREATE TABLE wide (bytes BLOB)"});
  const auto grow = [&](Connection& connection, int rows) {
    WriteTransaction transaction(connection);
    for (int i = 0; i < rows; ++i) connection.run({"INSERT INTO wide VALUES (zeroblob(1000000))"});
    transaction.commit();
  };
  grow(*writer, 5);
  const auto file_bytes = std::filesystem::file_size(path);
  CHECK(file_bytes > 5'000'000);  // the log was copied without anybody's asking

  auto impatient = open_writer(path, with_timeout(20));
  auto reader = open_reader(path);
  {
    ReadTransaction snapshot(*reader);
    CHECK(integer_of(*reader, "SELECT count(*) FROM wide") == 5);
    const Outcome outcome = outcome_of([&] {
      for (int i = 0; i < 40; ++i) grow(*impatient, 5);
    });
    CHECK(outcome.code == Code::busy);
    CHECK(outcome.message.find("reader") != std::string::npos);
    CHECK(std::filesystem::file_size(path + "-wal") < 90'000'000);
  }
  grow(*impatient, 1);
  CHECK(std::filesystem::file_size(path + "-wal") < 10'000'000);
}

// Files may not grow beyond `bytes` while it lives: a write beyond them is an I/O error.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uintmax_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_ = {};
};

TEST_CASE_FIXTURE(TransactionFixture,
                  "an I/O error during commit is unknown, before it is io, and both are told apart") {
  insert(1);
  {
    WriteTransaction transaction(*writer);
    insert(2);
    Outcome outcome;
    {
      const FileSizeLimit limit(std::filesystem::file_size(path + "-wal"));
      outcome = outcome_of([&] { transaction.commit(); });
    }
    CHECK(outcome.code == Code::unknown);
  }
  CHECK_FALSE(writer->in_transaction());
  CHECK(outcome_of([&] { WriteTransaction again(*writer); }).code == Code::io);
  writer.reset();
  writer = open_writer(path);
  CHECK(ids(*writer) == "1");

  writer->run({"CREATE TABLE wide (bytes BLOB); PRAGMA cache_size = 10"});
  {
    WriteTransaction transaction(*writer);
    Outcome outcome;
    {
      const FileSizeLimit limit(std::filesystem::file_size(path + "-wal"));
      outcome = outcome_of([&] { writer->run({"INSERT INTO wide VALUES (zeroblob(1000000))"}); });
    }
    CHECK(outcome.code == Code::io);
  }
  WriteTransaction again(*writer);
  insert(3);
  again.commit();
  CHECK(ids(*writer) == "1 3");
}

TEST_CASE_FIXTURE(TransactionFixture, "a full file is full, and nothing of the transaction stays") {
  writer->run({"CREATE TABLE wide (bytes BLOB); PRAGMA max_page_count = 20"});
  const auto fill = [&] {
    WriteTransaction transaction(*writer);
    insert(1);
    writer->run({"INSERT INTO wide VALUES (zeroblob(1000000))"});
    transaction.commit();
  };
  CHECK(outcome_of(fill).code == Code::full);
  CHECK_FALSE(writer->in_transaction());
  CHECK(ids(*writer).empty());
}

TEST_CASE_FIXTURE(TransactionFixture, "after a write that failed the file must be opened again") {
  writer->state().must_reopen = true;
  CHECK(outcome_of([&] { WriteTransaction transaction(*writer); }).code == Code::io);
  CHECK(outcome_of([&] { writer->checkpoint(); }).code == Code::io);
  CHECK(ids(*writer).empty());
}

}  // namespace
}  // namespace crmcore::sqlite
