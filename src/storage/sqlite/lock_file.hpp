// The file "<archive>.lock": who comes and goes, who writes next, and what the last one noted.
//
// Opening and closing an archive happen one at a time, among all processes of the machine; so do writes, in
// the order in which they were asked for (SQLite's own waiting is unfair). All of it is byte locks of an open
// file description, which end with their process however that ends; the file stays, because one that is
// removed can be locked by two. tests/storage/lock_file_test.cpp proves each with processes of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/function_ref.hpp"
#include "storage/sqlite/lock_note.hpp"
#include "storage/sqlite/open_files.hpp"
#include "storage/sqlite/waiting.hpp"

namespace crmcore::sqlite {

class LockFile {
 public:
  // Opens the file, made with mode 0600, and has the turn of opening then. Throws Error: locked (somebody
  // opens or closes the archive for longer than the time-out, or another copy of the library in this process
  // has it open), not_a_database (something else has its name), io.
  LockFile(const std::string& data_path, std::int32_t timeout_ms);
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  // The number of the lock file that lies beside the archive; nothing when there is none.
  static std::optional<std::uint64_t> number_at(const std::string& data_path);
  // Stands for the name that the archive is opened by (file_lock.hpp).
  std::uint64_t number() const noexcept { return number_; }
  // What the last one noted; nothing when it is not known.
  const std::optional<LockNote>& found() const noexcept { return found_; }
  // There was a note that cannot be read.
  bool is_damaged() const noexcept { return is_damaged_; }

  // The turn of opening and closing.
  bool take_turn(std::int32_t timeout_ms) noexcept;
  void end_turn() noexcept;

  // The turn of writing, given in the order of coming.
  Waited take_write_turn(std::int64_t timeout_us, FunctionRef<bool()> must_stop);
  void end_write_turn() noexcept;

  // A note that cannot be written is one that says less than it might.
  void write(const LockNote& note) noexcept;
  void sync() noexcept;

 private:
  void open(std::int32_t timeout_ms);
  void read(const std::string& data_path);

  std::string path_;
  LockDescriptor descriptor_;
  std::uint64_t number_ = 0;
  std::optional<LockNote> found_;
  bool is_damaged_ = false;
};

}  // namespace crmcore::sqlite
