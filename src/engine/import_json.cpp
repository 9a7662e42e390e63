#include "engine/import_json.hpp"

namespace crmcore::engine {

ImportOptions read_import_options(ObjectReader& in) {
  ImportOptions options;
  options.on_failure = static_cast<OnFailure>(in.word("on_failure", {"stop", "skip"}).value_or(0));
  options.dry_run = in.boolean("dry_run").value_or(false);
  return options;
}

EntryImportOptions read_entry_import_options(ObjectReader& in) {
  constexpr std::size_t kTextBytesMax = 4096;
  EntryImportOptions options;
  options.source = in.require_text("source", kTextBytesMax);
  options.import = read_import_options(in);
  const auto column = [&](std::string_view key, std::string& name) {
    if (auto given = in.text(key, kTextBytesMax)) name = std::move(*given);
  };
  column("customer_column", options.customer_column);
  column("date_column", options.date_column);
  column("document_column", options.document_column);
  column("line_column", options.line_column);
  column("kind_column", options.kind_column);
  column("amount_column", options.amount_column);
  column("quantity_column", options.quantity_column);
  column("price_column", options.price_column);
  options.amount_min = Money{in.integer("amount_min", -kIntegerMax, kIntegerMax).value_or(0)};
  options.negative_is_reversal = in.boolean("negative_is_reversal").value_or(false);
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
