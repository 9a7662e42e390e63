// Transactions: BEGIN IMMEDIATE for writes, a snapshot for reads, savepoints inside.
//
// To end one takes a statement, and memory for it may run out. The statements are prepared when it begins;
// what cannot be ended nevertheless is remembered, and rolled back before the connection runs anything else.
// tests/c/memory.c proves it.
#pragma once

#include <cstdint>

#include "storage/sqlite/connection.hpp"

namespace crmcore::sqlite {

// A write transaction; rolls back unless committed. An I/O error during commit throws Error(unknown).
class WriteTransaction {
 public:
  // BEGIN IMMEDIATE. Throws Error: busy after the time-out, cancelled while waiting, io after an earlier
  // failed write.
  explicit WriteTransaction(Connection& connection);
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;

  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

// A consistent snapshot for several reads, taken by the first of them; ends with the object. Inside a
// transaction that is open already it adds nothing.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection);
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Connection& connection_;
  bool open_ = false;
};

// Part of a write transaction that can be undone alone; undone unless released.
class Savepoint {
 public:
  explicit Savepoint(Connection& connection);
  ~Savepoint();
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;

  void release();
  // False when all of the transaction had to be rolled back.
  bool undo() noexcept;

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace crmcore::sqlite
