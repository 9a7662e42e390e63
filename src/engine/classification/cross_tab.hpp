// Counting customers by classes, grade and manager.
#pragma once

#include "crmcore/classification.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

inline constexpr std::size_t kDimensionsMax = 4;

// Throws Error: not_found, limit, range, each at its member.
CrossTab cross_tab(Session& session, const CrossTabRequest& request);

}  // namespace crmcore::engine
