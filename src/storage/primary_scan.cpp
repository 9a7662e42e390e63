#include "storage/primary_scan.hpp"

#include <algorithm>
#include <tuple>

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

// Prepared and not kept, by whichever scan needs them.
constexpr const char* kPrimariesBetween =
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_now "
    "WHERE customer_id >= ?1 AND customer_id <= ?2 ORDER BY customer_id";
constexpr const char* kPrimariesOfManager =
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_now "
    "WHERE manager_id = ?1 AND customer_id >= 0 ORDER BY customer_id";
constexpr const char* kAheadBetween =
    "SELECT customer_id, manager_id, from_day, origin, run_id, reason, is_locked FROM assignment_ahead "
    "WHERE customer_id >= ?1 AND customer_id <= ?2 ORDER BY customer_id, from_day";
constexpr Sql kHasAhead{"SELECT 1 FROM assignment_ahead LIMIT 1"};
constexpr const char* kManagersOfBlocks =
    "SELECT block_run, managers FROM placement_block WHERE block_run >= ?1 AND block_run < ?2 "
    "ORDER BY block_run";
constexpr const char* kBlocks =
    "SELECT block_run, managers, reasons FROM placement_block WHERE block_run >= ?1 AND block_run < ?2 "
    "ORDER BY block_run";
constexpr const char* kReceivedBy = "SELECT run_id, customers FROM placement_received WHERE manager_id = ?1";
constexpr const char* kIsOverlaid = "SELECT 1 FROM assignment_now WHERE customer_id = ?1";
constexpr const char* kLeastOverlaid = "SELECT min(customer_id) FROM assignment_now";
constexpr const char* kDecisionsBetween =
    "SELECT customer_id, run_id, from_manager, to_manager, cause, lost_by, unassigned, tie_break, stage, "
    "full_count, full_detailed, runner_up, load_before, runner_up_load, consideration_no "
    "FROM assignment_decision WHERE customer_id >= ?1 AND customer_id <= ?2 ORDER BY customer_id, run_id";
constexpr Sql kDayOfRun{"SELECT as_of_day FROM assignment_run_row WHERE id = ?1"};

Statement prepare_between(sqlite::Connection& db, const char* sql, CustomerId first, CustomerId last) {
  Statement statement = db.prepare(sql);
  statement.bind(1, first).bind(2, last);
  return statement;
}

Statement prepare_blocks(sqlite::Connection& db, const char* sql, CustomerId first, CustomerId last) {
  static constexpr std::int64_t kBlockMax = INT32_MAX - 1;
  const auto key_of = [](std::int64_t block) {
    return PlacementKey{std::clamp<std::int64_t>(block, 0, kBlockMax), RunId{}}.packed();
  };
  Statement statement = db.prepare(sql);
  statement.bind(1, key_of(PlacementKey::block_of(first))).bind(2, key_of(PlacementKey::block_of(last) + 1));
  return statement;
}

// A block's placements of all runs, out of `blocks`, which stands at the first of them; whether it stands at
// one of the next block then.
template <class Row, class Unpack>
bool read_block(Statement& blocks, CustomerId first, CustomerId last, std::vector<Row>& out, Unpack unpack) {
  out.clear();
  const std::int64_t block = PlacementKey::unpack(blocks.integer(0)).block;
  bool has_block = true;
  int runs = 0;
  for (; has_block; has_block = blocks.step()) {
    const PlacementKey key = PlacementKey::unpack(blocks.integer(0));
    if (key.block != block) break;
    unpack(key);
    ++runs;
  }
  std::erase_if(out, [&](const Row& row) { return row.customer < first || last < row.customer; });
  if (runs > 1) {
    std::sort(out.begin(), out.end(), [](const Row& a, const Row& b) {
      return std::tie(a.customer, a.run) < std::tie(b.customer, b.run);
    });
  }
  return has_block;
}

}  // namespace

PrimaryRow read_primary(const Statement& row) {
  return {row.id<CustomerId>(0), row.id<ManagerId>(1), row.date(2), row.enum_at<Origin>(3),
          row.id<RunId>(4),      row.string(5),        row.flag(6)};
}

SideRow read_side(const Statement& row) {
  return {row.id<CustomerId>(0), row.enum_at<AssignmentRole>(1), row.id<ManagerId>(2), row.date(3),
          row.maybe_date(4),     row.enum_at<Origin>(5),         row.id<RunId>(6),     row.string(7)};
}

DecisionRow read_decision(const Statement& row) {
  return {row.id<CustomerId>(0), row.id<RunId>(1), row.id<ManagerId>(2), row.id<ManagerId>(3),
          row.integer32(4),      row.integer32(5), row.integer32(6),     row.integer32(7),
          row.integer32(8),      row.integer32(9), row.integer(10),      row.id<ManagerId>(11),
          row.integer(12),       row.integer(13),  row.integer(14)};
}

Date RunDays::of(RunId run) {
  if (run && run == last_) return last_day_;
  auto known = days_.find(run);
  if (known == days_.end()) {
    auto row = db_.use(kDayOfRun);
    row.bind(1, run);
    if (!row.step()) throw Error(Code::corrupt, "a placement is of a run that is not there");
    known = days_.emplace(run, row.date(0)).first;
  }
  last_ = run;
  return last_day_ = known->second;
}

PrimaryRow primary_of(const Placement& placement, Date from) {
  return {placement.customer, placement.manager, from, Origin::policy, placement.run, {}, false};
}

