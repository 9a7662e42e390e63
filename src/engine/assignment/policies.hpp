// Assignment policies: checked, versioned, immutable once used.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/assignment.hpp"

#include "assignment/policy.hpp"
#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kPolicyPut{51, "assignment.policy_put", storage::ToldRows::policies};

struct LoadedPolicy {
  PolicyId id;
  SchemeId scheme;  // none: reads no grades
  assignment::Policy policy;
};

PolicyInfo put_policy(Session& session, const Json& document);
// As put_policy() would take it, and not put: what it would do can be told. Turns of rotation are those of
// `like`, where it is one. Throws as put_policy().
LoadedPolicy policy_to_try(Session& session, const Json& document, PolicyId like);
std::vector<PolicyInfo> list_policies(Session& session);
// The canonical document; of the newest version when absent. Throws as load_policy().
Json policy_document(Session& session, std::string_view code, std::optional<std::int32_t> version);

// Throws Error(not_found) at "/policy" or "/version".
LoadedPolicy load_policy(sqlite::Connection& db, std::string_view code, std::optional<std::int32_t> version);
LoadedPolicy load_policy(sqlite::Connection& db, PolicyId id, std::int32_t version);
// All that there are.
std::vector<LoadedPolicy> newest_policies(sqlite::Connection& db);
// The policy of this code; with an empty code the only one there is, nothing when there is none. Throws
// Error(invalid) when there are several to choose from.
std::optional<LoadedPolicy> load_policy_or_only(sqlite::Connection& db, std::string_view code);

}  // namespace crmcore::engine
