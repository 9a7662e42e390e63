// Writing scheme documents.
#pragma once

#include "base/json_fwd.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {

// Writes the canonical document: defaults and versions spelled out, one order of keys.
// parse_scheme(scheme_json(s)) gives s again, and the same scheme always gives the same bytes.
Json scheme_json(const Scheme& scheme);

}  // namespace crmcore::grading
