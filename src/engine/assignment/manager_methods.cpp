// The gateway's methods on units, managers and their ties to customers.
#include <utility>

#include "assignment/policy.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/import_json.hpp"
#include "engine/assignment/import_managers.hpp"
#include "engine/assignment/manager_grades.hpp"
#include "engine/assignment/managers.hpp"
#include "engine/assignment/put_managers.hpp"
#include "engine/core/room.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {
namespace {

using schema::object;

constexpr std::size_t kUnitsMax = 10'000;
constexpr std::size_t kManagersMax = 100'000;
constexpr std::size_t kTiesMax = 100'000;

Json put_counts_json(const PutResult& result) {
  return {{"created", result.created}, {"updated", result.updated}, {"unchanged", result.unchanged}};
}

Json put_counts_answer() {
  return object(
      {{"created", schema::integer()}, {"updated", schema::integer()}, {"unchanged", schema::integer()}});
}

// ---- Units and managers ----

std::vector<UnitInput> read_units(ObjectReader& in) {
  return in.require_objects("units", kUnitsMax, [](ObjectReader& row) {
    return UnitInput{row.require_text("code", kCodeBytesMax), row.require_text("name", kNameBytesMax),
                     row.about("code of the unit above; empty: a root").text_or("parent", kCodeBytesMax, ""),
                     row.boolean_or("is_confidential", false)};
  });
}

Json put_given_units(Session& session, const std::vector<UnitInput>& units) {
  return put_counts_json(put_units(session, units, "/units"));
}

// A list that is given, were it empty, replaces the one before.
void read_manager_lists(ObjectReader& in, ManagerInput& manager) {
  auto segments = in.objects("segments", kManagerListMax, [](ObjectReader& row) {
    return SegmentInput{row.require_text("axis", kCodeBytesMax),
                        row.about("code, name or declared alias").require_text("node", kNameBytesMax)};
  });
  if (in.has("segments")) manager.segments = std::move(segments);
  auto skills = in.objects("skills", kManagerListMax, [](ObjectReader& row) {
    return SkillInput{row.require_text("specialty", kCodeBytesMax),
                      static_cast<std::int32_t>(row.require_integer("proficiency", 0, 100))};
  });
  if (in.has("skills")) manager.skills = std::move(skills);
  auto certificates = in.objects("certificates", kManagerListMax, [](ObjectReader& row) {
    return CertificateInput{row.require_text("certificate", kCodeBytesMax),
                            row.about("the first day on which it no longer counts").date("expires")};
  });
  if (in.has("certificates")) manager.certificates = std::move(certificates);
}

ManagerInput read_manager(ObjectReader& in) {
  ManagerInput manager;
  manager.code = in.require_text("code", kCodeBytesMax);
  manager.name = in.text("name", kNameBytesMax);
  manager.level = in.about("one of the policy's levels; empty: none").text("level", kCodeBytesMax);
  manager.level_since = in.date("level_since");
  manager.unit = in.about("code; empty: none").text("unit", kCodeBytesMax);
  manager.employment = in.word<Employment>("employment");
  manager.phone = in.text("phone", kManagerPhoneBytesMax);
  manager.span = in.about("greatest weighted load").integer("span", 0, assignment::kSpanMax);
  read_manager_lists(in, manager);
  return manager;
}

std::vector<ManagerInput> read_managers(ObjectReader& in) {
  return in.require_objects("managers", kManagersMax, read_manager);
}

Json put_given_managers(Session& session, const std::vector<ManagerInput>& managers) {
  return put_counts_json(put_managers(session, managers, "/managers"));
}

std::optional<Date> read_managers_day(ObjectReader& in) {
  return in.about("absent: today").date("as_of");
}

Json list_managers(Session& session, std::optional<Date> as_of) {
  const Date day = as_of.value_or(session.today());
  storage::ManagerStore store(session.db());
  Json managers = Json::array();
  for (const auto& row : store.managers()) {
    managers.push_back({{"code", row.code},
                        {"name", row.name},
                        {"level", row.level},
                        {"phone", row.phone},
                        {"span", row.span},
                        {"status", word_of(status_at(store.absences(row.id), day))}});
  }
  return {{"managers", std::move(managers)}};
}

Json managers_answer() {
  return object({{"managers", schema::list(object({{"code", schema::text()},
                                                   {"name", schema::text()},
                                                   {"level", schema::text()},
                                                   {"phone", schema::text()},
                                                   {"span", schema::integer()},
                                                   {"status", schema::word<ManagerStatus>()}}))}});
}

StatusInput read_status(ObjectReader& in) {
  StatusInput status;
  status.manager = in.require_text("manager", kCodeBytesMax);
  status.status = in.require_word<ManagerStatus>("status");
  status.from = in.require_date("from");
  status.to = in.about("absent: open").date("to");
  status.reason = in.text_or("reason", kReasonBytesMax, "");
  return status;
}

Json set_given_status(Session& session, const StatusInput& status) {
  set_manager_status(session, status);
  return {{"manager", status.manager}, {"status", word_of(status.status)}};
}

Json status_answer() {
  return object({{"manager", schema::text()}, {"status", schema::word<ManagerStatus>()}});
}

// ---- Ties ----

// A tie with its customer's code, which the use case knows by id.
template <class Input>
struct Tie {
  std::string customer;
  Input input;
};

// With ids in place of codes. Throws Error(not_found) at "<path>/<index>/customer".
template <class Input>
std::vector<Input> with_customers(Session& session, const std::vector<Tie<Input>>& ties,
                                  std::string_view path) {
  std::vector<Input> inputs;
  inputs.reserve(ties.size());
  for (const Tie<Input>& tie : ties) {
    const std::string at = join_path(join_path(path, inputs.size()), "customer");
    inputs.push_back(tie.input);
    inputs.back().customer = require_customer(session, tie.customer, at);
  }
  return inputs;
}

Json changed_answer() {
  return object({{"changed", schema::about("how many are new, changed or removed", schema::integer())}});
}

std::vector<Tie<RelationshipInput>> read_relationships(ObjectReader& in) {
  return in.require_objects("relationships", kTiesMax, [](ObjectReader& row) {
    Tie<RelationshipInput> tie;
    tie.customer = row.require_text("customer", kCodeBytesMax);
    tie.input.manager = row.require_text("manager", kCodeBytesMax);
    tie.input.kind = row.require_word<RelationshipKind>("kind");
    tie.input.strength = static_cast<std::int32_t>(row.integer_or("strength", 0, 100, 100));
    tie.input.remove = row.boolean_or("remove", false);
    return tie;
  });
}

Json put_given_relationships(Session& session, const std::vector<Tie<RelationshipInput>>& ties) {
  const auto inputs = with_customers(session, ties, "/relationships");
  return {{"changed", put_relationships(session, inputs, "/relationships")}};
}

std::vector<Tie<ExclusionInput>> read_exclusions(ObjectReader& in) {
  return in.require_objects("exclusions", kTiesMax, [](ObjectReader& row) {
    Tie<ExclusionInput> tie;
    tie.customer = row.require_text("customer", kCodeBytesMax);
    tie.input.manager = row.require_text("manager", kCodeBytesMax);
    tie.input.reason = row.text_or("reason", kReasonBytesMax, "");
    tie.input.remove = row.boolean_or("remove", false);
    return tie;
  });
}

Json put_given_exclusions(Session& session, const std::vector<Tie<ExclusionInput>>& ties) {
  const auto inputs = with_customers(session, ties, "/exclusions");
  return {{"changed", put_exclusions(session, inputs, "/exclusions")}};
}

struct NeedsRequest {
  std::string customer;
  std::vector<std::string> specialties;
};

NeedsRequest read_needs(ObjectReader& in) {
  return {read_customer_code(in), in.require_texts("specialties", kNeedsMax, kCodeBytesMax)};
}

Json set_given_needs(Session& session, const NeedsRequest& request) {
  set_needs(session, require_customer(session, request.customer, "/customer"), request.specialties);
  return {{"customer", request.customer}};
}

Json needs_answer() {
  return object({{"customer", schema::text()}});
}

template <ImportResult (*import)(Session&, const ByteSource&, const ImportOptions&)>
Json import_list(Session& session, const ImportTextRequest& request) {
  return import_json(import(session, text_source(request.csv), request.options));
}

constexpr Method kManagerMethods[] = {
    method<read_units, put_given_units>("assignment.put_units", 1, "Puts organisation units, by code.",
                                        put_counts_answer),
    method<read_managers, put_given_managers>(
        "assignment.put_managers", 1,
        "Puts account managers, by code; a list that is given replaces the one before.", put_counts_answer),
    method<read_managers_day, list_managers>("assignment.list_managers", 1,
                                             "Lists account managers with their status at a date.",
                                             managers_answer),
    method<read_status, set_given_status>("assignment.set_status", 1,
                                          "Sets a manager's status from a date on; what it overlaps is cut.",
                                          status_answer),
    method<read_relationships, put_given_relationships>(
        "assignment.put_relationships", 1,
        "Puts relationships between customers and managers, or removes them.", changed_answer),
    method<read_exclusions, put_given_exclusions>(
        "assignment.put_exclusions", 1,
        "Excludes managers from customers (conflict of interest), or lifts it.", changed_answer),
    method<read_needs, set_given_needs>("assignment.set_needs", 1,
                                        "Replaces the specialties that a customer asks for.", needs_answer),
    method<read_import_text, import_list<import_units>>(
        "assignment.import_units", 1, "Imports organisation units from CSV text.", import_answer),
    method<read_import_text, import_list<import_managers>>(
        "assignment.import_managers", 1, "Imports account managers from CSV text.", import_answer),
    method<read_import_text, import_list<import_relationships>>(
        "assignment.import_relationships", 1,
        "Imports relationships between customers and managers from CSV text.", import_answer),
};

constexpr ChangeKind kManagerChanges[] = {kUnitPut, kManagerPut, kManagerStatusSet, kCustomerTiePut};
constexpr sqlite::TableFunction (*kManagerTables[])(File&) = {manager_grade_table};

}  // namespace

Room manager_room() noexcept {
  return {kManagerMethods, kManagerChanges, kManagerTables};
}

}  // namespace crmcore::engine
