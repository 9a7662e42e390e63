// Options and reports of imports as JSON.
#pragma once

#include <string>
#include <string_view>

#include "crmcore/archive.hpp"

#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::engine {

// Reads what all imports are told, but for the encoding.
ImportOptions read_import_options(ObjectReader& in);
// Reads "separator"; a comma when absent.
char read_separator(ObjectReader& in);
// Reads the encoding, which only files have; texts of the gateway are UTF-8.
void read_encoding(ObjectReader& in, ImportOptions& options);
Json import_json(const ImportResult& result);
Json import_answer();
// A text to be imported, with how.
struct ImportTextRequest {
  std::string csv;
  ImportOptions options;
};
ImportTextRequest read_import_text(ObjectReader& in);
// `text` must outlive the source.
ByteSource text_source(std::string_view text);

}  // namespace crmcore::engine
