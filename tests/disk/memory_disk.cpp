#include "disk/memory_disk.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace crmcore::fault {
namespace {

constexpr std::size_t kSectorBytes = 512;

using Kind = DiskOperation::Kind;

void write_at(std::string& content, std::size_t at, const char* bytes, std::size_t count) {
  if (content.size() < at + count) content.resize(at + count);
  std::memcpy(content.data() + at, bytes, count);
}

// How much of what is on its way arrives: all, nothing, or this many of 256 parts.
using Share = unsigned;

Share draw_share(std::mt19937_64& random) {
  constexpr std::array<Share, 6> kShares = {0, 256, 256, 20, 128, 236};
  return kShares[random() % kShares.size()];
}

bool arrives(Share share, std::mt19937_64& random) {
  return (random() & 255U) < share;
}

void apply_part(std::string& content, const DiskOperation& operation, Share share, std::mt19937_64& random) {
  if (operation.kind == Kind::truncate) {
    if (arrives(share, random)) content.resize(operation.at);
    return;
  }
  const std::size_t end = operation.at + operation.bytes.size();
  for (std::size_t at = operation.at; at < end;) {
    const std::size_t next = std::min(end, (at / kSectorBytes + 1) * kSectorBytes);
    if (arrives(share, random)) write_at(content, at, &operation.bytes[at - operation.at], next - at);
    at = next;
  }
}

}  // namespace

struct MemoryDisk::Node {
  std::size_t number = 0;
  std::string content;
  std::vector<std::unique_ptr<char[]>> shared_memory;
  std::array<int, SQLITE_SHM_NLOCK> memory_locks = {};  // -1 is exclusive, else how many share it
  int readers = 0;
  const void* reserved = nullptr;
  const void* exclusive = nullptr;
};

struct MemoryDisk::Open {
  sqlite3_file base;
  MemoryDisk* disk;
  Node* node;  // none once it is closed
  int lock;
  unsigned shared_slots;
  unsigned exclusive_slots;
  // As SQLite does it on Unix: the first sync of a new journal or log is one of the directory too.
  bool is_directory_due;
};

// What SQLite calls.
struct DiskCalls {
  using Open = MemoryDisk::Open;
  using Node = MemoryDisk::Node;

  static Open& of(sqlite3_file* file) { return *reinterpret_cast<Open*>(file); }
  static MemoryDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<MemoryDisk*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    MemoryDisk& disk = disk_of(vfs);
    file->pMethods = nullptr;
    // Without a name it would be a temporary file; those are kept in memory.
    if (name == nullptr || disk.fails(false)) return SQLITE_CANTOPEN;
    const auto found = disk.directory_.find(name);
    const bool is_new = found == disk.directory_.end();
    if (is_new && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    Node* node = is_new ? &disk.create(name) : found->second;
    constexpr int kJournals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    of(file) = {{&kMethods}, &disk, node, SQLITE_LOCK_NONE, 0, 0, is_new && (flags & kJournals) != 0};
    if (out != nullptr) *out = flags;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int is_synced) {
    MemoryDisk& disk = disk_of(vfs);
    if (disk.fails(false)) return SQLITE_IOERR_DELETE;
    if (disk.directory_.erase(name) == 0) return SQLITE_IOERR_DELETE_NOENT;
    disk.record({Kind::remove, 0, name, 0, {}});
    if (is_synced != 0) disk.sync_directory();
    return SQLITE_OK;
  }
  static int access(sqlite3_vfs* vfs, const char* name, int /*flags*/, int* out) {
    *out = static_cast<int>(disk_of(vfs).directory_.contains(name));
    return SQLITE_OK;
  }

