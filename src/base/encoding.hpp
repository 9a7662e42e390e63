// Decoding of files whose encoding is declared; nothing is ever guessed.
#pragma once

#include <string_view>

#include "base/csv.hpp"

namespace crmcore::csv {

// Turns a source of bytes in `encoding` ("utf-8" or "gb18030", any case) into a source of UTF-8, in
// constant memory. UTF-8 passes as it is, because the reader checks it with line numbers. Reading throws
// Error(utf8) with the byte offset for bytes that are not of the encoding or are cut at the end. Throws
// Error(invalid) for any other encoding, Error(unsupported) where the system cannot decode it.
Source decode(Source source, std::string_view encoding);

}  // namespace crmcore::csv
