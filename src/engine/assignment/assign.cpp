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
#include "engine/core/naming.hpp"
#include "storage/stored.hpp"

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
                  const std::optional<LoadedPolicy>& policy, Date day) {
  const std::int64_t load = load_of(db, manager.id, policy, day);
  std::int64_t reserved = 0;
  for (const storage::PrimaryRow& row : AssignmentStore(db).later(day)) {
    if (row.manager == manager.id && row.customer != customer)
      reserved += weight_of(db, row.customer, policy);
  }
  const std::int64_t weight = weight_of(db, customer, policy);
  if (load + reserved + weight <= manager.span) return;
  const std::string later = reserved > 0 ? fmt::format(", {} that come later", reserved) : "";
  throw Error(
      Code::conflict,
      fmt::format("manager {} has no room: a load of {}{} and the customer's {} exceed the span of {}",
                  manager.code, load, later, weight, manager.span),
      "/manager");
}

void advance_rotation(AssignmentStore& store, const LoadedPolicy& policy, ManagerId manager) {
  std::int64_t last = 0;
  for (const auto& [other, place] : store.rotation(policy.id)) last = std::max(last, place);
  store.put_rotation(policy.id, manager, last + 1);
}

Json told(Json body, std::string_view reason) {
  if (!reason.empty()) body["reason"] = reason;
  return body;
}

// Nothing is told where nothing changes.
void set_locked(WriteScope& write, storage::PrimaryRow row, bool is_locked, std::string_view reason,
                Date today) {
  if (row.is_locked == is_locked) return;
  AssignmentStore store(write.db());
  settle_begun(store, row.customer, today);
  row.is_locked = is_locked;
  row.reason = reason;
  store.put(row);
  const Json body = {{"manager", code_of(write.db(), row.manager)},
                     {"is_locked", is_locked},
                     {"reason", reason},
                     {"valid_from", format_date(row.from)}};
  write.journal().add(kAssignmentLocked, row.customer, dump_json(body));
}

// Who serves the customer on the day or, where that is past, today.
std::optional<storage::PrimaryRow> primary_from(AssignmentStore& store, CustomerId customer, Date day,
                                                Date today) {
  if (day <= today) return store.primary(customer);
  auto found = store.primary_on(customer, day);
  return found ? std::optional(std::move(found->first)) : std::nullopt;
}

void require_unlocked(sqlite::Connection& db, const storage::PrimaryRow& row) {
  if (!row.is_locked) return;
  throw Error(Code::conflict, fmt::format("the customer is locked to manager {}", code_of(db, row.manager)),
              "/customer");
}

void assign_primary(WriteScope& write, const AssignInput& input, const storage::ManagerRow& manager,
                    Date from, Date today) {
  AssignmentStore store(write.db());
  const auto known = primary_from(store, input.customer, from, today);
  const bool is_same = known && known->manager == manager.id;
  if (known && !is_same) require_unlocked(write.db(), *known);
  if (is_same && from <= today) return set_locked(write, *known, input.is_locked, input.reason, today);
  if (is_same && known->is_locked == input.is_locked) return;
  const auto policy = load_policy_or_only(write.db(), input.policy);
  if (!is_same) require_room(write.db(), input.customer, manager, policy, from);
  replace_primary(
      write.db(),
      {input.customer, manager.id, from, storage::Origin::manual, {}, input.reason, input.is_locked}, today);
  if (policy && policy->policy.is_manual_rotating) advance_rotation(store, *policy, manager.id);
  Json body = {{"to", manager.code}, {"cause", "manual"}, {"is_locked", input.is_locked}};
  body["valid_from"] = format_date(from);
  if (known && known->manager) body["from"] = code_of(write.db(), known->manager);
  write.journal().add(kCustomerAssigned, input.customer, dump_json(told(std::move(body), input.reason)));
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
  body["valid_from"] = format_date(from);
  if (input.to) body["valid_to"] = format_date(*input.to);
  write.journal().add(kCustomerAssigned, input.customer, dump_json(told(std::move(body), input.reason)));
}

storage::PrimaryRow require_primary(sqlite::Connection& db, CustomerId customer, Date day, Date today) {
  AssignmentStore store(db);
  auto row = primary_from(store, customer, day, today);
  if (!row || !row->manager) {
    throw Error(Code::not_found, fmt::format("customer {} has no manager", told_customer(db, customer)),
                "/customer");
  }
  return std::move(*row);
}

void end_primary(WriteScope& write, const EndInput& input, Date date, Date today) {
  const auto known = require_primary(write.db(), input.customer, date, today);
  require_unlocked(write.db(), known);
  replace_primary(write.db(), {input.customer, {}, date, storage::Origin::manual, {}, input.reason, false},
                  today);
  const Json body = {{"from", code_of(write.db(), known.manager)},
                     {"reason", input.reason},
                     {"cause", "manual"},
                     {"valid_from", format_date(date)}};
  write.journal().add(kCustomerUnassigned, input.customer, dump_json(body));
}

void end_sides(WriteScope& write, const EndInput& input, Date date) {
  AssignmentStore store(write.db());
  const auto row = require_manager(write.db(), input.manager, "/manager");
  bool was_there = false;
  for (auto& side : store.sides(input.customer)) {
    if (side.manager != row.id || (side.to && *side.to <= date)) continue;
    was_there = true;
    store.remove(side);
    side.to = date;
    if (side.from < date) store.put(side);
  }
  if (!was_there) {
    throw Error(Code::not_found, fmt::format("manager {} has no part beside the primary", row.code),
                "/manager");
  }
  const Json body = {{"from", row.code},
                     {"reason", input.reason},
                     {"cause", "manual"},
                     {"role", "beside"},
                     {"valid_from", format_date(date)}};
  write.journal().add(kCustomerUnassigned, input.customer, dump_json(body));
}

