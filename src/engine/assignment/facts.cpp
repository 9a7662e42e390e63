// All customers are read once, kind of fact by kind of fact, each in the order of ids, into arrays by
// customer: a million customers cost a few passes and no look-up each. Loads are those of all customers, also
// where only some are planned. tests/engine/assignment_run_test.cpp.
#include "engine/assignment/facts.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/format.hpp"
#include "base/text.hpp"
#include "engine/assignment/manager_grades.hpp"
#include "engine/assignment/managers.hpp"
#include "engine/core/naming.hpp"
#include "storage/assignment_store.hpp"
#include "storage/class_scan.hpp"
#include "storage/override_store.hpp"

namespace crmcore::engine {
namespace {

using assignment::CustomerFacts;
using assignment::CustomerTies;
using assignment::ManagerFacts;
using storage::AssignmentStore;
using storage::ManagerStore;

constexpr std::int64_t kTickCustomers = 1 << 16;

// Rows of one manager out of rows sorted by manager.
template <class Row>
std::span<const Row> rows_of(const std::vector<Row>& rows, ManagerId manager) {
  const auto begin =
      std::partition_point(rows.begin(), rows.end(), [&](const Row& r) { return r.manager < manager; });
  const auto end =
      std::partition_point(begin, rows.end(), [&](const Row& r) { return r.manager == manager; });
  return {begin, end};
}

void require_grade(const assignment::Policy& policy, CustomerId customer, std::int32_t grade) {
  if (grade < std::ssize(policy.weights)) return;
  throw Error(Code::corrupt, fmt::format("customer {} has grade {}, which is none of the policy's {}",
                                         customer.value, grade, policy.weights.size()));
}

class Loader {
 public:
  Loader(Session& session, const LoadedPolicy& loaded, Date as_of)
      : session_(session), loaded_(loaded), policy_(loaded.policy), as_of_(as_of), store_(session.db()) {
    for (const std::string& code : policy_.axes) axes_.push_back(&require_axis(code));
  }

  AssignmentFacts load(std::span<const CustomerId> only, std::optional<std::span<const GivenGrade>> grades) {
    load_managers();
    load_customers();
    if (grades)
      set_grades(*grades);
    else
      load_grades();
    load_primaries();
    load_ties();
    keep(only);
    return std::move(facts_);
  }

 private:
  const CatalogAxis& require_axis(const std::string& code) const {
    if (const CatalogAxis* axis = session_.catalog().axis(std::string_view(code))) return *axis;
    throw Error(Code::not_found, fmt::format("no axis {}", text::quoted(code)), "/policy");
  }

  std::int32_t level_of(const storage::ManagerRow& row, std::vector<Diagnostic>& found) const {
    if (row.level.empty()) return assignment::kNone;
    const auto level = std::find(policy_.levels.begin(), policy_.levels.end(), row.level);
    if (level != policy_.levels.end()) return static_cast<std::int32_t>(level - policy_.levels.begin());
    found.push_back({Code::invalid, "/policy",
                     fmt::format("manager {} has level {}, but policy {} knows {}", row.code,
                                 text::quoted(row.level), policy_.code, fmt::join(policy_.levels, ", "))});
    return assignment::kNone;
  }

  void load_managers() {
    ManagerStore store(session_.db());
    facts_.manager_rows = store.managers();
    const auto segments = store.segments();
    const auto skills = store.skills();
    const auto certificates = store.certificates();
    const auto absences = store.absences();
    const auto places = store_.rotation(loaded_.id);
    const std::map<ManagerId, std::int64_t> rotation(places.begin(), places.end());
    std::vector<Diagnostic> found;
    for (const auto& row : facts_.manager_rows) {
      ManagerFacts manager;
      manager.id = row.id;
      manager.level_since = row.level_since;
      manager.employment = static_cast<Employment>(row.employment);
      manager.status = status_at(rows_of(absences, row.id), as_of_);
      // Who has left may have had a level that is none any more.
      if (manager.status != ManagerStatus::left) manager.level = level_of(row, found);
      manager.span = row.span;
      if (const auto place = rotation.find(row.id); place != rotation.end())
        manager.last_assigned = place->second;
      manager.segments.resize(axes_.size());
      for (const auto& segment : rows_of(segments, row.id)) {
        for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
          const auto& tree = axes_[axis]->axis.tree;
          if (axes_[axis]->row.id == segment.axis) {
            manager.segments[axis].push_back(tree.subtree(tree.find(segment.node)));
          }
        }
      }
      for (const auto& skill : rows_of(skills, row.id))
        manager.skills.push_back({skill.specialty, skill.proficiency});
      for (const auto& held : rows_of(certificates, row.id)) {
        manager.certificates.push_back({held.certificate, held.expires});
      }
      index_of_manager_.emplace(row.id, facts_.managers.size());
      facts_.managers.push_back(std::move(manager));
    }
    throw_if_any(std::move(found));
  }

