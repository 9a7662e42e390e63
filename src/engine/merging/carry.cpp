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

// Does what may be refused, as a part of its own; returns why it was, if it was.
template <class Do>
std::string refusal_of(Do act) {
  try {
    act();
    return {};
  } catch (const Error& error) {
    if (error.code() != Code::conflict && error.code() != Code::not_found && error.code() != Code::invalid)
      throw;
    return error.message();
  }
}

std::string part_of(const Json& side) {
  return fmt::format("part:{}", side["manager"].text());
}

bool is_open_part(const storage::SideRow& row, const Json& side, std::string_view manager, Date today) {
  return manager == side["manager"].text() && word_of(row.role) == side["role"].text() &&
         (!row.to || today < *row.to);
}

class PartsCarrier {
 public:
  PartsCarrier(Session& session, CustomerId from, CustomerId into, std::string reason)
      : session_(session), db_(session.db()), from_(from), into_(into), reason_(std::move(reason)) {}

  Json run(bool takes_manager, bool is_chosen) {
    withdraw_ahead();
    hand_primary_over(takes_manager, is_chosen);
    carry_sides();
    carry_ties();
    return std::move(carried_);
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

  void hand_primary_over(bool takes_manager, bool is_chosen) {
    AssignmentStore store(db_);
    const auto primary = store.primary(from_);
    if (!primary || !primary->manager) return;
    const std::string manager = manager_code(db_, primary->manager);
    carried_["manager"] = manager;
    if (primary->is_locked) {
      carried_["is_locked"] = true;
      set_assignment_locked(session_, from_, false, reason_);
    }
    end_assignment(session_, {from_, {}, {}, reason_, false});
    if (!takes_manager) return;
    const auto before = store.primary(into_);
    const std::string why = refusal_of([&] {
      if (before && before->is_locked) set_assignment_locked(session_, into_, false, reason_);
      assign_customer(session_, primary_input(into_, manager, reason_));
    });
    if (!why.empty() && is_chosen) throw Error(Code::conflict, why, "/keep/manager");
    if (!why.empty()) return miss("manager", why);
    carried_["takes_manager"] = true;
    if (before && before->manager) {
      carried_["manager_before"] = manager_code(db_, before->manager);
      if (before->is_locked) carried_["was_locked"] = true;
    }
  }

  void take(std::string what) { list_in("taken").push_back(std::move(what)); }
  void miss(std::string_view what, std::string_view why) {
    list_in("missing").push_back(fmt::format("{}: {}", what, why));
  }

  void carry_sides() {
    const Date today = session_.today();
    AssignmentStore store(db_);
    std::vector<ManagerId> ended;
    for (const storage::SideRow& row : store.sides(from_)) {
      if (row.to && *row.to <= today) continue;
      const Json side = side_json(db_, row);
      list_in("sides").push_back(side);
      if (std::find(ended.begin(), ended.end(), row.manager) == ended.end()) {
        ended.push_back(row.manager);
        end_assignment(session_, {from_, side["manager"].text(), {}, reason_, false});
      }
      const auto known = store.sides(into_);
      const bool has_part = std::any_of(known.begin(), known.end(), [&](const auto& other) {
        return is_same_part(other, row) && (!other.to || today < *other.to);
      });
      if (has_part || row.manager == primary_of_into()) continue;
      const std::string why =
          refusal_of([&] { assign_customer(session_, side_input(into_, side, reason_)); });
      if (!why.empty()) {
        miss(part_of(side), why);
        continue;
      }
      list_in("sides_taken").push_back(side);
      take(part_of(side));
    }
  }

  ManagerId primary_of_into() {
    const auto primary = AssignmentStore(db_).primary(into_);
    return primary ? primary->manager : ManagerId{};
  }

  void carry_ties() {
    ManagerStore store(db_);
    std::vector<RelationshipInput> relations;
    for (storage::RelationRow row : store.relations(from_)) {
      row.customer = into_;
      if (store.find(row)) continue;
      relations.push_back({into_, manager_code(db_, row.manager), row.kind, row.strength});
      list_in("relations_taken")
          .push_back({{"manager", relations.back().manager},
                      {"kind", word_of(row.kind)},
                      {"strength", row.strength}});
      take(fmt::format("tie:{}", relations.back().manager));
    }
    if (!relations.empty()) put_relationships(session_, relations, "/from");
    std::vector<ExclusionInput> exclusions;
    for (storage::ExclusionRow row : store.exclusions(from_)) {
      row.customer = into_;
      if (store.find(row)) continue;
      exclusions.push_back({into_, manager_code(db_, row.manager), row.reason});
      list_in("exclusions_taken").push_back({{"manager", exclusions.back().manager}, {"reason", row.reason}});
      take(fmt::format("exclusion:{}", exclusions.back().manager));
    }
    if (!exclusions.empty()) put_exclusions(session_, exclusions, "/from");
    std::vector<std::string> needs = needs_of(into_);
    for (const std::string& need : needs_of(from_)) {
      if (std::find(needs.begin(), needs.end(), need) != needs.end()) continue;
      needs.push_back(need);
      list_in("needs_taken").push_back(need);
      take(fmt::format("need:{}", need));
    }
    if (carried_.contains("needs_taken")) set_needs(session_, into_, needs);
  }

  std::vector<std::string> needs_of(CustomerId customer) {
    std::vector<std::string> needs;
    for (auto& row : ManagerStore(db_).needs(customer)) needs.push_back(std::move(row.specialty));
    return needs;
  }

  Json& list_in(std::string_view member) {
    if (!carried_.contains(member)) carried_[member] = Json::array();
    return carried_[member];
  }

  Session& session_;
  sqlite::Connection& db_;
  CustomerId from_;
  CustomerId into_;
  std::string reason_;
  Json carried_ = Json::object();
};

class CarrierBack {
 public:
  CarrierBack(Session& session, CustomerId from, CustomerId into, std::string reason, const CarriedBack& told)
      : session_(session),
        db_(session.db()),
        from_(from),
        into_(into),
        reason_(std::move(reason)),
        told_(told) {}

