// How many customers a grade has, and what they bring.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crmcore/grading.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

// After that review; after the last one when absent.
std::vector<TierOfPyramid> pyramid_of(Session& session, std::string_view scheme,
                                      std::optional<ReviewId> review = {});

}  // namespace crmcore::engine