  static int close(sqlite3_file* file) {
    unlock(file, SQLITE_LOCK_NONE);
    return SQLITE_OK;
  }
  static int read(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
    Open& open = of(file);
    if (open.disk->fails(false)) return SQLITE_IOERR_READ;
    const std::string& content = open.node->content;
    const auto begin = std::min(content.size(), static_cast<std::size_t>(at));
    const auto wanted = static_cast<std::size_t>(count);
    const std::size_t found = std::min(wanted, content.size() - begin);
    std::memcpy(to, content.data() + begin, found);
    if (found == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(to) + found, 0, wanted - found);
    return SQLITE_IOERR_SHORT_READ;
  }
  static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
    Open& open = of(file);
    if (open.disk->fails(true)) return open.disk->failure_.is_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    const auto* bytes = static_cast<const char*>(from);
    write_at(open.node->content, static_cast<std::size_t>(at), bytes, static_cast<std::size_t>(count));
    open.disk->record({Kind::write,
                       open.node->number,
                       {},
                       static_cast<std::size_t>(at),
                       std::string(bytes, static_cast<std::size_t>(count))});
    return SQLITE_OK;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    Open& open = of(file);
    if (open.disk->fails(false)) return SQLITE_IOERR_TRUNCATE;
    open.node->content.resize(static_cast<std::size_t>(size));
    open.disk->record({Kind::truncate, open.node->number, {}, static_cast<std::size_t>(size), {}});
    return SQLITE_OK;
  }
  static int sync(sqlite3_file* file, int /*flags*/) {
    Open& open = of(file);
    if (open.disk->fails(false)) return SQLITE_IOERR_FSYNC;
    if (open.disk->lie_ != Lie::lying_sync) open.disk->record({Kind::sync, open.node->number, {}, 0, {}});
    if (std::exchange(open.is_directory_due, false)) open.disk->sync_directory();
    return SQLITE_OK;
  }
  static int size(sqlite3_file* file, sqlite3_int64* out) {
    *out = static_cast<sqlite3_int64>(of(file).node->content.size());
    return SQLITE_OK;
  }

  static int lock(sqlite3_file* file, int level) {
    Open& open = of(file);
    Node& node = *open.node;
    if (level <= open.lock) return SQLITE_OK;
    if (node.exclusive != nullptr) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_SHARED) {
      ++node.readers;
    } else {
      if (node.reserved != nullptr && node.reserved != file) return SQLITE_BUSY;
      node.reserved = file;
      if (level == SQLITE_LOCK_EXCLUSIVE) {
        if (node.readers > 1) return SQLITE_BUSY;
        node.exclusive = file;
      }
    }
    open.lock = level;
    return SQLITE_OK;
  }
  static int unlock(sqlite3_file* file, int level) {
    Open& open = of(file);
    Node& node = *open.node;
    if (node.reserved == file) node.reserved = nullptr;
    if (node.exclusive == file) node.exclusive = nullptr;
    if (level == SQLITE_LOCK_NONE && open.lock > SQLITE_LOCK_NONE) --node.readers;
    open.lock = std::min(open.lock, level);
    return SQLITE_OK;
  }
  static int check_reserved(sqlite3_file* file, int* out) {
    *out = static_cast<int>(of(file).node->reserved != nullptr);
    return SQLITE_OK;
  }

  static int control(sqlite3_file* file, int code, void* argument) {
    const Lie lie = of(file).disk->lie_;
    if (code != SQLITE_FCNTL_PRAGMA || (lie != Lie::sync_off && lie != Lie::no_sync_at_commit))
      return SQLITE_NOTFOUND;
    // SQLite reads the value out of the same text afterwards.
    char** words = static_cast<char**>(argument);
    if (sqlite3_stricmp(words[1], "synchronous") == 0 && words[2] != nullptr)
      std::strcpy(words[2], lie == Lie::sync_off ? "0" : "1");
    return SQLITE_NOTFOUND;
  }
  static int sector_size(sqlite3_file*) { return 4096; }
  static int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  static int map_memory(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
    auto& regions = of(file).node->shared_memory;
    const auto wanted = static_cast<std::size_t>(region);
    while (extend != 0 && regions.size() <= wanted)
      regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(bytes)));
    *out = wanted < regions.size() ? regions[wanted].get() : nullptr;
    return SQLITE_OK;
  }
  static int lock_memory(sqlite3_file* file, int offset, int count, int flags) {
    Open& open = of(file);
    auto& locks = open.node->memory_locks;
    const bool is_shared = (flags & SQLITE_SHM_SHARED) != 0;
    const bool is_unlock = (flags & SQLITE_SHM_UNLOCK) != 0;
    for (int slot = offset; !is_unlock && slot < offset + count; ++slot) {
      const int held = locks[static_cast<std::size_t>(slot)];
      if (is_shared ? held < 0 : held != 0) return SQLITE_BUSY;
    }
    for (int slot = offset; slot < offset + count; ++slot) {
      unsigned& mine = is_shared ? open.shared_slots : open.exclusive_slots;
      const unsigned bit = 1U << static_cast<unsigned>(slot);
      if (((mine & bit) == 0) == is_unlock) continue;
      mine ^= bit;
      locks[static_cast<std::size_t>(slot)] += is_shared == is_unlock ? -1 : 1;
    }
    return SQLITE_OK;
  }
  static void barrier(sqlite3_file*) {}
  static int unmap_memory(sqlite3_file* file, int is_last) {
    if (is_last != 0) of(file).node->shared_memory.clear();
    return SQLITE_OK;
  }

  static constexpr sqlite3_io_methods kMethods = {2,
                                                  close,
                                                  read,
                                                  write,
                                                  truncate,
                                                  sync,
                                                  size,
                                                  lock,
                                                  unlock,
                                                  check_reserved,
                                                  control,
                                                  sector_size,
                                                  characteristics,
                                                  map_memory,
                                                  lock_memory,
                                                  barrier,
                                                  unmap_memory,
                                                  nullptr,
                                                  nullptr};
};