  void run(const Json& carried) {
    take_primary_back(carried);
    if (const Json* sides = carried.find("sides_taken")) {
      for (const Json& side : *sides) take_part_back(side);
    }
    if (const Json* list = carried.find("relations_taken")) take_relations_back(*list);
    if (const Json* list = carried.find("exclusions_taken")) take_exclusions_back(*list);
    if (const Json* list = carried.find("needs_taken")) take_needs_back(*list);
    if (const Json* manager = carried.find("manager"))
      give(from_, manager->text(), carried.contains("is_locked"), "manager");
    if (const Json* sides = carried.find("sides")) {
      for (const Json& side : *sides) {
        const std::string why =
            refusal_of([&] { assign_customer(session_, side_input(from_, side, reason_)); });
        if (!why.empty()) told_.missing.push_back(fmt::format("{}: {}", part_of(side), why));
      }
    }
  }

 private:
  void give(CustomerId customer, const std::string& manager, bool is_locked, const std::string& what) {
    AssignInput input = primary_input(customer, manager, reason_);
    input.is_locked = is_locked;
    const std::string why = refusal_of([&] { assign_customer(session_, input); });
    if (!why.empty()) told_.missing.push_back(fmt::format("{}: {}", what, why));
  }

  void take_primary_back(const Json& carried) {
    if (!carried.contains("takes_manager")) return;
    if (manager_of(db_, into_) != carried["manager"].text()) return told_.kept.push_back("manager");
    const std::string why = refusal_of([&] { end_assignment(session_, {into_, {}, {}, reason_, false}); });
    if (!why.empty()) return told_.kept.push_back("manager");
    if (const Json* before = carried.find("manager_before"))
      give(into_, before->text(), carried.contains("was_locked"), "manager of the one who stays");
  }

  void take_part_back(const Json& side) {
    const auto sides = AssignmentStore(db_).sides(into_);
    const bool is_there = std::any_of(sides.begin(), sides.end(), [&](const storage::SideRow& row) {
      return is_open_part(row, side, manager_code(db_, row.manager), session_.today());
    });
    if (is_there)
      end_assignment(session_, {into_, side["manager"].text(), {}, reason_, false});
    else
      told_.kept.push_back(part_of(side));
  }

  void take_relations_back(const Json& list) {
    std::vector<RelationshipInput> relations;
    ManagerStore store(db_);
    for (const storage::RelationRow& row : store.relations(into_)) {
      const Json now{{"manager", manager_code(db_, row.manager)},
                     {"kind", word_of(row.kind)},
                     {"strength", row.strength}};
      if (has(list, now)) relations.push_back({into_, now["manager"].text(), row.kind, {}, true});
    }
    if (!relations.empty()) put_relationships(session_, relations, "/customer");
    if (relations.size() < list.size()) told_.kept.emplace_back("ties");
  }

  void take_exclusions_back(const Json& list) {
    std::vector<ExclusionInput> exclusions;
    ManagerStore store(db_);
    for (const storage::ExclusionRow& row : store.exclusions(into_)) {
      const Json now{{"manager", manager_code(db_, row.manager)}, {"reason", row.reason}};
      if (has(list, now)) exclusions.push_back({into_, now["manager"].text(), {}, true});
    }
    if (!exclusions.empty()) put_exclusions(session_, exclusions, "/customer");
    if (exclusions.size() < list.size()) told_.kept.emplace_back("exclusions");
  }

  void take_needs_back(const Json& list) {
    std::vector<std::string> needs;
    for (const auto& row : ManagerStore(db_).needs(into_)) {
      if (!has(list, Json(row.specialty))) needs.push_back(row.specialty);
    }
    set_needs(session_, into_, needs);
  }

  static bool has(const Json& list, const Json& one) {
    return std::any_of(list.begin(), list.end(), [&](const Json& other) { return other == one; });
  }

  Session& session_;
  sqlite::Connection& db_;
  CustomerId from_;
  CustomerId into_;
  std::string reason_;
  const CarriedBack& told_;
};

}  // namespace

std::string manager_of(sqlite::Connection& db, CustomerId customer) {
  const auto primary = AssignmentStore(db).primary(customer);
  return primary && primary->manager ? manager_code(db, primary->manager) : std::string();
}

Json carry_over(Session& session, CustomerId from, CustomerId into, bool takes_manager, bool is_chosen,
                std::string_view reason) {
  return PartsCarrier(session, from, into, std::string(reason)).run(takes_manager, is_chosen);
}

void carry_back(Session& session, CustomerId from, CustomerId into, const Json& carried,
                std::string_view reason, const CarriedBack& told) {
  CarrierBack(session, from, into, std::string(reason), told).run(carried);
}

}  // namespace crmcore::engine
