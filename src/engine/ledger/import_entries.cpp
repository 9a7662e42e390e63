// Rows are posted one after the other within one write, in constant memory but for the lines counted by
// document, and a number for what each row of a file without lines says: a file without a column of lines
// numbers the rows of each document, so that a file that is imported again, or repaired in one row, counts
// every entry once. tests/scenario/online_retail_ledger_test.cpp imports half a million rows, and again
// without counting one twice.
#include "engine/ledger/import_entries.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/decimal.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/import_json.hpp"
#include "engine/archive/import_table.hpp"
#include "engine/archive/imports.hpp"
#include "engine/core/request.hpp"
#include "engine/ledger/post_entries.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// Codes remembered while importing; more are looked up again.
constexpr std::size_t kCodesRememberedMax = 1u << 16;
constexpr std::size_t kEntriesExpected = 1u << 20;

// Places in the list of fields.
enum FileField : std::size_t {
  kCustomerField,
  kDateField,
  kDocumentField,
  kLineField,
  kKindField,
  kAmountField,
  kQuantityField,
  kPriceField,
  kCurrencyField,
  kRateField,
  kOriginalDateField,
};

std::vector<ImportField> file_fields() {
  using ValueForm = ImportField::Form;
  return {{"customer", "customer_code|customer code|客户编号|客户编码|客户代码|客户号", ValueForm::code, {}},
          {"date", "日期|业务日期|开票日期|交易日期|单据日期|invoice date", ValueForm::date, {}},
          {"document",
           "单据号|单据编号|单号|发票号|发票号码|document no|invoice no|invoice number",
           ValueForm::code,
           {}},
          {"line", "行号|序号|line no|line number", ValueForm::text, {}},
          {"kind", "往来类型|收支类型|收发类型|业务类型|单据类型|发票类型|类型", ValueForm::text,
           "收入=revenue|销售=revenue|成本=cost|退货=reversal|退款=reversal|冲销=reversal|红冲=reversal|红字="
           "reversal|蓝字=revenue|服务成本=activity_"
           "cost"},
          {"amount", "金额|交易金额|开票金额", ValueForm::amount, {}},
          {"quantity", "数量|qty", ValueForm::number, {}},
          {"price", "单价|unit price", ValueForm::amount, {}},
          {"currency", "币种|货币|币别", ValueForm::text,
           "人民币=CNY|rmb=CNY|美元=USD|欧元=EUR|港币=HKD|日元=JPY|英镑=GBP"},
          {"rate", "汇率|exchange rate", ValueForm::number, {}},
          {"original_date", "原日期|原单日期|原开票日期|原业务日期|original date", ValueForm::date, {}}};
}

// A column that the options name is for what they say; their defaults are the names of the fields.
std::vector<NamedColumn> named_columns(const EntryImportOptions& options) {
  const EntryImportOptions defaults;
  std::vector<NamedColumn> named;
  const auto name = [&](const std::string& column, const std::string& otherwise, FileField field,
                        bool is_required) {
    if (column != otherwise && !column.empty()) named.push_back({column, field, is_required});
  };
  const bool has_product = !options.quantity_column.empty() || !options.price_column.empty();
  name(options.customer_column, defaults.customer_column, kCustomerField, true);
  name(options.date_column, defaults.date_column, kDateField, true);
  name(options.document_column, defaults.document_column, kDocumentField, true);
  name(options.line_column, defaults.line_column, kLineField, false);
  name(options.kind_column, defaults.kind_column, kKindField, false);
  name(options.amount_column, defaults.amount_column, kAmountField, !has_product);
  name(options.quantity_column, {}, kQuantityField, true);
  name(options.price_column, {}, kPriceField, true);
  name(options.currency_column, defaults.currency_column, kCurrencyField, false);
  name(options.rate_column, defaults.rate_column, kRateField, false);
  name(options.original_date_column, defaults.original_date_column, kOriginalDateField, false);
  return named;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  const auto value = parse_money(text, 0);
  return value ? std::optional(value->minor) : std::nullopt;
}

