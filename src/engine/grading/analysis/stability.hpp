// How stable a scheme was over its reviews.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Over all reviews that moved grades: rates of change, two steps and reversals, cohort and continuous-time
// migration, Shorrocks' mobility, and the population stability index of the scores.
Json stability(Session& session, std::string_view scheme);
Json stability_answer();

}  // namespace crmcore::engine
