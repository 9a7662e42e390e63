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

bool try_to_run(Connection& connection, const Sql& sql) noexcept {
  try {
    connection.use(sql).run();
    return true;
  } catch (...) {
    return false;
  }
}

// For destructors: SQLite may have rolled it back already.
void end_transaction(Connection& connection, const Sql& sql) noexcept {
  if (!connection.in_transaction() || try_to_run(connection, sql)) return;
  connection.state().is_left_open = connection.in_transaction();
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
  connection.state().end_left_open();
  assert(!connection.in_transaction());
  connection.state().require_trusted();
  make_room_in_wal(connection);
  connection.use(kCommit);
  connection.use(kRollback);
  begin_immediate(connection);
}

WriteTransaction::~WriteTransaction() {
  if (open_) end_transaction(connection_, kRollback);
}

void WriteTransaction::commit() {
  assert(open_);
  Connection::State& state = connection_.state();
  Statement statement = connection_.use(kCommit);
  state.has_committed = false;
  const int result = sqlite3_step(statement.handle());
  // What fails when it is in the log already is no failure of the commit.
  if (result == SQLITE_DONE || state.has_committed) {
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
  connection.state().end_left_open();
  if (connection.in_transaction()) return;
  connection.use(kCommit);
  connection.use(kBegin).run();
  open_ = true;
}

ReadTransaction::~ReadTransaction() {
  if (open_) end_transaction(connection_, kCommit);
}

Savepoint::Savepoint(Connection& connection) : connection_(connection) {
  assert(connection.in_transaction());
  connection.use(kRollbackTo);
  connection.use(kRelease);
  connection.use(kSavepoint).run();
}

Savepoint::~Savepoint() {
  if (open_) undo();
}

bool Savepoint::undo() noexcept {
  open_ = false;
  if (!connection_.in_transaction()) return false;
  if (try_to_run(connection_, kRollbackTo) && try_to_run(connection_, kRelease)) return true;
  // A savepoint that stays would be taken for the one around it.
  end_transaction(connection_, kRollback);
  return false;
}

void Savepoint::release() {
  assert(open_);
  connection_.use(kRelease).run();
  open_ = false;
}

}  // namespace crmcore::sqlite