class EntryImport {
 public:
  EntryImport(Session& session, WriteScope& write, const ByteSource& source,
              const EntryImportOptions& options)
      : session_(session),
        options_(options),
        table_(session, source, options.import, file_fields(), false, named_columns(options)),
        poster_(session, write, options.source, options.days, kEntriesExpected) {
    is_product_told_ = table_.is_told(kQuantityField) || table_.is_told(kPriceField);
    has_product_ = table_.has(kQuantityField) && table_.has(kPriceField);
    is_product_ = is_product_told_ || (has_product_ && !table_.has(kAmountField));
    if (!is_product_ && !has_product_) {
      table_.drop(kQuantityField);
      table_.drop(kPriceField);
    }
    for (const FileField field : {kCustomerField, kDateField, kDocumentField}) table_.require(field);
    for (const FileField field :
         is_product_ ? std::vector{kQuantityField, kPriceField} : std::vector{kAmountField})
      table_.require(field);
  }

  ImportResult run() {
    ImportResult& result = table_.report.result;
    while (table_.next()) {
      EntryInput entry;
      read_row(entry);
      if (table_.faults.empty()) {
        if (!table_.has(kLineField)) tell_alike(entry);
        try {
          ++(poster_.post(entry, "") ? result.created : result.unchanged);
        } catch (const Error& error) {
          if (error.path().empty() && error.code() != Code::conflict) throw;
          const std::string name = error.path().empty() ? "" : error.path().substr(1);
          table_.faults.push_back({table_.heading_of(name), error.code(), error.message(), {}});
        }
      }
      if (!table_.faults.empty()) table_.report.fail(table_.line(), table_.faults);
    }
    const PostResult posted = poster_.finish({});
    result.voided = posted.voided;
    for (const CustomerId id : posted.over_returned)
      result.over_returned.push_back(storage::named(find_customer(session_, id), id, "customer").code);
    return table_.finish();
  }

 private:
  void read_row(EntryInput& entry) {
    entry.document = table_.text(kDocumentField);
    // Counted over all rows of the document, so that the repair of one row does not renumber the others.
    if (!table_.has(kLineField)) entry.line = ++lines_[std::string(entry.document)];
    if (entry.document.empty() && !is_refused(kDocumentField)) {
      table_.refuse(
          kDocumentField, Code::invalid,
          "is blank: every entry needs the number of its invoice or receipt, by which it counts once",
          "no number of a document");
    }
    read_customer(entry);
    if (const auto date = read_day(kDateField)) entry.date = *date;
    if (!table_.text(kKindField).empty()) {
      const auto kind = enum_of<EntryKind>(table_.text(kKindField));
      if (kind) entry.kind = *kind;
      if (!kind) refuse(kKindField, text::alternatives(words_of(EntryKind{})));
    }
    if (table_.has(kLineField)) {
      const auto line = parse_whole(table_.text(kLineField));
      if (line) entry.line = *line;
      if (!line) refuse(kLineField, "a whole number");
    }
    if (!table_.text(kOriginalDateField).empty()) entry.original_date = read_day(kOriginalDateField);
    read_currency(entry);
    read_amount(entry);
  }

  // What could not be brought into the library's form is refused already.
  bool is_refused(FileField field) const {
    return table_.text(field).empty() && !table_.written(field).empty();
  }

  void refuse(FileField field, std::string_view allowed, Code code = Code::invalid) {
    if (!is_refused(field)) table_.refuse_form(field, allowed, code);
  }

  void read_customer(EntryInput& entry) {
    const std::string_view code = table_.text(kCustomerField);
    if (code.empty()) return refuse(kCustomerField, "a customer's code");
    if (known_.size() >= kCodesRememberedMax) known_.clear();
    const auto [place, is_new] = known_.try_emplace(std::string(code));
    if (is_new) place->second = find_customer_id(session_, code).value_or(CustomerId{});
    entry.customer = place->second;
    if (!entry.customer)
      table_.refuse(kCustomerField, Code::not_found, fmt::format("no customer '{}'", code));
  }

  std::optional<Date> read_day(FileField field) {
    const auto date = parse_date(table_.text(field));
    if (!date) refuse(field, "a date YYYY-MM-DD");
    return date;
  }

