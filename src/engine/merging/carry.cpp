#include "engine/merging/carry.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/format.hpp"
#include "engine/assignment/assign.hpp"
#include "engine/assignment/managers.hpp"
#include "storage/assignment_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::AssignmentStore;
using storage::ManagerStore;

std::string manager_code(sqlite::Connection& db, ManagerId id) {
  return storage::named(ManagerStore(db).find(id), id, "manager").code;
}

Json side_json(sqlite::Connection& db, const storage::SideRow& row) {
  Json json{{"manager", manager_code(db, row.manager)}, {"role", word_of(row.role)}};
  if (row.to) json["to"] = format_date(*row.to);
  return json;
}

bool is_same_part(const storage::SideRow& a, const storage::SideRow& b) {
  return a.manager == b.manager && a.role == b.role;
}

AssignInput primary_input(CustomerId customer, std::string manager, std::string reason) {
  AssignInput input;
  input.customer = customer;
  input.manager = std::move(manager);
  input.reason = std::move(reason);
  return input;
}

AssignInput side_input(CustomerId customer, const Json& side, std::string reason) {
  AssignInput input = primary_input(customer, side["manager"].text(), std::move(reason));
  input.role = enum_of<AssignmentRole>(side["role"].text()).value_or(AssignmentRole::team);
  if (const Json* to = side.find("to")) input.to = parse_date(to->text());
  return input;
}

// Does what may be refused, as a part of its own.
template <class Do>
void try_to(std::vector<std::string>& missing, const std::string& what, Do act) {
  try {
    act();
  } catch (const Error& error) {
    if (error.code() != Code::conflict && error.code() != Code::not_found && error.code() != Code::invalid)
      throw;
    missing.push_back(fmt::format("{}: {}", what, error.message()));
  }
}

class PartsCarrier {
 public:
  PartsCarrier(Session& session, CustomerId from, CustomerId into, std::string reason)
      : session_(session), db_(session.db()), from_(from), into_(into), reason_(std::move(reason)) {}

  Json run(bool takes_manager) {
    withdraw_ahead();
    const auto primary = AssignmentStore(db_).primary(from_);
    Json carried = Json::object();
    if (primary && primary->manager) {
      carried["manager"] = manager_code(db_, primary->manager);
      if (primary->is_locked) {
        carried["is_locked"] = true;
        set_assignment_locked(session_, from_, false, reason_);
      }
      end_assignment(session_, {from_, {}, {}, reason_, false});
      if (takes_manager) {
        assign_customer(session_, primary_input(into_, carried["manager"].text(), reason_));
        carried["takes_manager"] = true;
      }
    }
    carry_sides(carried);
    carry_ties(carried);
    return carried;
  }

 private:
  void withdraw_ahead() {
    const Date today = session_.today();
    for (const auto& row : AssignmentStore(db_).ahead(from_)) {
      if (row.from > today) withdraw(session_, {from_, row.from, {}, reason_});
    }
    for (const auto& row : AssignmentStore(db_).sides(from_)) {
      if (row.from > today) withdraw(session_, {from_, row.from, manager_code(db_, row.manager), reason_});
    }
  }

  void carry_sides(Json& carried) {
    const Date today = session_.today();
    AssignmentStore store(db_);
    std::vector<ManagerId> ended;
    for (const storage::SideRow& row : store.sides(from_)) {
      if (row.to && *row.to <= today) continue;
      const Json side = side_json(db_, row);
      list_in(carried, "sides").push_back(side);
      if (std::find(ended.begin(), ended.end(), row.manager) == ended.end()) {
        ended.push_back(row.manager);
        end_assignment(session_, {from_, side["manager"].text(), {}, reason_, false});
      }
      const auto known = store.sides(into_);
      const bool has_part = std::any_of(known.begin(), known.end(), [&](const auto& other) {
        return is_same_part(other, row) && (!other.to || today < *other.to);
      });
      if (has_part || row.manager == primary_of_into()) continue;
      std::vector<std::string> missing;
      try_to(missing, "side", [&] { assign_customer(session_, side_input(into_, side, reason_)); });
      if (missing.empty()) list_in(carried, "sides_taken").push_back(side);
    }
  }

  ManagerId primary_of_into() {
    const auto primary = AssignmentStore(db_).primary(into_);
    return primary ? primary->manager : ManagerId{};
  }

