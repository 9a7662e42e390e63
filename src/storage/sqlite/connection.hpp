// One SQLite connection, opened the hardened way (docs/architecture.md, "Opening a file").
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/function_ref.hpp"
#include "base/zone.hpp"
#include "storage/sqlite/statement.hpp"

struct sqlite3;

namespace crmcore::sqlite {

struct TableFunction;

enum class Durability {
  strict,   // a commit survives power loss
  relaxed,  // a commit survives a process kill; power loss may drop the last commits
};

enum class Role {
  writer,  // the only connection of the file that writes and checkpoints
  reader,  // query_only, never checkpoints
};

enum class Access {
  write,  // reads and writes
  read,   // reads beside processes that write
  still,  // reads a file that nobody writes: no locks, and nothing is made beside it
};

// What the file says of itself, read before anything is written.
struct FileHeader {
  std::int32_t application_id = 0;
  std::int32_t user_version = 0;  // schema version, 0 in a file without schema
  bool is_empty = true;           // has no schema yet
};

inline constexpr std::int32_t kApplicationId = 0x43524d43;  // "CRMC"

// The writer copies the write-ahead log into the file when it has this many pages …
inline constexpr int kCheckpointPages = 1000;
// … and starts no transaction while readers hold it beyond this many (64 MiB): Error(busy).
inline constexpr int kWalPagesMax = 16384;
// Of one value.
inline constexpr int kValueBytesMax = 64 << 20;
// So much may be written while a cursor of the host reads one snapshot (32 MiB): it ends before the ceiling.
inline constexpr int kSnapshotPagesMax = kWalPagesMax / 2;

struct OpenOptions {
  Durability durability = Durability::strict;
  std::int32_t busy_timeout_ms = 5000;
  bool create = true;  // make the file when it does not exist, set it up when it is empty; writer only
  Access access = Access::write;
  std::int64_t query_memory_bytes = 256 << 20;  // of one of the host's queries
};

// True when the SQLite in use carries the fix of the WAL-reset race (3.51.3, 3.50.7, 3.44.6 or later).
bool has_wal_reset_fix() noexcept;
// True when SQLite is compiled in and hidden; false when it is the system's shared library.
bool is_bundled() noexcept;
std::string_view library_version() noexcept;  // "3.54.1"
std::string_view source_id() noexcept;

class Connection {
 public:
  // Opens `path` (canonical, checked by the caller to be a regular local file) in the order of
  // reliability.md. A writer of an empty file sets it up for WAL; the schema is the migrations' work.
  // Throws Error: not_a_database, newer (header's schema version beyond `schema_version_max`), corrupt,
  // io, busy, unsupported (SQLite older than 3.40, or a file system without WAL). A refused file is not
  // changed; `check`, optional, may refuse it too, before anything is written.
  static std::unique_ptr<Connection> open(const std::string& path, Role role, const OpenOptions& options,
                                          std::int32_t schema_version_max,
                                          const std::function<void(Connection&)>& check = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Closes it in the midst of a statement that nobody ends any more; the object stays, for whoever knows of
  // it. Does nothing without one.
  static void abandon(std::unique_ptr<Connection> connection) noexcept;

  // Leases the cached statement for `sql`, preparing it on first use. Nested leases of one statement are
  // a programmer's error (asserted).
  Statement use(const Sql& sql);
  // The same for a statement whose text is made: `key` is any address that stands for it alone.
  Statement use(const char* key, FunctionRef<std::string()> text);
  // Prepares a statement outside the cache; for table functions, whose instances may nest.
  Statement prepare(std::string_view sql);
  // Runs a statement or script without results; not cached.
  void run(const Sql& sql);

  // Prepares text that came from outside for reading public views only: a single SELECT, checked by the
  // authorizer, of at most 64 KiB. Throws Error: denied for anything else, invalid with SQLite's message for
  // bad SQL, limit. It runs within the bounds of host_query.hpp, and ends with Error(limit) beyond them.
  Statement prepare_public_query(std::string_view sql);
  // Names the views that public queries may read. These views use no views outside the set, and a WITH
  // only under the name of the view (SQLite reports what a CTE reads under the name of the CTE).
  void set_public_views(std::span<const std::string> names);
  // Makes a view of this connection alone, in place of the file's own of the same name: a CREATE TEMP VIEW.
  void add_view(const Sql& sql);
  // Makes a table-valued function known to this connection (table_function.hpp).
  void add_table_function(TableFunction function);

  // Whose day today() is, for SQL too as crmcore_today(); nullptr: the machine's.
  void set_clock(const Clock* clock) noexcept;
  // Where; UTC until it is said.
  void set_zone(const Zone& zone);
  Date today() const noexcept;

  std::int64_t changes() const noexcept;  // rows changed by the last statement
  // Rows changed since it was opened, those that were rolled back too.
  std::int64_t total_changes() const noexcept;
  bool in_transaction() const noexcept;

  FileHeader header();
  void set_user_version(std::int32_t version);

  // Ends the statement that runs now, or waits for a lock, with Error(cancelled); from any thread.
  void interrupt() noexcept;
  // `stop` is asked every few thousand steps of any statement and while waiting for a lock; true, or an
  // exception, ends the statement with Error(cancelled). An empty function removes it.
  void set_progress(std::function<bool()> stop);

  // Pages kept in memory, in KiB; bulk work takes more (performance.md).
  void set_cache_kib(std::int32_t kib);
  // Gives back the pages that are kept and not changed.
  void drop_cache() noexcept;
  // Pages in the write-ahead log after the writer's last commit; from any thread.
  int wal_pages() const noexcept;
  // Another number whenever another connection has committed since; inside a transaction.
  std::int64_t data_version();
  // A truncating checkpoint; the writer only. Throws Error(busy) when readers hold the log beyond the
  // time-out.
  void checkpoint();
  // SQLite's own check; the findings, empty when there are none.
  std::string quick_check();
  // Whether the file keeps a digest under each page (page_digest.hpp).
  bool has_page_digests() const;

  sqlite3* handle() const noexcept;
  struct State;  // known inside this folder only
  State& state() noexcept { return *state_; }

 private:
  explicit Connection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace crmcore::sqlite
