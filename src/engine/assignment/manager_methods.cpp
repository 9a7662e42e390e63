// The gateway's methods on units, managers and their ties to customers.
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/archive/customers.hpp"
#include "engine/assignment/assign.hpp"
#include "engine/assignment/managers.hpp"
#include "engine/assignment/put_managers.hpp"
#include "engine/core/room.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kTextBytesMax = 4096;  // rules say more precisely what is allowed
constexpr std::size_t kUnitsMax = 10'000;
constexpr std::size_t kManagersMax = 100'000;
constexpr std::size_t kTiesMax = 100'000;
constexpr std::size_t kListMax = 1000;
constexpr std::size_t kNeedsMax = 100;

Json result_json(const PutResult& result) {
  return {{"created", result.created}, {"updated", result.updated}, {"unchanged", result.unchanged}};
}

Json put_units_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  std::vector<UnitInput> units;
  in.require_each("units", kUnitsMax, [&](const Json& json, const std::string& path) {
    ObjectReader row(json, path, found);
    UnitInput& unit = units.emplace_back();
    unit.code = row.require_text("code", kTextBytesMax);
    unit.name = row.require_text("name", kTextBytesMax);
    unit.parent = row.text("parent", kTextBytesMax).value_or("");
    unit.is_confidential = row.boolean("is_confidential").value_or(false);
    row.finish();
  });
  in.finish();
  throw_if_any(std::move(found));
  return result_json(put_units(session, units, "/units"));
}

void read_lists(ObjectReader& in, ManagerInput& manager) {
  if (in.has("segments")) {
    auto& segments = manager.segments.emplace();
    in.each("segments", kListMax, [&](const Json& json, const std::string& path) {
      ObjectReader row(json, path, in.found());
      segments.push_back({row.require_text("axis", kTextBytesMax), row.require_text("node", kTextBytesMax)});
      row.finish();
    });
  }
  if (in.has("skills")) {
    auto& skills = manager.skills.emplace();
    in.each("skills", kListMax, [&](const Json& json, const std::string& path) {
      ObjectReader row(json, path, in.found());
      skills.push_back({row.require_text("specialty", kTextBytesMax),
                        static_cast<std::int32_t>(row.require_integer("proficiency", 0, 100))});
      row.finish();
    });
  }
  if (in.has("certificates")) {
    auto& certificates = manager.certificates.emplace();
    in.each("certificates", kListMax, [&](const Json& json, const std::string& path) {
      ObjectReader row(json, path, in.found());
      certificates.push_back({row.require_text("certificate", kTextBytesMax), row.date("expires")});
      row.finish();
    });
  }
}

ManagerInput read_manager(const Json& json, const std::string& path, std::vector<Diagnostic>& found) {
  ObjectReader in(json, path, found);
  ManagerInput manager;
  manager.code = in.require_text("code", kTextBytesMax);
  manager.name = in.text("name", kTextBytesMax);
  manager.level = in.text("level", kTextBytesMax);
  manager.level_since = in.date("level_since");
  manager.unit = in.text("unit", kTextBytesMax);
  if (const auto word = in.word("employment", {"part_time", "dedicated", "agent", "on_site"})) {
    manager.employment = static_cast<Employment>(*word);
  }
  manager.phone = in.text("phone", kTextBytesMax);
  manager.span = in.integer("span", 0, 1'000'000'000);
  read_lists(in, manager);
  in.finish();
  return manager;
}

Json put_managers_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  std::vector<ManagerInput> managers;
  in.require_each("managers", kManagersMax, [&](const Json& json, const std::string& path) {
    managers.push_back(read_manager(json, path, found));
  });
  in.finish();
  throw_if_any(std::move(found));
  return result_json(put_managers(session, managers, "/managers"));
}

