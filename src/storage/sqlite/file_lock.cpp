#include "storage/sqlite/file_lock.hpp"

#include <cerrno>
#include <fcntl.h>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "storage/sqlite/descriptor.hpp"
#include "storage/sqlite/path_check.hpp"

namespace crmcore::sqlite {
namespace {

// SQLite writes less than 2^48 bytes and locks bytes after 2^30.
constexpr off_t kFirstByte = 0x4000000000000000;
constexpr off_t kWriteByte = kFirstByte;      // for reading: writes as others do; for writing: writes alone
constexpr off_t kStillByte = kFirstByte + 1;  // for reading: nobody may write
constexpr off_t kNamesByte = kFirstByte + 2;  // … and as many as there are names
constexpr off_t kNames = 0x2000000000000000;
constexpr off_t kAllBytes = kNamesByte + kNames - kFirstByte;

// Neither the first nor the last, so that there are bytes on both sides.
off_t byte_of(std::uint64_t name) {
  return kNamesByte + 1 + static_cast<off_t>(name % static_cast<std::uint64_t>(kNames - 2));
}

[[noreturn]] void throw_locked(const std::string& path, std::string_view how) {
  throw Error(Code::locked, fmt::format("{} is open {}", path, how));
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

FileLock::FileLock(const std::string& path, FileAccess access, std::uint64_t name, bool may_create)
    : path_(path) {
  if (may_create) make_file(path);
  require_regular_or_absent(path);
  const struct stat status = look();
  if (status.st_nlink == 0) throw Error(Code::not_found, fmt::format("no file at '{}'", path), "/path");
  require_one_name(path, status);
  note(status);
  try {
    const int mode = access == FileAccess::read || access == FileAccess::still ? O_RDONLY : O_RDWR;
    const int opened = ::open(path.c_str(), mode | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (opened < 0) throw_system_error("opening " + path);
    descriptor_ = LockDescriptor(opened);
    lock(access, byte_of(name));
  } catch (...) {
    let_go();
    throw;
  }
  size_ = status.st_size;
}

FileLock::~FileLock() {
  let_go();
}

// The descriptor goes first: whoever opens the file next in this process must not lose SQLite's locks by it.
void FileLock::let_go() noexcept {
  descriptor_ = LockDescriptor();
  note_closed(device_, inode_);
}

void FileLock::note(const struct stat& status) {
  device_ = status.st_dev;
  inode_ = status.st_ino;
  switch (note_open(status)) {
    case Opened::now:
      return;
    case Opened::already:
      throw_locked(path_, "in this process already, perhaps by another name");
    case Opened::before_fork:
      throw Error(Code::forked, fmt::format("{} was open when this process was forked, which SQLite cannot "
                                            "forget; open it after fork() only, or close it before",
                                            path_));
  }
}

// What is held is set first and looked at then: of two who come at once at least one sees the other.
void FileLock::lock(FileAccess access, off_t name) {
  if (access == FileAccess::exclusive) {
    if (!descriptor_.set(F_WRLCK, kFirstByte, kAllBytes)) throw_locked(path_, "in another process");
    return;
  }
  if (access == FileAccess::still) {
    if (!descriptor_.set(F_RDLCK, kStillByte, 1) || descriptor_.is_taken(kWriteByte, 1)) {
      throw_locked(path_, "in another process, which may write");
    }
    return;
  }
  if (!descriptor_.set(F_RDLCK, name, 1)) throw_locked(path_, "in another process, for itself alone");
  const off_t after = name + 1;
  if (descriptor_.is_taken(kNamesByte, name - kNamesByte) ||
      descriptor_.is_taken(after, kNamesByte + kNames - after)) {
    throw_locked(path_, "in another process by another name, or without the lock file that lies beside it");
  }
  if (access == FileAccess::read) return;
  if (!descriptor_.set(access == FileAccess::shared ? F_RDLCK : F_WRLCK, kWriteByte, 1)) {
    throw_locked(path_, "for writing in another process, one of the two with a SQLite by which only one may");
  }
  if (descriptor_.is_taken(kStillByte, 1)) {
    throw_locked(path_, "in another process that reads it as a file that nobody writes");
  }
}

bool FileLock::is_alone() const noexcept {
  return !descriptor_.is_taken(kFirstByte, kAllBytes);
}

bool FileLock::is_written_by_others() const noexcept {
  return descriptor_.is_taken(kWriteByte, 1);
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
