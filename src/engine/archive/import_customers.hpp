// Importing customers from a file of comma-separated values.
#pragma once

#include "crmcore/archive.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

ImportResult import_customers(Session& session, const ByteSource& source, const ImportOptions& options);

}  // namespace crmcore::engine