  void tick() {
    if (++visited_ % kTickCustomers == 0) session_.tick(visited_, 0);
  }

  CustomerFacts* find(CustomerId id) {
    const auto at = static_cast<std::size_t>(id.value);
    return at < index_.size() && index_[at] != 0 ? &facts_.customers[index_[at] - 1] : nullptr;
  }

  // Positions in the tree of an axis, by node id.
  static std::vector<Position> positions_of(const CatalogAxis& axis) {
    const auto& tree = axis.axis.tree;
    std::vector<Position> positions;
    for (Position at = 0; at < static_cast<Position>(tree.size()); ++at) {
      const auto id = static_cast<std::size_t>(tree.node(at).id.value);
      if (id >= positions.size()) positions.resize(id + 1, kNowhere);
      positions[id] = at;
    }
    return positions;
  }

  void load_customers() {
    std::vector<std::vector<Position>> positions;
    std::vector<std::int32_t> slots;
    for (const CatalogAxis* axis : axes_) {
      positions.push_back(positions_of(*axis));
      slots.push_back(axis->row.slot);
    }
    const auto last = static_cast<std::size_t>(store_.last_customer().value);
    index_.resize(last + 1);
    facts_.customers.reserve(last);
    facts_.classes.reserve(last * axes_.size());
    storage::scan_classes(session_.db(), slots, [&](CustomerId id, std::span<const NodeId> nodes) {
      tick();
      facts_.customers.emplace_back().id = id;
      if (static_cast<std::size_t>(id.value) >= index_.size())
        throw Error(Code::corrupt, "classes are of a customer that cannot be");
      index_[static_cast<std::size_t>(id.value)] = static_cast<std::uint32_t>(facts_.customers.size());
      for (std::size_t axis = 0; axis < nodes.size(); ++axis) {
        const auto node = static_cast<std::size_t>(nodes[axis].value);
        facts_.classes.push_back(node < positions[axis].size() ? positions[axis][node] : kNowhere);
      }
    });
    for (std::size_t i = 0; i < facts_.customers.size(); ++i) {
      facts_.customers[i].classes = {facts_.classes.data() + i * axes_.size(), axes_.size()};
    }
  }

  void load_grades() {
    if (!loaded_.scheme) return;
    store_.grades(loaded_.scheme, [&](CustomerId id, std::int32_t grade, Date since) {
      tick();
      CustomerFacts* customer = find(id);
      if (customer == nullptr || grade < 0) return;
      require_grade(policy_, id, grade);
      customer->grade = static_cast<std::int16_t>(grade);
      customer->grade_since = since;
    });
  }

  void set_grades(std::span<const GivenGrade> grades) {
    for (const GivenGrade& given : grades) {
      CustomerFacts* customer = find(given.customer);
      if (customer == nullptr || given.grade < 0) continue;
      require_grade(policy_, given.customer, given.grade);
      customer->grade = static_cast<std::int16_t>(given.grade);
      customer->grade_since = as_of_;
    }
  }

  void load_primaries() {
    // A run that is dated back moves those who are served now, and serves nobody who was put on the blacklist
    // since.
    const Date day = std::max(as_of_, session_.today());
    store_.primaries(day, [&](const storage::PrimaryRow& row) {
      tick();
      CustomerFacts* customer = find(row.customer);
      if (customer == nullptr) return;
      customer->manager = row.manager;
      customer->since = row.from;
      customer->is_locked = row.is_locked;
      if (!row.manager) {
        facts_.released.insert(row.customer);
      } else if (const auto at = index_of_manager_.find(row.manager); at != index_of_manager_.end()) {
        facts_.managers[at->second].load += policy_.weight_of(customer->grade);
      }
    });
    for (const storage::PrimaryRow& row : store_.later(day)) {
      const CustomerFacts* customer = find(row.customer);
      const auto at = index_of_manager_.find(row.manager);
      if (customer != nullptr && at != index_of_manager_.end())
        facts_.managers[at->second].reserved += policy_.weight_of(customer->grade);
    }
    for (const CustomerId id : storage::OverrideStore(session_.db()).blacklisted(day)) {
      if (CustomerFacts* customer = find(id)) customer->is_blacklisted = true;
    }
  }

