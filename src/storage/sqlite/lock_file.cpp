#include "storage/sqlite/lock_file.hpp"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <new>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <system_error>
#include <unistd.h>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore::sqlite {
namespace {

struct NetworkMagic {
  std::uint64_t magic;
  std::string_view name;
};

// From linux/magic.h and the kernel's own sources.
constexpr NetworkMagic kNetworkMagics[] = {
    {0x6969, "NFS"},     {0x517b, "SMB"},       {0xff534d42, "CIFS"},   {0xfe534d42, "SMB2"},
    {0x5346414f, "AFS"}, {0x6b414653, "AFS"},   {0x73757245, "Coda"},   {0x564c, "NCP"},
    {0xc36400, "Ceph"},  {0xbd00bd0, "Lustre"}, {0x19830326, "BeeGFS"}, {0x47504653, "GPFS"},
};
constexpr std::uint64_t kFuseMagic = 0x65735546;
constexpr std::string_view kNetworkFuseTypes[] = {
    "fuse.sshfs",    "fuse.s3fs",    "fuse.rclone",    "fuse.glusterfs", "fuse.ceph-fuse",
    "fuse.gcsfuse",  "fuse.davfs",   "fuse.curlftpfs", "fuse.goofys",    "fuse.mount-s3",
    "fuse.smbnetfs", "fuse.juicefs", "fuse.mfs",       "fuse.blobfuse2", "fuse.blobfuse",
};

[[noreturn]] void throw_system_error(const std::string& doing) {
  const int system_error = errno;
  if (system_error == ENOMEM) throw std::bad_alloc();
  throw Error(Code::io, fmt::format("{}: {}", doing, std::generic_category().message(system_error)));
}

// The type of the mount that holds `directory`, from the line of /proc/self/mountinfo with its device.
std::string mount_type(const std::string& directory) {
  struct stat status = {};
  if (::stat(directory.c_str(), &status) != 0) return {};
  const std::string device = fmt::format(" {}:{} ", major(status.st_dev), minor(status.st_dev));
  constexpr std::string_view kBeforeType = " - ";
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const std::size_t separator = line.find(kBeforeType);
    if (line.find(device) == std::string::npos || separator == std::string::npos) continue;
    const std::size_t type = separator + kBeforeType.size();
    return line.substr(type, line.find(' ', type) - type);
  }
  return {};
}

void require_local(const std::string& directory) {
  struct statfs file_system = {};
  if (::statfs(directory.c_str(), &file_system) != 0) throw_system_error("looking at " + directory);
  const auto magic = static_cast<std::uint64_t>(file_system.f_type) & 0xffffffffU;
  const std::string_view name =
      network_file_system(magic, magic == kFuseMagic ? mount_type(directory) : std::string());
  if (name.empty()) return;
  throw Error(Code::unsupported,
              fmt::format("{} lies on a network file system ({}), where locks and shared memory do not hold; "
                          "use a local disk",
                          directory, name));
}

void require_regular_or_absent(const std::string& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) throw_system_error("looking at " + path);
    return;
  }
  if (S_ISREG(status.st_mode)) return;
  const char* kind = S_ISLNK(status.st_mode)    ? "a symbolic link"
                     : S_ISDIR(status.st_mode)  ? "a directory"
                     : S_ISFIFO(status.st_mode) ? "a FIFO"
                                                : "a device or socket";
  throw Error(Code::not_a_database, fmt::format("{} is {}, not a regular file", path, kind));
}

// The process id that the owner left, 0 when the last owner closed in good order.
long written_owner(int descriptor) {
  char text[24] = {};
  const ssize_t length = ::pread(descriptor, text, sizeof text - 1, 0);
  return length > 0 ? std::strtol(text, nullptr, 10) : 0;
}

bool set_lock(int descriptor, short type) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;  // from 0 with length 0: all of the file
  return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

}  // namespace

std::string_view network_file_system(std::uint64_t magic, std::string_view fuse_type) noexcept {
  for (const NetworkMagic& row : kNetworkMagics) {
    if (row.magic == magic) return row.name;
  }
  if (magic != kFuseMagic) return {};
  for (const std::string_view type : kNetworkFuseTypes) {
    if (type == fuse_type) return type;
  }
  return {};
}

std::string checked_path(const std::string& path) {
  if (path.empty()) throw Error(Code::invalid, "the path of the file is empty");
  if (path.find('\0') != std::string::npos)
    throw Error(Code::invalid, "the path of the file has a NUL inside");
  if (path.starts_with("file:")) {
    throw Error(Code::invalid, fmt::format("'{}' is a URI; give the plain path of a file", path));
  }
  if (path == ":memory:") throw Error(Code::invalid, "':memory:' is no file; crmcore keeps its data in one");
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") {
    throw Error(Code::not_a_database, fmt::format("{} is a directory, not a regular file", path));
  }
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(directory.c_str(), nullptr), std::free);
  if (!resolved) throw_system_error(fmt::format("looking for the directory {}", directory));
  std::string canonical = resolved.get();
  require_local(canonical);
  if (canonical != "/") canonical += '/';
  canonical += name;
  require_regular_or_absent(canonical);
  return canonical;
}

LockFile::LockFile(const std::string& data_path) : owner_(::getpid()) {
  const std::string path = data_path + ".lock";
  require_regular_or_absent(path);
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (descriptor_ < 0) throw_system_error("making the lock file " + path);
  const bool is_locked = set_lock(descriptor_, F_WRLCK);
  const int lock_error = errno;
  const long owner = written_owner(descriptor_);
  if (!is_locked) {
    ::close(descriptor_);
    if (lock_error == EAGAIN || lock_error == EACCES) {
      throw Error(Code::locked, fmt::format("{} is open already in process {}{}", data_path, owner,
                                            owner == owner_ ? " (this one)" : ""));
    }
    errno = lock_error;
    throw_system_error("locking " + path);
  }
  previous_owner_died_ = owner != 0;
  const std::string text = fmt::format("{}\n", owner_);
  if (::ftruncate(descriptor_, 0) != 0 ||
      ::pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    const int write_error = errno;
    ::close(descriptor_);
    errno = write_error;
    throw_system_error("writing the lock file " + path);
  }
}

LockFile::~LockFile() {
  if (::getpid() == owner_) {
    // An empty file says that the owner closed in good order.
    [[maybe_unused]] const int result = ::ftruncate(descriptor_, 0);
    set_lock(descriptor_, F_UNLCK);
  }
  ::close(descriptor_);
}

}  // namespace crmcore::sqlite
