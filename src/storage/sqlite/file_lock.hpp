// The lock on the data file itself, so that two names of one file meet: a bind mount, or a hard link made
// while it is open.
//
// It lies beyond the bytes that SQLite locks and writes, and belongs to the open descriptor. Closing any
// descriptor of a file drops all locks that SQLite has on it in this process: the descriptor is opened before
// SQLite's and closed after them, and a file that this process has open already is known by its device and
// inode, without opening it again. tests/storage/file_lock_test.cpp proves each with processes of its own.
#pragma once

#include <cstdint>
#include <string>
#include <sys/stat.h>

namespace crmcore::sqlite {

class FileLock {
 public:
  // Makes the file, empty and with mode 0600, when it is absent and `may_create`. Throws Error: locked (open
  // in another process, or in this one, by any name), unsupported (the file has further names),
  // not_a_database (no regular file), not_found (absent), io.
  FileLock(const std::string& path, bool may_create);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  // Throws Error when what the path names is not the file that was opened (io), or is shorter than it was at
  // the call before (corrupt): what is written then would be lost.
  void require_in_place();

 private:
  struct stat look() const;

  std::string path_;
  int descriptor_ = -1;
  std::int64_t process_ = 0;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  off_t size_ = 0;  // at the last look
};

}  // namespace crmcore::sqlite
