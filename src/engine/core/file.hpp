// An open archive file: what its connections share.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "crmcore/database.hpp"

#include "engine/core/catalog.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/file_lock.hpp"
#include "storage/sqlite/lock_file.hpp"

namespace crmcore::engine {

// Writers in the order of their coming: SQLite's own waiting is unfair.
class WriterQueue {
 public:
  // The thread that is inside a call of the connection that waits or writes; none between its calls.
  using Caller = std::atomic<std::thread::id>;

  // False when it was not our turn within the time-out. Throws Error(misuse) when the writer is a connection in
  // whose call this thread is: it would wait for itself.
  bool enter(std::int32_t timeout_ms, const Caller& caller);
  void leave() noexcept;

 private:
  std::mutex mutex_;
  std::condition_variable turn_;
  std::list<const Caller*> waiting_;  // the front's is the writer
};

// The day of every customer's first entry, by customer id; kept while the file is open, so that posting
// need not look up each customer. Customers beyond the end have no entry.
class FirstEntries {
 public:
  static constexpr std::int32_t kNone = INT32_MAX;

  bool is_loaded() const noexcept { return is_loaded_; }
  // Counts entries whose customers are looked for while it is not loaded; returns how many there were.
  std::int64_t expect(std::int64_t entries) noexcept { return expected_ += entries; }
  void clear() noexcept { days_.clear(), is_loaded_ = false; }
  void begin_load() { clear(), is_loaded_ = true, expected_ = 0; }
  std::int32_t day_of(CustomerId id) const noexcept {
    const auto index = static_cast<std::size_t>(id.value);
    return index < days_.size() ? days_[index] : kNone;
  }
  void set(CustomerId id, std::int32_t day) {
    const auto index = static_cast<std::size_t>(id.value);
    if (index >= days_.size()) days_.resize(index + 1, kNone);
    days_[index] = day;
  }

 private:
  std::vector<std::int32_t> days_;
  std::int64_t expected_ = 0;
  bool is_loaded_ = false;
};

// What the file says of itself, fixed when it is made.
struct ArchiveFacts {
  std::string base_currency;
  int currency_digits = 2;
};

// The digest of the schema that the migrations make, found when the library is built
// (cmake/schema_digest.cpp).
std::string_view own_schema_digest() noexcept;

class File {
 public:
  static std::shared_ptr<File> open(const std::string& path, const OpenOptions& options);
  // The same for a canonical path that is checked already.
  static std::shared_ptr<File> open_at(const std::string& path, const OpenOptions& options);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const std::string& path() const noexcept { return path_; }
  const ArchiveFacts& facts() const noexcept { return facts_; }
  const OpenOptions& options() const noexcept { return options_; }

  // Throws Error(forked) in a child process of the one that opened the file.
  void require_same_process() const;
  bool is_same_process() const noexcept;

  // Before a commit. Throws Error: io, corrupt.
  void require_in_place() { file_lock_->require_in_place(); }

  // The connection that writes; only while its turn in the queue is held.
  sqlite::Connection& writer() noexcept { return *writer_; }
  WriterQueue& queue() noexcept { return queue_; }
  FirstEntries& first_entries() noexcept { return first_entries_; }

  // Pages in the write-ahead log; from any thread.
  int wal_pages() const noexcept { return writer_->wal_pages(); }

  // Axes and attributes as `db` sees them. What was committed is read once for all connections; what only
  // the writer sees yet is read anew. From any thread.
  std::shared_ptr<const Catalog> catalog(sqlite::Connection& db);

  // A further connection that reads snapshots. One that was given back is taken first: most of what a new
  // one costs is parsing the schema. From any thread.
  std::unique_ptr<sqlite::Connection> take_reader();
  void give_back(std::unique_ptr<sqlite::Connection> reader) noexcept;

 private:
  File(std::string path, OpenOptions options);
  void require_sound();
  // Brings the schema of this version, 0 for none, to the present one.
  void make_schema(std::int32_t from);
  // Reads what the file says of itself.
  void read_facts(sqlite::Connection& writer);
  // What the schema's views read beside tables.
  void offer_tables(sqlite::Connection& connection);
  // What the library's connections read in place of the file's own views.
  void offer_views(sqlite::Connection& connection);
  // Copies a file of an older format to "<path>.format-<version>" before it is brought up to this one.
  void keep_snapshot(std::int32_t version);
  // Brings a file of an older format up to this one, or makes the schema of an empty one.
  void upgrade(std::int32_t from);

  std::string path_;
  OpenOptions options_;
  std::int64_t process_;
  std::optional<sqlite::LockFile> lock_;
  std::optional<sqlite::FileLock> file_lock_;  // outlives all connections
  std::unique_ptr<sqlite::Connection> writer_;
  ArchiveFacts facts_;
  std::vector<std::string> public_views_;
  WriterQueue queue_;
  FirstEntries first_entries_;
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<sqlite::Connection>> idle_readers_;
  std::mutex catalog_mutex_;
  std::shared_ptr<const Catalog> catalog_;  // as it was committed last, or before
};

}  // namespace crmcore::engine
