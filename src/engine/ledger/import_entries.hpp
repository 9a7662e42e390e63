// Importing ledger entries from a file of separated values.
#pragma once

#include "crmcore/ledger.hpp"

#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

ImportResult import_entries(Session& session, const ByteSource& source, const EntryImportOptions& options);
// Reads source, the names of columns, amount_min, is_negative_reversal, on_failure and is_dry_run.
EntryImportOptions read_entry_import_options(ObjectReader& in);

}  // namespace crmcore::engine
