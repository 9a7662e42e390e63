// Options and reports as JSON, for those who see only the public headers.
#include "crmcore/archive.hpp"
#include "crmcore/database.hpp"
#include "crmcore/ledger.hpp"

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/import_json.hpp"

namespace crmcore {
namespace {

constexpr std::size_t kTextBytesMax = 64;

// Reads one JSON object by `read(ObjectReader&)`; throws every violation.
template <class Read>
auto read_options(std::string_view text, Read read) {
  const Json json = parse_json(text);
  std::vector<Diagnostic> found;
  ObjectReader in(json, "", found);
  auto options = read(in);
  in.finish();
  throw_if_any(std::move(found));
  return options;
}

// The encodings of files; texts of the gateway have none.
void read_encoding(ObjectReader& in, ImportOptions& options) {
  constexpr const char* kEncodings[] = {"utf-8", "gb18030"};
  options.encoding = kEncodings[in.word("encoding", {"utf-8", "gb18030"}).value_or(0)];
}

}  // namespace

OpenOptions OpenOptions::from_json(std::string_view json) {
  return read_options(json, [](ObjectReader& in) {
    OpenOptions options;
    options.create = in.boolean("create").value_or(options.create);
    options.durability = static_cast<Durability>(in.word("durability", {"strict", "relaxed"}).value_or(0));
    options.busy_timeout_ms = static_cast<std::int32_t>(
        in.integer("busy_timeout_ms", 0, INT32_MAX).value_or(options.busy_timeout_ms));
    options.base_currency = in.text("base_currency", kTextBytesMax).value_or(options.base_currency);
    if (const auto digits = in.integer("currency_digits", INT32_MIN, INT32_MAX)) {
      options.currency_digits = static_cast<int>(*digits);
    }
    return options;
  });
}

ImportOptions ImportOptions::from_json(std::string_view json) {
  return read_options(json, [](ObjectReader& in) {
    ImportOptions options = engine::read_import_options(in);
    read_encoding(in, options);
    return options;
  });
}

EntryImportOptions EntryImportOptions::from_json(std::string_view json) {
  return read_options(json, [](ObjectReader& in) {
    EntryImportOptions options = engine::read_entry_import_options(in);
    read_encoding(in, options.import);
    if (const auto given = in.text("separator", kTextBytesMax)) {
      if (given->size() == 1) {
        options.separator = given->front();
      } else {
        in.fail(Code::invalid, "separator", "one ASCII character is allowed");
      }
    }
    return options;
  });
}

std::string ImportResult::to_json() const {
  return dump_json(engine::import_json(*this));
}

}  // namespace crmcore
