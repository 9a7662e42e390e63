// How concentrated the business is on few customers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Gini, Herfindahl, shares of the largest, customers above 5 %, whale and Lorenz curve, by that review or
// else the last one. Throws Error(invalid) at "/scheme" when it measures no money.
Json concentration(Session& session, std::string_view scheme, std::optional<ReviewId> review);
Json concentration_answer();

}  // namespace crmcore::engine
