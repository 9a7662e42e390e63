// Comparing what is kept of customers' past with what the journal tells of their changes, for verify.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/session.hpp"

namespace crmcore::engine {

// The first change after which past classes, codes, contacts that were taken away or the status would be
// other than they are.
std::optional<std::int64_t> first_wrong_customer(Session& session, sqlite::Connection& db);

}  // namespace crmcore::engine
