// A file system of SQLite that ends the process at a chosen operation on the disk.
#pragma once

#include <cstring>
#include <sqlite3.h>
#include <unistd.h>

namespace crmcore::fault {

// In a child process: from now on every file is opened through it, and the process ends before the operation
// of this number, counted from 1: writes, syncs, truncations and deletions.
class DyingVfs {
 public:
  static constexpr int kExitCode = 42;

  static void install(long operation) {
    left() = operation;
    static sqlite3_vfs vfs = *real();
    vfs.zName = "dying";
    vfs.szOsFile = static_cast<int>(sizeof(File)) + real()->szOsFile;
    vfs.xOpen = open;
    vfs.xDelete = remove;
    sqlite3_vfs_register(&vfs, 1);
  }

 private:
  struct File {
    sqlite3_file base;
    sqlite3_file* real() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static long& left() {
    static long operations = 0;
    return operations;
  }
  static sqlite3_vfs* real() {
    static sqlite3_vfs* found = sqlite3_vfs_find(nullptr);
    return found;
  }
  static void count() {
    if (--left() == 0) ::_exit(kExitCode);
  }
  static sqlite3_file* of(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    static const sqlite3_io_methods methods = make_methods();
    auto& opened = *reinterpret_cast<File*>(file);
    std::memset(opened.real(), 0, static_cast<std::size_t>(real()->szOsFile));
    const int result = real()->xOpen(real(), name, opened.real(), flags, out);
    opened.base.pMethods = opened.real()->pMethods ? &methods : nullptr;
    return result;
  }
  static int remove(sqlite3_vfs*, const char* name, int sync) {
    count();
    return real()->xDelete(real(), name, sync);
  }

  static sqlite3_io_methods make_methods() {
    sqlite3_io_methods m{};
    m.iVersion = 2;
    m.xClose = [](sqlite3_file* f) { return of(f)->pMethods->xClose(of(f)); };
    m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
      return of(f)->pMethods->xRead(of(f), to, n, at);
    };
    m.xWrite = [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
      count();
      return of(f)->pMethods->xWrite(of(f), from, n, at);
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
      count();
      return of(f)->pMethods->xTruncate(of(f), size);
    };
    m.xSync = [](sqlite3_file* f, int flags) {
      count();
      return of(f)->pMethods->xSync(of(f), flags);
    };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
      return of(f)->pMethods->xFileSize(of(f), size);
    };
    m.xLock = [](sqlite3_file* f, int level) { return of(f)->pMethods->xLock(of(f), level); };
    m.xUnlock = [](sqlite3_file* f, int level) { return of(f)->pMethods->xUnlock(of(f), level); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
      return of(f)->pMethods->xCheckReservedLock(of(f), out);
    };
    m.xFileControl = [](sqlite3_file* f, int op, void* arg) {
      return of(f)->pMethods->xFileControl(of(f), op, arg);
    };
    m.xSectorSize = [](sqlite3_file* f) { return of(f)->pMethods->xSectorSize(of(f)); };
    m.xDeviceCharacteristics = [](sqlite3_file* f) { return of(f)->pMethods->xDeviceCharacteristics(of(f)); };
    m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** to) {
      return of(f)->pMethods->xShmMap(of(f), page, size, extend, to);
    };
    m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
      return of(f)->pMethods->xShmLock(of(f), offset, n, flags);
    };
    m.xShmBarrier = [](sqlite3_file* f) { of(f)->pMethods->xShmBarrier(of(f)); };
    m.xShmUnmap = [](sqlite3_file* f, int remove_it) { return of(f)->pMethods->xShmUnmap(of(f), remove_it); };
    return m;
  }
};

}  // namespace crmcore::fault
