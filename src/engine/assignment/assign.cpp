// What people decide. A manual assignment may go against the policy's stages, never against span, absence,
// exclusion or a lock; all of it is checked inside the write transaction that takes the place, so that of
// many who reach for the last one exactly one gets it (tests/engine/assignment_manual_test.cpp).
#include "engine/assignment/assign.hpp"

#include <algorithm>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "engine/assignment/apply.hpp"
#include "engine/assignment/facts.hpp"
#include "engine/assignment/managers.hpp"
#include "engine/assignment/run.hpp"

namespace crmcore::engine {
namespace {

using storage::AssignmentStore;
using storage::ManagerStore;

std::string code_of(sqlite::Connection& db, ManagerId id) {
  const auto row = ManagerStore(db).find(id);
  return row ? row->code : std::string();
}

void require_fit(sqlite::Connection& db, const AssignInput& input, const storage::ManagerRow& manager,
                 Date date) {
  ManagerStore store(db);
  const ManagerStatus status = status_at(store.absences(manager.id), date);
  if (status != ManagerStatus::present) {
    throw Error(Code::conflict,
                fmt::format("manager {} is away on {}: {}", manager.code, format_date(date), word_of(status)),
                "/manager");
  }
  for (const auto& row : store.exclusions(input.customer)) {
    if (row.manager == manager.id) {
      throw Error(
          Code::conflict,
          fmt::format("manager {} is excluded from the customer: {}", manager.code, text::quoted(row.reason)),
          "/manager");
    }
  }
}

void require_room(sqlite::Connection& db, CustomerId customer, const storage::ManagerRow& manager,
                  const std::optional<LoadedPolicy>& policy) {
  const std::int64_t load = load_of(db, manager.id, policy);
  const std::int64_t weight = weight_of(db, customer, policy);
  if (load + weight <= manager.span) return;
  throw Error(Code::conflict,
              fmt::format("manager {} has no room: a load of {} and the customer's {} exceed the span of {}",
                          manager.code, load, weight, manager.span),
              "/manager");
}

void advance_rotation(AssignmentStore& store, const LoadedPolicy& policy, ManagerId manager) {
  std::int64_t last = 0;
  for (const auto& [other, place] : store.rotation(policy.id)) last = std::max(last, place);
  store.put_rotation(policy.id, manager, last + 1);
}

// Nothing is told where nothing changes.
void set_locked(WriteScope& write, const storage::PrimaryRow& known, bool is_locked,
                std::string_view reason) {
  if (known.is_locked == is_locked) return;
  AssignmentStore(write.db()).set_locked(known.customer, is_locked, reason);
  const Json body = {
      {"manager", code_of(write.db(), known.manager)}, {"is_locked", is_locked}, {"reason", reason}};
  write.journal().add(kAssignmentLocked, known.customer, dump_json(body));
}

void assign_primary(WriteScope& write, const AssignInput& input, const storage::ManagerRow& manager,
                    Date from) {
  AssignmentStore store(write.db());
  const auto known = store.primary(input.customer);
  const bool is_same = known && known->manager == manager.id;
  if (known && known->is_locked && !is_same) {
    throw Error(Code::conflict,
                fmt::format("the customer is locked to manager {}", code_of(write.db(), known->manager)),
                "/customer");
  }
  if (is_same) return set_locked(write, *known, input.is_locked, input.reason);
  const auto policy = load_policy_or_only(write.db(), input.policy);
  require_room(write.db(), input.customer, manager, policy);
  replace_primary(
      store, {input.customer, manager.id, from, storage::Origin::manual, {}, input.reason, input.is_locked});
  if (policy && policy->policy.is_manual_rotating) advance_rotation(store, *policy, manager.id);
  Json body = {{"to", manager.code}, {"cause", "manual"}, {"is_locked", input.is_locked}};
  if (known && known->manager) body["from"] = code_of(write.db(), known->manager);
  if (!input.reason.empty()) body["reason"] = input.reason;
  write.journal().add(kCustomerAssigned, input.customer, dump_json(body));
}

void assign_side(WriteScope& write, const AssignInput& input, const storage::ManagerRow& manager, Date from) {
  AssignmentStore store(write.db());
  for (const auto& row : store.sides(input.customer)) {
    const bool overlaps = (!row.to || from < *row.to) && (!input.to || row.from < *input.to);
    if (row.role == input.role && row.manager == manager.id && overlaps) {
      throw Error(Code::conflict,
                  fmt::format("manager {} has this role from {} on", manager.code, format_date(row.from)),
                  "/role");
    }
  }
  store.put(storage::SideRow{
      input.customer, input.role, manager.id, from, input.to, storage::Origin::manual, {}, input.reason});
  Json body = {{"to", manager.code}, {"role", word_of(input.role)}, {"cause", "manual"}};
  if (!input.reason.empty()) body["reason"] = input.reason;
  write.journal().add(kCustomerAssigned, input.customer, dump_json(body));
}

storage::PrimaryRow require_primary(AssignmentStore& store, CustomerId customer) {
  auto row = store.primary(customer);
  if (!row || !row->manager) {
    throw Error(Code::not_found, fmt::format("customer {} has no manager", customer.value), "/customer");
  }
  return std::move(*row);
}

void end_primary(WriteScope& write, CustomerId customer, Date date, std::string_view reason) {
  AssignmentStore store(write.db());
  const auto known = require_primary(store, customer);
  if (known.is_locked) {
    throw Error(Code::conflict,
                fmt::format("the customer is locked to manager {}", code_of(write.db(), known.manager)),
                "/customer");
  }
  replace_primary(store, {customer, {}, date, storage::Origin::manual, {}, std::string(reason), false});
  const Json body = {{"from", code_of(write.db(), known.manager)}, {"reason", reason}, {"cause", "manual"}};
  write.journal().add(kCustomerUnassigned, customer, dump_json(body));
}

}  // namespace

void assign_customer(Session& session, const AssignInput& input) {
  text::require_text(input.reason, kReasonBytesMax, "/reason");
  if (word_of(input.role).empty()) throw Error(Code::invalid, "unknown role; 0 to 3 are allowed", "/role");
  const Date from = input.from.value_or(session.today());
  if (input.to && input.role == AssignmentRole::primary) {
    throw Error(Code::invalid, "a primary assignment has no end; it ends with the next", "/to");
  }
  if (input.to && *input.to <= from) {
    throw Error(Code::invalid,
                fmt::format("/to {} is not after /from {}", format_date(*input.to), format_date(from)),
                "/to");
  }
  WriteScope write(session);
  require_customer_id(write.db(), input.customer, "/customer");
  const auto manager = require_manager(write.db(), input.manager, "/manager");
  require_fit(write.db(), input, manager, from);
  input.role == AssignmentRole::primary ? assign_primary(write, input, manager, from)
                                        : assign_side(write, input, manager, from);
  write.commit();
}

void end_assignment(Session& session, CustomerId customer, std::string_view manager, std::optional<Date> date,
                    std::string_view reason) {
  text::require_text(reason, kReasonBytesMax, "/reason");
  const Date end = date.value_or(session.today());
  WriteScope write(session);
  require_customer_id(write.db(), customer, "/customer");
  if (manager.empty()) {
    end_primary(write, customer, end, reason);
    write.commit();
    return;
  }
  AssignmentStore store(write.db());
  const auto row = require_manager(write.db(), manager, "/manager");
  bool was_there = false;
  for (auto& side : store.sides(customer)) {
    if (side.manager != row.id || (side.to && *side.to <= end)) continue;
    was_there = true;
    store.remove(side);
    side.to = end;
    if (side.from < end) store.put(side);
  }
  if (!was_there) {
    throw Error(Code::not_found, fmt::format("manager {} has no part beside the primary", row.code),
                "/manager");
  }
  write.journal().add(kCustomerUnassigned, customer,
                      dump_json({{"from", row.code}, {"reason", reason}, {"cause", "manual"}}));
  write.commit();
}

void set_assignment_locked(Session& session, CustomerId customer, bool is_locked, std::string_view reason) {
  text::require_text(reason, kReasonBytesMax, "/reason");
  WriteScope write(session);
  AssignmentStore store(write.db());
  set_locked(write, require_primary(store, customer), is_locked, reason);
  write.commit();
}

}  // namespace crmcore::engine
