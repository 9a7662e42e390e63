// Handing over what a manager holds.
#pragma once

#include "crmcore/assignment.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kCustomersHandedOver{60, "manager.received"};

Json hand_over(Session& session, const HandoverRequest& request);
Json handover_answer();

}  // namespace crmcore::engine
