// Opening an archive file, connections, transactions, queries and the gateway.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/error.hpp"
#include "crmcore/id.hpp"
#include "crmcore/money.hpp"

namespace crmcore {

enum class Durability {
  strict = 0,   // a commit survives power loss where the device honours flush
  relaxed = 1,  // a commit survives a process kill; power loss may drop the last commits
};

enum class Access {
  shared = 0,     // reads and writes, beside other processes
  exclusive = 1,  // no other process has the file open
  read_only = 2,  // reads, beside processes that write; also where nothing may be written
};
constexpr std::array<std::string_view, 3> words_of(Access) noexcept {
  return {"shared", "exclusive", "read_only"};
}

struct OpenOptions {
  bool create = false;  // make the file when it does not exist
  Access access = Access::shared;
  Durability durability = Durability::strict;
  std::int32_t busy_timeout_ms = 5000;  // 0 to 600,000
  // Of what one query sorts, groups and joins, and of what is made of its rows: 1 MiB to 1 TiB.
  std::int64_t query_memory_bytes = std::int64_t{256} << 20;
  // Only read when the file is made: ISO 4217 code, and the decimals of its minor unit (0 to 6);
  // absent takes those of the currency.
  std::string base_currency = "CNY";
  std::optional<int> currency_digits;
  // Where an instant becomes a day, "Asia/Shanghai" or "+08:00", as the file is made; empty: UTC. Of a file
  // that is there another one than its own is refused.
  std::string time_zone;

  // Reads a JSON object with members of these names, durability as "strict" or "relaxed"; what is absent
  // stays at its default. Throws Error with every violation and its path.
  static OpenOptions from_json(std::string_view json);
};

class Connection;

// An open archive file. Shareable between threads; other processes may have it open too (docs/files.md).
class Database {
 public:
  // Opens or makes the file. Throws Error: not_a_database, newer, corrupt (also: what was acknowledged is
  // gone), locked (open elsewhere in a way that does not go with this one, or in this process), forked (open
  // when this process was forked), not_found (absent and not to be made), conflict (it has another time
  // zone), unsupported (network drive, hard links, older format where it may not be brought up, no data of
  // its time zone), io.
  static Database open(const std::string& path, const OpenOptions& options = {});

  // Makes a connection. It keeps the file open, so that the two may be freed in any order.
  Connection connect() const;

  const std::string& path() const;
  std::string base_currency() const;
  int currency_digits() const;
  std::string time_zone() const;

 private:
  struct File;
  explicit Database(std::shared_ptr<const File> file) : file_(std::move(file)) {}
  std::shared_ptr<const File> file_;
};

// A forward cursor over the rows of a query. Belongs to its connection's thread, but may be destroyed by
// any; keeps the connection alive; ends with the transaction in which it was opened.
class Rows {
 public:
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();

  // True while there is a row. Throws Error(cancelled), Error(misuse) when the transaction has ended.
  bool next();

  int column_count() const;
  std::string_view column_name(int column) const;
  enum class Type : std::int32_t { integer = 1, real = 2, text = 3, blob = 4, null = 5 };
  Type type(int column) const;
  bool is_null(int column) const { return type(column) == Type::null; }
  std::int64_t integer(int column) const;
  double real(int column) const;
  // Valid until the next call of next().
  std::string_view text(int column) const;

  // Reads up to so many rows (1 to 100,000) as a JSON array of arrays, fewer where they are long; empty after
  // the last. Integers are told whole, up to 64 bits, blobs as {"blob": hexadecimal}.
  std::string read_json(std::int64_t count_max);
  // Reads what is left as a JSON array of objects.
  std::string drain_json();
  // Reads what is left as CSV with a header line; neutralises spreadsheet formulae unless `lossless`.
  std::string drain_csv(bool lossless);

