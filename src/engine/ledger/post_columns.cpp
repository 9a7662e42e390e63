// Columns become entries, row by row, and are posted as one delivery. What is refused is told by the caller's
// own column and row: whatever a use case says of "/entries/<i>/<field>" is "/<column>/<i>" here.
//
// An entry borrows its texts from the columns, so that a million of them cost no copy.
// tests/c/ledger.c posts and refuses through here.
#include "engine/ledger/post_columns.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/core/request.hpp"
#include "engine/ledger/post_entries.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kPostedRowsMax = 1'000'000;
constexpr std::string_view kEntryPaths = "/entries";

// What a column fills, as the paths of post_entries() name it, by what it holds.
struct EntryField {
  std::string_view field;
  std::string_view of_texts;     // the column's name; empty: it holds no texts
  std::string_view of_integers;  // likewise
  bool is_required = false;
};
constexpr std::array<EntryField, 9> kEntryFields = {{
    {"customer", "customer", "customer_id", true},
    {"date", "date", "day", true},
    {"kind", "kind", "kind"},
    {"amount", "", "amount", true},
    {"document", "document", "", true},
    {"line", "", "line"},
    {"original_date", "original_date", "original_day"},
    {"currency", "currency", ""},
    {"rate", "rate", ""},
}};
enum EntryFieldIndex : std::size_t {
  kCustomer,
  kDay,
  kKind,
  kAmount,
  kDocument,
  kLine,
  kOriginal,
  kCurrency,
  kRate
};

class EntryColumns {
 public:
  EntryColumns(Session& session, std::span<const ImportColumn> columns) : session_(session) {
    for (const ImportColumn& column : columns) take(column);
    for (std::size_t i = 0; i < kEntryFields.size(); ++i) {
      const EntryField& field = kEntryFields[i];
      if (!field.is_required || of_[i] != nullptr) continue;
      const bool has_both = !field.of_texts.empty() && !field.of_integers.empty();
      throw Error(
          Code::invalid,
          fmt::format("there is no column {}{}{}", field.of_texts, has_both ? " or " : "", field.of_integers),
          "/columns");
    }
    if (count_ > kPostedRowsMax) {
      throw Error(Code::limit, fmt::format("{} rows; at most {} are allowed at once", count_, kPostedRowsMax),
                  "/columns");
    }
  }

  std::vector<EntryInput> entries() const {
    std::vector<EntryInput> entries(count_);
    for (std::size_t row = 0; row < count_; ++row) {
      EntryInput& entry = entries[row];
      entry.customer = customer(row);
      entry.date = day(kDay, row).value_or(Date{});
      entry.kind = kind(row);
      entry.amount = Money{of_[kAmount]->integers[row]};
      entry.document = text(kDocument, row);
      if (has(kLine, row)) entry.line = of_[kLine]->integers[row];
      entry.original_date = day(kOriginal, row);
      entry.currency = text(kCurrency, row);
      entry.rate = text(kRate, row);
    }
    return entries;
  }

  // "/entries/3/date" as the caller knows it: "/day/3". What is said of a whole entry is said of its
  // document, what of all entries, of the amounts.
  std::string path_of(std::string_view path) const {
    if (!path.starts_with(kEntryPaths)) return std::string(path);
    path.remove_prefix(kEntryPaths.size());
    if (path.empty()) return "/amount";
    const auto end = path.find('/', 1);
    const std::string_view row = path.substr(0, end);
    const std::string_view field = end == std::string_view::npos ? "document" : path.substr(end + 1);
    for (std::size_t i = 0; i < kEntryFields.size(); ++i) {
      if (kEntryFields[i].field == field) return std::string("/").append(name(i)).append(row);
    }
    return std::string(path);
  }

