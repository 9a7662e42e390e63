// Tables of the archive as files.
#pragma once

#include <cstdint>

#include "crmcore/export.hpp"

#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

std::int64_t export_rows(Session& session, const ExportOptions& options, const RowSink& sink);
std::int64_t export_table(Session& session, const ExportOptions& options, const ByteSink& sink);
// Reads table, format, headings, separator and is_lossless; texts of the gateway are UTF-8.
ExportOptions read_export_options(ObjectReader& in);

}  // namespace crmcore::engine