PrimaryScan::PrimaryScan(sqlite::Connection& db, CustomerId first, CustomerId last, Date day)
    : days_(db), first_(first), last_(last), rows_(prepare_between(db, kPrimariesBetween, first, last)) {
  load_ahead(db, first, last, day);
  has_row_ = rows_.step();
  blocks_.emplace(prepare_blocks(db, kManagersOfBlocks, first, last));
  has_block_ = blocks_->step();
}

PrimaryScan::PrimaryScan(sqlite::Connection& db, ManagerId manager, Date day)
    : only_(manager), days_(db), rows_(db.prepare(kPrimariesOfManager)) {
  load_ahead(db, CustomerId{0}, CustomerId{INT64_MAX}, day);
  rows_.bind(1, manager);
  has_row_ = rows_.step();
  load_received(db, manager);
}

void PrimaryScan::load_ahead(sqlite::Connection& db, CustomerId first, CustomerId last, Date day) {
  if (!db.use(kHasAhead).step()) return;
  Statement rows = prepare_between(db, kAheadBetween, first, last);
  while (rows.step()) {
    PrimaryRow row = read_primary(rows);
    if (ahead_.empty() || ahead_.back().customer != row.customer) ahead_.push_back({row.customer, {}, {}});
    Ahead& ahead = ahead_.back();
    if (row.from <= day) {
      ahead.begun = std::move(row);
    } else if (!ahead.next) {
      ahead.next = row.from;
    }
  }
}

// Without those who have a row: it may say somebody else.
void PrimaryScan::load_received(sqlite::Connection& db, ManagerId manager) {
  Statement lists = db.prepare(kReceivedBy);
  lists.bind(1, manager);
  while (lists.step()) {
    const RunId run = lists.id<RunId>(0);
    for (const CustomerId customer : unpack_customers(lists.blob(1)))
      placed_.push_back({customer, manager, run});
  }
  if (placed_.empty()) return;
  std::sort(placed_.begin(), placed_.end(),
            [](const Placement& a, const Placement& b) { return a.customer < b.customer; });
  Statement least = db.prepare(kLeastOverlaid);
  if (!least.step() || least.is_null(0)) return;
  Statement overlaid = db.prepare(kIsOverlaid);
  std::erase_if(placed_, [&](const Placement& placement) {
    overlaid.rewind();
    overlaid.bind(1, placement.customer);
    return overlaid.step();
  });
}

bool PrimaryScan::load_block() {
  if (!has_block_) return false;
  has_block_ = read_block(*blocks_, first_, last_, placed_, [&](const PlacementKey& key) {
    unpack_placements(key, blocks_->blob(1), placed_);
  });
  at_ = 0;
  return true;
}

void PrimaryScan::take_row() {
  primary_ = read_primary(rows_);
  has_row_ = rows_.step();
}

bool PrimaryScan::next() {
  return ahead_.empty() ? next_present() : next_with_ahead();
}

bool PrimaryScan::next_with_ahead() {
  for (;;) {
    if (!is_read_ahead_ && has_present_) is_read_ahead_ = has_present_ = next_present();
    const bool is_ahead_next =
        ahead_at_ < ahead_.size() && (!has_present_ || ahead_[ahead_at_].customer <= primary_.customer);
    if (!is_ahead_next) {
      is_begun_ = false;
      to_.reset();
      is_read_ahead_ = false;
      return has_present_;
    }
    const Ahead& ahead = ahead_[ahead_at_++];
    const bool is_present = has_present_ && ahead.customer == primary_.customer;
    if (is_present) is_read_ahead_ = false;
    is_begun_ = ahead.begun.has_value();
    to_ = ahead.next;
    if (is_begun_ ? !only_ || ahead.begun->manager == only_ : is_present) return true;
  }
}

bool PrimaryScan::next_present() {
  while (at_ == placed_.size()) {
    if (!load_block()) {
      if (!has_row_) return false;
      take_row();
      return true;
    }
  }
  const Placement& placement = placed_[at_];
  if (has_row_ && rows_.integer(0) <= placement.customer.value) {
    if (rows_.integer(0) == placement.customer.value) ++at_;
    take_row();
    return true;
  }
  primary_ = primary_of(placement, days_.of(placement.run));
  ++at_;
  return true;
}

DecisionScan::DecisionScan(sqlite::Connection& db, CustomerId first, CustomerId last)
    : first_(first),
      last_(last),
      rows_(prepare_between(db, kDecisionsBetween, first, last)),
      has_row_(rows_.step()),
      blocks_(prepare_blocks(db, kBlocks, first, last)),
      has_block_(blocks_.step()) {}

bool DecisionScan::load_block() {
  if (!has_block_) return false;
  has_block_ = read_block(blocks_, first_, last_, placed_, [&](const PlacementKey& key) {
    unpack_placements(key, blocks_.blob(1), blocks_.blob(2), placed_);
  });
  at_ = 0;
  return true;
}

bool DecisionScan::next() {
  while (at_ == placed_.size() && load_block()) {
  }
  const bool is_row_next = has_row_ && (at_ == placed_.size() ||
                                        std::pair(rows_.integer(0), rows_.integer(1)) <
                                            std::pair(placed_[at_].customer.value, placed_[at_].run.value));
  is_packed_ = !is_row_next;
  if (is_row_next) {
    decision_ = read_decision(rows_);
    has_row_ = rows_.step();
    return true;
  }
  if (at_ == placed_.size()) return false;
  decision_ = placed_[at_++];
  return true;
}

}  // namespace crmcore::storage