 private:
  void take(const ImportColumn& column) {
    const std::string path = join_path("", column.name);
    const bool is_texts = column.integers.empty() && !column.texts.empty();
    const std::size_t rows = is_texts ? column.texts.size() : column.integers.size();
    std::size_t i = 0;
    while (i < kEntryFields.size() && kEntryFields[i].of_texts != column.name &&
           kEntryFields[i].of_integers != column.name) {
      ++i;
    }
    if (i == kEntryFields.size()) throw Error(Code::invalid, "an entry has no such column", path);
    if (of_[i] != nullptr) throw Error(Code::invalid, "the column is given twice", path);
    if (rows > 0 && (is_texts ? kEntryFields[i].of_texts : kEntryFields[i].of_integers) != column.name) {
      throw Error(Code::invalid,
                  is_texts ? "a column of integers is required" : "a column of texts is required", path);
    }
    const bool is_first = std::all_of(of_.begin(), of_.end(), [](const auto* of) { return of == nullptr; });
    if (is_first) count_ = rows;
    if (rows != count_ || (!column.are_present.empty() && column.are_present.size() != rows)) {
      throw Error(Code::invalid, fmt::format("{} rows where the first column has {}", rows, count_), path);
    }
    of_[i] = &column;
    if (!kEntryFields[i].is_required) return;
    for (std::size_t row = 0; row < rows; ++row) {
      if (!has(i, row)) throw Error(Code::invalid, "a value is required", join_path(path, row));
    }
  }

  bool has(std::size_t field, std::size_t row) const noexcept {
    const ImportColumn* column = of_[field];
    if (column == nullptr) return false;
    if (!column->texts.empty()) return column->texts[row].data() != nullptr;
    return column->are_present.empty() || column->are_present[row] != 0;
  }

  std::string_view name(std::size_t field) const noexcept {
    if (of_[field] != nullptr) return of_[field]->name;
    return kEntryFields[field].field;
  }

  std::string_view text(std::size_t field, std::size_t row) const noexcept {
    return has(field, row) ? of_[field]->texts[row] : std::string_view();
  }

  [[noreturn]] void refuse(std::size_t field, std::size_t row, Code code, std::string message) const {
    throw Error(code, std::move(message), join_path(join_path("", name(field)), row));
  }

  // Numbers outside an entry's range are left to post_entries(), which refuses them.
  std::optional<Date> day(std::size_t field, std::size_t row) const {
    if (!has(field, row)) return std::nullopt;
    if (of_[field]->texts.empty()) {
      const std::int64_t days = of_[field]->integers[row];
      if (days < kDateMin.days || days > kDateMax.days) {
        refuse(field, row, Code::range, fmt::format("day {} lies outside the years 1 to 9999", days));
      }
      return Date{static_cast<std::int32_t>(days)};
    }
    const auto date = parse_day(of_[field]->texts[row], session_.zone());
    if (!date) {
      refuse(field, row, Code::invalid,
             fmt::format("a date YYYY-MM-DD is required, with {} at most", kTimeForm));
    }
    return date;
  }

  CustomerId customer(std::size_t row) const {
    if (of_[kCustomer]->texts.empty()) return CustomerId{of_[kCustomer]->integers[row]};
    const std::string_view code = of_[kCustomer]->texts[row];
    if (text::find_invalid_utf8(code)) refuse(kCustomer, row, Code::utf8, "the text is not UTF-8");
    const auto id = find_customer_id(session_, code);
    if (!id) refuse(kCustomer, row, Code::not_found, fmt::format("no customer '{}'", code));
    return *id;
  }

  EntryKind kind(std::size_t row) const {
    if (!has(kKind, row)) return EntryKind::revenue;
    std::optional<EntryKind> kind;
    if (!of_[kKind]->texts.empty()) {
      kind = enum_of<EntryKind>(of_[kKind]->texts[row]);
    } else if (const std::int64_t number = of_[kKind]->integers[row];
               number >= 0 && number < std::ssize(words_of(EntryKind{}))) {
      kind = static_cast<EntryKind>(number);
    }
    if (!kind) {
      refuse(kKind, row, Code::invalid,
             fmt::format("an unknown kind of entry; allowed are 0 to {}, or {}",
                         words_of(EntryKind{}).size() - 1, text::alternatives(words_of(EntryKind{}))));
    }
    return *kind;
  }

  Session& session_;
  std::array<const ImportColumn*, kEntryFields.size()> of_{};
  std::size_t count_ = 0;
};

}  // namespace

PostResult post_columns(Session& session, const PostOptions& options, std::span<const ImportColumn> columns) {
  const EntryColumns given(session, columns);
  const std::vector<EntryInput> entries = given.entries();
  try {
    return post_entries(session, options, entries);
  } catch (const Error& error) {
    std::vector<Diagnostic> found = error.diagnostics();
    for (Diagnostic& one : found) one.path = given.path_of(one.path);
    throw Error(std::move(found));
  }
}

}  // namespace crmcore::engine

namespace crmcore {

PostOptions PostOptions::from_json(std::string_view json) {
  return engine::read_options(json, engine::read_post_options);
}

}  // namespace crmcore
