// Scheme documents: putting, listing, and one version ready for use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/grading.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "grading/scheme.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kSchemePut{30, "grading.scheme_put", storage::ToldRows::grades};

SchemeInfo put_scheme(Session& session, const Json& document);
std::vector<SchemeInfo> list_schemes(Session& session);
std::string scheme_document(Session& session, std::string_view code, std::optional<std::int32_t> version);

struct LoadedScheme {
  SchemeId id;
  grading::Scheme scheme;
};
// Throws Error(not_found) at "/scheme" or "/version".
LoadedScheme load_scheme(sqlite::Connection& db, std::string_view code,
                         std::optional<std::int32_t> version = {});
LoadedScheme load_scheme(sqlite::Connection& db, SchemeId id, std::optional<std::int32_t> version = {});

}  // namespace crmcore::engine
