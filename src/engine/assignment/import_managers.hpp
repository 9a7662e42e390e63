// Importing units, account managers and their relationships to customers from files of separated values.
#pragma once

#include "crmcore/import.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

ImportResult import_units(Session& session, const ByteSource& source, const ImportOptions& options);
ImportResult import_managers(Session& session, const ByteSource& source, const ImportOptions& options);
ImportResult import_relationships(Session& session, const ByteSource& source, const ImportOptions& options);

}  // namespace crmcore::engine
