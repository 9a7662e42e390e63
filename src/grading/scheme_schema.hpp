// The JSON Schema of scheme documents.
#pragma once

#include "base/json_fwd.hpp"

namespace crmcore::grading {

// JSON Schema of the document, with the parameters of every registered kind.
Json scheme_schema();

}  // namespace crmcore::grading