MemoryDisk::MemoryDisk(const Files& files, Lie lie) : lie_(lie) {
  sqlite3_initialize();
  real_ = sqlite3_vfs_find(nullptr);
  for (const auto& [name, content] : files) create(name).content = content;
  operations_.clear();
  vfs_ = *real_;
  vfs_.zName = "memory_disk";
  vfs_.szOsFile = sizeof(Open);
  vfs_.pAppData = this;
  vfs_.xOpen = DiskCalls::open;
  vfs_.xDelete = DiskCalls::remove;
  vfs_.xAccess = DiskCalls::access;
  sqlite3_vfs_register(&vfs_, 1);
}

MemoryDisk::~MemoryDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

Files MemoryDisk::files() const {
  Files files;
  for (const auto& [name, node] : directory_) files.emplace(name, node->content);
  return files;
}

void MemoryDisk::fail(Failure failure) {
  failure_ = failure;
  counted_ = 0;
  has_failed_ = false;
}

MemoryDisk::Node& MemoryDisk::create(const std::string& name) {
  Node& node = *nodes_.emplace_back(std::make_unique<Node>());
  node.number = nodes_.size() - 1;
  directory_[name] = &node;
  record({Kind::create, node.number, name, 0, {}});
  return node;
}

void MemoryDisk::record(DiskOperation operation) {
  operations_.push_back(std::move(operation));
}

void MemoryDisk::sync_directory() {
  if (lie_ != Lie::lying_directory) record({Kind::sync_directory, 0, {}, 0, {}});
}

bool MemoryDisk::fails(bool is_write) {
  if (failure_.number == 0 || (failure_.is_full && !is_write)) return false;
  ++counted_;
  if (counted_ < failure_.number || (counted_ > failure_.number && !failure_.is_lasting)) return false;
  has_failed_ = true;
  return true;
}

Platter::Platter(const Files& files) {
  for (const auto& [name, content] : files) {
    directory_.emplace(name, contents_.size());
    contents_.push_back({content, {}});
  }
}

void Platter::apply(const DiskOperation& operation) {
  std::mt19937_64 unused;
  switch (operation.kind) {
    case Kind::create:
      contents_.resize(std::max(contents_.size(), operation.file + 1));
      [[fallthrough]];
    case Kind::remove:
      pending_entries_.push_back(&operation);
      return;
    case Kind::write:
    case Kind::truncate:
      contents_[operation.file].pending.push_back(&operation);
      return;
    case Kind::sync: {
      Content& content = contents_[operation.file];
      for (const auto* pending : content.pending) apply_part(content.durable, *pending, 256, unused);
      content.pending.clear();
      return;
    }
    case Kind::sync_directory:
      for (const auto* pending : pending_entries_) {
        if (pending->kind == Kind::create) directory_[pending->name] = pending->file;
        if (pending->kind == Kind::remove) directory_.erase(pending->name);
      }
      pending_entries_.clear();
      return;
  }
}

Files Platter::image(std::mt19937_64& random) const {
  auto directory = directory_;
  const Share entries = draw_share(random);
  for (const auto* pending : pending_entries_) {
    if (!arrives(entries, random)) continue;
    if (pending->kind == Kind::create) directory[pending->name] = pending->file;
    if (pending->kind == Kind::remove) directory.erase(pending->name);
  }
  Files files;
  for (const auto& [name, number] : directory) {
    std::string content = contents_[number].durable;
    const Share share = draw_share(random);
    for (const auto* pending : contents_[number].pending) apply_part(content, *pending, share, random);
    files.emplace(name, std::move(content));
  }
  return files;
}

}  // namespace crmcore::fault
