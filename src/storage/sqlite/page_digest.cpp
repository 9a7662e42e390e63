#include "storage/sqlite/page_digest.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <sqlite3.h>
#include <string>
#include <utility>
#include <vector>

namespace crmcore::sqlite {
namespace {

constexpr int kPageBytes = 4096;  // SQLite's own choice, which no setting of ours changes
constexpr int kDigestBytes = 8;
constexpr int kFileHeaderBytes = 100;
constexpr int kReservedAt = 20;                    // in the header: how many bytes each page keeps
constexpr int kSetDigests = 0x63726d'01;           // of xFileControl, beyond SQLite's own
constexpr char kMagicBytes[] = "SQLite format 3";  // with its NUL, 16 bytes

using Page = std::array<unsigned char, kPageBytes>;

std::uint64_t word_at(const unsigned char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// A bijection of the lane, and of each word, so that one changed word always shows; the rotation brings the
// high bits, which a multiplication only pushes out, to where they spread.
std::uint64_t mixed(std::uint64_t lane, std::uint64_t first, std::uint64_t second) noexcept {
  return std::rotl((lane ^ first) * 0x9e3779b97f4a7c15U + second, 29);
}

// Runs for every page that comes from the file or goes to it: two words share a multiplication, and four
// lanes keep the multiplier busy.
std::uint64_t digest_of_page(const unsigned char* page, std::int64_t number) noexcept {
  std::array<std::uint64_t, 4> lanes = {static_cast<std::uint64_t>(number), 0x243f6a8885a308d3U,
                                        0x13198a2e03707344U, 0xa4093822299f31d0U};
  constexpr int kBytes = kPageBytes - kDigestBytes;
  int at = 0;
  for (; at + 64 <= kBytes; at += 64) {
    for (int lane = 0; lane < 4; ++lane) {
      auto& one = lanes[static_cast<std::size_t>(lane)];
      one = mixed(one, word_at(page + at + lane * 16), word_at(page + at + lane * 16 + 8));
    }
  }
  std::uint64_t digest = 0;
  for (const std::uint64_t lane : lanes) digest = mixed(digest, lane, 0);
  for (; at < kBytes; at += 8) digest = mixed(digest, word_at(page + at), 0);
  return digest ^ (digest >> 32U);
}

std::int64_t number_at(sqlite3_int64 offset) noexcept {
  return offset / kPageBytes + 1;
}

bool is_as_written(const unsigned char* page, sqlite3_int64 offset) noexcept {
  return word_at(page + kPageBytes - kDigestBytes) == digest_of_page(page, number_at(offset));
}

void sign(unsigned char* page, sqlite3_int64 offset) noexcept {
  std::uint64_t digest = digest_of_page(page, number_at(offset));
  if constexpr (std::endian::native == std::endian::big) digest = __builtin_bswap64(digest);
  std::memcpy(page + kPageBytes - kDigestBytes, &digest, sizeof digest);
}

bool has_header(const unsigned char* page) noexcept {
  return std::memcmp(page, kMagicBytes, sizeof kMagicBytes) == 0 && page[16] == kPageBytes >> 8 &&
         page[17] == 0;
}

// The file of the archive; the file system's own lies behind it.
struct DigestFile {
  sqlite3_file file;
  bool has_digests;

  sqlite3_file* base() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
static_assert(sizeof(DigestFile) % alignof(std::max_align_t) == 0);

DigestFile& of(sqlite3_file* file) noexcept {
  return *reinterpret_cast<DigestFile*>(file);
}
sqlite3_file* base_of(sqlite3_file* file) noexcept {
  return of(file).base();
}

// SQLite reads a part of a page from its beginning where a long value goes over many of them: it is judged by
// the whole.
int read_part(sqlite3_file* base, void* to, int bytes, sqlite3_int64 offset) {
  alignas(8) Page page;
  const int result = base->pMethods->xRead(base, page.data(), kPageBytes, offset);
  std::memcpy(to, page.data(), static_cast<std::size_t>(bytes));
  if (result != SQLITE_OK) return result;
  return is_as_written(page.data(), offset) ? SQLITE_OK : SQLITE_CORRUPT;
}

// What page 1 says of all of them. Where it says that there are no digests, but has one that fits if it said
// so, just that was damaged.
int read_header(DigestFile& file, const unsigned char* bytes, int count) {
  if (!has_header(bytes)) return SQLITE_OK;
  file.has_digests = bytes[kReservedAt] == kDigestBytes;
  if (file.has_digests || count < kPageBytes) return SQLITE_OK;
  Page page;
  std::memcpy(page.data(), bytes, kPageBytes);
  page[kReservedAt] = kDigestBytes;
  return is_as_written(page.data(), 0) ? SQLITE_CORRUPT : SQLITE_OK;
}

int read_digested(sqlite3_file* file, void* to, int bytes, sqlite3_int64 offset) {
  DigestFile& own = of(file);
  sqlite3_file* base = own.base();
  const bool begins_page = offset % kPageBytes == 0;
  if (own.has_digests && begins_page && bytes > kFileHeaderBytes && bytes < kPageBytes)
    return read_part(base, to, bytes, offset);
  const int result = base->pMethods->xRead(base, to, bytes, offset);
  if (result != SQLITE_OK) return result;
  const auto* page = static_cast<const unsigned char*>(to);
  if (offset == 0 && bytes >= kFileHeaderBytes) {
    if (const int header = read_header(own, page, bytes); header != SQLITE_OK) return header;
  }
  if (!own.has_digests || !begins_page || bytes != kPageBytes) return SQLITE_OK;
  return is_as_written(page, offset) ? SQLITE_OK : SQLITE_CORRUPT;
}

int write_digested(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  DigestFile& own = of(file);
  sqlite3_file* base = own.base();
  if (bytes != kPageBytes || offset % kPageBytes != 0)
    return base->pMethods->xWrite(base, from, bytes, offset);
  const auto* given = static_cast<const unsigned char*>(from);
  if (offset == 0 && has_header(given)) own.has_digests = given[kReservedAt] == kDigestBytes;
  if (!own.has_digests) return base->pMethods->xWrite(base, from, bytes, offset);
  alignas(8) Page page;
  std::memcpy(page.data(), from, kPageBytes);
  sign(page.data(), offset);
  return base->pMethods->xWrite(base, page.data(), bytes, offset);
}

int control(sqlite3_file* file, int operation, void* argument) {
  if (operation == kSetDigests) {
    of(file).has_digests = *static_cast<bool*>(argument);
    return SQLITE_OK;
  }
  return base_of(file)->pMethods->xFileControl(base_of(file), operation, argument);
}

// Without xFetch: what is mapped would pass unseen.
constexpr sqlite3_io_methods make_methods(int version) {
  sqlite3_io_methods m{};
  m.iVersion = version;
  m.xClose = [](sqlite3_file* f) { return base_of(f)->pMethods->xClose(base_of(f)); };
  m.xRead = read_digested;
  m.xWrite = write_digested;
  m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
    return base_of(f)->pMethods->xTruncate(base_of(f), size);
  };
  m.xSync = [](sqlite3_file* f, int flags) { return base_of(f)->pMethods->xSync(base_of(f), flags); };
  m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
    return base_of(f)->pMethods->xFileSize(base_of(f), size);
  };
  m.xLock = [](sqlite3_file* f, int level) { return base_of(f)->pMethods->xLock(base_of(f), level); };
  m.xUnlock = [](sqlite3_file* f, int level) { return base_of(f)->pMethods->xUnlock(base_of(f), level); };
  m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
    return base_of(f)->pMethods->xCheckReservedLock(base_of(f), out);
  };
  m.xFileControl = control;
  m.xSectorSize = [](sqlite3_file* f) { return base_of(f)->pMethods->xSectorSize(base_of(f)); };
  m.xDeviceCharacteristics = [](sqlite3_file* f) {
    return base_of(f)->pMethods->xDeviceCharacteristics(base_of(f));
  };
  m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** to) {
    return base_of(f)->pMethods->xShmMap(base_of(f), page, size, extend, to);
  };
  m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
    return base_of(f)->pMethods->xShmLock(base_of(f), offset, n, flags);
  };
  m.xShmBarrier = [](sqlite3_file* f) { base_of(f)->pMethods->xShmBarrier(base_of(f)); };
  m.xShmUnmap = [](sqlite3_file* f, int remove_it) {
    return base_of(f)->pMethods->xShmUnmap(base_of(f), remove_it);
  };
  return m;
}

