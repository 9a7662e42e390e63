// Options and reports of imports as JSON.
#pragma once

#include <string_view>

#include "crmcore/archive.hpp"

#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::engine {

// Reads on_failure and is_dry_run.
ImportOptions read_import_options(ObjectReader& in);
// Reads the encoding, which only files have; texts of the gateway are UTF-8.
void read_encoding(ObjectReader& in, ImportOptions& options);
Json import_json(const ImportResult& result);
Json import_answer();
// `text` must outlive the source.
ByteSource text_source(std::string_view text);

}  // namespace crmcore::engine
