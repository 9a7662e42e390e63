// The lock beside the data file: one process owns a file at a time.
//
// The lock belongs to the open descriptor, so that it ends with its owner however that ends; the file stays,
// because one that is unlinked can be locked by two. A forked child shares the descriptor and must neither
// free nor keep the lock. tests/storage/sqlite_lock_file_test.cpp proves each with processes of its own.
#pragma once

#include <string>
#include <sys/types.h>

namespace crmcore::sqlite {

// An exclusive open-file-description lock on "<path>.lock", created with mode 0600, held until the
// object ends; the lock file stays. The kernel frees the lock when the process ends in any way.
class LockFile {
 public:
  // Throws Error(locked) naming the owner's process id when another process, or another Database of
  // this process, holds it; Error(io) when the lock file cannot be made.
  // Error(not_a_database) when something else than a lock file has its name.
  explicit LockFile(const std::string& data_path);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  // True when the owner before this one ended without closing: the data deserves a quick_check.
  bool previous_owner_died() const noexcept { return previous_owner_died_; }

 private:
  int descriptor_ = -1;
  pid_t owner_ = 0;  // a forked child must not free its parent's lock
  bool previous_owner_died_ = false;
};

}  // namespace crmcore::sqlite