void tell_withdrawn(WriteScope& write, CustomerId customer, ManagerId manager, AssignmentRole role, Date from,
                    std::string_view reason) {
  Json body = {{"role", word_of(role)}, {"valid_from", format_date(from)}};
  if (manager) body["manager"] = code_of(write.db(), manager);
  write.journal().add(kAssignmentWithdrawn, customer, dump_json(told(std::move(body), reason)));
}

// Those that begin after today, on the day if one is given.
std::int64_t withdraw_primaries(WriteScope& write, const std::vector<storage::PrimaryRow>& rows,
                                std::optional<Date> from, std::string_view reason, Date today) {
  std::int64_t count = 0;
  for (const storage::PrimaryRow& row : rows) {
    if (row.from <= today || (from && row.from != *from)) continue;
    AssignmentStore(write.db()).remove_ahead(row.customer, row.from);
    tell_withdrawn(write, row.customer, row.manager, AssignmentRole::primary, row.from, reason);
    ++count;
  }
  return count;
}

std::int64_t withdraw_sides(WriteScope& write, const WithdrawInput& input, Date today) {
  AssignmentStore store(write.db());
  const auto manager = require_manager(write.db(), input.manager, "/manager");
  std::int64_t count = 0;
  for (const storage::SideRow& row : store.sides(input.customer)) {
    if (row.manager != manager.id || row.from <= today || row.from != input.from) continue;
    store.remove(row);
    tell_withdrawn(write, row.customer, row.manager, row.role, row.from, input.reason);
    ++count;
  }
  return count;
}

// Who leaves, and has not left yet, by the handover that rows ahead are of.
std::optional<std::string> leaver_of(sqlite::Connection& db, std::span<const storage::PrimaryRow> rows,
                                     Date today) {
  if (rows.empty() || rows.front().origin != storage::Origin::handover) return std::nullopt;
  const Date from = rows.front().from;
  const auto before = AssignmentStore(db).primary_on(rows.front().customer, add_days(from, -1));
  if (!before || !before->first.manager || from <= today) return std::nullopt;
  storage::ManagerStore managers(db);
  for (const auto& absence : managers.absences(before->first.manager)) {
    if (absence.from == from && absence.status == ManagerStatus::left)
      return storage::named(managers.find(before->first.manager), before->first.manager, "manager").code;
  }
  return std::nullopt;
}

}  // namespace

void assign_customer(Session& session, const AssignInput& input) {
  text::require_text(input.reason, kReasonBytesMax, "/reason");
  if (word_of(input.role).empty()) throw Error(Code::invalid, "unknown role; 0 to 3 are allowed", "/role");
  const Date from = input.from.value_or(session.today());
  session.require_begun(from, input.is_future, "/from");
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
  input.role == AssignmentRole::primary ? assign_primary(write, input, manager, from, session.today())
                                        : assign_side(write, input, manager, from);
  write.commit();
}

void end_assignment(Session& session, const EndInput& input) {
  text::require_text(input.reason, kReasonBytesMax, "/reason");
  const Date date = input.date.value_or(session.today());
  session.require_begun(date, input.is_future, "/date");
  WriteScope write(session);
  require_customer_id(write.db(), input.customer, "/customer");
  input.manager.empty() ? end_primary(write, input, date, session.today()) : end_sides(write, input, date);
  write.commit();
}

void set_assignment_locked(Session& session, CustomerId customer, bool is_locked, std::string_view reason) {
  text::require_text(reason, kReasonBytesMax, "/reason");
  WriteScope write(session);
  const Date today = session.today();
  set_locked(write, require_primary(write.db(), customer, today, today), is_locked, reason, today);
  write.commit();
}

std::int64_t withdraw(Session& session, const WithdrawInput& input) {
  text::require_text(input.reason, kReasonBytesMax, "/reason");
  WriteScope write(session);
  require_customer_id(write.db(), input.customer, "/customer");
  const Date today = session.today();
  const std::int64_t count =
      input.manager.empty() ? withdraw_primaries(write, AssignmentStore(write.db()).ahead(input.customer),
                                                 input.from, input.reason, today)
                            : withdraw_sides(write, input, today);
  if (count == 0) {
    throw Error(
        Code::not_found,
        fmt::format("nothing of this begins on {} or that day is not after today, {}{}",
                    format_date(input.from), format_date(today),
                    input.manager.empty() ? "; a part beside the primary is named by its manager" : ""),
        "/from");
  }
  write.commit();
  return count;
}

std::int64_t withdraw_run(Session& session, RunId run, std::string_view reason) {
  text::require_text(reason, kReasonBytesMax, "/reason");
  WriteScope write(session);
  AssignmentStore store(write.db());
  const auto rows = store.ahead(run);
  const auto leaver = leaver_of(write.db(), rows, session.today());
  const std::int64_t count = withdraw_primaries(write, rows, {}, reason, session.today());
  if (count == 0) throw Error(Code::not_found, "nothing of this run begins after today", "/run");
  if (leaver)
    set_manager_status(session,
                       {*leaver, ManagerStatus::present, rows.front().from, {}, std::string(reason)});
  write.commit();
  return count;
}

}  // namespace crmcore::engine
