#include "engine/assignment/policies.hpp"

#include <algorithm>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/core/versioned_documents.hpp"
#include "storage/assignment_store.hpp"
#include "storage/scheme_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::AssignmentStore;
using storage::SeriesId;

VersionedDocuments policies_of(sqlite::Connection& db) {
  return {db, storage::DocumentKind::policy};
}

// The scheme whose grades the policy reads; they must be the policy's own, in the same order.
SchemeId require_scheme_of(sqlite::Connection& db, const assignment::Policy& policy) {
  if (policy.scheme.empty()) return {};
  storage::SchemeStore store(db);
  const auto scheme = store.find(text::key_form(policy.scheme));
  if (!scheme)
    throw Error(Code::not_found, fmt::format("no scheme {}", text::quoted(policy.scheme)), "/scheme");
  std::vector<std::string> grades;
  for (const auto& row : store.grades(scheme->id)) {
    if (row.grade >= 0) grades.push_back(row.name);
  }
  if (grades != policy.grades) {
    throw Error(Code::conflict,
                fmt::format("/grades are {}, but /scheme {} gives {}", fmt::join(policy.grades, ", "),
                            policy.scheme, fmt::join(grades, ", ")),
                "/grades");
  }
  return scheme->id;
}

// Every axis that a rule reads, at its place in the document.
void require_axes(const Catalog& catalog, const assignment::Policy& policy) {
  std::vector<Diagnostic> found;
  const auto check = [&](const assignment::RuleUse& use, const std::string& path) {
    const Json parameters = use.rule->parameters();
    const Json* code = parameters.find("axis");
    if (code == nullptr || catalog.axis(std::string_view(code->text())) != nullptr) return;
    found.push_back(
        {Code::not_found, path + "/params/axis",
         fmt::format("no axis {}; defined are: {}", text::quoted(code->text()), catalog.axis_codes())});
  };
  for (std::size_t s = 0; s < policy.stages.size(); ++s) {
    const assignment::Stage& stage = policy.stages[s];
    const std::string path = fmt::format("/stages/{}", s);
    check(stage.rule, path);
    for (std::size_t i = 0; i < stage.requires_all.size(); ++i)
      check(stage.requires_all[i], fmt::format("{}/requires/{}", path, i));
    for (std::size_t i = 0; i < stage.prefers.size(); ++i)
      check(stage.prefers[i], fmt::format("{}/prefers/{}", path, i));
  }
  throw_if_any(std::move(found));
}

LoadedPolicy load_series(sqlite::Connection& db, SeriesId series, std::optional<std::int32_t> version) {
  const PolicyId id{series.value};
  const Json document = policies_of(db).load(series, version);
  auto policy = storage::read_stored("a policy", [&] { return assignment::parse_policy(document); });
  const SchemeId scheme = AssignmentStore(db).scheme_of(id, policy.version);
  return {id, scheme, std::move(policy)};
}

}  // namespace

PolicyInfo put_policy(Session& session, const Json& document) {
  WriteScope write(session);
  AssignmentStore store(write.db());
  VersionedDocuments policies = policies_of(write.db());
  const assignment::Policy policy = assignment::parse_policy(document);
  require_axes(session.catalog(), policy);
  const SchemeId scheme = require_scheme_of(write.db(), policy);
  const DocumentPlace place = policies.place(
      assignment::policy_json(policy), names_version(document),
      [](const Json& json) { return assignment::policy_json(assignment::parse_policy(json)); });
  const PolicyId id{place.series.value};
  if (place.is_first) store.insert(storage::PolicyRow{id, place.code}, place.key);
  if (!place.is_there) {
    policies.write(write.journal(), kPolicyPut, place, [&] {
      store.put(storage::PolicyTermsRow{id, place.version, scheme, policy.ungraded_weight, policy.weights});
    });
  }
  const bool is_used = policies.is_used(place.series, place.version);
  PolicyInfo info{id, place.code, place.version, policy.scheme, is_used, place.is_there};
  write.commit();
  return info;
}

LoadedPolicy policy_to_try(Session& session, const Json& document, PolicyId like) {
  assignment::Policy policy = assignment::parse_policy(document);
  text::require_code(policy.code, "/code");
  require_axes(session.catalog(), policy);
  const SchemeId scheme = require_scheme_of(session.db(), policy);
  return {like, scheme, std::move(policy)};
}

std::vector<PolicyInfo> list_policies(Session& session) {
  VersionedDocuments documents = policies_of(session.db());
  std::vector<PolicyInfo> policies;
  for (const auto& row : documents.all()) {
    const LoadedPolicy loaded = load_series(session.db(), row.id, std::nullopt);
    const std::int32_t version = loaded.policy.version;
    policies.push_back(
        {loaded.id, row.code, version, loaded.policy.scheme, documents.is_used(row.id, version), false});
  }
  return policies;
}

Json policy_document(Session& session, std::string_view code, std::optional<std::int32_t> version) {
  VersionedDocuments policies = policies_of(session.db());
  return policies.load(policies.require(code).id, version);
}

LoadedPolicy load_policy(sqlite::Connection& db, std::string_view code, std::optional<std::int32_t> version) {
  return load_series(db, policies_of(db).require(code).id, version);
}

LoadedPolicy load_policy(sqlite::Connection& db, PolicyId id, std::int32_t version) {
  return load_series(db, SeriesId{id.value}, version);
}

std::vector<LoadedPolicy> newest_policies(sqlite::Connection& db) {
  std::vector<LoadedPolicy> policies;
  for (const auto& row : policies_of(db).all()) policies.push_back(load_series(db, row.id, std::nullopt));
  return policies;
}

std::optional<LoadedPolicy> load_policy_or_only(sqlite::Connection& db, std::string_view code) {
  if (!code.empty()) return load_policy(db, code, std::nullopt);
  const auto all = policies_of(db).all();
  if (all.empty()) return std::nullopt;
  if (all.size() > 1) throw Error(Code::invalid, "there are several policies; name one", "/policy");
  return load_series(db, all.front().id, std::nullopt);
}

}  // namespace crmcore::engine