 private:
  friend class Connection;
  struct Cursor;
  explicit Rows(std::unique_ptr<Cursor> cursor) noexcept;
  std::unique_ptr<Cursor> cursor_;
};

// One entry of the change sequence.
struct Change {
  std::int64_t seq = 0;
  std::int64_t at_us = 0;  // microseconds since 1970 UTC
  std::string at;          // the same in the archive's time zone, "2026-11-05T07:30:00+08:00"
  std::string actor;
  std::string kind;     // e.g. "customer.updated"
  CustomerId customer;  // none when it is not about one customer
  std::string body;     // JSON
};

// Asked now and then during long work with units done and units in all (0 when not known). Returning
// true cancels: Error(cancelled), nothing applied. It must not use the connection.
using Progress = std::function<bool(std::int64_t done, std::int64_t total)>;

// One thread at a time; may move between threads. Concurrent use is answered with Error(misuse), use
// after fork() with Error(forked).
class Connection {
 public:
  // Groups the calls that follow into one transaction, which holds the file's writer. Throws Error(busy)
  // when another connection holds it longer than the time-out, Error(misuse) when one is open.
  void begin();
  // Throws Error(misuse) when none is open, Error(unknown) after an I/O error during the commit.
  void commit();
  void rollback();
  bool in_transaction() const;

  // Fixes the instant that is recorded for writes; absent returns to the machine's clock.
  void set_now(std::optional<std::int64_t> microseconds);
  // Fixes it in the middle of that day in the archive's time zone.
  void set_today(Date date);
  // Who is recorded for writes; at most 128 bytes.
  void set_actor(std::string_view actor);
  void set_progress(Progress progress);
  // Ends the statement that runs now with Error(cancelled). The one call allowed from any thread.
  void interrupt() noexcept;

  // Runs a SELECT over the public views (docs/sql-views.md). `parameters` is a JSON array for ?1 … or an
  // object for :name; empty for none. Throws Error(denied) for anything but reading public views.
  Rows query(std::string_view sql, std::string_view parameters = {});

  // Lets go of the archive after a callback of a call of this connection did not return (longjmp), on the
  // thread of that call: what it wrote is rolled back, and the memory of the call is lost. False otherwise.
  bool abandon() noexcept;

  // The gateway: every capability as method name, JSON request and JSON response (crmcore::describe()).
  std::string call(std::string_view method, std::string_view request);

  // The entries of the change sequence after `after_seq`, at most `limit` (1 to 10,000).
  std::vector<Change> changes(std::int64_t after_seq, std::int64_t limit);
  // Compares the packed totals with the entries, and the digests with the chain; JSON findings. With
  // `rebuild` the totals are made anew from the entries when they differ. Throws Error(misuse) inside a
  // transaction.
  std::string verify(bool rebuild);
  // Copies the archive as it is now into a new file at `path`, while others read and write, and verifies the
  // copy; JSON findings. Throws Error: misuse (inside a transaction), conflict (there is something at
  // `path`), corrupt, cancelled, full, io; what fails leaves no file.
  std::string backup(const std::string& path);

  // What the classes of the other headers work on.
  class Session;
  Session& session() const noexcept { return *session_; }

 private:
  friend class Database;
  friend class Hold;
  explicit Connection(std::shared_ptr<Session> session) : session_(std::move(session)) {}
  std::shared_ptr<Session> session_;
};

// Holds back what the calls on a connection write, from its making until apply(): then all of it is applied.
// What was written is undone when it ends without, as when making the answer of a write throws. What only
// reads does not hold the file's writer. Inside a transaction of the host's it is a part of that, which
// neither begins nor ends meanwhile: Error(misuse); and other threads are refused as during a call.
class Hold {
 public:
  explicit Hold(Connection& connection);
  ~Hold();
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  // Throws what Connection::commit() throws; nothing was applied then, but for Error(unknown).
  void apply();

 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

// Changes after `after_seq` as the gateway's database.changes answers them: {"changes", "last_seq"}.
std::string changes_json(std::span<const Change> changes, std::int64_t after_seq);

// All gateway methods with the JSON Schema of their requests and responses, and all error codes, as JSON.
std::string describe();

// The library's version, "0.1.0".
std::string_view version() noexcept;

}  // namespace crmcore
