// Encodings of files: by name, or found out where the bytes leave no doubt.
#pragma once

#include <string>
#include <string_view>

#include "base/csv.hpp"

namespace crmcore::csv {

// Turns a source of bytes in `encoding` into a source of UTF-8, in constant memory. Names, in any case:
// "utf-8", "gb18030" (also "gbk", "gb2312", which it contains), "utf-16" (by its byte order mark, else little
// endian), "utf-16le", "utf-16be", and "auto": UTF-16 by its mark or its zeros, else what the first bytes
// beyond ASCII are, UTF-8 or the two-byte characters of GB2312; what is neither is refused.
//
// UTF-8 passes as it is, because the reader checks it with line numbers. Reading throws Error(utf8) for bytes
// that are not of the encoding or are cut at the end, and Error(invalid) for text that is declared as GB18030
// and is UTF-8 with Chinese in it. Throws Error(invalid) for any other name, Error(unsupported) where the
// system cannot decode it.
//
// `used`, where given, is set to the encoding in which the text is read, and outlives the source.
Source decode(Source source, std::string_view encoding, std::string* used = nullptr);

// UTF-8 as GB18030. Precondition: `utf8` is valid. Throws Error(unsupported) where the system cannot.
std::string encode_gb18030(std::string_view utf8);

}  // namespace crmcore::csv
