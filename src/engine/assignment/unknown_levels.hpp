// Levels of managers that no policy knows. A host may put managers before policies, so that they are taken,
// and told.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Levels of the newest versions of all policies; empty where there is none.
std::vector<std::string> known_levels(sqlite::Connection& db);
// That the level is unknown, in words; empty where it is known, or there is no policy.
std::string what_is_known_instead(std::span<const std::string> known, std::string_view level);

// [{"manager", "level"}] of the managers whose level is none of these; nobody where there are no levels.
// `only` are codes; empty: all managers.
Json unknown_levels_json(sqlite::Connection& db, std::span<const std::string> known,
                         std::span<const std::string_view> only);
Json unknown_levels_answer();

}  // namespace crmcore::engine
