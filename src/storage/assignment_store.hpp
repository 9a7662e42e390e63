// Policies, runs with their decisions, and who serves whom.
//
// Each customer has at most one primary: its row, else its first placement by a run, which may be packed with
// others' (placement_block.hpp). Who lost a manager has a row without one, who never had one has neither. A
// primary that ended is moved to the past with its end, where the next one begins, so that the intervals of a
// customer follow each other by construction. Primaries that begin on a day to come lie apart, and are in
// force from their day on, whether or not a write has moved them by then. Where no day is given, today is
// meant, as the connection says it. What a run reads of all customers comes in the order of their ids, one
// pass for each kind of fact. tests/engine/assignment_intervals_test.cpp proves that whatever is done, each
// customer has one primary at every instant.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/assignment_rows.hpp"
#include "storage/consideration.hpp"
#include "storage/placement_block.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/row_insert.hpp"

namespace crmcore::storage {

class AssignmentStore {
 public:
  explicit AssignmentStore(sqlite::Connection& db) : db_(db) {}

  // `key` is the key form of the code. The versions are DocumentStore's.
  void insert(const PolicyRow& row, std::string_view key);
  void put(const PolicyTermsRow& row);
  // Whose grades a version reads; none: nobody's.
  SchemeId scheme_of(PolicyId policy, std::int32_t version);

  std::vector<std::pair<ManagerId, std::int64_t>> rotation(PolicyId policy);
  void put_rotation(PolicyId policy, ManagerId manager, std::int64_t last);

  RunId last_run();
  std::optional<RunRow> run(RunId id);
  void insert(const RunRow& row);
  // What a run found for customers who look alike: packed, or in a run of the format before as JSON.
  std::optional<std::vector<StageFindingRow>> findings(RunId run, std::int64_t number);
  std::string consideration(RunId run, std::int64_t number);
  std::optional<DecisionRow> decision(CustomerId customer, RunId run);
  // The customer's first placement, where it is packed; what was decided since is in its row.
  std::optional<Placement> placement(CustomerId customer);
  // By runs that found the customer without manager, packed or not.
  std::vector<Placement> placements(CustomerId customer);

  // Facts of customers, each by ascending id. Views end with the visit.
  // None when there are no customers.
  CustomerId last_customer();
  void lost_customers(const std::function<void(CustomerId)>& visit);
  // Grade in force: its place, negative for none, and since when.
  void grades(SchemeId scheme, const std::function<void(CustomerId, std::int32_t, Date)>& visit);
  std::optional<std::int32_t> grade(CustomerId customer, SchemeId scheme);
  void primaries(Date day, const std::function<void(const PrimaryRow&)>& visit);

  std::optional<PrimaryRow> primary(CustomerId customer);
  // The primary whose interval holds the day, and where that ends, if it does.
  std::optional<std::pair<PrimaryRow, std::optional<Date>>> primary_on(CustomerId customer, Date day);
  // Ascending.
  std::vector<CustomerId> customers_of(ManagerId manager);
  std::vector<CustomerId> customers_of(ManagerId manager, Date day);
  void put(const PrimaryRow& row);
  void insert_past(const PrimaryRow& row, Date to);
  // What a run replaced on its first day, to be found when the run is taken back.
  void keep_replaced(const PrimaryRow& row, RunId by_run);

  // What lies ahead, by the day on which it begins. Of one customer, or of a run.
  std::vector<PrimaryRow> ahead(CustomerId customer);
  std::vector<PrimaryRow> ahead(RunId run);
  // All that has begun by the day, and all that has not, by customer and day.
  std::vector<PrimaryRow> begun(Date day);
  std::vector<PrimaryRow> later(Date day);
  void put_ahead(const PrimaryRow& row);
  void remove_ahead(CustomerId customer, Date from);
  // The row, or the first placement, that held before what lies ahead.
  std::optional<PrimaryRow> present(CustomerId customer);

  std::vector<SideRow> sides(CustomerId customer);
  std::vector<SideRow> sides_of(ManagerId manager);
  void put(const SideRow& row);
  void remove(const SideRow& row);

 private:
  sqlite::Connection& db_;
};

// Writes what a run decided, several rows at once: complete after flush() alone.
class DecisionInsert {
 public:
  DecisionInsert(sqlite::Connection& db, RunId run);

  // Findings packed, by the number of the consideration.
  void add(std::int64_t number, std::span<const std::uint8_t> findings);
  void add(const DecisionRow& row);
  // Of a customer that has no row; half the price of AssignmentStore::put().
  void add(const PrimaryRow& row);
  void add(const PlacementKey& key, const PackedPlacements& packed);
  // All whom the packed placements of the run give to the manager.
  void add(ManagerId manager, std::span<const CustomerId> received);
  void flush();

 private:
  RunId run_;
  sqlite::RowInsert findings_;
  sqlite::RowInsert decisions_;
  sqlite::RowInsert primaries_;
  sqlite::RowInsert blocks_;
  sqlite::RowInsert received_;
};

}  // namespace crmcore::storage