// The first is for file systems without shared memory.
constexpr sqlite3_io_methods kDigestMethods[] = {make_methods(1), make_methods(2)};

// One over each file system that was the default when something was opened. It is asked for by name each
// time: one that a host takes away and registers again may lie elsewhere.
struct Layer {
  sqlite3_vfs vfs;
  std::string name;
  std::string base;
};

sqlite3_vfs* below(sqlite3_vfs* vfs) noexcept {
  return sqlite3_vfs_find(static_cast<Layer*>(vfs->pAppData)->base.c_str());
}

int open_digested(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  sqlite3_vfs* base = below(vfs);
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return base->xOpen(base, name, file, flags, out);
  DigestFile& own = of(file);
  own = {};
  std::memset(own.base(), 0, static_cast<std::size_t>(base->szOsFile));
  const int result = base->xOpen(base, name, own.base(), flags, out);
  if (const auto* methods = own.base()->pMethods)
    own.file.pMethods = &kDigestMethods[methods->iVersion > 1 ? 1 : 0];
  return result;
}

void fill(Layer& layer, const sqlite3_vfs& base) {
  layer.base = base.zName;
  layer.name = "crmcore_digest_" + layer.base;
  sqlite3_vfs& vfs = layer.vfs;
  vfs.iVersion = std::min(base.iVersion, 2);
  vfs.szOsFile = static_cast<int>(sizeof(DigestFile)) + base.szOsFile;
  vfs.mxPathname = base.mxPathname;
  vfs.zName = layer.name.c_str();
  vfs.pAppData = &layer;
  vfs.xOpen = open_digested;
  vfs.xDelete = [](sqlite3_vfs* v, const char* name, int sync) {
    return below(v)->xDelete(below(v), name, sync);
  };
  vfs.xAccess = [](sqlite3_vfs* v, const char* name, int flags, int* out) {
    return below(v)->xAccess(below(v), name, flags, out);
  };
  vfs.xFullPathname = [](sqlite3_vfs* v, const char* name, int size, char* out) {
    return below(v)->xFullPathname(below(v), name, size, out);
  };
  vfs.xRandomness = [](sqlite3_vfs* v, int size, char* out) {
    return below(v)->xRandomness(below(v), size, out);
  };
  vfs.xSleep = [](sqlite3_vfs* v, int us) { return below(v)->xSleep(below(v), us); };
  vfs.xCurrentTime = [](sqlite3_vfs* v, double* out) { return below(v)->xCurrentTime(below(v), out); };
  vfs.xGetLastError = [](sqlite3_vfs* v, int size, char* out) {
    return below(v)->xGetLastError(below(v), size, out);
  };
  vfs.xCurrentTimeInt64 = [](sqlite3_vfs* v, sqlite3_int64* out) {
    return below(v)->xCurrentTimeInt64(below(v), out);
  };
}

