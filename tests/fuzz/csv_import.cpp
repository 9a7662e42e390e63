// A file to be imported: a line that says what it is, in which encoding and whether by a mapping, then the
// file.
#include "crmcore/archive.hpp"
#include "crmcore/ledger.hpp"

#include "fuzz/target.hpp"

using namespace crmcore;

namespace {

// Gives the file in pieces of 1 to 16 bytes, so that every boundary meets a piece's end.
ByteSource pieces(std::string_view text) {
  return [text, step = std::size_t{0}](char* buffer, std::size_t size) mutable {
    step = step % 16 + 1;
    const std::size_t count = text.copy(buffer, std::min(size, step));
    text.remove_prefix(count);
    return count;
  };
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view file = fuzz::text_of(data, size);
  const std::string_view kind = fuzz::take_line(file);
  ImportOptions options;
  if (kind.find("gb") != std::string_view::npos) options.encoding = "gb18030";
  if (kind.find("auto") != std::string_view::npos) options.encoding = "auto";
  if (kind.find("map") != std::string_view::npos) options.mapping.emplace();
  if (kind.find("skip") != std::string_view::npos) options.on_failure = OnFailure::skip;
  fuzz::Archive::instance().try_out([&](Connection& connection) {
    ImportResult result;
    if (kind.starts_with('e')) {
      EntryImportOptions entries;
      entries.source = "fuzz";
      entries.import = options;
      if (kind.find('q') != std::string_view::npos)
        entries.quantity_column = "n", entries.price_column = "price";
      entries.is_negative_reversal = kind.find('n') != std::string_view::npos;
      result = Ledger(connection).import_csv(pieces(file), entries);
    } else {
      result = Archive(connection).import_csv(pieces(file), options);
    }
    if (result.created + result.updated + result.unchanged + result.failed != result.rows) {
      fuzz::report("the report's numbers do not add up");
    }
  });
  return 0;
}
