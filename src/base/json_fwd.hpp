// Names the JSON type for headers that only pass it on.
#pragma once

namespace crmcore {

class Json;

}  // namespace crmcore
