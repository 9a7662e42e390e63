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
#include "engine/assignment/unknown_levels.hpp"
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
  in.absent_keeps();
  return in.require_objects("units", kUnitsMax, [](ObjectReader& row) {
    return UnitInput{row.require_text("code", kCodeBytesMax),
                     row.about("a new one needs it").text("name", kNameBytesMax),
                     row.about("code of the unit above; null or empty, as of a new one: a root")
                         .clearable_text("parent", kCodeBytesMax),
                     row.about("of a new one: false").boolean("is_confidential")};
  });
}

Json put_given_units(Session& session, const std::vector<UnitInput>& units) {
  return put_counts_json(put_units(session, units, "/units"));
}

void read_manager_lists(ObjectReader& in, ManagerInput& manager) {
  auto segments = in.objects("segments", kManagerListMax, [](ObjectReader& row) {
    return SegmentInput{row.require_text("axis", kCodeBytesMax),
                        row.about("code, name or declared alias").require_text("node", kNameBytesMax),
                        row.boolean_or("remove", false)};
  });
  if (in.has("segments")) manager.segments = std::move(segments);
  auto skills = in.objects("skills", kManagerListMax, [](ObjectReader& row) {
    SkillInput skill;
    skill.specialty = row.require_text("specialty", kCodeBytesMax);
    if (const auto given = row.about("a new one needs it").integer("proficiency", 0, 100))
      skill.proficiency = static_cast<std::int32_t>(*given);
    skill.remove = row.boolean_or("remove", false);
    return skill;
  });
  if (in.has("skills")) manager.skills = std::move(skills);
  auto certificates = in.objects("certificates", kManagerListMax, [](ObjectReader& row) {
    return CertificateInput{row.require_text("certificate", kCodeBytesMax),
                            row.about("the first day on which it no longer counts; null: it always counts")
                                .clearable_date("expires"),
                            row.boolean_or("remove", false)};
  });
  if (in.has("certificates")) manager.certificates = std::move(certificates);
  manager.replace = in.about("the lists that are given are all there is to be: members not named go")
                        .boolean_or("replace", false);
  if (manager.replace && !manager.segments && !manager.skills && !manager.certificates)
    in.fail(Code::invalid, "replace", "there is no list of segments, skills or certificates beside it");
}

ManagerInput read_manager(ObjectReader& in) {
  ManagerInput manager;
  manager.code = in.require_text("code", kCodeBytesMax);
  manager.name = in.about("a new one needs it").text("name", kNameBytesMax);
  manager.level =
      in.about("one of the policy's levels; null or empty: none").clearable_text("level", kCodeBytesMax);
  manager.level_since = in.date("level_since");
  manager.unit = in.about("code; null or empty: none").clearable_text("unit", kCodeBytesMax);
  manager.employment = in.word<Employment>("employment");
  manager.phone = in.clearable_text("phone", kManagerPhoneBytesMax);
  manager.span = in.about("greatest weighted load").integer("span", 0, assignment::kSpanMax);
  read_manager_lists(in, manager);
  return manager;
}

std::vector<ManagerInput> read_managers(ObjectReader& in) {
  in.absent_keeps();
  return in.require_objects("managers", kManagersMax, read_manager);
}

Json put_given_managers(Session& session, const std::vector<ManagerInput>& managers) {
  const ManagersPut put = put_managers(session, managers, "/managers");
  Json json = put_counts_json(put.counts);
  json["over_span"] = over_span_json(put.over_span);
  std::vector<std::string_view> codes;
  for (const ManagerInput& manager : managers) codes.push_back(manager.code);
  Json unknown = unknown_levels_json(session.db(), known_levels(session.db()), codes);
  if (!unknown.empty()) json["unknown_levels"] = std::move(unknown);
  return json;
}

Json put_managers_answer() {
  return schema::extended(put_counts_answer(), {{"over_span", over_span_answer()},
                                                schema::optional("unknown_levels", unknown_levels_answer())});
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
  in.absent_keeps();
  StatusInput status;
  status.manager = in.require_text("manager", kCodeBytesMax);
  status.status = in.require_word<ManagerStatus>("status");
  status.from = in.require_date("from");
  status.to = in.about("null, as of a new one: open").clearable_date("to");
  status.reason = in.clearable_text("reason", kReasonBytesMax);
  return status;
}

Json set_given_status(Session& session, const StatusInput& status) {
  const bool is_unchanged = !set_manager_status(session, status);
  return {{"manager", status.manager}, {"status", word_of(status.status)}, {"is_unchanged", is_unchanged}};
}

Json status_answer() {
  return object({{"manager", schema::text()},
                 {"status", schema::word<ManagerStatus>()},
                 {"is_unchanged", schema::about("it was so already", schema::boolean())}});
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

Json changed_json(std::int64_t changed, std::size_t given) {
  return {{"changed", changed}, {"unchanged", static_cast<std::int64_t>(given) - changed}};
}

Json changed_answer() {
  return object({{"changed", schema::about("how many are new, changed or removed", schema::integer())},
                 {"unchanged", schema::integer()}});
}

std::vector<Tie<RelationshipInput>> read_relationships(ObjectReader& in) {
  in.absent_keeps();
  return in.require_objects("relationships", kTiesMax, [](ObjectReader& row) {
    Tie<RelationshipInput> tie;
    tie.customer = row.require_text("customer", kCodeBytesMax);
    tie.input.manager = row.require_text("manager", kCodeBytesMax);
    tie.input.kind = row.require_word<RelationshipKind>("kind");
    if (const auto strength = row.about("of a new one: 100").integer("strength", 0, 100))
      tie.input.strength = static_cast<std::int32_t>(*strength);
    tie.input.remove = row.boolean_or("remove", false);
    return tie;
  });
}

Json put_given_relationships(Session& session, const std::vector<Tie<RelationshipInput>>& ties) {
  const auto inputs = with_customers(session, ties, "/relationships");
  return changed_json(put_relationships(session, inputs, "/relationships"), inputs.size());
}

std::vector<Tie<ExclusionInput>> read_exclusions(ObjectReader& in) {
  in.absent_keeps();
  return in.require_objects("exclusions", kTiesMax, [](ObjectReader& row) {
    Tie<ExclusionInput> tie;
    tie.customer = row.require_text("customer", kCodeBytesMax);
    tie.input.manager = row.require_text("manager", kCodeBytesMax);
    tie.input.reason = row.clearable_text("reason", kReasonBytesMax);
    tie.input.remove = row.boolean_or("remove", false);
    return tie;
  });
}

Json put_given_exclusions(Session& session, const std::vector<Tie<ExclusionInput>>& ties) {
  const auto inputs = with_customers(session, ties, "/exclusions");
  return changed_json(put_exclusions(session, inputs, "/exclusions"), inputs.size());
}

struct NeedsRequest {
  std::string customer;
  std::vector<std::string> specialties;
};

NeedsRequest read_needs(ObjectReader& in) {
  in.absent_keeps();
  return {read_customer_code(in), in.require_texts("specialties", kNeedsMax, kCodeBytesMax)};
}

Json set_given_needs(Session& session, const NeedsRequest& request) {
  const CustomerId id = require_customer(session, request.customer, "/customer");
  return {{"customer", request.customer}, {"is_unchanged", !set_needs(session, id, request.specialties)}};
}

Json needs_answer() {
  return object({{"customer", schema::text()},
                 {"is_unchanged", schema::about("they were these already", schema::boolean())}});
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
        "Puts account managers, by code; what is not named of their lists stays.", put_managers_answer),
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
