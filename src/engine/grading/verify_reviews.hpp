// Comparing schemes and reviews with what the journal tells of them, for verify.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/session.hpp"
#include "storage/reversal_store.hpp"

namespace crmcore::engine {

// The first change that is not borne out: of a scheme's version with another document, of a review whose
// record is not what was committed.
std::optional<std::int64_t> first_wrong_grading(Session& session, sqlite::Connection& db);

// Of what is said to be taken back, the first of which no change of this kind tells it.
std::optional<std::int64_t> first_wrong_reversal(sqlite::Connection& db, storage::ReversalKind kind,
                                                 const ChangeKind& told);

}  // namespace crmcore::engine
