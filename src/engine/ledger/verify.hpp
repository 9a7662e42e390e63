// Checking a file against itself: totals against entries, digests against the chain.
#pragma once

#include <optional>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "engine/ledger/verify_chain.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kTotalsRebuilt{21, "ledger.totals_rebuilt"};

// Answers as verify_answer() says. With `rebuild` totals that do not match are made anew from the entries;
// with `known` it is told, too, whether the archive continues that head.
Json verify_file(Session& session, bool rebuild, const std::optional<ChainHead>& known = {});
Json verify_answer();

}  // namespace crmcore::engine
