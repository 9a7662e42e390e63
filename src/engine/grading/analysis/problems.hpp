// Customers who need to be talked about.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Customers whom the last review could not grade well, or who bring nothing; at most `limit` of each kind.
// Precondition: limit >= 1.
Json problems(Session& session, std::string_view scheme, std::int64_t limit);
Json problems_answer();

}  // namespace crmcore::engine
