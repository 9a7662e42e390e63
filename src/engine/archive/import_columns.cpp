#include "engine/archive/import_columns.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/archive/customer_rows.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kColumnsMax = 1000;

std::size_t row_count(const ImportColumn& column) {
  return std::max(column.texts.size(), column.integers.size());
}

void require_shape(const ImportColumn& column, std::size_t rows, const std::string& path) {
  if (!column.texts.empty() && !column.integers.empty()) {
    throw Error(Code::invalid, fmt::format("column '{}' holds texts and integers", column.name), path);
  }
  if (row_count(column) != rows || (!column.are_present.empty() && column.are_present.size() != rows)) {
    throw Error(Code::invalid,
                fmt::format("column '{}' does not have the {} rows of the first", column.name, rows), path);
  }
}

class ColumnRows final : public CustomerRows {
 public:
  ColumnRows(Session& session, std::span<const ImportColumn> columns, const ImportOptions& options)
      : session_(session), on_failure_(options.on_failure), columns_(columns) {
    if (columns.size() > kColumnsMax)
      throw Error(Code::limit, fmt::format("more than {} columns", kColumnsMax), "/columns");
    count_ = columns.empty() ? 0 : row_count(columns.front());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string& name = columns[i].name;
      const std::string path = join_path("", name);
      text::require_name(name, path);
      require_shape(columns[i], count_, path);
      const auto is_same = [&](const CustomerColumn& other) { return other.name() == name; };
      if (std::any_of(targets_.begin(), targets_.end(), is_same)) {
        throw Error(Code::invalid, fmt::format("there are two columns '{}'", name), path);
      }
      targets_.emplace_back(name, session.catalog(), path);
    }
    if (std::none_of(targets_.begin(), targets_.end(), [](const auto& target) { return target.is_code(); })) {
      throw Error(Code::invalid, "there is no column 'code'", "/columns");
    }
  }

  bool next() override {
    if (row_ == count_) return false;
    ++row_;
    if (++result.rows % kRowsPerTick == 0) session_.tick(result.rows, static_cast<std::int64_t>(count_));
    return true;
  }

  bool read(CustomerInput& input) override {
    const std::size_t row = row_ - 1;
    const int currency_digits = session_.file().facts().currency_digits;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      const ImportColumn& column = columns_[i];
      std::optional<CustomerColumn::Refusal> refusal;
      std::string value;
      if (!column.texts.empty()) {
        const std::string_view given = column.texts[row];
        if (!given.data()) continue;
        if (text::find_invalid_utf8(given)) {
          fail(Code::utf8, column.name, "the text is not UTF-8");
          return false;
        }
        if ((refusal = targets_[i].set(input, given, currency_digits))) value = text::quoted(given);
      } else {
        if (!column.are_present.empty() && column.are_present[row] == 0) continue;
        if ((refusal = targets_[i].set(input, column.integers[row])))
          value = std::to_string(column.integers[row]);
      }
      if (refusal) {
        fail(refusal->code, column.name, fmt::format("{} is not {}", value, refusal->allowed));
        return false;
      }
    }
    return true;
  }

  void fail(Code code, std::string_view column, std::string_view message) override {
    // What is said of a whole row is said of its code. Paths count rows from 0, reports like lines from 1.
    try {
      report_failure(result, on_failure_, "row",
                     {static_cast<std::int64_t>(row_), std::string(column), code, std::string(message)});
    } catch (const Error& error) {
      throw Error(error.code(), error.message(),
                  join_path(join_path("", column.empty() ? "code" : column), row_ - 1));
    }
  }

  ImportResult result;

 private:
  Session& session_;
  OnFailure on_failure_;
  std::span<const ImportColumn> columns_;
  std::vector<CustomerColumn> targets_;
  std::size_t count_ = 0;
  std::size_t row_ = 0;  // from 1
};

}  // namespace

ImportResult import_columns(Session& session, std::span<const ImportColumn> columns,
                            const ImportOptions& options) {
  WriteScope write(session);
  ColumnRows rows(session, columns, options);
  put_rows(session, write, rows, rows.result);
  if (!options.is_dry_run) write.commit();
  return std::move(rows.result);
}

}  // namespace crmcore::engine
