// The JSON Schema of policy documents, out of the readers and the registry of rules.
#pragma once

#include "base/json_fwd.hpp"

namespace crmcore::assignment {

// What parse_policy() accepts, as far as a schema can say it: not that names refer to one another.
Json policy_schema();
// Of one stage.
Json stage_schema();

}  // namespace crmcore::assignment
