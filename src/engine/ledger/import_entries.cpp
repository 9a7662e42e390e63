// Rows are posted one after the other within one write, in constant memory but for the lines counted by
// document: a file without a column of lines numbers the rows of each document, so that a file that is
// imported again, or repaired in one row, counts every entry once.
// tests/scenario/online_retail_ledger_test.cpp imports half a million rows, and again without counting one
// twice.
#include "engine/ledger/import_entries.hpp"

#include <charconv>
#include <unordered_map>

#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/import_file.hpp"
#include "engine/archive/import_json.hpp"
#include "engine/core/request.hpp"
#include "engine/ledger/post_entries.hpp"

namespace crmcore::engine {
namespace {

// Codes remembered while importing; more are looked up again.
constexpr std::size_t kCodesRememberedMax = 1u << 16;
constexpr std::size_t kEntriesExpected = 1u << 20;

struct FileColumns {
  std::size_t customer, date, document;
  std::optional<std::size_t> line, kind, amount, quantity, price;
};

FileColumns columns_of(const ImportFile& file, const EntryImportOptions& options) {
  FileColumns columns{file.require_column(options.customer_column),
                      file.require_column(options.date_column),
                      file.require_column(options.document_column),
                      file.column(options.line_column),
                      file.column(options.kind_column),
                      {},
                      {},
                      {}};
  if (!options.quantity_column.empty() || !options.price_column.empty()) {
    columns.quantity = file.require_column(options.quantity_column);
    columns.price = file.require_column(options.price_column);
  } else {
    columns.amount = file.require_column(options.amount_column);
  }
  return columns;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  const auto value = parse_money(text, 0);
  return value ? std::optional(value->minor) : std::nullopt;
}

// The date, without a time of day that may follow it.
std::optional<Date> parse_day(std::string_view text) {
  if (text.size() > 10 && (text[10] == ' ' || text[10] == 'T')) text = text.substr(0, 10);
  return parse_date(text);
}

class EntryImport {
 public:
  EntryImport(Session& session, WriteScope& write, const ByteSource& source,
              const EntryImportOptions& options)
      : session_(session),
        options_(options),
        file_(session, source, options.import, options.separator),
        columns_(columns_of(file_, options)),
        poster_(session, write, options.source, kEntriesExpected) {}

  ImportResult run() {
    while (file_.next()) {
      EntryInput entry;
      if (!read_row(entry)) continue;
      try {
        ++(poster_.post(entry, "") ? file_.result.created : file_.result.unchanged);
      } catch (const Error& error) {
        if (error.path().empty() && error.code() != Code::conflict) throw;
        file_.fail(error.code(), error.path().empty() ? "" : error.path().substr(1), error.message());
      }
    }
    poster_.finish({});
    return std::move(file_.result);
  }

 private:
  bool refuse(std::size_t column, std::string_view allowed, Code code = Code::invalid) {
    file_.fail(code, file_.columns()[column], fmt::format("'{}' is not {}", file_.field(column), allowed));
    return false;
  }

  bool read_customer(EntryInput& entry) {
    const std::string_view code = file_.field(columns_.customer);
    if (code.empty()) return refuse(columns_.customer, "a customer's code");
    if (known_.size() >= kCodesRememberedMax) known_.clear();
    const auto [place, is_new] = known_.try_emplace(std::string(code));
    if (is_new) place->second = find_customer_id(session_, code).value_or(CustomerId{});
    entry.customer = place->second;
    if (entry.customer) return true;
    file_.fail(Code::not_found, options_.customer_column, fmt::format("no customer '{}'", code));
    return false;
  }

