#include "storage/sqlite/open_files.hpp"

#include <algorithm>
#include <fcntl.h>
#include <mutex>
#include <pthread.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace crmcore::sqlite {
namespace {

struct FileRow {
  dev_t device;
  ino_t inode;
  bool is_parents;  // opened before fork(), in the parent
};

// Locked while the process forks, so that the child finds it whole and free.
struct Holdings {
  Holdings();
  std::mutex mutex;
  std::vector<int> descriptors;
  std::vector<FileRow> files;
};

// Never destroyed: files may be open until the process ends.
Holdings& holdings() {
  static auto* const all = new Holdings;
  return *all;
}

void leave_to_parent() {
  Holdings& all = holdings();
  for (const int descriptor : all.descriptors) ::close(descriptor);
  all.descriptors.clear();
  for (FileRow& file : all.files) file.is_parents = true;
  all.mutex.unlock();
}

Holdings::Holdings() {
  ::pthread_atfork([] { holdings().mutex.lock(); }, [] { holdings().mutex.unlock(); }, leave_to_parent);
}

}  // namespace

LockDescriptor::LockDescriptor(int descriptor) : descriptor_(descriptor) {
  Holdings& all = holdings();
  const std::lock_guard lock(all.mutex);
  try {
    all.descriptors.push_back(descriptor);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
}

LockDescriptor::~LockDescriptor() {
  if (descriptor_ < 0) return;
  Holdings& all = holdings();
  const std::lock_guard lock(all.mutex);
  const auto place = std::find(all.descriptors.begin(), all.descriptors.end(), descriptor_);
  // In a child of fork() the number may be another file's by now.
  if (place == all.descriptors.end()) return;
  all.descriptors.erase(place);
  // A child that is being made may not have closed its copy yet.
  set(F_UNLCK, 0, 0);
  ::close(descriptor_);
}

LockDescriptor::LockDescriptor(LockDescriptor&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockDescriptor& LockDescriptor::operator=(LockDescriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

bool LockDescriptor::set(short type, off_t start, off_t bytes) const noexcept {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = bytes;
  return ::fcntl(descriptor_, F_OFD_SETLK, &lock) == 0;
}

bool LockDescriptor::is_taken(off_t start, off_t bytes) const noexcept {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = bytes;
  return ::fcntl(descriptor_, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

Opened note_open(const struct stat& file) {
  Holdings& all = holdings();
  const std::lock_guard lock(all.mutex);
  for (const FileRow& row : all.files) {
    if (row.device != file.st_dev || row.inode != file.st_ino) continue;
    return row.is_parents ? Opened::before_fork : Opened::already;
  }
  all.files.push_back({file.st_dev, file.st_ino, false});
  return Opened::now;
}

void note_closed(dev_t device, ino_t inode) noexcept {
  Holdings& all = holdings();
  const std::lock_guard lock(all.mutex);
  const auto is_it = [&](const FileRow& row) {
    return row.device == device && row.inode == inode && !row.is_parents;
  };
  all.files.erase(std::remove_if(all.files.begin(), all.files.end(), is_it), all.files.end());
}

}  // namespace crmcore::sqlite
