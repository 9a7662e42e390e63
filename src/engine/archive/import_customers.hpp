// Importing customers and their contacts from files of separated values.
#pragma once

#include "crmcore/archive.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

ImportResult import_customers(Session& session, const ByteSource& source, const ImportOptions& options);
// Contacts of customers that are there, one a row.
ImportResult import_contacts(Session& session, const ByteSource& source, const ImportOptions& options);

}  // namespace crmcore::engine
