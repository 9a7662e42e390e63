// Names the JSON type for headers that only pass it on.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace crmcore {

using Json = nlohmann::ordered_json;

}  // namespace crmcore
