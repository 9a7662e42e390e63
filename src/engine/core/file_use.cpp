#include "engine/core/file_use.hpp"

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "engine/core/journal.hpp"
#include "storage/archive_store.hpp"
#include "storage/migrations.hpp"
#include "storage/sqlite/path_check.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int32_t kClosingWaitMsMax = 5000;

// What the file says without its log; empty where it cannot be told, as after a crash in mid-copy.
std::string identity_without_log(const std::string& path) {
  sqlite::OpenOptions options;
  options.access = sqlite::Access::still;
  try {
    const auto file =
        sqlite::Connection::open(path, sqlite::Role::reader, options, storage::schema_version());
    return storage::ArchiveStore(*file).identity();
  } catch (const Error&) {
    return {};
  }
}

// SQLite makes an index beside the file when it reads it.
bool may_be_written(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0 &&
         ::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) == 0;
}

}  // namespace

bool WriterQueue::enter(std::int64_t timeout_us, const Caller& caller) {
  std::unique_lock lock(mutex_);
  if (!waiting_.empty() && waiting_.front()->load() == std::this_thread::get_id()) {
    throw Error(
        Code::misuse,
        "a callback writes on another connection while the call that it belongs to writes; write when "
        "that call has returned");
  }
  const auto place = waiting_.insert(waiting_.end(), &caller);
  const auto is_turn = [&] { return waiting_.begin() == place; };
  if (turn_.wait_for(lock, std::chrono::microseconds(timeout_us), is_turn)) return true;
  waiting_.erase(place);
  return false;
}

void WriterQueue::leave() noexcept {
  {
    const std::lock_guard lock(mutex_);
    waiting_.pop_front();
  }
  turn_.notify_all();
}

bool WriterQueue::is_turn_of(const Caller& caller) noexcept {
  const std::lock_guard lock(mutex_);
  return !waiting_.empty() && waiting_.front() == &caller;
}

FileUse::FileUse(const std::string& path, const OpenOptions& options) : path_(path), options_(options) {
  if (options.access == Access::read_only) {
    begin_to_read();
  } else {
    begin_to_write();
  }
}

void FileUse::begin_to_write() {
  using sqlite::FileAccess;
  lock_file_.emplace(path_, options_.busy_timeout_ms);
  sqlite::require_own_companions(path_);
  has_log_ = sqlite::has_log(path_);
  was_there_ = std::filesystem::exists(path_);
  const FileAccess access = options_.access == Access::exclusive ? FileAccess::exclusive
                            : sqlite::has_wal_reset_fix()        ? FileAccess::shared
                                                                 : FileAccess::only_write;
  file_lock_.emplace(path_, access, lock_file_->number(), options_.create);
  is_first_ = file_lock_->is_alone();
}

void FileUse::begin_to_read() {
  using sqlite::FileAccess;
  if (may_be_written(path_)) {
    access_ = sqlite::Access::read;
    lock_file_.emplace(path_, options_.busy_timeout_ms);
    sqlite::require_own_companions(path_);
    file_lock_.emplace(path_, FileAccess::read, lock_file_->number(), false);
    is_first_ = file_lock_->is_alone();
    return;
  }
  sqlite::require_own_companions(path_);
  // Beside somebody who writes it there is an index to read by, else nothing may change.
  if (const auto number = sqlite::LockFile::number_at(path_)) {
    access_ = sqlite::Access::read;
    file_lock_.emplace(path_, FileAccess::read, *number, false);
    if (!file_lock_->is_alone()) return;
    file_lock_.reset();
  }
  access_ = sqlite::Access::still;
  file_lock_.emplace(path_, FileAccess::still, 0, false);
  is_first_ = true;
  if (sqlite::has_log(path_)) {
    throw Error(Code::unsupported,
                fmt::format("{} was not closed in good order and may not be written here; open it "
                            "once where its log can be copied into it",
                            path_));
  }
}

// What relaxed commits noted may have outlived them when the machine stopped.
const sqlite::LockNote* FileUse::left_behind() const {
  if (!is_first_ || !lock_file_) return nullptr;
  const auto& found = lock_file_->found();
  if (!found || !found->is_open || (!found->is_strict && found->boot != sqlite::boot_id())) return nullptr;
  return &*found;
}

bool FileUse::may_be_made() const {
  return options_.create && !(was_there_ && left_behind() && left_behind()->links > 0);
}

void FileUse::explain_empty() const {
  const sqlite::LockNote* const note = left_behind();
  if (!was_there_ || !note || note->links == 0 || std::filesystem::file_size(path_) > 0) return;
  throw Error(Code::corrupt,
              fmt::format("{} is empty, but had {} links of changes when its last process ended; put a "
                          "backup in its place and delete {}.lock",
                          path_, note->links, path_));
}

bool FileUse::may_be_unsound() const {
  if (!is_first_ || !lock_file_) return false;
  const auto& found = lock_file_->found();
  return found ? found->is_open : lock_file_->is_damaged() || has_log_;
}

