// The locks on the data file itself, so that all who open it meet, by whatever name.
//
// They lie beyond the bytes that SQLite locks and writes. Those who share the file hold, for reading, the
// byte that their lock file's number gives: somebody who came by another name, a bind mount or a hard link
// made while it was open, has another lock file, another write-ahead log and another byte, and is refused.
//
// Closing any descriptor of a file drops all locks that SQLite has on it in this process: the descriptor is
// opened before SQLite's and closed after them, and a file that this process has open already is known by its
// device and inode, without opening it again. tests/storage/file_lock_test.cpp proves each with processes of
// its own.
#pragma once

#include <cstdint>
#include <string>
#include <sys/stat.h>

#include "storage/sqlite/open_files.hpp"

namespace crmcore::sqlite {

enum class FileAccess {
  shared,      // reads and writes, as others do
  only_write,  // reads and writes; others read
  exclusive,   // nobody else has it open
  read,        // beside others, who may write
  still,       // reads, while nobody writes
};

class FileLock {
 public:
  // Makes the file, empty and with mode 0600, when it is absent and `may_create`. `name` is the number of the
  // lock file, which stands for the name that it is opened by. Throws Error: locked (open in another process
  // in a way that does not go with this one, or by another name, or in this process), forked (open when this
  // process was forked), unsupported (the file has further names), not_a_database (no regular file),
  // not_found (absent), io.
  FileLock(const std::string& path, FileAccess access, std::uint64_t name, bool may_create);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  // Nobody else has the file open.
  bool is_alone() const noexcept;
  bool is_written_by_others() const noexcept;

  // Throws Error when what the path names is not the file that was opened (io), or is shorter than it was at
  // the call before (corrupt): what is written then would be lost.
  void require_in_place();

 private:
  struct stat look() const;
  void note(const struct stat& status);
  void lock(FileAccess access, off_t name);
  void let_go() noexcept;

  std::string path_;
  LockDescriptor descriptor_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  off_t size_ = 0;  // at the last look
};

}  // namespace crmcore::sqlite
