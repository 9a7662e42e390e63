#include "storage/sqlite/path_check.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "storage/sqlite/descriptor.hpp"

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

constexpr std::array<std::string_view, 5> kCompanions = {"-journal", "-wal", "-shm", ".lock", ".unfinished"};

// What SQLite and we keep beside a file of another name would be deleted or emptied with that one.
void require_free_name(const std::string& path) {
  for (const std::string_view suffix : kCompanions) {
    if (!path.ends_with(suffix)) continue;
    throw Error(Code::invalid,
                fmt::format("{} has the name of what is kept beside another file; a name may not end with {}",
                            path, fmt::join(kCompanions, ", ")));
  }
}

// The first bytes of a file, fewer where it is shorter; nothing where there is none.
std::optional<std::string> first_bytes(const std::string& path, std::size_t count) {
  require_regular_or_absent(path);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) throw_system_error("opening " + path);
  std::string bytes(count, '\0');
  const ssize_t read = ::pread(file.get(), bytes.data(), count, 0);
  if (read < 0) throw_system_error("reading " + path);
  bytes.resize(static_cast<std::size_t>(read));
  return bytes;
}

bool is_blank(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

[[noreturn]] void throw_foreign(const std::string& path, std::string_view what) {
  throw Error(Code::not_a_database,
              fmt::format("{} is not {}: it would be deleted or overwritten; move it away", path, what));
}

// A log of SQLite begins with one of these, whatever the order of its checksums' bytes.
constexpr std::array<std::string_view, 2> kLogMagics = {std::string_view("\x37\x7f\x06\x82"),
                                                        std::string_view("\x37\x7f\x06\x83")};
constexpr std::string_view kJournalMagic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
// The version of the index's format, in this machine's order of bytes.
constexpr std::uint32_t kIndexVersion = 3'007'000;

void require_own_log(const std::string& path, const std::string& data_path) {
  constexpr std::size_t kLogMagicBytes = 4;
  const auto bytes = first_bytes(path, kLogMagicBytes);
  if (!bytes || is_blank(*bytes)) return;
  if (*bytes != kLogMagics[0] && *bytes != kLogMagics[1]) throw_foreign(path, "a write-ahead log of SQLite");
  const auto data = first_bytes(data_path, 1);
  if (data && !data->empty()) return;
  throw Error(
      Code::corrupt,
      fmt::format("{} is {}, but its write-ahead log {} has contents; put the file back that belongs to "
                  "the log, or move the log away",
                  data_path, data ? "empty" : "absent", path));
}

void require_own_journal(const std::string& path) {
  const auto bytes = first_bytes(path, kJournalMagic.size());
  if (!bytes || is_blank(*bytes) || *bytes == kJournalMagic) return;
  throw_foreign(path, "a rollback journal of SQLite");
}

// Whoever opens the index first cuts it to three bytes before writing it anew: another process meets those,
// and a kill leaves them.
void require_own_index(const std::string& path) {
  std::array<char, sizeof kIndexVersion> version{};
  std::memcpy(version.data(), &kIndexVersion, sizeof kIndexVersion);
  const auto bytes = first_bytes(path, version.size());
  if (!bytes || is_blank(*bytes)) return;
  if (!std::string_view(version.data(), version.size()).starts_with(*bytes))
    throw_foreign(path, "an index of a write-ahead log");
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
  require_free_name(canonical);
  require_regular_or_absent(canonical);
  return canonical;
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

bool has_log(const std::string& path) {
  const auto bytes = first_bytes(path + "-wal", 4);
  return bytes && !is_blank(*bytes);
}

void require_own_companions(const std::string& path) {
  require_own_journal(path + "-journal");
  require_own_log(path + "-wal", path);
  require_own_index(path + "-shm");
}

}  // namespace crmcore::sqlite