  void carry_ties(Json& carried) {
    ManagerStore store(db_);
    std::vector<RelationshipInput> relations;
    for (storage::RelationRow row : store.relations(from_)) {
      row.customer = into_;
      if (store.find(row)) continue;
      relations.push_back({into_, manager_code(db_, row.manager), row.kind, row.strength});
      list_in(carried, "relations_taken")
          .push_back({{"manager", relations.back().manager}, {"kind", word_of(row.kind)}});
    }
    if (!relations.empty()) put_relationships(session_, relations, "/from");
    std::vector<ExclusionInput> exclusions;
    for (storage::ExclusionRow row : store.exclusions(from_)) {
      row.customer = into_;
      if (store.find(row)) continue;
      exclusions.push_back({into_, manager_code(db_, row.manager), row.reason});
      list_in(carried, "exclusions_taken").push_back(exclusions.back().manager);
    }
    if (!exclusions.empty()) put_exclusions(session_, exclusions, "/from");
    std::vector<std::string> needs = needs_of(into_);
    for (const std::string& need : needs_of(from_)) {
      if (std::find(needs.begin(), needs.end(), need) != needs.end()) continue;
      needs.push_back(need);
      list_in(carried, "needs_taken").push_back(need);
    }
    if (carried.contains("needs_taken")) set_needs(session_, into_, needs);
  }

  std::vector<std::string> needs_of(CustomerId customer) {
    std::vector<std::string> needs;
    for (auto& row : ManagerStore(db_).needs(customer)) needs.push_back(std::move(row.specialty));
    return needs;
  }

  static Json& list_in(Json& json, std::string_view member) {
    if (!json.contains(member)) json[member] = Json::array();
    return json[member];
  }

  Session& session_;
  sqlite::Connection& db_;
  CustomerId from_;
  CustomerId into_;
  std::string reason_;
};

void take_ties_back(Session& session, CustomerId into, const Json& carried) {
  if (const Json* list = carried.find("relations_taken")) {
    std::vector<RelationshipInput> relations;
    for (const Json& one : *list) {
      relations.push_back(
          {into,
           one["manager"].text(),
           enum_of<RelationshipKind>(one["kind"].text()).value_or(RelationshipKind::developed),
           {},
           true});
    }
    put_relationships(session, relations, "/customer");
  }
  if (const Json* list = carried.find("exclusions_taken")) {
    std::vector<ExclusionInput> exclusions;
    for (const Json& one : *list) exclusions.push_back({into, one.text(), {}, true});
    put_exclusions(session, exclusions, "/customer");
  }
  if (const Json* list = carried.find("needs_taken")) {
    std::vector<std::string> needs;
    for (const auto& row : ManagerStore(session.db()).needs(into)) {
      const bool is_taken = std::any_of(list->begin(), list->end(),
                                        [&](const Json& one) { return one == Json(row.specialty); });
      if (!is_taken) needs.push_back(row.specialty);
    }
    set_needs(session, into, needs);
  }
}

}  // namespace

std::string manager_of(sqlite::Connection& db, CustomerId customer) {
  const auto primary = AssignmentStore(db).primary(customer);
  return primary && primary->manager ? manager_code(db, primary->manager) : std::string();
}

Json carry_over(Session& session, CustomerId from, CustomerId into, bool takes_manager,
                std::string_view reason) {
  return PartsCarrier(session, from, into, std::string(reason)).run(takes_manager);
}

void carry_back(Session& session, CustomerId from, CustomerId into, const Json& carried,
                std::string_view reason, std::vector<std::string>& missing) {
  const std::string why(reason);
  sqlite::Connection& db = session.db();
  const Json* manager = carried.find("manager");
  if (manager != nullptr && carried.contains("takes_manager") && manager_of(db, into) == manager->text())
    try_to(missing, "manager", [&] { end_assignment(session, {into, {}, {}, why, false}); });
  if (const Json* sides = carried.find("sides_taken")) {
    for (const Json& side : *sides)
      try_to(missing, "part", [&] {
        end_assignment(session, {into, side["manager"].text(), {}, why, false});
      });
  }
  take_ties_back(session, into, carried);
  if (manager != nullptr) {
    try_to(missing, "manager", [&] {
      AssignInput input = primary_input(from, manager->text(), why);
      input.is_locked = carried.contains("is_locked");
      assign_customer(session, input);
    });
  }
  if (const Json* sides = carried.find("sides")) {
    for (const Json& side : *sides)
      try_to(missing, "part", [&] { assign_customer(session, side_input(from, side, why)); });
  }
}

}  // namespace crmcore::engine
