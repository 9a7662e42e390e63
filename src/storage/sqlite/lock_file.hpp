// The lock beside the data file: one process owns a file at a time.
#pragma once

#include <string>

namespace crmcore::sqlite {

// Resolves `path` to an absolute path without symbolic links in its directory part. Throws Error:
// invalid (empty, NUL inside, "file:" URI), io (no such directory), unsupported (network file system),
// not_a_database (exists and is not a regular file: directory, FIFO, device, symbolic link).
std::string checked_path(const std::string& path);

// An exclusive open-file-description lock on "<path>.lock", created with mode 0600, held until the
// object ends; the lock file stays. The kernel frees the lock when the process ends in any way.
class LockFile {
 public:
  // Throws Error(locked) naming the owner's process id when another process, or another Database of
  // this process, holds it; Error(io) when the lock file cannot be made.
  explicit LockFile(const std::string& data_path);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace crmcore::sqlite
