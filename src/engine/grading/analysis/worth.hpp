// Whether grading pays.
#pragma once

#include <cstdint>
#include <optional>

#include "crmcore/date.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Whether grading pays: more customers than managers can carry, customers who come back, values that differ.
// `span` is how many customers can be managed; absent: the sum of the managers' spans.
// As of today when `as_of` is absent.
Json worth(Session& session, std::optional<Date> as_of, std::optional<std::int64_t> span);
Json worth_answer();

}  // namespace crmcore::engine