  void load_ties() {
    std::unordered_map<CustomerId, CustomerTies*> by_customer;
    const auto ties_of = [&](CustomerId id) -> CustomerTies* {
      CustomerFacts* customer = find(id);
      if (customer == nullptr) return nullptr;
      CustomerTies*& ties = by_customer[id];
      if (ties == nullptr) ties = &facts_.ties.emplace_back();
      customer->ties = ties;
      return ties;
    };
    ManagerStore store(session_.db());
    for (const auto& row : store.relations()) {
      CustomerTies* ties = ties_of(row.customer);
      if (ties == nullptr) continue;
      ties->relationships.push_back({row.manager, row.kind, row.strength});
    }
    for (const auto& row : store.exclusions()) {
      if (CustomerTies* ties = ties_of(row.customer)) ties->excluded.push_back(row.manager);
    }
    for (const auto& row : store.needs()) {
      if (CustomerTies* ties = ties_of(row.customer)) ties->needs.push_back(row.specialty);
    }
  }

  // Takes the lost ones out, and all that were not asked for.
  void keep(std::span<const CustomerId> only) {
    std::unordered_set<CustomerId> lost;
    store_.lost_customers([&](CustomerId id) { lost.insert(id); });
    std::unordered_set<CustomerId> asked(only.begin(), only.end());
    for (const CustomerId id : only) {
      if (find(id) == nullptr) throw_no_customer(session_.db(), id, "/customers");
    }
    if (lost.empty() && asked.empty()) return;
    const auto is_out = [&](const CustomerFacts& customer) {
      return lost.contains(customer.id) || (!asked.empty() && !asked.contains(customer.id));
    };
    auto& customers = facts_.customers;
    customers.erase(std::remove_if(customers.begin(), customers.end(), is_out), customers.end());
  }

  Session& session_;
  const LoadedPolicy& loaded_;
  const assignment::Policy& policy_;
  Date as_of_;
  AssignmentStore store_;
  std::vector<const CatalogAxis*> axes_;
  std::unordered_map<ManagerId, std::size_t> index_of_manager_;
  std::vector<std::uint32_t> index_;  // by customer id: place in `customers` + 1
  std::int64_t visited_ = 0;
  AssignmentFacts facts_;
};

const storage::ManagerRow* find_row(const std::vector<storage::ManagerRow>& rows, ManagerId id) {
  const auto row = std::partition_point(rows.begin(), rows.end(),
                                        [&](const storage::ManagerRow& other) { return other.id < id; });
  return row != rows.end() && row->id == id ? &*row : nullptr;
}

}  // namespace

const std::string& AssignmentFacts::code_of(ManagerId id) const {
  static const std::string kNobody;
  const storage::ManagerRow* row = find_row(manager_rows, id);
  return row == nullptr ? kNobody : row->code;
}

const std::string& AssignmentFacts::name_of(ManagerId id) const {
  static const std::string kNameless;
  const storage::ManagerRow* row = find_row(manager_rows, id);
  return row == nullptr ? kNameless : row->name;
}

AssignmentFacts load_assignment_facts(Session& session, const LoadedPolicy& loaded, Date as_of,
                                      std::span<const CustomerId> only,
                                      std::optional<std::span<const GivenGrade>> grades) {
  return Loader(session, loaded, as_of).load(only, grades);
}

std::int64_t load_of(sqlite::Connection& db, ManagerId manager, const std::optional<LoadedPolicy>& policy,
                     Date day) {
  const auto served = grades_by_manager(db, policy ? policy->scheme : SchemeId{}, day, manager);
  return served.empty() ? 0 : load_of(served.front(), policy);
}

std::int64_t weight_of(sqlite::Connection& db, CustomerId customer,
                       const std::optional<LoadedPolicy>& policy) {
  if (!policy) return 1;
  const auto grade = AssignmentStore(db).grade(customer, policy->scheme).value_or(assignment::kNone);
  require_grade(policy->policy, customer, grade);
  return policy->policy.weight_of(grade);
}

}  // namespace crmcore::engine
