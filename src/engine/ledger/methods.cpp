// The gateway's methods on the ledger.
#include <utility>

#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/import_json.hpp"
#include "engine/core/room.hpp"
#include "engine/ledger/entry_places.hpp"
#include "engine/ledger/import_entries.hpp"
#include "engine/ledger/last_entries.hpp"
#include "engine/ledger/months.hpp"
#include "engine/ledger/post_entries.hpp"
#include "engine/ledger/verify.hpp"
#include "engine/ledger/verify_chain.hpp"
#include "engine/ledger/verify_sources.hpp"
#include "engine/ledger/void_entries.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kEntriesAtOnceMax = 1'000'000;
constexpr std::size_t kCurrencyBytesMax = 3;
constexpr std::size_t kRateBytesMax = 32;

// As EntryInput, with texts of its own and the customer by code.
struct GivenEntry {
  std::string customer;
  Date date;
  EntryKind kind;
  Money amount;
  std::string document;
  std::int64_t line;
  std::optional<Date> original_date;
  std::string currency;
  std::string rate;
};

GivenEntry read_entry(ObjectReader& in) {
  return {read_customer_code(in),
          in.require_day("date"),
          in.word_or("kind", EntryKind::revenue),
          Money{in.about("in minor units").require_integer("amount", -kIntegerMax, kIntegerMax)},
          in.require_text("document", kCodeBytesMax),
          in.integer_or("line", 0, kLineMax, 1),
          in.about("of a reversal: the date of what it reverses").day("original_date"),
          in.about("absent: the base currency").text("currency", kCurrencyBytesMax).value_or(""),
          in.about("base units per unit of the currency").text("rate", kRateBytesMax).value_or("")};
}

struct PostRequest {
  PostOptions options;
  std::vector<GivenEntry> entries;
};

PostRequest read_post(ObjectReader& in) {
  return {read_post_options(in), in.require_objects("entries", kEntriesAtOnceMax, read_entry)};
}

// Borrows the texts of what was given. Throws Error with every customer that is not known.
std::vector<EntryInput> entries_of(Session& session, const std::vector<GivenEntry>& given) {
  std::vector<Diagnostic> found;
  std::vector<EntryInput> entries;
  entries.reserve(given.size());
  for (const GivenEntry& one : given) {
    const auto id = find_customer_id(session, one.customer);
    if (!id) {
      found.push_back({Code::not_found, fmt::format("/entries/{}/customer", entries.size()),
                       fmt::format("no customer '{}'", one.customer)});
      if (found.size() == kViolationsMax) break;
    }
    entries.push_back({id.value_or(CustomerId{}), one.date, one.kind, one.amount, one.document, one.line,
                       one.original_date, one.currency, one.rate});
  }
  throw_if_any(std::move(found));
  return entries;
}

Json post_json(Session& session, const PostResult& result) {
  Json json{{"posted", result.posted}, {"already", result.already}};
  if (result.voided > 0) json["voided"] = result.voided;
  if (result.over_returned.empty()) return json;
  json["over_returned"] = Json::array();
  for (const CustomerId id : result.over_returned)
    json["over_returned"].push_back(storage::named(find_customer(session, id), id, "customer").code);
  return json;
}

Json post_method(Session& session, const PostRequest& request) {
  const std::vector<EntryInput> entries = entries_of(session, request.entries);
  return post_json(session, post_entries(session, request.options, entries));
}

Json post_answer() {
  return schema::object(
      {{"posted", schema::integer()},
       {"already", schema::about("delivered before, with the same content", schema::integer())},
       schema::optional("voided", schema::about("of those delivered before: voided since, and they stay so",
                                                schema::integer())),
       schema::optional(
           "over_returned",
           schema::about("customers with returns among these of whom more was returned, in all, than "
                         "was ever sold; absent: nobody",
                         schema::list(schema::text())))});
}

struct MonthsRequest {
  std::string customer;
  std::optional<Date> from;
  std::optional<Date> to;
};

MonthsRequest read_months(ObjectReader& in) {
  return {read_customer_code(in), in.about("absent: from the first").date("from"),
          in.about("exclusive; absent: to the last").date("to")};
}

Json months_method(Session& session, const MonthsRequest& request) {
  const CustomerId id = require_customer(session, request.customer, "/customer");
  const Date from = request.from.value_or(kDateMin);
  const Date to = request.to.value_or(Date{kDateMax.days + 1});
  Json list = Json::array();
  for (const MonthTotals& month : months_of(session, id, from, to)) list.push_back(month_json(month));
  return {{"customer", request.customer}, {"months", std::move(list)}};
}

Json months_answer() {
  return schema::object({{"customer", schema::text()}, {"months", schema::list(month_answer())}});
}

struct ImportEntriesRequest {
  std::string csv;
  EntryImportOptions options;
};

ImportEntriesRequest read_import_entries(ObjectReader& in) {
  return {in.require_text("csv", kJsonBytesMax), read_entry_import_options(in)};
}

Json import_entries_method(Session& session, const ImportEntriesRequest& request) {
  return import_json(import_entries(session, text_source(request.csv), request.options));
}

constexpr Method kLedgerMethods[] = {
    method<read_post, post_method>(
        "ledger.post", 1, "Posts entries, all or nothing, each counted once by source, document and line.",
        post_answer),
    method<read_months, months_method>("ledger.months", 1, "Lists a customer's monthly totals.",
                                       months_answer),
    method<read_import_entries, import_entries_method>(
        "ledger.import_entries", 1, "Imports entries from CSV text; the columns are named by the request.",
        import_answer),
    method<read_void, void_entries>(
        "ledger.void", 1,
        "Voids a wrong document, a line of it, or what an import posted: it does not count any more.",
        void_answer),
};

constexpr ChangeKind kLedgerChanges[] = {kCustomerBecameExisting, kEntriesPosted, kEntriesVoided,
                                         kTotalsRebuilt, kFileMigrated};
constexpr sqlite::TableFunction (*kLedgerTables[])(File&) = {ledger_month_table, entry_place_table,
                                                             last_entry_table};
constexpr sqlite::Sql kLedgerViews[] = {kLedgerEntryView, kCustomerView};
}  // namespace

Room ledger_room() noexcept {
  return {kLedgerMethods, kLedgerChanges, kLedgerTables, rebuild_chain, kLedgerViews, first_wrong_posting};
}

}  // namespace crmcore::engine
