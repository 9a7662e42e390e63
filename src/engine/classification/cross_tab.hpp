// Counting customers by classes, grade and manager, and finding those without a class.
#pragma once

#include <optional>
#include <string_view>

#include "crmcore/classification.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

CrossTab cross_tab(Session& session, const CrossTabRequest& request);
// Per axis: customers without a class and on retired nodes, with the codes of the first `customers_max`.
Json unclassified_customers(Session& session, std::string_view axis, std::int32_t customers_max);

}  // namespace crmcore::engine
