// A manager's absences never overlap: a new status cuts what it overlaps, on both sides, and being present
// is the absence of a row. Ties are put one by one in one transaction; what does not change is not told.
// tests/engine/assignment_methods_test.cpp cuts every way.
#include "engine/assignment/managers.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "engine/core/naming.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {
namespace {

using storage::AbsenceRow;
using storage::ManagerStore;

// What is left of the absences outside of [from, to).
std::vector<AbsenceRow> without(std::span<const AbsenceRow> absences, Date from, std::optional<Date> to) {
  std::vector<AbsenceRow> rest;
  for (const AbsenceRow& absence : absences) {
    if (absence.from < from) {
      AbsenceRow head = absence;
      head.to = absence.to ? std::min(*absence.to, from) : from;
      rest.push_back(std::move(head));
    }
    if (to && (!absence.to || *to < *absence.to)) {
      AbsenceRow tail = absence;
      tail.from = std::max(absence.from, *to);
      rest.push_back(std::move(tail));
    }
  }
  return rest;
}

// Says of a tie what changed, where something did.
template <class Row>
bool save_tie(WriteScope& write, ManagerStore& store, const Row& row, bool is_removed,
              std::string_view manager, std::string_view kind) {
  if (!(is_removed ? store.remove(row) : store.put(row))) return false;
  const Json body = {{"manager", manager}, {"kind", kind}, {"is_removed", is_removed}};
  write.journal().add(kCustomerTiePut, row.customer, dump_json(body));
  return true;
}

// Where each tie stands in the request: one that stands twice has no meaning.
class TiePlaces {
 public:
  void require_new(const std::array<std::int64_t, 3>& tie, std::string_view path, std::size_t place) {
    const auto [first, is_new] = places_.try_emplace(tie, place);
    if (is_new) return;
    throw Error(Code::conflict, fmt::format("the same stands at {}/{} already", path, first->second),
                fmt::format("{}/{}", path, place));
  }

 private:
  std::map<std::array<std::int64_t, 3>, std::size_t> places_;
};

}  // namespace

ManagerStatus status_at(std::span<const AbsenceRow> absences, Date date) {
  for (const AbsenceRow& absence : absences) {
    if (absence.from <= date && (!absence.to || date < *absence.to)) return absence.status;
  }
  return ManagerStatus::present;
}

storage::ManagerRow require_manager(sqlite::Connection& db, std::string_view code, const std::string& path) {
  if (!code.empty() && code.size() <= kCodeBytesMax && !text::find_invalid_utf8(code)) {
    if (auto row = ManagerStore(db).find(text::key_form(code))) return std::move(*row);
  }
  throw Error(Code::not_found, fmt::format("no manager {}", text::quoted(code)), path);
}

void require_customer_id(sqlite::Connection& db, CustomerId id, const std::string& path) {
  if (!storage::CustomerStore(db).present(id)) throw_no_customer(db, id, path);
}

bool set_manager_status(Session& session, const StatusInput& input) {
  if (input.reason) text::require_text(*input.reason, kReasonBytesMax, "/reason");
  if (word_of(input.status).empty()) {
    throw Error(Code::invalid, "unknown status; 0 to 2 are allowed", "/status");
  }
  if (input.to && *input.to && **input.to <= input.from) {
    throw Error(Code::invalid,
                fmt::format("/to {} is not after /from {}", format_date(**input.to), format_date(input.from)),
                "/to");
  }
  WriteScope write(session);
  ManagerStore store(write.db());
  const auto manager = require_manager(write.db(), input.manager, "/manager");
  const auto before = store.absences(manager.id);
  AbsenceRow row{manager.id, input.from, {}, input.status, ""};
  for (const AbsenceRow& known : before) {
    if (known.from == row.from && known.status == row.status) row = known;
  }
  if (input.to) row.to = *input.to;
  if (input.reason) row.reason = *input.reason;
  auto absences = without(before, row.from, row.to);
  if (row.status != ManagerStatus::present) absences.push_back(row);
  std::sort(absences.begin(), absences.end(),
            [](const AbsenceRow& a, const AbsenceRow& b) { return a.from < b.from; });
  if (absences == before) return false;
  store.remove_absences(manager.id);
  for (const AbsenceRow& absence : absences) store.insert(absence);
  Json body = {
      {"manager", manager.code}, {"status", word_of(input.status)}, {"from", format_date(input.from)}};
  if (row.to) body["to"] = format_date(*row.to);
  if (!row.reason.empty()) body["reason"] = row.reason;
  write.journal().add(kManagerStatusSet, manager.id, dump_json(body));
  write.commit();
  return true;
}

