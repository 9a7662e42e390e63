#include "engine/import_json.hpp"

namespace crmcore::engine {

ImportOptions read_import_options(ObjectReader& in) {
  ImportOptions options;
  options.on_failure = static_cast<OnFailure>(in.word("on_failure", {"stop", "skip"}).value_or(0));
  options.dry_run = in.boolean("dry_run").value_or(false);
  return options;
}

Json import_json(const ImportResult& result) {
  Json failures = Json::array();
  for (const RowFailure& failure : result.failures) {
    failures.push_back({{"line", failure.line},
                        {"column", failure.column},
                        {"code", code_name(failure.code)},
                        {"message", failure.message}});
  }
  return {{"rows", result.rows},           {"created", result.created}, {"updated", result.updated},
          {"unchanged", result.unchanged}, {"failed", result.failed},   {"failures", std::move(failures)}};
}

ByteSource text_source(std::string_view text) {
  return [text](char* buffer, std::size_t size) mutable {
    const std::size_t count = text.copy(buffer, size);
    text.remove_prefix(count);
    return count;
  };
}

}  // namespace crmcore::engine
