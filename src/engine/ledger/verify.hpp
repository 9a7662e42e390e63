// Checking a file against itself: totals against entries, digests against the chain.
#pragma once

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kTotalsRebuilt{21, "ledger.totals_rebuilt"};

// Answers as verify_answer() says. With `rebuild` totals that do not match are made anew from the entries.
Json verify_file(Session& session, bool rebuild);
Json verify_answer();

}  // namespace crmcore::engine