  bool read_amount(EntryInput& entry) {
    const int digits = session_.file().facts().currency_digits;
    const std::size_t column = columns_.amount ? *columns_.amount : *columns_.price;
    const auto amount = parse_money(file_.field(column), digits);
    if (is_beyond_money(file_.field(column), digits)) return refuse(column, "within 2^53 - 1", Code::range);
    if (!amount) return refuse(column, fmt::format("a decimal amount with at most {} places", digits));
    entry.amount = *amount;
    if (columns_.quantity) {
      const auto quantity = parse_whole(file_.field(*columns_.quantity));
      if (!quantity) return refuse(*columns_.quantity, "a whole number");
      if (__builtin_mul_overflow(amount->minor, *quantity, &entry.amount.minor) ||
          entry.amount.minor > kIntegerMax || entry.amount.minor < -kIntegerMax) {
        file_.fail(Code::range, file_.columns()[column], "quantity times price exceeds 2^53 - 1");
        return false;
      }
    }
    if (entry.kind == EntryKind::revenue && entry.amount.minor < 0 && options_.is_negative_reversal) {
      entry.kind = EntryKind::reversal;
      entry.amount.minor = -entry.amount.minor;
    }
    if (entry.amount < options_.amount_min) {
      file_.fail(Code::invalid, file_.columns()[column],
                 fmt::format("the amount {} is less than {}", format_money(entry.amount, digits),
                             format_money(options_.amount_min, digits)));
      return false;
    }
    return true;
  }

  bool read_row(EntryInput& entry) {
    entry.document = file_.field(columns_.document);
    // Counted over all rows of the document, so that the repair of one row does not renumber the others.
    if (!columns_.line) entry.line = ++lines_[std::string(entry.document)];
    if (!read_customer(entry)) return false;
    const auto date = parse_day(file_.field(columns_.date));
    if (!date) return refuse(columns_.date, "a date YYYY-MM-DD");
    entry.date = *date;
    if (columns_.kind) {
      const auto kind = enum_of<EntryKind>(file_.field(*columns_.kind));
      if (!kind) return refuse(*columns_.kind, text::alternatives(words_of(EntryKind{})));
      entry.kind = *kind;
    }
    if (columns_.line) {
      const auto line = parse_whole(file_.field(*columns_.line));
      if (!line) return refuse(*columns_.line, "a whole number");
      entry.line = *line;
    }
    return read_amount(entry);
  }

  Session& session_;
  const EntryImportOptions& options_;
  ImportFile file_;
  FileColumns columns_;
  EntryPoster poster_;
  std::unordered_map<std::string, CustomerId> known_;
  std::unordered_map<std::string, std::int64_t> lines_;
};

}  // namespace

ImportResult import_entries(Session& session, const ByteSource& source, const EntryImportOptions& options) {
  WriteScope write(session);
  ImportResult result = EntryImport(session, write, source, options).run();
  if (!options.import.is_dry_run) write.commit();
  return result;
}

EntryImportOptions read_entry_import_options(ObjectReader& in) {
  EntryImportOptions options;
  options.source = in.require_text("source", kCodeBytesMax);
  options.import = read_import_options(in);
  const auto column = [&](std::string_view key, std::string& name) {
    name = in.text_or(key, kTextBytesMax, name);
  };
  column("customer_column", options.customer_column);
  column("date_column", options.date_column);
  column("document_column", options.document_column);
  column("line_column", options.line_column);
  column("kind_column", options.kind_column);
  column("amount_column", options.amount_column);
  in.about("with price_column: instead of an amount");
  options.quantity_column = in.text("quantity_column", kTextBytesMax).value_or("");
  options.price_column = in.text("price_column", kTextBytesMax).value_or("");
  in.about("in minor units; smaller amounts are refused");
  options.amount_min = Money{in.integer_or("amount_min", -kIntegerMax, kIntegerMax, 0)};
  in.about("a negative revenue is a reversal of its magnitude; else refused");
  options.is_negative_reversal = in.boolean_or("is_negative_reversal", false);
  return options;
}

}  // namespace crmcore::engine

namespace crmcore {

EntryImportOptions EntryImportOptions::from_json(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    EntryImportOptions options = engine::read_entry_import_options(in);
    engine::read_encoding(in, options.import);
    if (const auto given = in.text("separator", 64)) {
      if (given->size() == 1) {
        options.separator = given->front();
      } else {
        in.fail(Code::invalid, "separator", "one ASCII character is allowed");
      }
    }
    return options;
  });
}

}  // namespace crmcore
