// How grades moved between two reviews.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Grades in force after two reviews: a matrix of counts, with the state "absent" for who was not in one of
// them, and of rates. Throws Error(invalid) for a review of another scheme.
Json migration(Session& session, std::string_view scheme, ReviewId from, ReviewId to);
Json migration_answer();

}  // namespace crmcore::engine
