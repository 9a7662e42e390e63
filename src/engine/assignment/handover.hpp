// Handing over what a manager holds.
#pragma once

#include "crmcore/assignment.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

Json hand_over(Session& session, const HandoverRequest& request);

}  // namespace crmcore::engine
