// The gateway's methods on the ledger.

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/import_json.hpp"
#include "engine/core/room.hpp"
#include "engine/ledger/import_entries.hpp"
#include "engine/ledger/months.hpp"
#include "engine/ledger/post_entries.hpp"
#include "engine/ledger/verify.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kEntriesMax = 1'000'000;
constexpr std::size_t kTextBytesMax = 4096;

EntryInput read_entry(Session& session, const Json& json, const std::string& path,
                      std::vector<Diagnostic>& found, std::vector<std::string>& texts) {
  ObjectReader in(json, path, found);
  // Entries borrow their texts; the vector's capacity is set beforehand.
  const auto keep = [&](std::string text) -> std::string_view { return texts.emplace_back(std::move(text)); };
  EntryInput entry;
  const std::string code = in.require_text("customer", kTextBytesMax);
  entry.date = in.require_date("date");
  entry.kind =
      static_cast<EntryKind>(in.word("kind", {"revenue", "cost", "reversal", "activity_cost"}).value_or(0));
  entry.amount = Money{in.require_integer("amount", -kIntegerMax, kIntegerMax)};
  entry.document = keep(in.require_text("document", kTextBytesMax));
  entry.line = in.integer("line", 0, INT32_MAX).value_or(1);
  entry.original_date = in.date("original_date");
  entry.currency = keep(in.text("currency", 3).value_or(""));
  entry.rate = keep(in.text("rate", 32).value_or(""));
  in.finish();
  if (code.empty()) return entry;
  if (const auto id = find_customer_id(session, code)) {
    entry.customer = *id;
  } else {
    found.push_back({Code::not_found, in.path_of("customer"), fmt::format("no customer '{}'", code)});
  }
  return entry;
}

Json post(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string source = in.require_text("source", kTextBytesMax);
  const std::string batch = in.text("batch", kTextBytesMax).value_or("");
  std::vector<std::string> texts;
  const Json* list = in.raw("entries");
  texts.reserve(list && list->is_array() ? list->size() * 3 : 0);
  std::vector<EntryInput> entries;
  in.require_each("entries", kEntriesMax, [&](const Json& json, const std::string& path) {
    entries.push_back(read_entry(session, json, path, found, texts));
  });
  in.finish();
  throw_if_any(std::move(found));
  const PostResult result = post_entries(session, {source, batch}, entries);
  return {{"posted", result.posted}, {"already", result.already}};
}

Json months(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string code = in.require_text("customer", kTextBytesMax);
  const Date from = in.date("from").value_or(kDateMin);
  const Date to = in.date("to").value_or(kDateMax);
  in.finish();
  throw_if_any(std::move(found));
  Json list = Json::array();
  for (const MonthTotals& month :
       months_of(session, require_customer(session, code, "/customer"), from, to)) {
    list.push_back({{"month", format_date(month_start(month.month_index)).substr(0, 7)},
                    {"revenue", month.revenue},
                    {"cost", month.cost},
                    {"reversal_own", month.reversal_own},
                    {"reversal_original", month.reversal_original},
                    {"activity_cost", month.activity_cost},
                    {"orders", month.orders},
                    {"entries", month.entries}});
  }
  return {{"customer", code}, {"months", std::move(list)}};
}

Json import(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string csv = in.require_text("csv", kJsonBytesMax);
  const EntryImportOptions options = read_entry_import_options(in);
  in.finish();
  throw_if_any(std::move(found));
  return import_json(import_entries(session, text_source(csv), options));
}

constexpr OldMethod kMethods[] = {
    {"ledger.post", 1, "Posts entries, all or nothing, each counted once by source, document and line.",
     R"({"type":"object","properties":{"source":{"type":"string"},"batch":{"type":"string"},"entries":{"type":"array","maxItems":1000000,"items":{"type":"object","properties":{"customer":{"type":"string"},"date":{"type":"string","format":"date"},"kind":{"enum":["revenue","cost","reversal","activity_cost"],"default":"revenue"},"amount":{"type":"integer","description":"minor units"},"document":{"type":"string"},"line":{"type":"integer","minimum":0,"default":1},"original_date":{"type":"string","format":"date"},"currency":{"type":"string"},"rate":{"type":"string"}},"required":["customer","date","amount","document"],"additionalProperties":false}}},"required":["source","entries"],"additionalProperties":false})",
     R"({"type":"object","properties":{"posted":{"type":"integer"},"already":{"type":"integer"}}})", post},
    {"ledger.months", 1, "Lists a customer's monthly totals.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"from":{"type":"string","format":"date"},"to":{"type":"string","format":"date"}},"required":["customer"],"additionalProperties":false})",
     R"({"type":"object","properties":{"customer":{"type":"string"},"months":{"type":"array"}}})", months},
    {"ledger.import_entries", 1, "Imports entries from CSV text; the columns are named by the request.",
     R"({"type":"object","properties":{"csv":{"type":"string"},"source":{"type":"string"},"on_failure":{"enum":["stop","skip"],"default":"stop"},"dry_run":{"type":"boolean","default":false},"customer_column":{"type":"string","default":"customer"},"date_column":{"type":"string","default":"date"},"document_column":{"type":"string","default":"document"},"line_column":{"type":"string","default":"line"},"kind_column":{"type":"string","default":"kind"},"amount_column":{"type":"string","default":"amount"},"quantity_column":{"type":"string"},"price_column":{"type":"string"},"amount_min":{"type":"integer","default":0},"negative_is_reversal":{"type":"boolean","default":false}},"required":["csv","source"],"additionalProperties":false})",
     kImportResponse, import},
};

constexpr ChangeKind kChanges[] = {kCustomerBecameExisting, kEntriesPosted, kTotalsRebuilt};
constexpr sqlite::TableFunction (*kTables[])() = {ledger_month_table};
}  // namespace

Room ledger_room() noexcept {
  return {{}, kChanges, kTables, kMethods};
}

}  // namespace crmcore::engine