Json managers_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const Date as_of = in.date("as_of").value_or(session.today());
  in.finish();
  throw_if_any(std::move(found));
  storage::ManagerStore store(session.db());
  Json managers = Json::array();
  for (const auto& row : store.managers()) {
    managers.push_back({{"code", row.code},
                        {"name", row.name},
                        {"level", row.level},
                        {"phone", row.phone},
                        {"span", row.span},
                        {"status", status_name(status_at(store.absences(row.id), as_of))}});
  }
  return {{"managers", std::move(managers)}};
}

Json set_status_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  StatusInput status;
  status.manager = in.require_text("manager", kTextBytesMax);
  status.status = static_cast<ManagerStatus>(in.require_word("status", {"present", "on_leave", "left"}));
  status.from = in.require_date("from");
  status.to = in.date("to");
  status.reason = in.text("reason", kTextBytesMax).value_or("");
  in.finish();
  throw_if_any(std::move(found));
  set_manager_status(session, status);
  return {{"manager", status.manager}, {"status", status_name(status.status)}};
}

Json put_relationships_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  std::vector<RelationInput> relations;
  in.require_each("relationships", kTiesMax, [&](const Json& json, const std::string& path) {
    ObjectReader row(json, path, found);
    RelationInput& relation = relations.emplace_back();
    const std::string customer = row.require_text("customer", kTextBytesMax);
    relation.manager = row.require_text("manager", kTextBytesMax);
    relation.kind = static_cast<RelationKind>(
        row.require_word("kind", {"developed", "family", "friendship", "referral"}));
    relation.strength = static_cast<std::int32_t>(row.integer("strength", 0, 100).value_or(100));
    relation.is_removed = row.boolean("remove").value_or(false);
    row.finish();
    if (found.empty()) relation.customer = require_customer(session, customer, path + "/customer");
  });
  in.finish();
  throw_if_any(std::move(found));
  return {{"changed", put_relations(session, relations, "/relationships")}};
}

Json put_exclusions_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  std::vector<ExclusionInput> exclusions;
  in.require_each("exclusions", kTiesMax, [&](const Json& json, const std::string& path) {
    ObjectReader row(json, path, found);
    ExclusionInput& exclusion = exclusions.emplace_back();
    const std::string customer = row.require_text("customer", kTextBytesMax);
    exclusion.manager = row.require_text("manager", kTextBytesMax);
    exclusion.reason = row.text("reason", kTextBytesMax).value_or("");
    exclusion.is_removed = row.boolean("remove").value_or(false);
    row.finish();
    if (found.empty()) exclusion.customer = require_customer(session, customer, path + "/customer");
  });
  in.finish();
  throw_if_any(std::move(found));
  return {{"changed", put_exclusions(session, exclusions, "/exclusions")}};
}

Json set_needs_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string customer = in.require_text("customer", kTextBytesMax);
  std::vector<std::string> specialties;
  in.require_each("specialties", kNeedsMax, [&](const Json& json, const std::string& path) {
    if (json.is_string())
      specialties.push_back(json.get<std::string>());
    else
      found.push_back({Code::invalid, path, "a specialty is a text"});
  });
  in.finish();
  throw_if_any(std::move(found));
  set_needs(session, require_customer(session, customer, "/customer"), specialties);
  return {{"customer", customer}};
}

