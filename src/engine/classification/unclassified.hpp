// Finding the customers without a class.
#pragma once

#include <cstdint>
#include <string_view>

#include "crmcore/classification.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

inline constexpr std::int64_t kUnclassifiedMax = 10'000;  // codes that one call tells
inline constexpr std::int64_t kUnclassifiedDefault = 100;

// Per axis (empty: all axes): customers without a class and on retired nodes, with the codes of the first
// `limit`. Answers as unclassified_answer() says. Throws Error: range at "/limit", not_found at "/axis".
Json unclassified_customers(Session& session, std::string_view axis, std::int64_t limit);
Json unclassified_answer();

}  // namespace crmcore::engine
