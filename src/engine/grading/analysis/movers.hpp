// Who moved, and who is about to.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Who rose, fell, or is about to fall, by that review or else the last one; at most `limit` of each, the most
// valuable first. Precondition: limit >= 1.
Json movers(Session& session, std::string_view scheme, std::int64_t limit, std::optional<ReviewId> review);
Json movers_answer();

}  // namespace crmcore::engine
