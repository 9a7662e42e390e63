// Whether who serves whom, and why, is what the journal's runs decided.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/session.hpp"

namespace crmcore::engine {

// The first change that is not borne out: of a policy's version with another document, of a run whose
// decisions are others than it told, or whose customers are served by somebody else, or locked, without a
// change that says so.
std::optional<std::int64_t> first_wrong_assignment(Session& session, sqlite::Connection& db);

}  // namespace crmcore::engine
