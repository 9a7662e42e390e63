// One connection of the host: where reads go, the open write transaction, the clock and the actor.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "crmcore/import.hpp"

#include "base/clock.hpp"
#include "base/pulse.hpp"
#include "engine/core/catalog.hpp"
#include "engine/core/file.hpp"
#include "engine/core/journal.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::engine {

class Cursor;
class Hold;

class Session {
 public:
  explicit Session(std::shared_ptr<File> file);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  File& file() noexcept { return *file_; }
  Clock& clock() noexcept { return clock_; }
  // Whose days the archive counts.
  const Zone& zone() const noexcept { return file_->facts().zone; }
  // The date of the write there, where the caller gave none.
  Date today() const noexcept { return zone().day_of(clock_.now()); }
  // Throws Error(invalid) at `path` for a day after today, unless the request says that it is meant.
  void require_begun(Date day, bool is_future, std::string_view path) const;
  const std::string& actor() const noexcept { return actor_; }
  void set_actor(std::string_view actor);
  // True once: after the first write although nobody was ever named for it.
  bool take_unnamed_write() noexcept;
  void set_now(std::optional<std::int64_t> microseconds);

  // Where reads go: the writer inside a transaction, so that it sees its own writes, else a snapshot.
  sqlite::Connection& db();
  // Axes and attributes, as db() sees them.
  const Catalog& catalog();

  void begin();
  void commit();
  void rollback();
  bool in_transaction() const noexcept { return write_ != nullptr; }
  // The host's own transaction neither begins nor ends while a Hold is open.
  void require_no_hold() const;
  // The one thread whose calls are admitted; none for any.
  void set_holder(std::thread::id thread) noexcept { holder_.store(thread, std::memory_order_relaxed); }

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
  // Ends what a call left behind whose callback never came back, and returns true; false while one may come
  // back. The file's writer is free then. The session is not to be used or destroyed any more.
  bool abandon() noexcept;
  // The outermost that is open; nullptr when there is none.
  Hold* hold() const noexcept { return hold_; }
  bool is_in_call() const noexcept { return is_in_call_.load(std::memory_order_relaxed); }
  void add(Cursor* cursor) { cursors_.push_back(cursor); }
  void remove(Cursor* cursor) noexcept;

  // Guards one call from outside: same process, one thread at a time, not from a callback.
  class Call {
   public:
    explicit Call(Session& session);
    // For destructors, inside the calls of another thread that are refused.
    Call(Session& session, std::nothrow_t) noexcept;
    ~Call() { session_.leave_call(); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Session& session_;
    Pulse pulse_;
  };

  // While a function of the host runs within a call. One that is left by longjmp() leaves this in place, and
  // shows when the thread stands further out on its stack than it did here.
  class Outside {
   public:
    explicit Outside(Session& session) noexcept : session_(session) {
      session.outside_ = __builtin_frame_address(0);
    }
    ~Outside() { session_.outside_ = nullptr; }
    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;

   private:
    Session& session_;
  };

 private:
  friend class WriteScope;
  friend class WritePart;
  friend class Hold;

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
  // Whether the call that runs is one of this thread, and its callback was left.
  bool is_left() const noexcept;
  // Asked by SQLite during long statements.
  std::function<bool()> stop_check();
  bool must_stop(std::int64_t done, std::int64_t total);

  std::shared_ptr<File> file_;
  Clock clock_;
  std::string actor_;
  enum class Naming { open, written_unnamed, settled } naming_ = Naming::open;
  Progress progress_;
  std::optional<std::int64_t> asked_us_;  // when the host was asked last during this call
  std::atomic<bool> is_in_call_ = false;
  WriterQueue::Caller caller_{};
  void* outside_ = nullptr;  // the frame in which the host was called; read by the caller's thread alone
  std::atomic<Cursor*> retired_ = nullptr;  // a list, linked by the cursors
  std::atomic<bool> interrupt_ = false;     // set from any thread, cleared when a call begins
  std::unique_ptr<sqlite::Connection> reader_;
  std::vector<std::unique_ptr<sqlite::Connection>> cursor_readers_;
  std::vector<Cursor*> cursors_;
  std::unique_ptr<Write> write_;
  std::shared_ptr<const Catalog> catalog_;
  Hold* hold_ = nullptr;
  std::atomic<std::thread::id> holder_{};  // of a hold that spans calls
};

// The same bytes, read by a function of the host.
ByteSource outside(Session& session, const ByteSource& source);

// A write transaction, or a savepoint inside the one that is open.
class WritePart {
 public:
  explicit WritePart(Session& session);
  WritePart(const WritePart&) = delete;
  WritePart& operator=(const WritePart&) = delete;

  // What fails is undone.
  void commit();
  void undo() noexcept;

 private:
  Session& session_;
  bool owns_ = false;
  std::optional<sqlite::Savepoint> savepoint_;
  std::optional<Journal::Mark> mark_;
};

// Holds back what a use case commits until the answer that tells of it is made: memory that runs out there
// undoes the write, so that CRMCORE_E_NO_MEMORY always means that nothing was applied. The first write inside
// is kept open, as the part that later ones are savepoints of; what only reads takes no writer's turn. Undone
// unless applied; one inside another adds nothing.
class Hold {
 public:
  explicit Hold(Session& session) noexcept;
  ~Hold();
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  void apply();
  // Something beside the archive that waits for apply() too: `keep` is called then, and may not throw; what
  // it owns ends with the hold.
  void on_apply(std::function<void()> keep) { keep_ = std::move(keep); }
  bool is_outermost() const noexcept { return session_.hold_ == this; }

 private:
  friend class WriteScope;
  Session& session_;
  std::optional<WritePart> part_;
  std::function<void()> keep_;
};

// A use case's write: a transaction of its own, or a savepoint inside the host's. Undone unless committed;
// inside a Hold that comes with the hold's own end.
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
  bool done_ = false;
  std::optional<WritePart> own_;
  std::optional<WritePart>& part_;  // `own_`, or the hold's
};

}  // namespace crmcore::engine

namespace crmcore {

// The public headers know no engine type but by this name.
class Connection::Session final : public engine::Session {
 public:
  using engine::Session::Session;
};

}  // namespace crmcore
