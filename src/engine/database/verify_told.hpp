// Rows of which a change tells the digest, against the last change that does.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/session.hpp"

namespace crmcore::engine {

// The first change after which such rows are not what was told; none: all are.
std::optional<std::int64_t> first_wrong_told(Session& session, sqlite::Connection& db);

}  // namespace crmcore::engine