bool FileUse::is_sole_writer() const noexcept {
  return options_.access == Access::exclusive || !sqlite::has_wal_reset_fix();
}

void FileUse::require_unlost(sqlite::Connection& db, std::string_view identity) const {
  if (!is_first_ || !lock_file_) return;
  const auto& found = lock_file_->found();
  const std::string remedy =
      fmt::format("put back what belongs together, or, to go on with what is there, delete {}.lock", path_);
  if (has_log_ && found && !found->is_open) {
    throw Error(Code::corrupt,
                fmt::format("{} was closed in good order, so that the write-ahead log beside it is "
                            "not its own; {}",
                            path_, remedy));
  }
  if (has_log_) {
    const std::string in_file = identity_without_log(path_);
    if (!in_file.empty() && in_file != identity) {
      throw Error(Code::corrupt,
                  fmt::format("the write-ahead log beside {} is of archive {}, the file is archive {}; "
                              "put the log back that belongs to it, or move this one away",
                              path_, identity, in_file));
    }
    // A log that leaves the identity's page as it is has changes, whose last link says whose they are.
    storage::JournalStore journal(db);
    const storage::AuditLink last = journal.last_link();
    if (last.id > 0 && last.node != link_node(journal, identity, last)) {
      throw Error(Code::corrupt,
                  fmt::format("the write-ahead log beside {} is another archive's; put the log back that "
                              "belongs to it, or move this one away",
                              path_));
    }
  }
  const sqlite::LockNote* const note = left_behind();
  if (!note) return;
  if (!note->archive.empty() && note->archive != identity) {
    throw Error(Code::corrupt, fmt::format("{} is archive {}, but archive {} was not closed here; {}", path_,
                                           identity, note->archive, remedy));
  }
  if (note->links == 0 || storage::JournalStore(db).node(note->links) == note->node) return;
  throw Error(
      Code::corrupt,
      fmt::format("{} does not have link {} of its journal as it was acknowledged before its last process "
                  "ended: its write-ahead log is missing, or an older file lies in its place; {}",
                  path_, note->links, remedy));
}

void FileUse::opened(std::string_view identity, const storage::AuditLink& last) {
  if (access_ == sqlite::Access::write) {
    const auto& found = lock_file_->found();
    // What is in the log may be another's, who did not sync it: the first strict commit does.
    const bool is_synced = is_first_ && (!has_log_ || (found && found->is_strict));
    note_ = {true,    ::getpid(), sqlite::boot_id(), is_synced && is_strict(), std::string(identity),
             last.id, last.node};
    lock_file_->write(note_);
    // A note of another archive must not come back when power is lost.
    if (found && found->archive != note_.archive) lock_file_->sync();
  }
  if (lock_file_) lock_file_->end_turn();
  is_opened_ = true;
}

void FileUse::note(const storage::AuditLink& last) noexcept {
  if (last.id == note_.links) return;
  note_.is_strict = is_strict();
  note_.links = last.id;
  note_.node = last.node;
  lock_file_->write(note_);
}

void FileUse::begin_turn(const WriterQueue::Caller& caller, FunctionRef<bool()> must_stop) {
  if (access_ != sqlite::Access::write) {
    throw Error(Code::denied, fmt::format("{} is open for reading only", path_));
  }
  const std::int64_t start_us = passed_us();
  const std::int64_t timeout_us = std::int64_t{options_.busy_timeout_ms} * 1000;
  if (!queue_.enter(timeout_us, caller)) {
    throw Error(Code::busy, fmt::format("another connection held the writer for more than {} ms",
                                        options_.busy_timeout_ms));
  }
  if (is_sole_writer()) return;
  try {
    switch (lock_file_->take_write_turn(std::max<std::int64_t>(0, timeout_us - (passed_us() - start_us)),
                                        must_stop)) {
      case sqlite::Waited::done:
        return;
      case sqlite::Waited::stopped:
        throw Error(Code::cancelled, "waiting for another writer was cancelled");
      case sqlite::Waited::timed_out:
        throw Error(Code::busy, fmt::format("another process held the writer for more than {} ms",
                                            options_.busy_timeout_ms));
    }
  } catch (...) {
    queue_.leave();
    throw;
  }
}

void FileUse::end_turn() noexcept {
  if (!is_sole_writer()) lock_file_->end_write_turn();
  queue_.leave();
}

void FileUse::begin_closing() noexcept {
  if (lock_file_) has_turn_ = lock_file_->take_turn(std::min(options_.busy_timeout_ms, kClosingWaitMsMax));
}

// A log that stays, because somebody reads or because it could not be copied, is not closed in good order.
void FileUse::end_closing() noexcept {
  if (!has_turn_ || !is_last_writer()) return;
  try {
    if (sqlite::has_log(path_)) return;
    note_.is_open = false;
    lock_file_->write(note_);
    // Whatever is put in its place now is not compared with what this was, not even after power is lost.
    lock_file_->sync();
  } catch (const std::exception&) {
    // The next one looks closer.
  }
}

}  // namespace crmcore::engine
