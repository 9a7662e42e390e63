// How this process has an archive open beside others: who may open it, whose turn it is to write, and whether
// all is there that was acknowledged.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "crmcore/database.hpp"

#include "base/function_ref.hpp"
#include "storage/journal_store.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/file_lock.hpp"
#include "storage/sqlite/lock_file.hpp"

namespace crmcore::engine {

// Writers of this process in the order of their coming.
class WriterQueue {
 public:
  // The thread that is inside a call of the connection that waits or writes; none between its calls.
  using Caller = std::atomic<std::thread::id>;

  // False when it was not our turn within the time-out. Throws Error(misuse) when the writer is a connection
  // in whose call this thread is: it would wait for itself.
  bool enter(std::int64_t timeout_us, const Caller& caller);
  void leave() noexcept;
  bool is_turn_of(const Caller& caller) noexcept;

 private:
  std::mutex mutex_;
  std::condition_variable turn_;
  std::list<const Caller*> waiting_;  // the front's is the writer
};

class FileUse {
 public:
  // Begins to use the file, made when it is absent and `options` say so; nobody else opens or closes it until
  // opened() is called. Throws Error: locked, forked, unsupported, not_a_database, corrupt, not_found, io.
  FileUse(const std::string& path, const OpenOptions& options);

  sqlite::Access access() const noexcept { return access_; }
  // Nobody else had it open.
  bool is_first() const noexcept { return is_first_; }
  // An empty file is set up: it is new, or nothing is known to have been in it.
  bool may_be_made() const;
  // Throws Error(corrupt) when the file, which is empty, is known to have had something in it.
  void explain_empty() const;
  // The one before may not have closed it.
  bool may_be_unsound() const;
  // No other process writes while this one has the file open.
  bool is_sole_writer() const noexcept;

  // Compares what `db` sees with what the one before noted. Throws Error(corrupt) where a log is another
  // archive's, or something that was acknowledged is gone.
  void require_unlost(sqlite::Connection& db, std::string_view identity) const;
  void opened(std::string_view identity, const storage::AuditLink& last);
  // To be closed in good order.
  bool is_opened() const noexcept { return is_opened_ && access_ == sqlite::Access::write; }
  // Before a commit. Throws Error: io, corrupt.
  void require_in_place() { file_lock_->require_in_place(); }
  // After a commit: how far the journal has come.
  void note(const storage::AuditLink& last) noexcept;

  // The turn of writing, among threads first and then among processes. Throws Error: busy when it does not
  // come within the time-out, cancelled when `must_stop` says so, misuse (see WriterQueue), denied where the
  // file is open for reading only.
  void begin_turn(const WriterQueue::Caller& caller, FunctionRef<bool()> must_stop);
  void end_turn() noexcept;
  bool has_turn(const WriterQueue::Caller& caller) noexcept { return queue_.is_turn_of(caller); }

  // Before and after the connections are closed: nobody opens the file in between.
  void begin_closing() noexcept;
  bool is_last_writer() const noexcept { return !file_lock_->is_written_by_others(); }
  void end_closing() noexcept;

 private:
  // What the one before noted and did not close; nullptr where nothing is known for certain.
  const sqlite::LockNote* left_behind() const;
  bool is_strict() const noexcept { return options_.durability == Durability::strict; }
  void begin_to_write();
  void begin_to_read();

  const std::string path_;
  const OpenOptions options_;
  sqlite::Access access_ = sqlite::Access::write;
  bool is_first_ = false;
  bool was_there_ = false;  // before it was opened
  bool has_log_ = false;    // … and had a log with contents
  bool is_opened_ = false;
  bool has_turn_ = false;                      // of closing
  std::optional<sqlite::LockFile> lock_file_;  // none where nothing may be made beside the file
  std::optional<sqlite::FileLock> file_lock_;
  sqlite::LockNote note_;
  WriterQueue queue_;
};

}  // namespace crmcore::engine
