// One connection of the host: where reads go, the open write transaction, the clock and the actor.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "engine/core/catalog.hpp"
#include "engine/core/file.hpp"
#include "engine/core/journal.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::engine {

class Cursor;

class Session {
 public:
  explicit Session(std::shared_ptr<File> file);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  File& file() noexcept { return *file_; }
  Clock& clock() noexcept { return clock_; }
  // The civil date of the write in UTC, where the caller gave none.
  Date today() const noexcept { return utc_date(clock_.now()); }
  const std::string& actor() const noexcept { return actor_; }
  void set_actor(std::string_view actor);
  void set_now(std::optional<std::int64_t> microseconds);

  // Where reads go: the writer inside a transaction, so that it sees its own writes, else a snapshot.
  sqlite::Connection& db();
  // Axes and attributes, as db() sees them.
  const Catalog& catalog();

  void begin();
  void commit();
  void rollback();
  bool in_transaction() const noexcept { return write_ != nullptr; }

  void set_progress(Progress progress) { progress_ = std::move(progress); }
  // Tells the host how far long work is; throws Error(cancelled) when it says so.
  void tick(std::int64_t done, std::int64_t total);
  void interrupt() noexcept { interrupt_.store(true, std::memory_order_relaxed); }

  // A reader for a cursor of the host: its own, so that an open cursor does not hold back what later
  // reads see.
  std::unique_ptr<sqlite::Connection> take_cursor_reader();
  void give_back(std::unique_ptr<sqlite::Connection> reader);
  // Ends a cursor from any thread: at once, or when the call that runs now is over.
  static void retire(std::unique_ptr<Cursor> cursor) noexcept;
  bool is_in_call() const noexcept { return is_in_call_.load(std::memory_order_relaxed); }
  void add(Cursor* cursor) { cursors_.push_back(cursor); }
  void remove(Cursor* cursor) noexcept;

  // Guards one call from outside: same process, one thread at a time, not from a callback.
  class Call {
   public:
    explicit Call(Session& session);
    ~Call() { session_.leave_call(); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Session& session_;
  };

 private:
  friend class WriteScope;

  // The open transaction with the writer's turn.
  struct Write {
    explicit Write(Session& session);
    ~Write();
    Session& session;
    std::optional<sqlite::WriteTransaction> transaction;
    std::optional<Journal> journal;
    bool is_broken = false;  // SQLite rolled it back by itself
  };
  void end_write() noexcept;
  void leave_call() noexcept;
  // Asked by SQLite during long statements.
  std::function<bool()> stop_check();
  bool must_stop(std::int64_t done, std::int64_t total);

  std::shared_ptr<File> file_;
  Clock clock_;
  std::string actor_;
  Progress progress_;
  std::atomic<bool> is_in_call_ = false;
  std::atomic<Cursor*> retired_ = nullptr;  // a list, linked by the cursors
  std::atomic<bool> interrupt_ = false;     // set from any thread, cleared when a call begins
  std::unique_ptr<sqlite::Connection> reader_;
  std::vector<std::unique_ptr<sqlite::Connection>> cursor_readers_;
  std::vector<Cursor*> cursors_;
  std::unique_ptr<Write> write_;
  std::unique_ptr<Catalog> catalog_;
};

// A use case's write: a transaction of its own, or a savepoint inside the host's. Undone unless committed.
//   WriteScope write(session);
//   … write.db(), write.journal() …
//   write.commit();
class WriteScope {
 public:
  // Throws Error(busy) when the writer's turn did not come within the time-out.
  explicit WriteScope(Session& session);
  ~WriteScope();
  WriteScope(const WriteScope&) = delete;
  WriteScope& operator=(const WriteScope&) = delete;

  sqlite::Connection& db() noexcept;
  Journal& journal() noexcept;
  void commit();

 private:
  Session& session_;
  bool owns_ = false;
  bool done_ = false;
  std::optional<sqlite::Savepoint> savepoint_;
  std::optional<Journal::Mark> mark_;
};

}  // namespace crmcore::engine

namespace crmcore {

// The public headers know no engine type but by this name.
class Connection::Session final : public engine::Session {
 public:
  using engine::Session::Session;
};

}  // namespace crmcore
