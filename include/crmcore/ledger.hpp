// The ledger (往来): dated amounts from the billing system, posted idempotently.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/database.hpp"
#include "crmcore/words.hpp"

namespace crmcore {

enum class EntryKind : std::int32_t {
  revenue = 0,        // amount >= 0
  cost = 1,           // may be negative: a correction
  reversal = 2,       // amount >= 0, reduces revenue
  activity_cost = 3,  // cost to serve; may be negative
};
constexpr std::array<std::string_view, 4> words_of(EntryKind) noexcept {
  return {"revenue", "cost", "reversal", "activity_cost"};
}

// An entry to be posted. Texts are borrowed for the duration of the call.
struct EntryInput {
  CustomerId customer;
  Date date;
  EntryKind kind = EntryKind::revenue;
  Money amount;               // minor units of `currency`
  std::string_view document;  // 1 to 128 bytes; with source and line the idempotency key
  std::int64_t line = 1;      // 0 to 2^31 - 1
  // Of a reversal: the date of what it reverses; absent: its own.
  std::optional<Date> original_date{};
  // Empty: the base currency. Else `rate` is required: base units per unit, a decimal such as "7.1234".
  std::string_view currency{};
  std::string_view rate{};
};

// Days on which entries are seldom meant to be, and refused unless it is said that they are.
struct EntryDays {
  bool is_future = false;       // after today
  bool is_before_1970 = false;  // before 1970-01-01
};

struct PostOptions {
  std::string source;  // 1 to 128 bytes: which system delivers
  // When given, the delivery as a whole is idempotent: the same batch with the same entries counts once
  // and costs one look-up; with other entries it is refused with Error(conflict).
  std::string batch;
  EntryDays days{};

  // Reads a JSON object with members of these names, and of EntryDays.
  static PostOptions from_json(std::string_view json);
};

struct PostResult {
  std::int64_t posted = 0;
  std::int64_t already = 0;  // delivered before, with the same content
  // Customers with returns among what was posted of whom more was returned, in all, than was ever sold.
  std::vector<CustomerId> over_returned;
  std::int64_t voided = 0;  // of those delivered before: they were voided since, and stay so
};

// How a delivered file is to be read: which column holds what.
struct EntryImportOptions {
  std::string source;  // 1 to 128 bytes: which system delivers
  ImportOptions import;
  std::string customer_column = "customer";  // the host's code
  std::string date_column = "date";          // YYYY-MM-DD; a time of day after it is ignored
  std::string document_column = "document";
  std::string line_column = "line";      // absent in the file: the position within the document
  std::string kind_column = "kind";      // absent in the file: revenue
  std::string amount_column = "amount";  // a decimal in the currency
  // When both are given, the amount is quantity times price instead, both decimals: their exact product,
  // rounded once to the currency's decimals, halves away from zero.
  std::string quantity_column;
  std::string price_column;
  std::string currency_column = "currency";            // absent or blank: the base currency
  std::string rate_column = "rate";                    // base units per unit of another currency
  std::string original_date_column = "original_date";  // of a reversal: the date of what it reverses
  Money amount_min{0};                                 // smaller revenue and reversals are refused
  bool is_negative_reversal = false;  // a negative revenue is a reversal of its magnitude; else refused
  EntryDays days;

  // Reads a JSON object with members of these names and of EntryDays and ImportOptions; amount_min in minor
  // units.
  static EntryImportOptions from_json(std::string_view json);
};

// Totals of one customer in one calendar month, minor units of the base currency.
struct MonthTotals {
  std::int32_t month_index = 0;
  std::int64_t revenue = 0;
  std::int64_t cost = 0;
  std::int64_t reversal_own = 0;
  std::int64_t reversal_original = 0;
  std::int64_t activity_cost = 0;
  std::int64_t orders = 0;
  std::int64_t entries = 0;
};

class Ledger {
 public:
  explicit Ledger(Connection& connection) : session_(connection.session()) {}

  // Posts entries, all or nothing. An entry whose key (source, document, line) is known counts once when
  // it is the same, and is refused with Error(conflict) naming both when it is not. The first entry
  // makes a prospect an existing customer. Throws Error: not_found (customer), invalid, range (also where a
  // total of the customer could not be told any more).
  PostResult post(const PostOptions& options, std::span<const EntryInput> entries);

  // The same from columns of equal length, named and read as the members of the gateway's entries are:
  //   customer (texts: codes) or customer_id (integers), date (texts) or day (integers), document, amount,
  //   and optionally kind (words or EntryKind), line, original_date or original_day, currency, rate.
  // Throws Error at "/<column>/<row>", rows from 0; limit beyond 1,000,000 rows.
  PostResult post_columns(const PostOptions& options, std::span<const ImportColumn> columns);

  // Reads CSV with a header line; see EntryImportOptions.
  ImportResult import_csv(const ByteSource& source, const EntryImportOptions& options);

  std::vector<MonthTotals> months(CustomerId customer, Date from, Date to);

 private:
  Connection::Session& session_;
};

// Months of a customer as the gateway answers them: {"customer", "months": […]}.
std::string months_json(std::string_view customer, std::span<const MonthTotals> months);

}  // namespace crmcore
