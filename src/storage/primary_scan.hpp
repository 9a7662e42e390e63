// Who serves whom on a day, and what runs decided: rows and packed first placements read as one.
//
// Of a customer a row of assignment_now counts before its first placement, which stays as it was made. Both
// come by ascending customer, so that one is laid over the other in one pass, a block at a time. What was
// said ahead and has begun by the day is laid over both; it is little, and read at once. The scans
// prepare statements of their own, so that several may be read at once.
// tests/engine/placements_test.cpp holds them against a world that has rows alone.
#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/placement_block.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Days on which runs of policies placed their customers, each looked up once.
class RunDays {
 public:
  explicit RunDays(sqlite::Connection& db) : db_(db) {}
  // Throws Error(corrupt) when there is no such run.
  Date of(RunId run);

 private:
  sqlite::Connection& db_;
  std::unordered_map<RunId, Date> days_;
  RunId last_;  // the one that was asked for last
  Date last_day_;
};

// The primary that a first placement is.
PrimaryRow primary_of(const Placement& placement, Date from);

class PrimaryScan {
 public:
  // Of all customers from the first to the last one.
  PrimaryScan(sqlite::Connection& db, CustomerId first, CustomerId last, Date day);
  // Of all whom the manager serves.
  PrimaryScan(sqlite::Connection& db, ManagerId manager, Date day);

  // Moves to the next customer, at first to the first; false when there is none.
  bool next();
  // Valid until the next call of next().
  const PrimaryRow& row() const noexcept { return is_begun_ ? *ahead_[ahead_at_ - 1].begun : primary_; }
  // Where it ends: what lies ahead begins.
  std::optional<Date> to() const noexcept { return to_; }

 private:
  // What was said ahead of a customer.
  struct Ahead {
    CustomerId customer;
    std::optional<PrimaryRow> begun;  // the last that has begun by the day
    std::optional<Date> next;         // when the first of the others does
  };

  void load_ahead(sqlite::Connection& db, CustomerId first, CustomerId last, Date day);
  bool next_with_ahead();
  bool next_present();
  void take_row();
  bool load_block();
  void load_received(sqlite::Connection& db, ManagerId manager);

  ManagerId only_;  // none: all
  std::vector<Ahead> ahead_;
  std::size_t ahead_at_ = 0;
  bool is_read_ahead_ = false;  // `primary_` is the next one of those present
  bool has_present_ = true;
  bool is_begun_ = false;
  std::optional<Date> to_;

  RunDays days_;
  CustomerId first_;
  CustomerId last_;
  sqlite::Statement rows_;
  bool has_row_ = false;
  std::optional<sqlite::Statement> blocks_;
  bool has_block_ = false;
  std::vector<Placement> placed_;  // of the block that is read, or of the manager
  std::size_t at_ = 0;
  PrimaryRow primary_;
};

class DecisionScan {
 public:
  DecisionScan(sqlite::Connection& db, CustomerId first, CustomerId last);

  // By customer and run.
  bool next();
  const DecisionRow& row() const noexcept { return decision_; }
  // Whether it is a first placement that is packed with others.
  bool is_packed() const noexcept { return is_packed_; }

 private:
  bool load_block();

  CustomerId first_;
  CustomerId last_;
  sqlite::Statement rows_;
  bool has_row_;
  sqlite::Statement blocks_;
  bool has_block_;
  std::vector<DecisionRow> placed_;  // of the block that is read
  std::size_t at_ = 0;
  DecisionRow decision_;
  bool is_packed_ = false;
};

// Of a statement that selects the columns in the order of their members.
PrimaryRow read_primary(const sqlite::Statement& row);
SideRow read_side(const sqlite::Statement& row);
DecisionRow read_decision(const sqlite::Statement& row);

}  // namespace crmcore::storage
