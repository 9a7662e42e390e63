#include "engine/archive/import_file.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "engine/archive/customer_rows.hpp"

namespace crmcore::engine {

ImportFile::ImportFile(Session& session, const ByteSource& source, const ImportOptions& options,
                       char separator)
    : session_(session),
      on_failure_(options.on_failure),
      reader_(csv::decode(source, options.encoding), separator) {
  if (!reader_.next()) throw Error(Code::invalid, "the file has no header line", "/lines/1");
  for (const std::string_view name : reader_.fields()) {
    if (text::is_blank(name)) {
      throw Error(Code::invalid, fmt::format("column {} of the header is blank", columns_.size() + 1),
                  "/lines/1");
    }
    if (std::find(columns_.begin(), columns_.end(), name) != columns_.end()) {
      throw Error(Code::invalid, fmt::format("the header names '{}' twice", name), "/lines/1");
    }
    columns_.emplace_back(name);
  }
}

std::optional<std::size_t> ImportFile::column(std::string_view name) const noexcept {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (name.empty() || found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::size_t ImportFile::require_column(std::string_view name) const {
  if (const auto index = column(name)) return *index;
  throw Error(Code::invalid,
              fmt::format("the file has no column '{}'; it has {}", name, fmt::join(columns_, ", ")),
              "/lines/1");
}

bool ImportFile::next() {
  while (reader_.next()) {
    if (++result.rows % kRowsPerTick == 0) session_.tick(reader_.bytes_read(), 0);
    if (reader_.fields().size() == columns_.size()) return true;
    fail(Code::invalid, "",
         fmt::format("{} fields where the header has {}", reader_.fields().size(), columns_.size()));
  }
  return false;
}

void ImportFile::fail(Code code, std::string_view column, std::string_view message) {
  report_failure(result, on_failure_, "line",
                 {reader_.line(), std::string(column), code, std::string(message)});
}

}  // namespace crmcore::engine
