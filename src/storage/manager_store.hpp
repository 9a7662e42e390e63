// Units, managers and what is known of them, and their ties to customers.
//
// A manager is present unless an absence says otherwise; absences of one manager do not overlap. A tie that
// is put again as it was is not written, and says so, so that the journal tells changes only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/assignment.hpp"
#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct UnitRow {
  UnitId id;
  std::string code;
  std::string name;
  UnitId parent;  // none: a root
  bool is_confidential = false;
};

struct ManagerRow {
  ManagerId id;
  std::string code;
  std::string name;
  std::string level;
  Date level_since;
  UnitId unit;
  Employment employment = Employment::dedicated;
  std::string phone;
  std::int64_t span = 0;
  std::optional<Date> over_span;
};

struct SegmentRow {
  ManagerId manager;
  AxisId axis;
  NodeId node;

  friend auto operator<=>(const SegmentRow&, const SegmentRow&) = default;
};

struct SkillRow {
  ManagerId manager;
  std::string specialty;
  std::int32_t proficiency = 0;

  friend auto operator<=>(const SkillRow&, const SkillRow&) = default;
};

struct CertificateRow {
  ManagerId manager;
  std::string certificate;
  std::optional<Date> expires;

  friend auto operator<=>(const CertificateRow&, const CertificateRow&) = default;
};

struct AbsenceRow {
  ManagerId manager;
  Date from;
  std::optional<Date> to;
  ManagerStatus status = ManagerStatus::on_leave;  // never present
  std::string reason;

  friend bool operator==(const AbsenceRow&, const AbsenceRow&) = default;
};

struct RelationRow {
  CustomerId customer;
  ManagerId manager;
  RelationshipKind kind = RelationshipKind::developed;
  std::int32_t strength = 0;
  Date day;
};

struct ExclusionRow {
  CustomerId customer;
  ManagerId manager;
  std::string reason;
  Date day;
};

struct NeedRow {
  CustomerId customer;
  std::string specialty;
};

class ManagerStore {
 public:
  explicit ManagerStore(sqlite::Connection& db) : db_(db) {}

  std::vector<UnitRow> units();  // by id
  void put(const UnitRow& row);

  std::vector<ManagerRow> managers();  // by id
  std::optional<ManagerRow> find(ManagerId id);
  // `key` is the key form of the code.
  std::optional<ManagerRow> find(std::string_view key);
  ManagerId last_id();
  void insert(const ManagerRow& row, std::string_view key);
  void update(const ManagerRow& row);
  void set_over_span(ManagerId id, std::optional<Date> since);

  // Of all managers, by manager and then the rest of their key; or of one.
  std::vector<SegmentRow> segments(ManagerId only = {});
  std::vector<SkillRow> skills(ManagerId only = {});
  std::vector<CertificateRow> certificates(ManagerId only = {});
  std::vector<AbsenceRow> absences(ManagerId only = {});
  void remove_segments(ManagerId manager);
  void remove_skills(ManagerId manager);
  void remove_certificates(ManagerId manager);
  void remove_absences(ManagerId manager);
  void insert(const SegmentRow& row);
  void insert(const SkillRow& row);
  void insert(const CertificateRow& row);
  void insert(const AbsenceRow& row);

  // Of all customers, by customer; or of one.
  std::vector<RelationRow> relations(CustomerId only = {});
  std::vector<ExclusionRow> exclusions(CustomerId only = {});
  std::vector<NeedRow> needs(CustomerId only = {});
  // The tie that is there of those whom a row names.
  std::optional<RelationRow> find(const RelationRow& row);
  std::optional<ExclusionRow> find(const ExclusionRow& row);
  // True when something changed.
  bool put(const RelationRow& row);
  bool put(const ExclusionRow& row);
  bool remove(const RelationRow& row);
  bool remove(const ExclusionRow& row);
  void remove_needs(CustomerId customer);
  void insert(const NeedRow& row);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
