// A disk in memory for SQLite's files: it records what is done to them and fails where it is told to; and
// what of that a loss of power may leave.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace crmcore::fault {

using Files = std::map<std::string, std::string>;  // contents by name

struct DiskOperation {
  enum class Kind { create, write, truncate, sync, remove, sync_directory };
  Kind kind = Kind::write;
  std::size_t file = 0;  // numbered as they are made: a name may come back
  std::string name;      // of what is created or removed
  std::size_t at = 0;    // where it writes, the size that it leaves
  std::string bytes;
};

// How the disk, or SQLite on it, breaks its word.
enum class Lie { none, sync_off, no_sync_at_commit, lying_sync, lying_directory };

// From operation `number` on, counted from 1 since it was asked for; reads count too.
struct Failure {
  long number = 0;  // none
  bool is_lasting = false;
  bool is_full = false;  // writes fail for want of room, the rest does not fail
};

// While it lives, SQLite's files are opened on it. What is not SQLite's, such as the lock file, stays
// outside.
class MemoryDisk {
 public:
  explicit MemoryDisk(const Files& files = {}, Lie lie = Lie::none);
  ~MemoryDisk();
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  Files files() const;
  const std::vector<DiskOperation>& operations() const { return operations_; }

  void fail(Failure failure);
  // Whether the failure was met.
  bool has_failed() const { return has_failed_; }

 private:
  friend struct DiskCalls;
  struct Node;
  struct Open;

  Node& create(const std::string& name);
  void record(DiskOperation operation);
  void sync_directory();
  bool fails(bool is_write);

  sqlite3_vfs vfs_;
  sqlite3_vfs* real_;
  Lie lie_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::map<std::string, Node*> directory_;
  std::vector<DiskOperation> operations_;
  Failure failure_;
  long counted_ = 0;
  bool has_failed_ = false;
};

// The disk itself: what is on it for certain, and what is only on its way. Operations must outlive it.
class Platter {
 public:
  explicit Platter(const Files& files);
  void apply(const DiskOperation& operation);
  // What may be found after a loss of power now: of what is on its way anything may be missing, writes also
  // by the sector. Which versions of a sector are left is free, and so every order is among them.
  Files image(std::mt19937_64& random) const;

 private:
  struct Content {
    std::string durable;
    std::vector<const DiskOperation*> pending;
  };
  std::vector<Content> contents_;
  std::map<std::string, std::size_t> directory_;
  std::vector<const DiskOperation*> pending_entries_;
};

}  // namespace crmcore::fault
