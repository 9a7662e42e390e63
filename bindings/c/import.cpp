// Imports from columns, from text and from callbacks.
#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/ledger.hpp"

#include "arguments.hpp"
#include "callback.hpp"
#include "guard.hpp"
#include "handles.hpp"

using namespace crmcore::c;
using crmcore::ByteSource;

namespace crmcore::c {
namespace {

constexpr std::int64_t kRowsMax = 10'000'000;
constexpr std::size_t kColumnsMax = 1000;

// Copies of the caller's arrays.
class Columns {
 public:
  explicit Columns(std::size_t row_count) : row_count_(row_count) {}

  std::size_t row_count() const noexcept { return row_count_; }

  void add_texts(std::string_view name, const char* const* texts, const std::int64_t* sizes) {
    Column column(name);
    std::size_t bytes = 0;
    for (std::size_t row = 0; row < row_count_; ++row) {
      bytes += element(texts, sizes, row, "texts").value_or("").size();
    }
    column.bytes = std::make_unique<char[]>(bytes + 1);  // one more, so that an empty text has an address
    column.texts.reserve(row_count_);
    char* end = column.bytes.get();
    for (std::size_t row = 0; row < row_count_; ++row) {
      const auto text = element(texts, sizes, row, "texts");
      column.texts.emplace_back(text ? std::string_view(end, text->size()) : std::string_view());
      if (text) end = std::copy(text->begin(), text->end(), end);
    }
    add(std::move(column));
  }

  void add_integers(std::string_view name, const std::int64_t* integers, const std::uint8_t* are_present) {
    Column column(name);
    column.integers.assign(integers, integers + row_count_);
    if (are_present) column.are_present.assign(are_present, are_present + row_count_);
    add(std::move(column));
  }

  std::vector<ImportColumn> views() const {
    std::vector<ImportColumn> views;
    for (const Column& column : columns_) {
      views.push_back({column.name, column.texts, column.integers, column.are_present});
    }
    return views;
  }

 private:
  struct Column {
    explicit Column(std::string_view named) : name(named) {}
    std::string name;
    std::unique_ptr<char[]> bytes;
    std::vector<std::string_view> texts;
    std::vector<std::int64_t> integers;
    std::vector<std::uint8_t> are_present;
  };

  void add(Column column) {
    if (columns_.size() == kColumnsMax) {
      throw Error(Code::limit, "at most " + std::to_string(kColumnsMax) + " columns are allowed", "/columns");
    }
    columns_.push_back(std::move(column));
  }

  std::size_t row_count_;
  std::vector<Column> columns_;
};

// Runs an import: the report of `run(connection, options)` goes to the caller.
template <class Options, class Run>
std::int32_t import(crmcore_conn* conn, const char* options, std::int64_t options_size, crmcore_buf** report,
                    crmcore_error** error, Run run) noexcept {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(report, "report");
    const auto json = optional_text(options, options_size, "options");
    out = make_buf(run(*use, Options::from_json(json.value_or("{}"))).to_json());
  });
}

ByteSource source_of(std::string_view text) {
  return [text](char* buffer, std::size_t size) mutable {
    const std::size_t copied = text.copy(buffer, size);
    text.remove_prefix(copied);
    return copied;
  };
}

ByteSource source_of(crmcore_read_fn read, const UserData& user) {
  required(read, "read");
  return [read, &user](char* buffer, std::size_t size) {
    const std::int64_t filled = read(user.get(), buffer, static_cast<std::int64_t>(size));
    if (filled < 0) throw Error(Code::cancelled, "cancelled by the host's callback; nothing was applied");
    if (filled > static_cast<std::int64_t>(size)) {
      throw Misuse(CRMCORE_E_MISUSE_SIZE, "the callback says that it wrote more than the buffer holds");
    }
    return static_cast<std::size_t>(filled);
  };
}

}  // namespace
}  // namespace crmcore::c

struct crmcore_columns final : Shell<Columns, Kind::columns, true> {
  using Shell::Shell;
};

int32_t crmcore_columns_new(int64_t row_count, crmcore_columns** columns, crmcore_error** error) {
  return guard(error, [&] {
    crmcore_columns*& out = required(columns, "columns");
    out = make<crmcore_columns>(count(row_count, kRowsMax, "row_count"));
  });
}

int32_t crmcore_columns_text(crmcore_columns* columns, const char* name, int64_t name_size,
                             const char* const* texts, const int64_t* sizes, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(columns, "columns");
    const auto named = text(name, name_size, "name");
    use->add_texts(named, required_array(texts, use->row_count(), "texts"), sizes);
  });
}

int32_t crmcore_columns_int64(crmcore_columns* columns, const char* name, int64_t name_size,
                              const int64_t* integers, const uint8_t* are_present, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(columns, "columns");
    const auto named = text(name, name_size, "name");
    use->add_integers(named, required_array(integers, use->row_count(), "integers"), are_present);
  });
}

void crmcore_columns_free(crmcore_columns* columns) {
  free_handle(columns);
}

int32_t crmcore_import_customers(crmcore_conn* conn, const crmcore_columns* columns, const char* options,
                                 int64_t options_size, crmcore_buf** report, crmcore_error** error) {
  return import <crmcore::ImportOptions>(
      conn, options, options_size, report, error, [&](auto& connection, const auto& how) {
        const Use use(columns, "columns");
        return crmcore::Archive(connection).import_columns(use->views(), how);
      });
}

int32_t crmcore_import_customers_csv(crmcore_conn* conn, const char* csv, int64_t csv_size,
                                     const char* options, int64_t options_size, crmcore_buf** report,
                                     crmcore_error** error) {
  return import <crmcore::ImportOptions>(
      conn, options, options_size, report, error, [&](auto& connection, const auto& how) {
        return crmcore::Archive(connection).import_csv(source_of(file(csv, csv_size, "csv")), how);
      });
}

int32_t crmcore_import_customers_stream(crmcore_conn* conn, crmcore_read_fn read, void* user,
                                        crmcore_free_fn free_user, const char* options, int64_t options_size,
                                        crmcore_buf** report, crmcore_error** error) {
  const UserData owned(user, free_user);
  return import <crmcore::ImportOptions>(
      conn, options, options_size, report, error, [&](auto& connection, const auto& how) {
        return crmcore::Archive(connection).import_csv(source_of(read, owned), how);
      });
}

int32_t crmcore_import_entries_csv(crmcore_conn* conn, const char* csv, int64_t csv_size, const char* options,
                                   int64_t options_size, crmcore_buf** report, crmcore_error** error) {
  return import <crmcore::EntryImportOptions>(
      conn, options, options_size, report, error, [&](auto& connection, const auto& how) {
        return crmcore::Ledger(connection).import_csv(source_of(file(csv, csv_size, "csv")), how);
      });
}

int32_t crmcore_import_entries_stream(crmcore_conn* conn, crmcore_read_fn read, void* user,
                                      crmcore_free_fn free_user, const char* options, int64_t options_size,
                                      crmcore_buf** report, crmcore_error** error) {
  const UserData owned(user, free_user);
  return import <crmcore::EntryImportOptions>(
      conn, options, options_size, report, error, [&](auto& connection, const auto& how) {
        return crmcore::Ledger(connection).import_csv(source_of(read, owned), how);
      });
}
