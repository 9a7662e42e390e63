// Importing customers from columns of values.
#pragma once

#include <span>

#include "crmcore/archive.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

ImportResult import_columns(Session& session, std::span<const ImportColumn> columns,
                            const ImportOptions& options);

}  // namespace crmcore::engine
