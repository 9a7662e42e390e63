// Checking a file against itself: totals against entries, digests against the chain.
#pragma once

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Answers {"ok", "entries", "changes", "links", "broken_link"?, "totals_match", "rebuilt"}. With `rebuild`
// totals that do not match are made anew from the entries.
Json verify_file(Session& session, bool rebuild);

}  // namespace crmcore::engine
