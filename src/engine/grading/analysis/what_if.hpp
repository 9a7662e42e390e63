// What another scheme would give.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// What another scheme would give, against the grades in force after the last review of `scheme`: matrix of
// customers and of value, and the largest differences, at most `limit`. `candidate` is a scheme document; on
// the review's date, as if everybody were placed by it. Precondition: limit >= 1.
Json what_if(Session& session, std::string_view scheme, const Json& candidate, std::int64_t limit);
Json what_if_answer();

}  // namespace crmcore::engine
