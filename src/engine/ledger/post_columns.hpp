// Posting entries that come as columns of values.
#pragma once

#include <span>

#include "crmcore/ledger.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

PostResult post_columns(Session& session, const PostOptions& options, std::span<const ImportColumn> columns);

}  // namespace crmcore::engine
