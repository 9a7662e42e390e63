#include "engine/archive/import_json.hpp"

#include "base/schema.hpp"
#include "engine/core/request.hpp"

namespace crmcore {

ImportOptions ImportOptions::from_json(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    ImportOptions options = engine::read_import_options(in);
    engine::read_encoding(in, options);
    return options;
  });
}

std::string ImportResult::to_json() const {
  return dump_json(engine::import_json(*this));
}

namespace engine {

ImportOptions read_import_options(ObjectReader& in) {
  ImportOptions options;
  options.on_failure = in.word_or("on_failure", OnFailure::stop);
  options.is_dry_run = in.boolean_or("is_dry_run", false);
  return options;
}

void read_encoding(ObjectReader& in, ImportOptions& options) {
  constexpr const char* kEncodings[] = {"utf-8", "gb18030"};
  options.encoding = kEncodings[in.word("encoding", {"utf-8", "gb18030"}).value_or(0)];
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

Json import_answer() {
  using schema::integer;
  const Json failure = schema::object({{"line", integer()},
                                       {"column", schema::text()},
                                       {"code", schema::text()},
                                       {"message", schema::text()}});
  return schema::object({{"rows", integer()},
                         {"created", integer()},
                         {"updated", integer()},
                         {"unchanged", integer()},
                         {"failed", integer()},
                         {"failures", schema::list(failure)}});
}

ByteSource text_source(std::string_view text) {
  return [text](char* buffer, std::size_t size) mutable {
    const std::size_t count = text.copy(buffer, size);
    text.remove_prefix(count);
    return count;
  };
}

}  // namespace engine
}  // namespace crmcore
