#include "engine/archive/import_columns.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/archive/customer_rows.hpp"
#include "engine/archive/imports.hpp"

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
  ColumnRows(Session& session, std::span<const ImportColumn> columns, ImportReport& report)
      : session_(session), report_(report), columns_(columns) {
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
    const std::int64_t rows = ++report_.result.rows;
    if (rows % kRowsPerTick == 0) session_.tick(rows, static_cast<std::int64_t>(count_));
    return true;
  }

  std::int64_t place() const override { return static_cast<std::int64_t>(row_); }

  void read(CustomerInput& input, std::vector<RowFault>& faults) override {
    const std::size_t row = row_ - 1;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      const ImportColumn& column = columns_[i];
      std::optional<CustomerColumn::Refusal> refusal;
      std::string value;
      if (!column.texts.empty()) {
        const std::string_view given = column.texts[row];
        if (!given.data()) continue;
        if (text::find_invalid_utf8(given)) {
          faults.push_back({column.name, Code::utf8, "the text is not UTF-8", {}});
          continue;
        }
        if ((refusal = targets_[i].set(input, given, session_.file().facts()))) value = text::quoted(given);
      } else {
        if (!column.are_present.empty() && column.are_present[row] == 0) continue;
        if ((refusal = targets_[i].set(input, column.integers[row])))
          value = std::to_string(column.integers[row]);
      }
      if (!refusal) continue;
      faults.push_back({column.name, refusal->code, fmt::format("{} is not {}", value, refusal->allowed),
                        fmt::format("not {}", refusal->allowed)});
    }
  }

 private:
  Session& session_;
  ImportReport& report_;
  std::span<const ImportColumn> columns_;
  std::vector<CustomerColumn> targets_;
  std::size_t count_ = 0;
  std::size_t row_ = 0;  // from 1
};

}  // namespace

ImportResult import_columns(Session& session, std::span<const ImportColumn> columns,
                            const ImportOptions& options) {
  const bool is_own = session.in_transaction();
  WriteScope write(session);
  ImportNumber number(write, storage::ImportOf::customers);
  ImportReport report(options, ImportReport::Unit::row);
  ColumnRows rows(session, columns, report);
  std::optional<RowDuplicates> duplicates;
  if (options.duplicates != OnDuplicate::ignore)
    duplicates.emplace(session, write, options.duplicates, is_own);
  put_rows(session, write, rows, report, options.on_repeat == OnRepeat::fail,
           duplicates ? &*duplicates : nullptr);
  ImportResult result = report.finish();
  if (options.is_dry_run) return result;
  number.tell(result);
  write.commit();
  return result;
}

}  // namespace crmcore::engine
