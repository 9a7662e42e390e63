// What this process has open, and the descriptors that its locks belong to.
//
// A child of fork() gets copies of all descriptors, by which locks would outlive the process that took them:
// it closes its copies before fork() returns there. What SQLite knows of a file, which locks it holds above
// all, is copied too and cannot be taken back: a file that was open then cannot be opened in the child.
#pragma once

#include <sys/stat.h>

namespace crmcore::sqlite {

// A descriptor that locks of its open file description belong to; closed with the object.
class LockDescriptor {
 public:
  LockDescriptor() = default;
  // Takes the descriptor over, also when it throws.
  explicit LockDescriptor(int descriptor);
  ~LockDescriptor();
  LockDescriptor(LockDescriptor&& other) noexcept;
  LockDescriptor& operator=(LockDescriptor&& other) noexcept;

  int get() const noexcept { return descriptor_; }
  // Sets (F_RDLCK, F_WRLCK) or frees (F_UNLCK) a lock on `bytes` from `start` on. False, with errno, when
  // it is another's.
  bool set(short type, off_t start, off_t bytes) const noexcept;
  // Tells whether another's lock is in the way of one for writing.
  bool is_taken(off_t start, off_t bytes) const noexcept;

 private:
  int descriptor_ = -1;
};

enum class Opened { now, already, before_fork };

// Notes that this process opens the file, unless it is noted.
Opened note_open(const struct stat& file);
void note_closed(dev_t device, ino_t inode) noexcept;

}  // namespace crmcore::sqlite
