#include "storage/sqlite/lock_file.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "storage/sqlite/descriptor.hpp"
#include "storage/sqlite/path_check.hpp"

namespace crmcore::sqlite {
namespace {

constexpr std::size_t kOwnerBytesMax = 24;

// What the owner left: its process id, nothing when it closed in good order.
std::string written_owner(int descriptor) {
  std::string text(kOwnerBytesMax, '\0');
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return text;
}

bool is_owner(std::string_view text) {
  return text.empty() ||
         (text.size() > 1 && text.size() < kOwnerBytesMax && text.back() == '\n' &&
          std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; }));
}

}  // namespace

LockFile::LockFile(const std::string& data_path) : owner_(::getpid()) {
  const std::string path = data_path + ".lock";
  require_regular_or_absent(path);
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (!file) throw_system_error("making the lock file " + path);
  const bool is_locked = set_lock(file.get(), F_WRLCK, 0, 0);
  const int lock_error = errno;
  const std::string left = written_owner(file.get());
  const long owner = std::strtol(left.c_str(), nullptr, 10);
  if (!is_locked) {
    if (lock_error == EAGAIN || lock_error == EACCES) {
      throw Error(Code::locked, fmt::format("{} is open already in process {}{}", data_path, owner,
                                            owner == owner_ ? " (this one)" : ""));
    }
    errno = lock_error;
    throw_system_error("locking " + path);
  }
  if (!is_owner(left)) {
    throw Error(Code::not_a_database,
                fmt::format("{} is not a lock file: it would be overwritten; move it away", path));
  }
  previous_owner_died_ = owner != 0;
  const std::string text = fmt::format("{}\n", owner_);
  if (::ftruncate(file.get(), 0) != 0 ||
      ::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    throw_system_error("writing the lock file " + path);
  }
  descriptor_ = file.release();
}

LockFile::~LockFile() {
  if (::getpid() == owner_) {
    // An empty file says that the owner closed in good order.
    [[maybe_unused]] const int result = ::ftruncate(descriptor_, 0);
    set_lock(descriptor_, F_UNLCK, 0, 0);
  }
  ::close(descriptor_);
}

}  // namespace crmcore::sqlite