// Layers are never freed, as a host may leave connections open when it ends; but SQLite, which may outlive
// this library, must not find them then.
class Layers {
 public:
  ~Layers() {
    for (Layer* layer : *all_) sqlite3_vfs_unregister(&layer->vfs);
  }

  const char* over(const sqlite3_vfs& base) {
    const std::lock_guard lock(mutex_);
    for (const Layer* layer : *all_) {
      if (layer->base == base.zName) return layer->name.c_str();
    }
    auto layer = std::make_unique<Layer>();
    fill(*layer, base);
    all_->reserve(all_->size() + 1);
    if (sqlite3_vfs_register(&layer->vfs, 0) != SQLITE_OK) throw std::bad_alloc();
    all_->push_back(layer.release());
    return all_->back()->name.c_str();
  }

 private:
  std::mutex mutex_;
  // Kept too, so that those who look for leaks see whose they are.
  std::vector<Layer*>* const all_ = new std::vector<Layer*>;
};

}  // namespace

const char* digesting_vfs() {
  static Layers layers;
  const sqlite3_vfs* base = sqlite3_vfs_find(nullptr);
  if (base == nullptr) throw std::bad_alloc();  // SQLite could not start
  return layers.over(*base);
}

void set_page_digests(sqlite3* db, bool has_digests) {
  int reserved = has_digests ? kDigestBytes : 0;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  sqlite3_file_control(db, "main", kSetDigests, &has_digests);
}

bool has_page_digests(sqlite3* db) {
  int reserved = -1;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  return reserved == kDigestBytes;
}

}  // namespace crmcore::sqlite
