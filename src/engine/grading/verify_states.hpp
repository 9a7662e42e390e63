// Comparing the states of grades with what the last review decided, for verify.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/session.hpp"

namespace crmcore::engine {

// The change of the scheme's last review when a state of a subject that it saw is another one; subjects that
// the blacklist moved since are left out.
std::optional<std::int64_t> first_wrong_state(Session& session, sqlite::Connection& db, SchemeId scheme);

}  // namespace crmcore::engine
