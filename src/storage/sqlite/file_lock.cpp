#include "storage/sqlite/file_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <tuple>
#include <vector>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "base/process.hpp"
#include "storage/sqlite/descriptor.hpp"
#include "storage/sqlite/path_check.hpp"

namespace crmcore::sqlite {
namespace {

// SQLite writes less than 2^48 bytes and locks bytes after 2^30.
constexpr off_t kLockedByte = off_t{1} << 62;

// The files that this process has open. A child of fork() has its parent's in it, which it has not opened.
class OpenFiles {
 public:
  bool add(dev_t device, ino_t inode) {
    const std::lock_guard lock(mutex_);
    const Row row{process_number(), device, inode};
    if (std::find(rows_.begin(), rows_.end(), row) != rows_.end()) return false;
    rows_.push_back(row);
    return true;
  }
  void remove(dev_t device, ino_t inode) noexcept {
    const std::lock_guard lock(mutex_);
    const Row row{process_number(), device, inode};
    rows_.erase(std::remove(rows_.begin(), rows_.end(), row), rows_.end());
  }

 private:
  using Row = std::tuple<std::int64_t, dev_t, ino_t>;
  std::mutex mutex_;
  std::vector<Row> rows_;
};

OpenFiles& open_files() {
  static OpenFiles files;
  return files;
}

[[noreturn]] void throw_locked(const std::string& path, std::string_view where) {
  throw Error(Code::locked, fmt::format("{} is open already {}, perhaps by another name", path, where));
}

void require_one_name(const std::string& path, const struct stat& status) {
  if (status.st_nlink <= 1) return;
  throw Error(
      Code::unsupported,
      fmt::format("{} has {} names (hard links), each of which would have a write-ahead log of its own; "
                  "an archive has one",
                  path, static_cast<std::uint64_t>(status.st_nlink)));
}

}  // namespace

FileLock::FileLock(const std::string& path, bool may_create) : path_(path), process_(process_number()) {
  if (may_create) make_file(path);
  require_regular_or_absent(path);
  struct stat status = look();
  if (status.st_nlink == 0) throw Error(Code::not_found, fmt::format("no file at '{}'", path), "/path");
  require_one_name(path, status);
  if (!open_files().add(status.st_dev, status.st_ino)) throw_locked(path, "in this process");
  device_ = status.st_dev;
  inode_ = status.st_ino;
  Descriptor file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const int open_error = errno;
  const bool is_locked = file && set_lock(file.get(), F_WRLCK, kLockedByte, 1);
  if (!is_locked) {
    open_files().remove(device_, inode_);
    errno = open_error;
    if (!file) throw_system_error("opening " + path);
    throw_locked(path, "in another process");
  }
  size_ = status.st_size;
  descriptor_ = file.release();
}

FileLock::~FileLock() {
  // A forked child leaves the descriptor open: closing it would drop locks of its own on the file.
  if (process_number() != process_) return;
  set_lock(descriptor_, F_UNLCK, kLockedByte, 1);
  ::close(descriptor_);
  open_files().remove(device_, inode_);
}

struct stat FileLock::look() const {
  struct stat status = {};
  if (::stat(path_.c_str(), &status) != 0 && errno != ENOENT) throw_system_error("looking at " + path_);
  return status;
}

void FileLock::require_in_place() {
  const struct stat status = look();
  if (status.st_nlink == 0 || status.st_dev != device_ || status.st_ino != inode_) {
    throw Error(Code::io,
                fmt::format("{} was {} while it was open; nothing was applied. Put the file back that "
                            "was opened, or close it and open what is there",
                            path_, status.st_nlink == 0 ? "deleted or moved" : "replaced"));
  }
  if (status.st_size < size_) {
    throw Error(Code::corrupt,
                fmt::format("{} was cut from {} to {} bytes while it was open; nothing was applied", path_,
                            static_cast<std::int64_t>(size_), static_cast<std::int64_t>(status.st_size)));
  }
  size_ = status.st_size;
}

}  // namespace crmcore::sqlite
