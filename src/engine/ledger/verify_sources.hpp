// Comparing the names of sources, the currency and foreign amounts with what the journal tells of postings,
// for verify.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/session.hpp"

namespace crmcore::engine {

// The first posting whose entries are of a source that has another name now, or have other foreign amounts.
std::optional<std::int64_t> first_wrong_posting(Session& session, sqlite::Connection& db);

}  // namespace crmcore::engine