constexpr OldMethod kMethods[] =
    {
        {"assignment.put_units", 1, "Puts organisation units, by code.",
         R"({"type":"object","properties":{"units":{"type":"array","maxItems":10000,"items":{"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"},"parent":{"type":"string"},"is_confidential":{"type":"boolean","default":false}},"required":["code","name"],"additionalProperties":false}}},"required":["units"],"additionalProperties":false})",
         R"({"type":"object","properties":{"created":{"type":"integer"},"updated":{"type":"integer"},"unchanged":{"type":"integer"}}})",
         put_units_method},
        {"assignment.put_managers", 1,
         "Puts account managers, by code; a list that is given replaces the one before.",
         R"({"type":"object","properties":{"managers":{"type":"array","maxItems":100000,"items":{"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"},"level":{"type":"string"},"level_since":{"type":"string","format":"date"},"unit":{"type":"string"},"employment":{"enum":["part_time","dedicated","agent","on_site"]},"phone":{"type":"string"},"span":{"type":"integer","minimum":0,"maximum":1000000000,"description":"greatest weighted load"},"segments":{"type":"array","maxItems":1000,"items":{"type":"object","properties":{"axis":{"type":"string"},"node":{"type":"string","description":"code, name or declared alias"}},"required":["axis","node"],"additionalProperties":false}},"skills":{"type":"array","maxItems":1000,"items":{"type":"object","properties":{"specialty":{"type":"string"},"proficiency":{"type":"integer","minimum":0,"maximum":100}},"required":["specialty","proficiency"],"additionalProperties":false}},"certificates":{"type":"array","maxItems":1000,"items":{"type":"object","properties":{"certificate":{"type":"string"},"expires":{"type":"string","format":"date"}},"required":["certificate"],"additionalProperties":false}}},"required":["code"],"additionalProperties":false}}},"required":["managers"],"additionalProperties":false})",
         R"({"type":"object","properties":{"created":{"type":"integer"},"updated":{"type":"integer"},"unchanged":{"type":"integer"}}})",
         put_managers_method},
        {"assignment.managers", 1, "Lists account managers with their status at a date.",
         R"({"type":"object","properties":{"as_of":{"type":"string","format":"date"}},"additionalProperties":false})",
         R"({"type":"object","properties":{"managers":{"type":"array"}}})", managers_method},
        {"assignment.set_status", 1, "Sets a manager's status from a date on; what it overlaps is cut.",
         R"({"type":"object","properties":{"manager":{"type":"string"},"status":{"enum":["present","on_leave","left"]},"from":{"type":"string","format":"date"},"to":{"type":"string","format":"date"},"reason":{"type":"string"}},"required":["manager","status","from"],"additionalProperties":false})",
         R"({"type":"object","properties":{"manager":{"type":"string"},"status":{"type":"string"}}})",
         set_status_method},
        {"assignment.put_relationships", 1, "Puts relations between customers and managers, or removes them.", R"({"type":"object","properties":{"relationships":{"type":"array","maxItems":100000,"items":{"type":"object","properties":{"customer":{"type":"string"},"manager":{"type":"string"},"kind":{"enum":["developed","family","friendship","referral"]},"strength":{"type":"integer","minimum":0,"maximum":100,"default":100},"remove":{"type":"boolean","default":false}},"required":["customer","manager","kind"],"additionalProperties":false}}},"required":["relationships"],"additionalProperties":false})",
         R"({"type":"object","properties":{"changed":{"type":"integer"}}})", put_relationships_method},
        {"assignment.put_exclusions", 1,
         "Excludes managers from customers (conflict of interest), or lifts it.",
         R"({"type":"object","properties":{"exclusions":{"type":"array","maxItems":100000,"items":{"type":"object","properties":{"customer":{"type":"string"},"manager":{"type":"string"},"reason":{"type":"string"},"remove":{"type":"boolean","default":false}},"required":["customer","manager"],"additionalProperties":false}}},"required":["exclusions"],"additionalProperties":false})",
         R"({"type":"object","properties":{"changed":{"type":"integer"}}})", put_exclusions_method},
        {"assignment.set_needs", 1, "Replaces the specialties that a customer asks for.",
         R"({"type":"object","properties":{"customer":{"type":"string"},"specialties":{"type":"array","maxItems":100,"items":{"type":"string"}}},"required":["customer","specialties"],"additionalProperties":false})",
         R"({"type":"object","properties":{"customer":{"type":"string"}}})", set_needs_method},
};

constexpr ChangeKind kChanges[] = {kUnitPut, kManagerPut, kManagerStatusSet, kCustomerTiePut};
}  // namespace

Room manager_room() noexcept {
  return {{}, kChanges, {}, kMethods};
}

}  // namespace crmcore::engine
