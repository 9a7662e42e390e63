#include "storage/sqlite/transaction.hpp"

#include <cassert>
#include <sqlite3.h>

#include "storage/sqlite/connection_state.hpp"
#include "storage/sqlite/result_code.hpp"

namespace crmcore::sqlite {
namespace {

constexpr Sql kBegin{"BEGIN"};
constexpr Sql kBeginImmediate{"BEGIN IMMEDIATE"};
constexpr Sql kCommit{"COMMIT"};
constexpr Sql kRollback{"ROLLBACK"};
// Savepoints of one name nest: each command means the innermost.
constexpr Sql kSavepoint{"SAVEPOINT part"};
constexpr Sql kRelease{"RELEASE part"};
constexpr Sql kRollbackTo{"ROLLBACK TO part"};

// For destructors: what fails here has been rolled back by SQLite already.
void try_to_run(Connection& connection, const Sql& sql) noexcept {
  try {
    if (connection.in_transaction()) connection.use(sql).run();
  } catch (...) {
  }
}

void make_room_in_wal(Connection& connection) {
  if (connection.wal_pages() <= kWalPagesMax) return;
  try {
    connection.checkpoint();
  } catch (const Error& error) {
    if (error.code() != Code::busy) throw;
    throw Error(Code::busy,
                "the write-ahead log has reached its ceiling because a reader keeps an old snapshot; close "
                "cursors and read transactions that are no longer needed");
  }
}

void begin_immediate(Connection& connection) {
  Connection::State& state = connection.state();
  state.wait_was_stopped = false;
  try {
    connection.use(kBeginImmediate).run();
  } catch (const Error& error) {
    if (error.code() != Code::busy || !state.wait_was_stopped) throw;
    throw Error(Code::cancelled, "waiting for another writer was cancelled");
  }
}

}  // namespace

WriteTransaction::WriteTransaction(Connection& connection) : connection_(connection) {
  assert(!connection.in_transaction());
  connection.state().require_trusted();
  make_room_in_wal(connection);
  begin_immediate(connection);
}

WriteTransaction::~WriteTransaction() {
  if (open_) try_to_run(connection_, kRollback);
}

void WriteTransaction::commit() {
  assert(open_);
  Connection::State& state = connection_.state();
  Statement statement = connection_.use(kCommit);
  const int result = sqlite3_step(statement.handle());
  if (result == SQLITE_DONE) {
    open_ = false;
    return;
  }
  if (code_of(result) == Code::io) {
    state.must_reopen = true;
    throw Error(
        Code::unknown,
        "an I/O error during commit: it may have been applied or not; close the file, open it again and "
        "repeat the call with the same idempotency key");
  }
  throw_sqlite_error(state.db, result, "committing");
}

ReadTransaction::ReadTransaction(Connection& connection) : connection_(connection) {
  if (connection.in_transaction()) return;
  connection.use(kBegin).run();
  open_ = true;
}

ReadTransaction::~ReadTransaction() {
  if (open_) try_to_run(connection_, kCommit);
}

Savepoint::Savepoint(Connection& connection) : connection_(connection) {
  assert(connection.in_transaction());
  connection.use(kSavepoint).run();
}

Savepoint::~Savepoint() {
  if (!open_) return;
  try_to_run(connection_, kRollbackTo);
  try_to_run(connection_, kRelease);
}

void Savepoint::release() {
  assert(open_);
  connection_.use(kRelease).run();
  open_ = false;
}

}  // namespace crmcore::sqlite
