#include "engine/assignment/policies.hpp"

#include <algorithm>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "storage/assignment_store.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

using storage::AssignmentStore;

std::optional<storage::PolicyRow> find_policy(AssignmentStore& store, std::string_view code) {
  if (text::find_invalid_utf8(code)) return std::nullopt;
  const std::string key = text::key_form(code);
  for (auto& row : store.policies()) {
    if (text::key_form(row.code) == key) return std::move(row);
  }
  return std::nullopt;
}

storage::PolicyRow require_policy(AssignmentStore& store, std::string_view code) {
  if (auto row = find_policy(store, code)) return std::move(*row);
  std::vector<std::string> known;
  for (const auto& row : store.policies()) known.push_back(row.code);
  throw Error(Code::not_found,
              fmt::format("no policy {}; there {}", text::quoted(code),
                          known.empty() ? "is none" : fmt::format("are {}", fmt::join(known, ", "))),
              "/policy");
}

// A document without a version becomes the one after the newest.
Json with_version(AssignmentStore& store, const Json& document) {
  if (!document.is_object() || document.contains("version") || !document.contains("code") ||
      !document["code"].is_string()) {
    return document;
  }
  Json numbered = document;
  const auto known = find_policy(store, document["code"].text());
  numbered["version"] = (known ? store.last_version(known->id) : 0) + 1;
  return numbered;
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

void require_axes(const Catalog& catalog, const assignment::Policy& policy) {
  for (const std::string& code : policy.axes) {
    if (catalog.axis(std::string_view(code)) == nullptr) {
      throw Error(Code::not_found,
                  fmt::format("no axis {}; defined are: {}", text::quoted(code), catalog.axis_codes()),
                  "/stages");
    }
  }
}

void require_next(AssignmentStore& store, const storage::PolicyRow& known, std::int32_t version,
                  bool is_stored) {
  const std::int32_t last = store.last_version(known.id);
  if (is_stored && store.is_used(known.id, version)) {
    throw Error(Code::conflict,
                fmt::format("version {} of policy {} was used by a run and cannot change; the next is {}",
                            version, known.code, last + 1),
                "/version");
  }
  if (!is_stored && version != last + 1) {
    throw Error(Code::conflict,
                fmt::format("the next version of policy {} is {}, not {}", known.code, last + 1, version),
                "/version");
  }
}

PolicyInfo info_of(AssignmentStore& store, const storage::PolicyRow& row, std::string scheme) {
  const std::int32_t version = store.last_version(row.id);
  return {row.id, row.code, version, std::move(scheme), store.is_used(row.id, version)};
}

}  // namespace

PolicyInfo put_policy(Session& session, const Json& document) {
  WriteScope write(session);
  AssignmentStore store(write.db());
  const assignment::Policy policy = assignment::parse_policy(with_version(store, document));
  text::require_code(policy.code, "/code");
  require_axes(session.catalog(), policy);
  storage::PolicyVersionRow row;
  row.scheme = require_scheme_of(write.db(), policy);
  row.version = policy.version;
  row.document = dump_json(assignment::policy_json(policy));
  row.ungraded_weight = policy.ungraded_weight;
  row.weights = policy.weights;
  auto known = find_policy(store, policy.code);
  if (known) {
    const auto stored = store.version(known->id, policy.version);
    if (stored && stored->document == row.document) return info_of(store, *known, policy.scheme);
    require_next(store, *known, policy.version, stored.has_value());
  } else {
    if (policy.version != 1) {
      throw Error(Code::conflict, fmt::format("the first version of a policy is 1, not {}", policy.version),
                  "/version");
    }
    const auto all = store.policies();
    known = storage::PolicyRow{PolicyId{all.empty() ? 1 : all.back().id.value + 1}, policy.code};
    store.put(*known, text::key_form(policy.code));
  }
  row.policy = known->id;
  row.change_seq =
      write.journal().add(kPolicyPut, {}, dump_json({{"policy", policy.code}, {"version", policy.version}}));
  store.put(row);
  PolicyInfo info = info_of(store, *known, policy.scheme);
  write.commit();
  return info;
}

std::vector<PolicyInfo> list_policies(Session& session) {
  AssignmentStore store(session.db());
  std::vector<PolicyInfo> policies;
  for (const auto& row : store.policies()) {
    const auto loaded = load_policy(session.db(), row.id, store.last_version(row.id));
    policies.push_back(info_of(store, row, loaded.policy.scheme));
  }
  return policies;
}

LoadedPolicy load_policy(sqlite::Connection& db, std::string_view code, std::optional<std::int32_t> version) {
  AssignmentStore store(db);
  const auto row = require_policy(store, code);
  return load_policy(db, row.id, version.value_or(store.last_version(row.id)));
}

LoadedPolicy load_policy(sqlite::Connection& db, PolicyId id, std::int32_t version) {
  AssignmentStore store(db);
  const auto row = store.version(id, version);
  if (!row) {
    throw Error(
        Code::not_found,
        fmt::format("the policy has no version {}; the newest is {}", version, store.last_version(id)),
        "/version");
  }
  return {id, row->scheme, assignment::parse_policy(parse_json(row->document))};
}

std::optional<LoadedPolicy> load_policy_or_only(sqlite::Connection& db, std::string_view code) {
  if (!code.empty()) return load_policy(db, code, std::nullopt);
  AssignmentStore store(db);
  const auto all = store.policies();
  if (all.empty()) return std::nullopt;
  if (all.size() > 1) throw Error(Code::invalid, "there are several policies; name one", "/policy");
  return load_policy(db, all.front().id, store.last_version(all.front().id));
}

}  // namespace crmcore::engine
