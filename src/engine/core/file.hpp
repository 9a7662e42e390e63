// An open archive file: what its connections share.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "crmcore/database.hpp"

#include "base/zone.hpp"
#include "engine/core/catalog.hpp"
#include "engine/core/file_duplicates.hpp"
#include "engine/core/file_use.hpp"
#include "engine/core/names.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::engine {

// The day of every customer's first entry, by customer id; kept while the file is open, so that posting
// need not look up each customer. Customers beyond the end have no entry.
class FirstEntries {
 public:
  static constexpr std::int32_t kNone = INT32_MAX;
  // Of a lost customer, whose every entry is looked at: it may buy again.
  static constexpr std::int32_t kLost = INT32_MAX - 1;

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
  std::string identity;  // 32 hexadecimal digits that no other archive has
  Zone zone;             // in which an instant becomes a day
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

  // How this process has the file beside others.
  FileUse& use() noexcept { return *use_; }
  // The connection that writes; only in its turn.
  sqlite::Connection& writer() noexcept { return *writer_; }
  // Ends the turn of writing of a caller that never comes back, if it has it, with what it was at; the next
  // one opens the writer anew.
  void abandon_turn(const WriterQueue::Caller& caller) noexcept;
  void require_writer();
  FirstEntries& first_entries() noexcept { return first_entries_; }
  // Of all customers; from any thread.
  FileNames& names() noexcept { return names_; }
  FileDuplicates& duplicates() noexcept { return duplicates_; }
  // In a write transaction: they are to be loaded, as the file has them now.
  void begin_first_entries();
  // In a write transaction that has begun: lets go of what another process has changed meanwhile.
  void refresh();

  // Pages that this process knows of in the write-ahead log; from any thread.
  int wal_pages() const noexcept { return writer_ ? writer_->wal_pages() : 0; }
  // The log's size as it is now, whoever writes.
  std::int64_t wal_bytes() const noexcept;

  // Axes and attributes as `db` sees them. What was committed is read once for all connections; what only
  // the writer sees yet is read anew. From any thread.
  std::shared_ptr<const Catalog> catalog(sqlite::Connection& db);

  // A further connection that reads snapshots. One that was given back is taken first: most of what a new
  // one costs is parsing the schema. From any thread.
  std::unique_ptr<sqlite::Connection> take_reader();
  void give_back(std::unique_ptr<sqlite::Connection> reader) noexcept;

 private:
  File(std::string path, OpenOptions options);
  sqlite::OpenOptions sqlite_options() const;
  // What is told of the file before anything is written to it.
  void look_at(sqlite::Connection& db);
  void open_to_write();
  std::unique_ptr<sqlite::Connection> open_reader(const std::function<void(sqlite::Connection&)>& look);
  void close() noexcept;
  void require_sound();
  // Brings the schema of this version, 0 for none, to the present one.
  void make_schema(std::int32_t from);
  // Reads what the file says of itself.
  void read_facts(sqlite::Connection& writer);
  // What is true of the file's connections as soon as its facts are known.
  void settle(sqlite::Connection& connection) const;
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
  std::optional<FileUse> use_;                  // outlives all connections
  std::int32_t version_ = 0;                    // of the schema that was found
  std::int64_t data_version_ = 0;               // what first_entries_ is true of
  std::unique_ptr<sqlite::Connection> writer_;  // none where the file is only read
  ArchiveFacts facts_;
  std::vector<std::string> public_views_;
  FirstEntries first_entries_;
  FileNames names_;
  FileDuplicates duplicates_;
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<sqlite::Connection>> idle_readers_;
  std::mutex catalog_mutex_;
  std::shared_ptr<const Catalog> catalog_;  // as it was committed last, or before
};

}  // namespace crmcore::engine