  // The base currency may be named, and have the rate 1.
  void read_currency(EntryInput& entry) {
    const ArchiveFacts& facts = session_.file().facts();
    digits_ = facts.currency_digits;
    entry.currency = table_.text(kCurrencyField);
    entry.rate = table_.text(kRateField);
    if (entry.currency.empty() || entry.currency == facts.base_currency) {
      const auto rate = parse_decimal(entry.rate);
      if (rate && multiply(*rate, {1, 0}, 9) == Money{1'000'000'000}) entry.rate = {};
      return;
    }
    const auto digits = currency_digits(entry.currency);
    if (!digits) return refuse(kCurrencyField, "a currency by ISO 4217");
    digits_ = *digits;
    if (entry.rate.empty() && !is_refused(kRateField)) {
      table_.refuse(kRateField, Code::invalid,
                    fmt::format("an amount in {} needs a rate, {} per {}", entry.currency,
                                facts.base_currency, entry.currency),
                    "an amount in another currency needs a rate");
    }
  }

  // An invoice that stands in a file twice, and a second line like the first, look the same: both count, and
  // it is told.
  void tell_alike(const EntryInput& entry) {
    std::uint64_t content = std::hash<std::string_view>()(entry.document);
    const auto mix = [&](std::int64_t part) {
      content = (content ^ static_cast<std::uint64_t>(part)) * 0x9E3779B97F4A7C15;
      content ^= content >> 32U;
    };
    mix(entry.customer.value);
    mix(entry.date.days);
    mix(static_cast<std::int64_t>(entry.kind));
    mix(entry.amount.minor);
    if (!entry.currency.empty())
      mix(static_cast<std::int64_t>(std::hash<std::string_view>()(entry.currency)));
    const auto [first, is_new] = alike_.try_emplace(content, table_.line());
    if (is_new) return;
    table_.warn(
        kDocumentField,
        fmt::format("document '{}' stands in line {} with the same customer, date and amount: both "
                    "count, this one as line {} of the document",
                    entry.document, first->second, entry.line),
        "rows of one document with the same customer, date and amount: all of them count, as lines of it");
  }

  // The amount where it is said, else the product of quantity and price; nothing where it is refused.
  std::optional<Money> amount_of_row() {
    const bool has_factors =
        has_product_ && !table_.written(kQuantityField).empty() && !table_.written(kPriceField).empty();
    const bool is_by_amount =
        table_.has(kAmountField) && (!table_.written(kAmountField).empty() || !has_factors);
    by_ = is_by_amount ? kAmountField : kPriceField;
    if (!is_by_amount) return product_of_row();
    const std::string_view text = table_.text(kAmountField);
    const auto amount = parse_money(text, digits_);
    if (is_beyond_money(text, digits_)) refuse(kAmountField, "within 2^53 - 1", Code::range);
    if (!amount && !is_beyond_money(text, digits_))
      refuse(kAmountField, fmt::format("a decimal amount with at most {} places", digits_));
    if (has_product_) pass_over_factors();
    return amount;
  }

  // Beside an amount a quantity that is no number is nobody's fault, unless the columns were asked for.
  void pass_over_factors() {
    if (is_product_told_) return;
    for (const FileField field : {kQuantityField, kPriceField}) {
      if (!is_refused(field)) continue;
      const std::string heading = table_.heading(field);
      std::erase_if(table_.faults, [&](const RowFault& fault) { return fault.column == heading; });
      table_.warn(
          field, fmt::format("'{}' is no number, and is not compared with the amount", table_.written(field)),
          "no number, and not compared with the amount");
    }
  }

  // A price is rounded to its decimals, of which there are two at least: what that leaves open is no fault.
  void compare_with_product(EntryKind kind, Money amount) {
    if (!has_product_ || by_ != kAmountField) return;
    const auto price = parse_decimal(table_.text(kPriceField));
    const auto quantity = parse_decimal(table_.text(kQuantityField));
    if (!price || !quantity) return;
    const auto value_of = [](std::int64_t scaled, int decimals) {
      return static_cast<long double>(scaled) / std::pow(10.0L, static_cast<long double>(decimals));
    };
    const long double count = value_of(quantity->scaled, quantity->decimals);
    long double product = count * value_of(price->scaled, price->decimals);
    long double told = value_of(amount.minor, digits_);
    if (kind == EntryKind::reversal) {  // whose sign is written in either manner
      product = std::fabs(product);
      told = std::fabs(told);
    }
    const long double open =
        std::fabs(count) * value_of(1, std::max(price->decimals, 2)) / 2 + value_of(1, digits_) / 2 + 1e-9L;
    if (std::fabs(product - told) <= open) return;
    const auto exact = multiply(*quantity, *price, digits_);
    table_.refuse(
        kAmountField, Code::invalid,
        fmt::format("'{}' is not '{}' × '{}'{}; let a mapping ignore {} or {} where that is meant",
                    table_.written(kAmountField), table_.written(kQuantityField), table_.written(kPriceField),
                    exact ? ", which is " + format_money(*exact, digits_) : "",
                    table_.heading(kQuantityField), table_.heading(kPriceField)),
        fmt::format("not {} × {}", table_.heading(kQuantityField), table_.heading(kPriceField)));
  }

  std::optional<Money> product_of_row() {
    const FileField field = kPriceField;
    const std::string_view text = table_.text(field);
    const auto price = parse_decimal(text);
    const auto quantity = parse_decimal(table_.text(kQuantityField));
    if (!price)
      refuse(field, "a decimal with at most 9 places",
             is_beyond_money(text, 0) ? Code::range : Code::invalid);
    if (!quantity) refuse(kQuantityField, "a decimal with at most 9 places");
    if (!price || !quantity) return std::nullopt;
    const auto amount = multiply(*quantity, *price, digits_);
    if (!amount) table_.refuse(field, Code::range, "quantity times price exceeds 2^53 - 1");
    return amount;
  }

  void read_amount(EntryInput& entry) {
    const auto amount = amount_of_row();
    if (!amount) return;
    compare_with_product(entry.kind, *amount);
    entry.amount = *amount;
    const bool may_be_return = entry.kind == EntryKind::revenue || entry.kind == EntryKind::reversal;
    if (may_be_return && entry.amount.minor < 0 && options_.is_negative_reversal) {
      entry.kind = EntryKind::reversal;
      entry.amount.minor = -entry.amount.minor;
    }
    const bool may_be_negative = entry.kind == EntryKind::cost || entry.kind == EntryKind::activity_cost;
    if (may_be_negative || !(entry.amount < options_.amount_min)) return;
    table_.refuse(by_, Code::invalid,
                  fmt::format("the amount {} is less than {}{}", format_money(entry.amount, digits_),
                              format_money(options_.amount_min, digits_),
                              entry.amount.minor < 0 && !options_.is_negative_reversal
                                  ? "; is_negative_reversal takes it as a return"
                                  : ""),
                  fmt::format("less than {}", format_money(options_.amount_min, digits_)));
  }

  Session& session_;
  const EntryImportOptions& options_;
  ImportTable table_;
  EntryPoster poster_;
  bool is_product_told_ = false;
  bool has_product_ = false;
  bool is_product_ = false;      // of every row: there is no amount
  FileField by_ = kAmountField;  // where the row's amount stands
  int digits_ = 0;               // of the row's currency
  std::unordered_map<std::string, CustomerId> known_;
  std::unordered_map<std::string, std::int64_t> lines_;
  std::unordered_map<std::uint64_t, std::int64_t> alike_;  // lines by what they say; of files without lines
};

}  // namespace

ImportResult import_entries(Session& session, const ByteSource& source, const EntryImportOptions& options) {
  WriteScope write(session);
  ImportNumber number(write, storage::ImportOf::entries);
  ImportResult result = EntryImport(session, write, source, options).run();
  if (options.import.is_dry_run) return result;
  number.tell(result, text::key_form(options.source));
  write.commit();
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
  column("currency_column", options.currency_column);
  column("rate_column", options.rate_column);
  column("original_date_column", options.original_date_column);
  in.about("in minor units; smaller revenue and reversals are refused");
  options.amount_min = Money{in.integer_or("amount_min", -kIntegerMax, kIntegerMax, 0)};
  in.about("a negative revenue is a reversal of its magnitude; else refused");
  options.is_negative_reversal = in.boolean_or("is_negative_reversal", false);
  options.days = read_entry_days(in);
  return options;
}

}  // namespace crmcore::engine

namespace crmcore {

EntryImportOptions EntryImportOptions::from_json(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    EntryImportOptions options = engine::read_entry_import_options(in);
    engine::read_encoding(in, options.import);
    return options;
  });
}

}  // namespace crmcore