std::int64_t put_relationships(Session& session, std::span<const RelationshipInput> relationships,
                               const std::string& path) {
  WriteScope write(session);
  ManagerStore store(write.db());
  std::int64_t changed = 0;
  TiePlaces places;
  for (std::size_t i = 0; i < relationships.size(); ++i) {
    const RelationshipInput& given = relationships[i];
    const std::string at = fmt::format("{}/{}", path, i);
    require_customer_id(write.db(), given.customer, at + "/customer");
    const auto manager = require_manager(write.db(), given.manager, at + "/manager");
    if (word_of(given.kind).empty()) {
      throw Error(Code::invalid, "unknown kind of relationship; 0 to 3 are allowed", at + "/kind");
    }
    if (given.strength && (*given.strength < 0 || *given.strength > 100)) {
      throw Error(Code::range, fmt::format("a strength of {}; 0 to 100 are allowed", *given.strength),
                  at + "/strength");
    }
    storage::RelationRow row{given.customer, manager.id, given.kind, 100, session.today()};
    if (given.strength) {
      row.strength = *given.strength;
    } else if (const auto known = store.find(row)) {
      row.strength = known->strength;
    }
    places.require_new({row.customer.value, row.manager.value, static_cast<std::int64_t>(row.kind)}, path, i);
    if (save_tie(write, store, row, given.remove, manager.code, word_of(given.kind))) ++changed;
  }
  write.commit();
  return changed;
}

std::int64_t put_exclusions(Session& session, std::span<const ExclusionInput> exclusions,
                            const std::string& path) {
  WriteScope write(session);
  ManagerStore store(write.db());
  std::int64_t changed = 0;
  TiePlaces places;
  for (std::size_t i = 0; i < exclusions.size(); ++i) {
    const ExclusionInput& given = exclusions[i];
    const std::string at = fmt::format("{}/{}", path, i);
    require_customer_id(write.db(), given.customer, at + "/customer");
    const auto manager = require_manager(write.db(), given.manager, at + "/manager");
    storage::ExclusionRow row{given.customer, manager.id, "", session.today()};
    if (given.reason) {
      text::require_text(*given.reason, kReasonBytesMax, at + "/reason");
      row.reason = *given.reason;
    } else if (auto known = store.find(row)) {
      row.reason = std::move(known->reason);
    }
    places.require_new({row.customer.value, row.manager.value, 0}, path, i);
    if (save_tie(write, store, row, given.remove, manager.code, "exclusion")) ++changed;
  }
  write.commit();
  return changed;
}

bool set_needs(Session& session, CustomerId customer, std::span<const std::string> specialties) {
  if (specialties.size() > kNeedsMax) {
    throw Error(Code::limit, fmt::format("{} needs; at most {} are allowed", specialties.size(), kNeedsMax),
                "/specialties");
  }
  for (std::size_t i = 0; i < specialties.size(); ++i) {
    const std::string at = fmt::format("/specialties/{}", i);
    text::require_name(specialties[i], at);
    text::require_text(specialties[i], kCodeBytesMax, at);
  }
  WriteScope write(session);
  ManagerStore store(write.db());
  require_customer_id(write.db(), customer, "/customer");
  std::vector<std::string> needs(specialties.begin(), specialties.end());
  std::sort(needs.begin(), needs.end());
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  std::vector<std::string> before;
  for (auto& row : store.needs(customer)) before.push_back(std::move(row.specialty));
  if (needs == before) return false;
  store.remove_needs(customer);
  for (const std::string& specialty : needs) store.insert(storage::NeedRow{customer, specialty});
  write.journal().add(kCustomerTiePut, customer, dump_json({{"needs", needs}}));
  write.commit();
  return true;
}

}  // namespace crmcore::engine
