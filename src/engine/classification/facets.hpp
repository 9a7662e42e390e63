// How many of the chosen customers there are by each dimension.
#pragma once

#include "crmcore/classification.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

inline constexpr std::size_t kFacetsMax = 16;

Facets facets_of(Session& session, const FacetsRequest& request);

}  // namespace crmcore::engine
